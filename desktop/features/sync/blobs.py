"""Photos and scans on their way: which the other office lacks, which may come in, and what an erasure takes along."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, and_, or_, select

from desktop.core import blob_copies, pictures
from desktop.core.blobs import MOST_BYTES, Blobs
from desktop.core.db import blob_store, database, entries, local, registry
from desktop.core.db.blob_store import blobs_of
from desktop.core.db.database import Database
from desktop.core.db.log_tables import EntryRow, SegmentRow
from desktop.core.db.registry import TableInfo
from desktop.features.sync import segments
from desktop.features.sync.model import Certificate, Piece, PieceKind
from desktop.features.sync.vectors import Lack, Scope
from desktop.features.sync.verify import Violation
from desktop.features.sync.writer import Source

REASON = "file"
MOST_WANTED = 65_536
_PART = 400
# Above the county the small picture in the row is enough, until somebody asks for the file (sync.md 5.2).
_ROWS_ONLY = ("city",)
_unpack = msgspec.msgpack.Decoder(tuple[bytes, ...]).decode


def _holders() -> Iterator[tuple[TableInfo, Column[bytes]]]:
    """The tables whose rows name a file."""
    for info in registry.in_order():
        if name := getattr(info.row, "__blob__", ""):
            yield info, info.table.c[name]


def wanted(connection: Connection, blobs: Blobs, own: Certificate, scope: Scope) -> bytes:
    """What this node has the rows of and not the files, packed for a bundle."""
    if own.level in _ROWS_ONLY:
        return entries.pack(())
    missing = [sha for sha in _named(connection, scope.prefix) if not blobs.has(sha)]
    return entries.pack(tuple(missing[:MOST_WANTED]))


def _named(connection: Connection, prefix: str) -> list[bytes]:
    found: dict[bytes, None] = {}
    for info, column in _holders():
        rows = select(column).where(info.table.c.alive, info.table.c.region.startswith(prefix))
        found |= dict.fromkeys(connection.scalars(rows.distinct().order_by(column)))
    return list(found)


def heed(connection: Connection, node: bytes, stored: bytes) -> None:
    """Remember which files a node told that it lacks. Raises Violation for what is no such list."""
    local.put(connection, {_key(node): list(checked(stored))})


def checked(stored: bytes) -> tuple[bytes, ...]:
    try:
        said = _unpack(stored)
    except entries.UNREADABLE as cause:
        raise Violation(REASON) from cause
    if len(said) > MOST_WANTED or any(len(sha) != 32 for sha in said):
        raise Violation(REASON)
    return said


def _key(node: bytes) -> str:
    return f"blobs wanted {node.hex()}"


def sources(
    connection: Connection, db: Database, peer: Certificate, scope: Scope, lacking: Sequence[Lack]
) -> list[Source]:
    """The files that go along: those of rows that the peer is not proved to have, and those it asked for. Only of its
    scope, whatever it asks."""
    blobs = blobs_of(db)
    asked = [bytes(sha) for sha in local.get(connection, _key(peer.node_id), [])]
    told = [] if peer.level in _ROWS_ONLY else list(_of_segments(connection, lacking))
    candidates = list(dict.fromkeys([*asked, *told]))
    allowed = set(_among(connection, scope.prefix, candidates))
    return [
        _source(blobs, sha, size) for sha in candidates if sha in allowed and (size := blobs.size(sha)) >= 0
    ]


def _of_segments(connection: Connection, lacking: Sequence[Lack]) -> Iterator[bytes]:
    ids = [lack.segment for lack in lacking]
    for info, column in _holders():
        for start in range(0, len(ids), _PART):
            part = SegmentRow.id.in_(ids[start : start + _PART])
            said = (
                select(EntryRow.eid)
                .join(SegmentRow, segments.covers())
                .where(part, _is_of(info.table.c.id), EntryRow.table_no == info.no)
            )
            yield from connection.scalars(select(column).where(said.exists()).distinct().order_by(column))


def _is_of(row: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether an entry speaks of that row; asked so that an index answers it."""
    return or_(EntryRow.eid == row, and_(EntryRow.row == row, EntryRow.row != EntryRow.eid))


def _among(connection: Connection, prefix: str, hashes: Sequence[bytes]) -> Iterator[bytes]:
    """Those of the hashes that a living row of that region names."""
    for info, column in _holders():
        for start in range(0, len(hashes), _PART):
            part = column.in_(hashes[start : start + _PART])
            rows = select(column).where(part, info.table.c.alive, info.table.c.region.startswith(prefix))
            yield from connection.scalars(rows.distinct())


def _source(blobs: Blobs, sha: bytes, size: int) -> Source:
    def stored() -> bytes:
        return blobs.get(sha) or b""

    return Source(Piece(PieceKind.BLOB, sha, size, size), stored)


def check(piece: Piece, stored: bytes) -> None:
    """Raises Violation for a file that is none of ours: a page, a program, a picture that tells where it was taken."""
    if piece.raw_len != piece.stored_len or len(stored) > MOST_BYTES or not pictures.is_ours(stored):
        raise Violation(REASON)


def keep(db: Database, own: Certificate, stored: bytes, sha: bytes) -> bool:
    """Keep a file that a row names; one that no row names has no business here."""
    with db.engine.connect() as connection:
        is_named = next(_among(connection, own.prefix, [sha]), None) is not None
    blobs = blobs_of(db)
    if not is_named or blobs.has(sha):
        return False
    blobs.put(stored)
    return True


def sweep(db: Database) -> None:
    """Remove the files that no row names any more, here and beside the backups: they were erased by order.

    Under the write lock, so that nobody is just adding one. Raises Trouble, OSError.
    """
    blobs = blobs_of(db)
    with database.writing(db.engine) as connection:
        kept = {sha for info, column in _holders() for sha in connection.scalars(select(column).distinct())}
        gone = blobs.sweep([*kept, *blob_store.originals_of(connection, kept)])
    if gone:
        blob_copies.note_erased(db.paths.blobs, gone)
        blob_copies.note_erased(db.paths.backups / blob_copies.FOLDER, gone)
