"""Reading a bundle that another office wrote: checked as a whole, then taken segment by segment."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from desktop.core.clock import milliseconds
from desktop.core.db import database, entries, journal, local, registry
from desktop.core.db.database import Database
from desktop.core.db.log_tables import EntryRow, SegmentRow
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.sync import certificates, project, reader, segments, store, verify
from desktop.features.sync.certificates import Trust
from desktop.features.sync.model import (
    BundleRefused,
    Certificate,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
    Signed,
    Taken,
)
from desktop.features.sync.tables import PeerRow, WaitingRow

DAY_MS = 24 * 3600 * 1000
MAX_QUARANTINE = 2 << 30
_unpack_certificates = msgspec.msgpack.Decoder(tuple[Signed, ...]).decode
_E = EntryRow.__table__.c


@dataclass
class _Reading:
    """What one file brings while it is read."""

    trust: Trust
    roots: list[bytes]
    prefix: str
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
        prefix = certificates.unpack(certificates.own_chain(connection)[0].content).prefix
        reading = _Reading(Trust(roots, certificates.all_known(connection)), roots, prefix)
    trusting = reader.by_roots(roots)
    tell(0, 0, "正在核对")
    manifest, sender = reader.read(path, db.node, trusting, lambda p, s: _look(reading, p, s))
    _refuse_if_all_broken(reading)
    counts: Counter[str] = Counter()
    total = len(manifest.pieces)
    done = iter(range(1, total + 1))

    def keep(piece: Piece, stored: bytes) -> None:
        tell(next(done, total), total, "正在读入")
        if piece.kind == PieceKind.ENTRIES and piece.sha256 not in reading.broken:
            counts.update(_store(db, reading, piece, stored))

    reader.read(path, db.node, trusting, keep)
    _refuse_if_all_broken(reading)
    return _finish(db, path, manifest, sender, reading, counts)


def _refuse_if_all_broken(reading: _Reading) -> None:
    if reading.broken and not reading.good:
        raise BundleRefused(Outcome.NOT_TRUSTED, "数据包里的内容都不合规定，没有读入", "文件保留备查")


def _look(reading: _Reading, piece: Piece, stored: bytes) -> None:
    """First pass: check a piece, store nothing."""
    if piece.kind == PieceKind.CERTIFICATES:
        _more_trust(reading, stored)
    elif piece.kind == PieceKind.VECTOR:
        reading.vector = stored
    elif piece.kind == PieceKind.ENTRIES:
        try:
            verify.check(stored, piece.raw_len, reading.trust, reading.prefix)
            reading.good += 1
        except verify.Violation:
            reading.broken.add(piece.sha256)


def _more_trust(reading: _Reading, stored: bytes) -> None:
    try:
        brought = _unpack_certificates(stored)
    except entries.UNREADABLE as cause:
        raise BundleRefused(Outcome.NOT_TRUSTED, "证书读不出来，没有读入") from cause
    reading.trust = Trust(reading.roots, [*reading.trust.good, *brought])
    reading.certificates = reading.trust.good


def _store(db: Database, reading: _Reading, piece: Piece, stored: bytes) -> Counter[str]:
    """Second pass: one segment in one transaction, or none of it."""
    try:
        checked = verify.check(stored, piece.raw_len, reading.trust, reading.prefix)
        with database.writing(db.engine) as connection:
            verify.check_against(connection, checked)
            return _stored(connection, db, checked)
    except verify.Violation:
        reading.broken.add(piece.sha256)
        reading.good -= 1
        return Counter()


def _stored(connection: Connection, db: Database, checked: verify.Checked) -> Counter[str]:
    """Keep a segment's entries, but for those that are here already, and make their rows again."""
    fresh = _fresh(connection, checked)
    if not fresh:
        return Counter()
    stream = journal.stream_no(connection, checked.header.stream)
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
    _move_clock(connection, db, [e.hlc for e, _ in fresh])
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


def _move_clock(connection: Connection, db: Database, stamps: list[int]) -> None:
    """What was read lies before what is written next; a stamp more than a day ahead does not move us (sync.md 2.4)."""
    latest = (milliseconds(db.clock.now()) + DAY_MS) << 16
    newest = max((s for s in stamps if s <= latest), default=0)
    if newest > local.get(connection, "hlc", 0):
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
        store.note_bundle(connection, db, manifest.bundle_id, "in", sender.node_id, outcome, entries_new)
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


def _set_aside(db: Database, path: Path) -> None:
    """Keep a file for inspection, encrypted as it came; a full disk or a full quarantine does not stop the work."""
    folder = db.paths.quarantine
    try:
        folder.mkdir(exist_ok=True)
        kept = sum(f.stat().st_size for f in folder.iterdir() if f.name != path.name)
        if kept + path.stat().st_size <= MAX_QUARANTINE:
            shutil.copyfile(path, folder / path.name)
    except OSError:
        return
