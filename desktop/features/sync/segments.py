"""Sealing: runs of this node's entries are signed once, compressed once, and never cut again (sync.md 2.2)."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
import zstandard
from sqlalchemy import Connection, Row, func, insert, select, update

from desktop.core import crypto
from desktop.core.db import entries, local
from desktop.core.db.entries import MAX_SEGMENT_ENTRIES, SEGMENT_CONTEXT, Entry, SegmentHeader, Stream
from desktop.core.db.local import Node
from desktop.core.db.log_tables import EntryRow, SegmentRow, StreamRow
from desktop.features.sync.model import Piece, PieceKind

# Raw bytes of a run: even incompressible, it stays below the 4 MiB a stored segment may have.
MAX_RUN = 3 * 1024 * 1024
LEVEL = 9
_E = EntryRow.__table__.c


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
        for run in _runs(_unsealed(connection, stream.id)):
            _seal(connection, node, cert_id, stream, run)
            made += 1
    return made


def _unsealed(connection: Connection, stream: int) -> Iterable[Row[Any]]:
    return connection.execute(
        select(EntryRow.__table__).where(_E.stream == stream, _E.segment.is_(None)).order_by(_E.seq)
    )


def _runs(rows: Iterable[Row[Any]]) -> Iterator[list[Row[Any]]]:
    run: list[Row[Any]] = []
    size = 0
    for row in rows:
        if run and row.prev != run[-1].hash:  # another branch, of a clone of this PC, came back to us
            yield run
            run, size = [], 0
        run.append(row)
        size += len(row.body) + len(row.note) + 160
        if len(run) >= MAX_SEGMENT_ENTRIES or size >= MAX_RUN:
            yield run
            run, size = [], 0
    if run:
        yield run


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        row.eid, row.seq, row.prev, row.hlc, row.clock_flag, row.user, row.schema, row.kind, row.table_no,
        row.row, row.salt, row.body, row.note,
    )  # fmt: skip


def _seal(connection: Connection, node: Node, cert_id: bytes, stream: Row[Any], run: list[Row[Any]]) -> None:
    header = entries.pack(
        SegmentHeader(
            Stream(stream.node, stream.incarnation, stream.region, stream.kind),
            run[0].seq, run[0].prev, run[-1].seq, run[-1].hash, cert_id, len(run),
        )
    )  # fmt: skip
    signature = crypto.sign(node.signing_secret, SEGMENT_CONTEXT, header)
    raw = entries.pack(SegmentBody(header, signature, [entry_of(r) for r in run]))
    payload = zstandard.ZstdCompressor(level=LEVEL).compress(raw)
    number = add(connection, stream.id, unpack_header(header), payload, len(raw))
    # A run of one stream is contiguous here: this node's own stream has one branch.
    connection.execute(
        update(EntryRow)
        .where(_E.stream == stream.id, _E.seq.between(run[0].seq, run[-1].seq), _E.segment.is_(None))
        .values(segment=number)
    )


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
