"""Two PCs of one name: a clone, or one that was restored without knowing (sync.md 2.9). Nothing is refused for that;
both go on in streams of their own, the office above is alarmed, and asks the later one to be enrolled anew."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations

import msgspec
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from desktop.core import crypto
from desktop.core.clock import milliseconds
from desktop.core.db import entries, local
from desktop.core.db.database import Database
from desktop.core.db.entries import SegmentHeader, Stream
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.db.unit import Reader
from desktop.core.errors import Trouble
from desktop.features.office.api import Office
from desktop.features.sync import certificates, segments, writer
from desktop.features.sync.model import Certificate, Order, PieceKind, Vector, unpack_vector
from desktop.features.sync.rules import BARRED, LOST_KEYS, REVOKED, TWIN
from desktop.features.sync.tables import PeerRow, TwinRow
from desktop.features.sync.trust import Trust
from desktop.features.sync.writer import Source

_E = EntryRow.__table__.c
_unpack_orders = msgspec.msgpack.Decoder(tuple[Order, ...]).decode


@dataclass(frozen=True, slots=True)
class Twin:
    """An office of which two PCs work under one name; `is_asked` when the later one is known and asked to be enrolled
    anew."""

    office: str
    node_id: bytes
    is_asked: bool
    at: int  # milliseconds since 1970


def twins(reader: Reader) -> list[Twin]:
    """The newest first."""
    wanted = select(TwinRow.__table__, certificates.office_of(TwinRow.node_id)).order_by(TwinRow.at.desc())
    return [
        Twin(r.office or "", r.node_id, bool(r.incarnation), r.at) for r in reader.connection.execute(wanted)
    ]


# --- what is seen while a bundle is read ------------------------------------------------------------------------


def after_segment(connection: Connection, db: Database, stream: int, header: SegmentHeader) -> None:
    """Somebody else goes on in this PC's present stream: this PC leaves it. A stream of two heads: an alarm."""
    if _is_own(db, header.stream):
        renew(connection, db)
    twice = (
        select(_E.seq)
        .where(_E.stream == stream, _E.seq.between(header.first_seq, header.last_seq))
        .group_by(_E.seq)
        .having(func.count() > 1)
    )
    if connection.execute(twice.limit(1)).first() is not None:
        _note(connection, db, header.stream.node)


def _is_own(db: Database, stream: Stream) -> bool:
    return (stream.node, stream.incarnation) == (db.node.node_id, db.node.incarnation)


@contextmanager
def as_stored(db: Database) -> Iterator[None]:
    """When the transaction inside fails, this PC is again who it was before it."""
    before = db.node
    try:
        yield
    except BaseException:
        db.node = before
        raise
    if db.node.incarnation != before.incarnation:
        db.note_how_far()


def renew(connection: Connection, db: Database) -> None:
    """A new incarnation; what was written stays where it is."""
    local.put(connection, {"incarnation": crypto.random_key()[:8]})
    db.node = local.load_node(connection)


def after_vector(connection: Connection, db: Database, sender: Certificate, theirs: Vector) -> None:
    """The vector of another office: does it know more of this PC's stream than this PC, or of later bundles? Do two
    PCs of its own name know of each other?"""
    ahead = any(
        _is_own(db, Stream(*v.stream)) and not _are_here(connection, db, v.heads) for v in theirs.streams
    )
    if ahead or dict(theirs.heard).get(db.node.incarnation, 0) > int(local.get(connection, "serial", 0)):
        renew(connection, db)
    later = _later_twin(connection, sender.node_id)
    if later:
        _note(connection, db, sender.node_id, later)


def heard(connection: Connection, node: bytes) -> tuple[tuple[bytes, int], ...]:
    """How far the bundles of a node are known, by incarnation. Who was put back to an older image without a word learns
    it from this, even if nothing of its own is missing; its vectors would count for old ones until it catches up."""
    wanted = select(PeerRow.incarnation, PeerRow.serial).where(PeerRow.node_id == node)
    return tuple((r.incarnation, r.serial) for r in connection.execute(wanted.order_by(PeerRow.incarnation)))


def _are_here(connection: Connection, db: Database, heads: Iterable[tuple[bytes, int]]) -> bool:
    own = (StreamRow.node == db.node.node_id, StreamRow.incarnation == db.node.incarnation)
    streams = list(connection.scalars(select(StreamRow.id).where(*own)))
    wanted = select(_E.hash).where(_E.stream.in_(streams))
    return all(connection.scalar(wanted.where(_E.seq == seq, _E.hash == hash_)) for hash_, seq in heads)


def _later_twin(connection: Connection, node: bytes) -> bytes:
    """Of two incarnations that know of each other, the one that came here later. One PC that was restored knows its
    earlier incarnation, but that one never hears of the later."""
    rows = connection.execute(select(PeerRow.incarnation, PeerRow.vector).where(PeerRow.node_id == node))
    known = {r.incarnation: _incarnations(r.vector, node) for r in rows if r.vector}
    came = select(StreamRow.incarnation, func.min(StreamRow.id)).where(StreamRow.node == node)
    order = {r[0]: r[1] for r in connection.execute(came.group_by(StreamRow.incarnation))}
    pairs = [(a, b) for a, b in combinations(known, 2) if a in known[b] and b in known[a]]
    return max((i for pair in pairs for i in pair), key=lambda i: order.get(i, 0), default=b"")


def _incarnations(packed: bytes, node: bytes) -> set[bytes]:
    return {v.stream[1] for v in unpack_vector(packed).streams if v.stream[0] == node}


def _note(connection: Connection, db: Database, node: bytes, later: bytes = b"") -> None:
    row = insert(TwinRow).values(node_id=node, incarnation=later, at=milliseconds(db.clock.now()))
    known = row.on_conflict_do_update(index_elements=["node_id"], set_={"incarnation": later})
    connection.execute(known if later else row.on_conflict_do_nothing())


# --- the order to be enrolled anew ------------------------------------------------------------------------------


def orders(connection: Connection, peer: Certificate) -> list[Source]:
    """What a bundle asks of the PC it goes to."""
    wanted = select(TwinRow.incarnation).where(TwinRow.node_id == peer.node_id, TwinRow.incarnation != b"")
    found = tuple(Order(peer.node_id, incarnation) for incarnation in connection.scalars(wanted))
    return [writer.small(PieceKind.ORDERS, entries.pack(found))] if found else []


def heed(connection: Connection, db: Database, found: Trust, sender: Certificate, packed: bytes) -> None:
    """Orders of an office above."""
    try:
        said = _unpack_orders(packed)
    except entries.UNREADABLE:
        return
    mine = Order(db.node.node_id, db.node.incarnation)
    if mine in said and sender.node_id in found.above(db.node.node_id):
        local.put(connection, {"barred": TWIN})


def look_at_own(connection: Connection, db: Database, found: Trust) -> None:
    """Whether this PC may still speak: its key may be revoked, or renewed after the backup it was restored from."""
    own = found.by_key((db.node.node_id, db.node.signing_public))
    if not own or found.revocation(own[-1]) is None:
        return
    newest = found.newest(db.node.node_id)
    local.put(connection, {"barred": LOST_KEYS if newest is not None else REVOKED})


def refuse_barred(connection: Connection) -> None:
    """A PC whose key is not believed any more need not write: nobody would read it. A twin may go on."""
    barred = local.get(connection, "barred", "")
    if barred == REVOKED:
        raise Trouble(
            "上级已停用本机的证书，写出的数据包没有单位能读",
            "请重新办理入网（写入网申请），办好后再写",
            code="bundle.revoked",
        )
    if barred == LOST_KEYS:
        raise Trouble(
            "本机用的是更换之前的密钥，写出的数据包没有单位能读",
            "多半是恢复了较旧的备份；请重新办理入网（写入网申请），办好后再写",
            code="bundle.lost_keys",
        )


def rename(connection: Connection, db: Database, own: Office) -> None:
    """A name and keys of its own, for a PC that may not go on under the old ones. What it wrote stays as it was signed."""
    segments.seal_all(connection, db.node)
    before, roots = db.node, local.get(connection, "roots")
    others = [before.identity, *before.others]
    formers = [*local.get(connection, "formers", []), [before.node_id, local.get(connection, "hlc", 0)]]
    known = {"identities": others, "replaces": before.node_id, "formers": formers}
    local.put(connection, {"node_id": b"", **known})
    db.node = local.make_node(connection)
    certificates.become_root(connection, db.node, own)
    local.put(
        connection, {"roots": sorted({*roots, *local.get(connection, "roots")}), "barred": "", "retired": b""}
    )


def sentences(connection: Connection, sender: Certificate) -> list[str]:
    """What whoever reads a bundle should know of this: of this PC, and of the one that sent it."""
    barred = "，".join(BARRED.get(local.get(connection, "barred", ""), ()))
    is_twin = connection.scalar(select(TwinRow.node_id).where(TwinRow.node_id == sender.node_id))
    other = f"“{sender.office}”有两台电脑用了同一个身份，两边的内容都已保留，请电话核实" if is_twin else ""
    return [said for said in (barred, other) if said]


def settled(connection: Connection, node: bytes) -> None:
    """The later PC has a name of its own now."""
    later = connection.scalar(select(TwinRow.incarnation).where(TwinRow.node_id == node))
    if later:
        connection.execute(delete(TwinRow).where(TwinRow.node_id == node))
        connection.execute(delete(PeerRow).where(PeerRow.node_id == node, PeerRow.incarnation == later))
