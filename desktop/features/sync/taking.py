"""Reading a bundle that another office wrote: checked as a whole, then taken segment by segment."""

from collections import Counter
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from desktop.core.clock import milliseconds
from desktop.core.db import database, entries, journal, local, lookup, registry
from desktop.core.db.database import Database
from desktop.core.db.log_tables import ConflictRow
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.sync import (
    against,
    alarms,
    anchors,
    blobs,
    certificates,
    erasing,
    forks,
    heeding,
    histories,
    project,
    quarantine,
    reader,
    revoking,
    segments,
    store,
    trust,
    verify,
)
from desktop.features.sync.looking import Looking
from desktop.features.sync.model import (
    BundleRefused,
    Certificate,
    Manifest,
    Outcome,
    Piece,
    PieceKind,
    Taken,
    unpack_vector,
)
from desktop.features.sync.tables import PeerRow, WaitingRow
from desktop.features.sync.verify import Violation

FILES = "file"  # what a bundle brought besides rows: photos and scans
DAY_MS = 24 * 3600 * 1000
# What an honest office can meet: what it wrote before it heard that it was revoked, and points that it spent before the
# handover arrived here. Only the segment is set aside for it.
_HONEST = frozenset({revoking.REVOKED, against.SPENDING})


def take(db: Database, path: Path, tell: Tell) -> Taken:
    """Read one bundle file. Everything is checked first; then it is stored, at most 20,000 entries a commit.

    Never raises for what is in the file: the outcome says it.
    """
    try:
        return _take(db, path, tell)
    except BundleRefused as refused:
        if refused.outcome in (Outcome.NOT_TRUSTED, Outcome.NEWER_VERSION):
            quarantine.keep_file(db, path)
        return Taken(path, refused.outcome, str(refused))
    except OSError as cause:
        raise Trouble(
            "U盘读不出来", "请检查U盘是否插好后再读一次；已读入的不会丢", code="stick.error"
        ) from cause


def _take(db: Database, path: Path, tell: Tell) -> Taken:
    with db.engine.connect() as connection:
        believed = trust.load(connection)
        reading = Looking(believed, certificates.own(connection), believed)
    tell(0, 0, "正在核对")
    manifest, sender = reader.read(path, db.node, reading.sender, reading.look)
    _refuse_if_all_broken(db, reading, manifest, sender)
    with database.writing(db.engine) as connection:
        reading.told += heeding.before_entries(connection, db, reading.said(sender))
    counts: Counter[str] = Counter()
    total = len(manifest.pieces)
    done = iter(range(1, total + 1))

    def keep(piece: Piece, stored: bytes) -> None:
        tell(next(done, total), total, "正在读入")
        if piece.kind == PieceKind.ENTRIES and piece.sha256 not in reading.broken:
            counts.update(_store(db, reading, piece, stored))
        elif piece.kind == PieceKind.BLOB and piece.sha256 not in reading.broken:
            counts[FILES] += blobs.keep(db, reading.own, stored, piece.sha256)

    reader.read(path, db.node, reading.sender, keep)
    _refuse_if_all_broken(db, reading, manifest, sender)
    return _finish(db, path, manifest, sender, reading, counts)


def _refuse_if_all_broken(db: Database, reading: Looking, manifest: Manifest, sender: Certificate) -> None:
    """Not for what an honest office can meet: its vector, its trust list and its keys are as good as before."""
    if not reading.passed and any(v.reason not in _HONEST for v in reading.broken.values()):
        quarantine.note(db, manifest.bundle_id, sender.node_id, reading.broken)
        raise BundleRefused(Outcome.NOT_TRUSTED, "数据包里的内容都不合规定，没有读入", "文件保留备查")


def _store(db: Database, reading: Looking, piece: Piece, stored: bytes) -> Counter[str]:
    """Second pass: one segment in one transaction, or none of it."""
    try:
        passed = reading.passed.get(piece.sha256)
        checked = verify.check(stored, piece.raw_len, reading.trust, reading.own.prefix, passed)
        with forks.as_stored(db), database.writing(db.engine) as connection:
            revoking.check(connection, checked, reading.links)
            against.check(connection, checked, reading.brought)
            # With the entries, not after: what a row shows depends on the levels of its authors.
            certificates.keep(connection, reading.new_certificates)
            quarantine.forget(connection, piece.sha256)
            return _stored(connection, db, erasing.as_ordered(connection, checked))
    except Violation as violation:
        reading.broken[piece.sha256] = violation
        reading.passed.pop(piece.sha256, None)
        return Counter()


def _stored(connection: Connection, db: Database, checked: verify.Checked) -> Counter[str]:
    """Keep a segment's entries, but for those that are here already, and make their rows again."""
    fresh = _fresh(connection, checked)
    if not fresh:
        return Counter()
    stream = journal.stream_no(connection, checked.header.stream)
    number = segments.add(connection, stream, checked.header, checked.payload, checked.raw_len)
    journal.insert_entries(
        connection,
        [
            (e.eid, stream, e.seq, e.prev, h, e.hlc, e.clock_flag, e.user, e.schema, e.kind, e.table,
             e.row, e.salt, e.body, e.note, number)
            for e, h in fresh
        ],
    )  # fmt: skip
    erasing.obey(connection, erasing.orders_in(checked), milliseconds(db.clock.now()))
    touched: dict[int, list[bytes]] = {}
    for e, _ in fresh:
        touched.setdefault(e.table, []).append(e.row)
    new = histories.alone(connection, checked.header.stream.region, [e for e, _ in fresh])
    written = project.project(connection, touched, new)
    registry.follow(connection, written)
    _move_clock(connection, db, [e.hlc for e, _ in fresh])
    forks.after_segment(connection, db, stream, checked.header)
    return Counter({"": len(fresh)}) + Counter({name: len(rows) for name, rows in written.items()})


def _fresh(connection: Connection, checked: verify.Checked) -> list[tuple[entries.Entry, bytes]]:
    here = lookup.hashes(connection, [e.eid for e in checked.entries])
    return [(e, h) for e, h in zip(checked.entries, checked.hashes, strict=True) if e.eid not in here]


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
    reading: Looking,
    counts: Counter[str],
) -> Taken:
    entries_new = counts.pop("", 0)
    outcome = Outcome.APPLIED if entries_new or counts[FILES] else Outcome.NOTHING_NEW
    with forks.as_stored(db), database.writing(db.engine) as connection:
        if reading.vector and (changed := anchors.compare(connection, db, manifest, sender, reading.vector)):
            reading.told.append(changed)
        _keep_vector(connection, db, manifest, sender, reading.vector)
        if reading.wanted:
            blobs.heed(connection, sender.node_id, reading.wanted)
        if reading.vector:
            forks.after_vector(connection, db, sender, unpack_vector(reading.vector))
        reading.told += heeding.heed(connection, db, reading.said(sender))
        store.note_bundle(connection, db, manifest.bundle_id, "in", sender.node_id, outcome, entries_new)
        waiting, conflicts = (
            connection.scalar(select(func.count()).select_from(open_)) or 0
            for open_ in (WaitingRow, ConflictRow)
        )
    said = reading.told
    if reading.broken:
        if quarantine.note(db, manifest.bundle_id, sender.node_id, reading.broken):
            quarantine.keep_file(db, path)
        said.append(f"有 {len(reading.broken)} 段不合规定，没有读入，文件保留备查")
    if reading.vector and (alarm := alarms.compare(db, reading.own, sender, unpack_vector(reading.vector))):
        said.append(alarm)
    return Taken(
        path,
        outcome,
        "；".join(said),
        sender.office,
        entries_new,
        len(reading.broken),
        waiting,
        conflicts,
        dict(counts),
    )


def _keep_vector(
    connection: Connection, db: Database, manifest: Manifest, sender: Certificate, vector: bytes
) -> None:
    """The newest vector of the sender's present incarnation; an older stick changes nothing (sync.md 2.5), and one of
    an incarnation that the present one came after does not take its place."""
    own = (PeerRow.node_id == sender.node_id, PeerRow.incarnation == manifest.incarnation)
    known = connection.execute(select(PeerRow.serial, PeerRow.turn).where(*own)).first()
    if known is not None and known.serial >= manifest.serial:
        return
    turn = (connection.scalar(select(func.max(PeerRow.turn))) or 0) + 1
    if _is_late(connection, (sender.node_id, manifest.incarnation), vector):
        turn = known.turn if known is not None else 0
    connection.execute(delete(PeerRow).where(*own))
    connection.execute(
        insert(PeerRow).values(
            node_id=sender.node_id,
            incarnation=manifest.incarnation,
            serial=manifest.serial,
            vector=vector,
            received=milliseconds(db.clock.now()),
            turn=turn,
        )
    )


def _is_late(connection: Connection, author: tuple[bytes, bytes], vector: bytes) -> bool:
    """Whether the incarnation heard last of that node knows what this one wrote, while this one knows nothing of it."""
    wanted = select(PeerRow.incarnation, PeerRow.vector).where(PeerRow.node_id == author[0])
    newest = connection.execute(wanted.order_by(PeerRow.turn.desc()).limit(1)).first()
    if newest is None or newest.incarnation == author[1]:
        return False
    return author in _authors(newest.vector) and (author[0], newest.incarnation) not in _authors(vector)


def _authors(vector: bytes) -> set[tuple[bytes, bytes]]:
    return {v.stream[:2] for v in unpack_vector(vector).streams} if vector else set()
