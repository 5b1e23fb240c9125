"""Writing the bundles for the office above: what goes in, and how it is cut into files."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, func, select

from desktop.core.db import database, entries, local
from desktop.core.db.database import Database
from desktop.core.db.log_tables import EntryRow, SegmentRow, StreamRow
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.sync import certificates, enrol, reader, segments, store, writer
from desktop.features.sync.certificates import Trust
from desktop.features.sync.model import (
    Certificate,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
    StreamVector,
    Written,
)
from desktop.features.sync.writer import Source

# Stored bytes of one bundle; what is more goes into the next file of the set (limit 1 GiB, sync.md 3.4).
MAX_PIECES = 960 * 1024 * 1024
# What the reader takes of one file (sync.md 3.4), less what is not entries.
MAX_COUNT = reader.MAX_PIECES - 16
MAX_RAW = reader.MAX_RAW - 64 * 1024 * 1024
_E = EntryRow.__table__.c


def write(db: Database, own: office.Office, folder: Path, tell: Tell) -> list[Written]:
    """Write all that the parent may have onto the stick. Raises Trouble without a parent, and when the stick fails."""
    tell(0, 0, "正在封装")
    with database.writing(db.engine) as connection:
        parent = _parent(connection)
        segments.seal_all(connection, db.node)
        chain = certificates.own_chain(connection)
        certs = writer.small(PieceKind.CERTIFICATES, entries.pack(tuple(certificates.all_known(connection))))
        vector = writer.small(PieceKind.VECTOR, entries.pack(own_vector(connection, own.prefix)))
        sources = list(_sources(connection, db, own.prefix))
        counts = _counts(connection, own.prefix)
        sets = list(_parts([certs, vector], sources))
        manifests = [
            enrol.manifest_for(connection, db, chain, parent.node_id, [s.piece for s in part], n, len(sets))
            for n, part in enumerate(sets, 1)
        ]
    written = []
    for n, (manifest, part) in enumerate(zip(manifests, sets, strict=True)):
        tell(n, len(sets), "正在写入U盘")
        written.append(_write_one(db, folder, parent, manifest, part, counts))
    return written


def _write_one(
    db: Database,
    folder: Path,
    parent: Certificate,
    manifest: Manifest,
    sources: list[Source],
    counts: tuple[int, int],
) -> Written:
    path = folder / f"{manifest.bundle_id.hex()}.hhb"
    size = writer.write(path, db.node, parent.enc_pk, manifest, sources)
    with database.writing(db.engine) as connection:
        store.note_bundle(
            connection, db, manifest.bundle_id, "out", parent.node_id, Outcome.APPLIED, counts[0]
        )
    return Written(path, manifest.bundle_id.hex(), counts[0], counts[1], size, parent.office)


def _parent(connection: Connection) -> Certificate:
    node_id = local.get(connection, "parent", b"")
    trust = Trust(local.get(connection, "roots"), certificates.all_known(connection))
    found = trust.of_node(node_id) if node_id else []
    if not found:
        raise Trouble(
            "本单位还没有入网，不知道写给谁",
            "请先与上级办理入网（bundle enrol），再写数据包",
            code="bundle.no_parent",
        )
    return found[-1]


def _sources(connection: Connection, db: Database, prefix: str) -> Iterator[Source]:
    for row in segments.in_scope(connection, prefix):

        def stored(number: int = row.id) -> bytes:
            with db.engine.connect() as fresh:
                return segments.payload(fresh, number)

        length = (
            connection.scalar(select(func.length(SegmentRow.payload)).where(SegmentRow.id == row.id)) or 0
        )
        yield Source(Piece(PieceKind.ENTRIES, row.sha256, length, row.raw_len), stored)


def _parts(head: list[Source], sources: list[Source]) -> Iterator[list[Source]]:
    """Each part carries certificates and vector, so that it can be taken alone and in any order."""
    part, stored, raw = list(head), 0, 0
    for source in sources:
        stored, raw = stored + source.piece.stored_len, raw + source.piece.raw_len
        if stored > MAX_PIECES or raw > MAX_RAW or len(part) >= MAX_COUNT:
            yield part
            part, stored, raw = list(head), source.piece.stored_len, source.piece.raw_len
        part.append(source)
    yield part


def _counts(connection: Connection, prefix: str) -> tuple[int, int]:
    """Entries and segments of the scope."""
    rows = segments.in_scope(connection, prefix)
    return sum(r.last_seq - r.first_seq + 1 for r in rows), len(rows)


def own_vector(connection: Connection, prefix: str) -> tuple[StreamVector, ...]:
    """What this node holds of every stream of a region: its heads. (Gaps: issue 4.)"""
    wanted = (
        select(StreamRow.__table__, _E.hash, func.max(_E.seq).label("seq"))
        .join(EntryRow, _E.stream == StreamRow.id)
        .where(StreamRow.region.startswith(prefix))
        .group_by(StreamRow.id)
        .order_by(StreamRow.id)
    )
    # With max() alone, SQLite takes the other columns from the row that has it.
    return tuple(
        StreamVector((r.node, r.incarnation, r.region, r.kind), ((r.hash, r.seq),))
        for r in connection.execute(wanted)
    )
