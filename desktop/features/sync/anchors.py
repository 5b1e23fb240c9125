"""The audit log stays at home; where it stood travels in every bundle, so that nobody takes a line out of it unnoticed
(sync.md 4): the office above keeps the newest number and hash, and is told with each bundle what the log says today at
the numbers that were told before."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from desktop.core.clock import milliseconds
from desktop.core.db import local
from desktop.core.db.base import StreamKind
from desktop.core.db.database import Database
from desktop.core.db.local import Node
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.db.unit import Reader
from desktop.features.sync import certificates
from desktop.features.sync.model import Certificate, Manifest, Point, StreamVector, Vector, unpack_vector
from desktop.features.sync.tables import AuditAlarmRow, PeerRow

# So many sticks in a row may be lost: the newest numbers that a bundle tells again. Every bundle adds one at most, and a
# bundle of several files takes several serials: so one that was told at most MOST serials ago must be told again.
# A vector that tells none of them is no excuse: no program without anchors was ever given out, and whoever changes the
# log could take the list away as well.
MOST = 64
_TOLD = "audit_told"
SENTENCE = "对方的操作日志与上次不同：以前的记录被删改过，请与对方的负责人核实"
BLIND = "与对方上次送来的数据包相隔太多，这次无法核对对方的操作日志"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An office whose audit log was changed after it was told of; up to `seq` it had been told."""

    office: str
    seq: int
    at: int  # milliseconds since 1970


def told_before(connection: Connection, node: Node) -> tuple[Point, ...]:
    """What the own audit log says today at the numbers that earlier bundles told. Of the present incarnation only: a
    restored office begins another log."""
    known: list[int] = local.get(connection, _TOLD, {}).get(node.incarnation.hex(), [])
    wanted = select(EntryRow.hash, EntryRow.seq).where(_own(node), EntryRow.seq.in_(known))
    found = {seq: hash_ for hash_, seq in connection.execute(wanted.join(StreamRow, _STREAM))}
    return tuple((found.get(seq, b""), seq) for seq in known)


def remember(connection: Connection, node: Node) -> None:
    """Where the log stands in the bundle that is being written."""
    newest = connection.scalar(select(func.max(EntryRow.seq)).join(StreamRow, _STREAM).where(_own(node)))
    known: list[int] = local.get(connection, _TOLD, {}).get(node.incarnation.hex(), [])
    if newest and newest not in known:
        local.put(connection, {_TOLD: {node.incarnation.hex(): [*known, newest][-MOST:]}})


_STREAM = StreamRow.id == EntryRow.stream


def _own(node: Node) -> ColumnElement[bool]:
    return and_(
        StreamRow.node == node.node_id,
        StreamRow.incarnation == node.incarnation,
        StreamRow.kind == StreamKind.AUDIT.value,
    )


def compare(
    connection: Connection, db: Database, manifest: Manifest, sender: Certificate, vector: bytes
) -> str:
    """Whether the sender's log still says what its last bundle told; notes an alarm and gives what to tell, or "".

    Call it before the sender's vector is replaced.
    """
    known = connection.execute(
        select(PeerRow.serial, PeerRow.vector).where(
            PeerRow.node_id == sender.node_id, PeerRow.incarnation == manifest.incarnation
        )
    ).first()
    if known is None or not known.vector or known.serial >= manifest.serial:
        return ""
    before, now = unpack_vector(known.vector), unpack_vector(vector)
    doubtful = list(_changed(before, now, manifest.incarnation, may_lose=False))
    changed = doubtful
    if manifest.serial - known.serial > MOST:
        changed = list(_changed(before, now, manifest.incarnation, may_lose=True))
    if not changed:
        return BLIND if doubtful else ""
    at = milliseconds(db.clock.now())
    connection.execute(insert(AuditAlarmRow).values(peer=sender.node_id, seq=max(changed), at=at))
    return SENTENCE


def _changed(before: Vector, now: Vector, incarnation: bytes, may_lose: bool) -> Iterator[int]:
    """The numbers at which the log said something else before."""
    says = {v.stream: v for v in now.streams}
    again = {seq: hash_ for hash_, seq in now.anchors}
    for held in before.streams:
        if held.stream[1] == incarnation and held.stream[3] == StreamKind.AUDIT.value:
            for hash_, seq in held.heads:
                if not _is_kept(says.get(held.stream), again, hash_, seq, may_lose):
                    yield seq


def _is_kept(
    now: StreamVector | None, again: dict[int, bytes], hash_: bytes, seq: int, may_lose: bool
) -> bool:
    """A number that is not told is believed when so many sticks were lost and the log has grown since."""
    if now is None or again.get(seq, hash_) != hash_:
        return False
    if seq in again or (hash_, seq) in now.heads:
        return True
    return may_lose and all(newest > seq for _, newest in now.heads)


def alarms(reader: Reader) -> list[Alarm]:
    """The newest first."""
    wanted = select(AuditAlarmRow.__table__, certificates.office_of(AuditAlarmRow.peer))
    found = reader.connection.execute(wanted.order_by(AuditAlarmRow.id.desc()))
    return [Alarm(r.office or "", r.seq, r.at) for r in found]
