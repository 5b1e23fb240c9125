"""Sealing: runs of this node's entries are signed once, compressed once, and never cut again (sync.md 2.2)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from operator import eq, itemgetter
from typing import Annotated, Any

import msgspec
import zstandard
from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from desktop.core import crypto
from desktop.core.db import entries, local
from desktop.core.db.entries import (
    MAX_SEGMENT_ENTRIES,
    MAX_SEGMENT_RAW,
    SEGMENT_CONTEXT,
    Entry,
    Kind,
    SegmentHeader,
    Stream,
)
from desktop.core.db.local import Node
from desktop.core.db.log_tables import ENTRY_COLUMNS, EntryRow, SegmentRow, StreamRow
from desktop.features.sync.model import Piece, PieceKind

# Raw bytes of a run: even incompressible, it stays below the 4 MiB a stored segment may have.
MAX_RUN = 3 * 1024 * 1024
# Ids, hashes and salts do not shrink: higher levels take twice the time for half a hundredth of the bytes.
LEVEL = 1
_E = EntryRow.__table__.c
_ROWS = 500
# An entry as its row: the parts of `Entry` in order, then its hash.
Said = tuple[Any, ...]
_HASH = len(ENTRY_COLUMNS)
_SEQ, _PREV = ENTRY_COLUMNS.index("seq"), ENTRY_COLUMNS.index("prev")
_prev, _hash = itemgetter(_PREV), itemgetter(_HASH)
_body, _note = itemgetter(ENTRY_COLUMNS.index("body")), itemgetter(ENTRY_COLUMNS.index("note"))


class SegmentBody(msgspec.Struct, array_like=True, frozen=True):
    """What travels of a segment: the packed header, its signature, the entries."""

    header: bytes
    signature: bytes
    entries: Annotated[list[Entry], msgspec.Meta(max_length=MAX_SEGMENT_ENTRIES)]


unpack = msgspec.msgpack.Decoder(SegmentBody).decode
unpack_header = msgspec.msgpack.Decoder(SegmentHeader).decode


def seal_all(connection: Connection, node: Node) -> int:
    """Seal what this node has not sealed yet; gives the number of new segments."""
    cert_id = local.get(connection, "certificate")
    own = connection.execute(select(StreamRow).where(StreamRow.node == node.node_id)).all()
    made = 0
    for stream in own:
        for run in _runs(_unsealed(connection, stream)):
            _seal(connection, node, cert_id, stream, run)
            made += 1
    return made


def is_loose() -> ColumnElement[bool]:
    """Whether an entry, beside its stream, was written here and is in no segment yet."""
    return and_(_E.segment.is_(None), _E.seq > StreamRow.sealed)


def covers() -> ColumnElement[bool]:
    """Whether a segment has an entry of that stream and number: the entry itself, or one of another branch."""
    return and_(SegmentRow.stream == _E.stream, _E.seq.between(SegmentRow.first_seq, SegmentRow.last_seq))


def _unsealed(connection: Connection, stream: Row[Any]) -> Iterator[Sequence[Said]]:
    """The entries of a stream that no segment holds, as the driver gives them: a township's year is thirty thousand."""
    wanted = select(*(_E[name] for name in ENTRY_COLUMNS), _E.hash)
    loose = wanted.where(_E.stream == stream.id, _E.segment.is_(None), _E.seq > stream.sealed)
    cursor = connection.execute(loose.order_by(_E.seq)).cursor
    while cursor is not None and (part := cursor.fetchmany(_ROWS)):
        if _is_in_line(part) and _weight(part) < MAX_RUN // 8:
            yield part
        else:
            yield from ([row] for row in part)


def _is_in_line(part: Sequence[Said]) -> bool:
    """Whether each follows the one before: else another branch, of a clone of this PC, came back to us."""
    return all(map(eq, map(_prev, islice(part, 1, None)), map(_hash, part)))


def _weight(part: Sequence[Said]) -> int:
    return sum(map(len, map(_body, part))) + sum(map(len, map(_note, part))) + 160 * len(part)


def _runs(parts: Iterable[Sequence[Said]]) -> Iterator[list[Said]]:
    run: list[Said] = []
    size = 0
    for part in parts:
        weight = _weight(part)
        is_full = len(run) + len(part) > MAX_SEGMENT_ENTRIES or size + weight > MAX_RUN
        if run and (is_full or _prev(part[0]) != _hash(run[-1])):
            yield run
            run, size = [], 0
        run += part
        size += weight
    if run:
        yield run


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        row.eid, row.seq, row.prev, row.hlc, row.clock_flag, row.user, row.schema, row.kind, row.table_no,
        row.row, row.salt, row.body, row.note,
    )  # fmt: skip


def _seal(connection: Connection, node: Node, cert_id: bytes, stream: Row[Any], run: list[Said]) -> None:
    first, last = run[0], run[-1]
    made = SegmentHeader(
        Stream(stream.node, stream.incarnation, stream.region, stream.kind),
        first[_SEQ], first[_PREV], last[_SEQ], last[_HASH], cert_id, len(run),
    )  # fmt: skip
    header = entries.pack(made)
    signature = crypto.sign(node.signing_secret, SEGMENT_CONTEXT, header)
    # An entry is packed as the list of its parts: no struct need be made of thirty thousand of them.
    raw = entries.pack((header, signature, [row[:_HASH] for row in run]))
    payload = zstandard.ZstdCompressor(level=LEVEL).compress(raw)
    add(connection, stream.id, made, payload, len(raw))
    connection.execute(update(StreamRow).where(StreamRow.id == stream.id).values(sealed=last[_SEQ]))


def blanked(payload: bytes, rows: Collection[bytes]) -> tuple[bytes, int]:
    """A sealed segment as it travels, without what it said of these rows; header and signature stay valid. Gives its
    length before compression too."""
    body = unpack(zstandard.ZstdDecompressor().decompress(payload, max_output_size=MAX_SEGMENT_RAW))
    said = [entries.redacted(e) if e.row in rows and e.kind != Kind.ERASE else e for e in body.entries]
    raw = entries.pack(msgspec.structs.replace(body, entries=said))
    return zstandard.ZstdCompressor(level=LEVEL).compress(raw), len(raw)


def blank(connection: Connection, number: int, rows: Collection[bytes]) -> None:
    """The same for a stored segment: what is forwarded from now on is the blanked form."""
    made, raw_len = blanked(payload(connection, number), rows)
    values = {"payload": made, "sha256": crypto.digest(made), "raw_len": raw_len}
    connection.execute(update(SegmentRow).where(SegmentRow.id == number).values(values))


def add(connection: Connection, stream: int, header: SegmentHeader, payload: bytes, raw_len: int) -> int:
    """Keep a sealed segment as it travels; gives its local number."""
    made = connection.execute(
        insert(SegmentRow).values(
            stream=stream,
            first_seq=header.first_seq,
            prev=header.prev,
            last_seq=header.last_seq,
            last_hash=header.last_hash,
            payload=payload,
            sha256=crypto.digest(payload),
            raw_len=raw_len,
        )
    ).inserted_primary_key
    return int(made[0]) if made else 0


def piece(connection: Connection, number: int) -> Piece:
    """What the manifest says of a sealed segment."""
    wanted = select(SegmentRow.sha256, func.length(SegmentRow.payload), SegmentRow.raw_len)
    found = connection.execute(wanted.where(SegmentRow.id == number)).one()
    return Piece(PieceKind.ENTRIES, *found)


def payload(connection: Connection, number: int) -> bytes:
    return bytes(connection.execute(select(SegmentRow.payload).where(SegmentRow.id == number)).scalar_one())
