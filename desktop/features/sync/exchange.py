"""A bundle from one office to the next: what goes in, and how what comes is checked and taken."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from desktop.core.clock import milliseconds
from desktop.core.db import database, entries, journal, local, registry
from desktop.core.db.database import Database
from desktop.core.db.log_tables import EntryRow, SegmentRow, StreamRow
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.sync import certificates, enrol, project, reader, segments, verify, writer
from desktop.features.sync.certificates import Trust
from desktop.features.sync.model import (
    BundleRefused,
    Certificate,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
    Signed,
    StreamVector,
    Taken,
    Written,
)
from desktop.features.sync.tables import BundleRow, PeerRow, WaitingRow
from desktop.features.sync.writer import Source

# Stored bytes of one bundle; what is more goes into the next file of the set (limit 1 GiB, sync.md 3.4).
MAX_PIECES = 960 * 1024 * 1024
DAY_MS = 24 * 3600 * 1000
_unpack_certificates = msgspec.msgpack.Decoder(tuple[Signed, ...]).decode
_E = EntryRow.__table__.c


# --- writing -------------------------------------------------------------------------------------------------


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
        _note(connection, db, manifest.bundle_id, "out", parent.node_id, Outcome.APPLIED, counts[0])
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
    part, size = list(head), 0
    for source in sources:
        if size + source.piece.stored_len > MAX_PIECES:
            yield part
            part, size = list(head), 0
        part.append(source)
        size += source.piece.stored_len
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


# --- reading -------------------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """What one file brings while it is read."""

    trust: Trust
    roots: list[bytes]
    homes: dict[tuple[int, bytes], str] = field(default_factory=dict)
    certificates: list[Signed] = field(default_factory=list)
    vector: bytes = b""
    broken: set[bytes] = field(default_factory=set)  # hashes of pieces that break a rule
    good: int = 0


def take(db: Database, path: Path, tell: Tell) -> Taken:
    """Read one bundle file. Everything is checked first; then it is stored, at most 20,000 entries a commit.

    Never raises for what is in the file: the outcome says it.
    """
    try:
        return _take(db, path, tell)
    except BundleRefused as refused:
        if refused.outcome in (Outcome.NOT_TRUSTED, Outcome.NEWER_VERSION):
            _set_aside(db, path)
        return Taken(path, refused.outcome, str(refused))
    except OSError as cause:
        raise Trouble(
            "U盘读不出来", "请检查U盘是否插好后再读一次；已读入的不会丢", code="stick.error"
        ) from cause


def _take(db: Database, path: Path, tell: Tell) -> Taken:
    with db.engine.connect() as connection:
        roots = local.get(connection, "roots")
        reading = _Reading(Trust(roots, certificates.all_known(connection)), roots)
    trusting = reader.by_roots(roots)
    tell(0, 0, "正在核对")
    manifest, sender = reader.read(path, db.node, trusting, lambda p, s: _look(db, reading, p, s))
    if reading.broken and not reading.good:
        raise BundleRefused(Outcome.NOT_TRUSTED, "数据包里的内容都不合规定，没有读入", "文件保留备查")
    counts: Counter[str] = Counter()
    total = len(manifest.pieces)
    done = iter(range(1, total + 1))

    def store(piece: Piece, stored: bytes) -> None:
        tell(next(done), total, "正在读入")
        if piece.kind == PieceKind.ENTRIES and piece.sha256 not in reading.broken:
            counts.update(_store(db, verify.check(stored, piece.raw_len, reading.trust)))

    reader.read(path, db.node, trusting, store)
    return _finish(db, path, manifest, sender, reading, counts)


def _look(db: Database, reading: _Reading, piece: Piece, stored: bytes) -> None:
    """First pass: check a piece, store nothing."""
    if piece.kind == PieceKind.CERTIFICATES:
        _more_trust(reading, stored)
    elif piece.kind == PieceKind.VECTOR:
        reading.vector = stored
    elif piece.kind == PieceKind.ENTRIES:
        try:
            checked = verify.check(stored, piece.raw_len, reading.trust)
            with db.engine.connect() as connection:
                verify.check_homes(connection, checked, reading.homes)
            reading.good += 1
        except verify.Violation:
            reading.broken.add(piece.sha256)


def _more_trust(reading: _Reading, stored: bytes) -> None:
    try:
        brought = _unpack_certificates(stored)
    except msgspec.MsgspecError as cause:
        raise BundleRefused(Outcome.NOT_TRUSTED, "证书读不出来，没有读入") from cause
    reading.trust = Trust(reading.roots, [*reading.trust.good, *brought])
    reading.certificates = reading.trust.good


def _store(db: Database, checked: verify.Checked) -> Counter[str]:
    """Second pass: one segment in one transaction. Entries already here are skipped."""
    with database.writing(db.engine) as connection:
        stream = journal.stream_no(connection, checked.header.stream)
        fresh = _fresh(connection, checked)
        if not fresh:
            return Counter()
        journal.insert_entries(
            connection,
            [
                (e.eid, stream, e.seq, e.prev, h, e.hlc, e.clock_flag, e.user, e.schema, e.kind, e.table,
                 e.row, e.salt, e.body, e.note, None)
                for e, h in fresh
            ],
        )  # fmt: skip
        _keep_segment(connection, stream, checked)
        touched: dict[int, list[bytes]] = {}
        for e, _ in fresh:
            touched.setdefault(e.table, []).append(e.row)
        written = project.project(connection, touched)
        registry.run_hooks(connection, written)
        _move_clock(connection, db, max(e.hlc for e, _ in fresh))
    return Counter({"": len(fresh)}) + Counter({name: len(rows) for name, rows in written.items()})


def _fresh(connection: Connection, checked: verify.Checked) -> list[tuple[entries.Entry, bytes]]:
    here: set[bytes] = set()
    eids = [e.eid for e in checked.entries]
    for start in range(0, len(eids), 500):
        here.update(connection.scalars(select(_E.eid).where(_E.eid.in_(eids[start : start + 500]))))
    return [(e, h) for e, h in zip(checked.entries, checked.hashes, strict=True) if e.eid not in here]


def _keep_segment(connection: Connection, stream: int, checked: verify.Checked) -> None:
    header = checked.header
    if connection.scalar(select(SegmentRow.id).where(SegmentRow.last_hash == header.last_hash)) is not None:
        return
    number = segments.add(connection, stream, header, checked.payload, checked.raw_len)
    connection.execute(
        update(EntryRow)
        .where(_E.stream == stream, _E.seq.between(header.first_seq, header.last_seq), _E.segment.is_(None))
        .values(segment=number)
    )


def _move_clock(connection: Connection, db: Database, newest: int) -> None:
    """What was read lies before what is written next; a stamp more than a day ahead does not move us (sync.md 2.4)."""
    if newest >> 16 <= milliseconds(db.clock.now()) + DAY_MS and newest > local.get(connection, "hlc", 0):
        local.put(connection, {"hlc": newest})


def _finish(
    db: Database,
    path: Path,
    manifest: Manifest,
    sender: Certificate,
    reading: _Reading,
    counts: Counter[str],
) -> Taken:
    entries_new = counts.pop("", 0)
    outcome = Outcome.APPLIED if entries_new else Outcome.NOTHING_NEW
    with database.writing(db.engine) as connection:
        certificates.keep(connection, reading.certificates)
        _keep_vector(connection, db, manifest, sender, reading.vector)
        _note(connection, db, manifest.bundle_id, "in", sender.node_id, outcome, entries_new)
        waiting = connection.scalar(select(func.count()).select_from(WaitingRow)) or 0
    if reading.broken:
        _set_aside(db, path)
    said = f"有 {len(reading.broken)} 段不合规定，没有读入，文件保留备查" if reading.broken else ""
    return Taken(path, outcome, said, sender.office, entries_new, len(reading.broken), waiting, dict(counts))


def _keep_vector(
    connection: Connection, db: Database, manifest: Manifest, sender: Certificate, vector: bytes
) -> None:
    """The newest vector of the sender's present incarnation; an older stick changes nothing (sync.md 2.5)."""
    known = connection.execute(
        select(PeerRow.serial, PeerRow.incarnation).where(PeerRow.node_id == sender.node_id)
    ).first()
    if known and known.incarnation == manifest.incarnation and known.serial >= manifest.serial:
        return
    connection.execute(delete(PeerRow).where(PeerRow.node_id == sender.node_id))
    connection.execute(
        insert(PeerRow).values(
            node_id=sender.node_id,
            incarnation=manifest.incarnation,
            serial=manifest.serial,
            vector=vector,
            received=milliseconds(db.clock.now()),
        )
    )


def _note(
    connection: Connection,
    db: Database,
    bundle_id: bytes,
    direction: str,
    peer: bytes,
    outcome: Outcome,
    count: int,
) -> None:
    connection.execute(delete(BundleRow).where(BundleRow.bundle_id == bundle_id))
    connection.execute(
        insert(BundleRow).values(
            bundle_id=bundle_id,
            direction=direction,
            peer=peer,
            outcome=outcome.value,
            entries=count,
            at=milliseconds(db.clock.now()),
        )
    )


def _set_aside(db: Database, path: Path) -> None:
    """Keep a file for inspection, encrypted as it came; a full disk does not stop the work."""
    try:
        db.paths.quarantine.mkdir(exist_ok=True)
        shutil.copyfile(path, db.paths.quarantine / path.name)
    except OSError:
        return
