"""What the exchange screen shows: what exists only here, what came and went, what lies on a stick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, func, select

from desktop.core.db import local
from desktop.core.db.database import Database
from desktop.core.db.log_tables import ActionRow, EntryRow, SegmentRow, StreamRow
from desktop.core.db.unit import Actor, Reader
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.sync import actions, enrol, frame, sticks, store
from desktop.features.sync.model import BundleRefused, Enrolled, Outcome, Request, Taken
from desktop.features.sync.tables import BundleRow, CertificateRow

MOST_SHOWN = 200
# Sealing compresses; what is not sealed yet is told as about half of its bytes.
_SHRINKS_TO = 0.5
_ENTRY_BYTES = 160


@dataclass(frozen=True, slots=True)
class Passed:
    """A bundle that was read here or written here."""

    is_ours: bool
    peer: str
    outcome: Outcome
    entries: int
    at: int  # milliseconds since 1970


@dataclass(frozen=True, slots=True)
class Kept:
    """An action whose entries were never in a bundle."""

    name: str
    at: int
    entries: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where this PC stands.

    `unsent` are the entries that no bundle written here has held; `only_here` leaves out what others sent us.
    """

    fingerprint: str = ""
    parent: str = ""
    is_pending: bool = False
    unsent: int = 0
    only_here: int = 0
    entries: int = 0
    size: int = 0
    last_written: int = 0
    last_read: int = 0
    past: tuple[Passed, ...] = ()
    here: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """A request to be enrolled that lies on a stick."""

    name: str
    key: str
    level: office.Level
    is_answered: bool


@dataclass(frozen=True, slots=True)
class OnStick:
    """What lies in a folder, by what this PC knows of it. Names of files are only a hint; reading decides."""

    fresh: int = 0
    known: int = 0
    own: int = 0
    answers: int = 0
    asking: tuple[Asking, ...] = ()

    @property
    def unanswered(self) -> int:
        return sum(not one.is_answered for one in self.asking)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What reading a folder came to; `copies` are whole second copies of files that are damaged."""

    taken: tuple[Taken, ...]
    copies: tuple[Path, ...] = ()


def outlook(reader: Reader, db: Database) -> Outlook:
    connection, prefix = reader.connection, office.office(reader).prefix
    standing = store.standing(db, reader)
    entries, size = _in_scope(connection, StreamRow.region.startswith(prefix))
    own, _ = _in_scope(connection, StreamRow.node == db.node.node_id)
    loose, loose_size = _unsealed(connection, db.node.node_id)
    # Not "what is unsealed": a stick that fails leaves sealed entries that were never written anywhere.
    unsent = max(0, entries + loose - _newest_written(connection))
    return Outlook(
        fingerprint=db.node.fingerprint,
        parent=standing.parent,
        is_pending=bool(local.get(connection, "enrol_pending", False)),
        unsent=unsent,
        only_here=min(unsent, own + loose),
        entries=entries + loose,
        size=size + round(loose_size * _SHRINKS_TO),
        last_written=standing.last_written,
        last_read=standing.last_read,
        past=_past(connection),
        here=_here(connection),
    )


def _in_scope(connection: Connection, scope: ColumnElement[bool]) -> tuple[int, int]:
    """Entries and bytes of the sealed segments that a bundle may hold."""
    found = connection.execute(
        select(
            func.sum(SegmentRow.last_seq - SegmentRow.first_seq + 1),
            func.sum(func.length(SegmentRow.payload)),
        )
        .join(StreamRow, StreamRow.id == SegmentRow.stream)
        .where(scope, StreamRow.kind != "audit")
    ).one()
    return found[0] or 0, found[1] or 0


def _unsealed(connection: Connection, node: bytes) -> tuple[int, int]:
    found = connection.execute(
        select(func.count(), func.sum(func.length(EntryRow.body) + _ENTRY_BYTES))
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(EntryRow.segment.is_(None), StreamRow.node == node, StreamRow.kind != "audit")
    ).one()
    return found[0] or 0, found[1] or 0


def _newest_written(connection: Connection) -> int:
    """Entries of the newest bundle that reached a stick; a bundle holds everything in scope."""
    wanted = select(BundleRow.entries).where(BundleRow.direction == "out").order_by(BundleRow.at.desc())
    return connection.scalar(wanted.limit(1)) or 0


def _past(connection: Connection) -> tuple[Passed, ...]:
    names = select(CertificateRow.node_id, func.min(CertificateRow.office).label("office")).group_by(
        CertificateRow.node_id
    )
    peers = names.subquery()
    found = connection.execute(
        select(BundleRow.direction, peers.c.office, BundleRow.outcome, BundleRow.entries, BundleRow.at)
        .outerjoin(peers, peers.c.node_id == BundleRow.peer)
        .order_by(BundleRow.at.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        Passed(r.direction == "out", r.office or "", Outcome(r.outcome), r.entries, r.at) for r in found
    )


def _here(connection: Connection) -> tuple[Kept, ...]:
    found = connection.execute(
        select(ActionRow.name, ActionRow.at, func.count().label("entries"))
        .join(EntryRow, EntryRow.action == ActionRow.id)
        .where(EntryRow.segment.is_(None))
        .group_by(ActionRow.id)
        .order_by(ActionRow.at.desc(), ActionRow.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(Kept(r.name, r.at, r.entries) for r in found)


def on_stick(reader: Reader, db: Database, folder: Path) -> OnStick:
    """What lies there; nothing when the stick was pulled out meanwhile."""
    try:
        files = sticks.bundles(folder) if folder.is_dir() else []
        requests = [r for file in files if not enrol.is_answer(file) and (r := _request(file)) is not None]
        data = [file for file in files if not enrol.is_enrolment(file)]
    except OSError:
        return OnStick()
    own, known = _known(reader.connection, data)
    return OnStick(
        fresh=len(data) - own - known,
        known=known,
        own=own,
        answers=sum(enrol.is_answer(file) for file in files),
        asking=tuple(
            _asking(reader.connection, r)
            for r in requests
            if r.node_id != db.node.node_id and r.level in list(office.Level)
        ),
    )


def _request(file: Path) -> Request | None:
    try:
        return enrol.read_request(file)
    except BundleRefused:
        return None  # said with its reason when somebody answers it


def _asking(connection: Connection, request: Request) -> Asking:
    wanted = select(CertificateRow.cert_id).where(CertificateRow.node_id == request.node_id)
    is_answered = connection.scalar(wanted.limit(1)) is not None
    return Asking(request.office, request.key, office.Level(request.level), is_answered)


def _known(connection: Connection, files: Sequence[Path]) -> tuple[int, int]:
    """How many of the files were written here, and how many read here before, by their names."""
    ids = [bytes.fromhex(f.stem) for f in files if _is_id(f.stem)]
    found = {
        r.bundle_id: r.direction
        for r in connection.execute(
            select(BundleRow.bundle_id, BundleRow.direction).where(BundleRow.bundle_id.in_(ids[:500]))
        )
    }
    directions = [found.get(i) for i in ids]
    return directions.count("out"), directions.count("in")


def _is_id(stem: str) -> bool:
    return len(stem) == 32 and all(c in "0123456789abcdef" for c in stem)


def ask(db: Database, actor: Actor, folder: Path, tell: Tell) -> Enrolled:
    """Write this PC's request to be enrolled, whatever else lies on the stick. Raises Refused, Trouble."""
    with db.reader(actor) as reader:
        reader.require("bundle.enrol")
        own = office.office(reader)
    if store.is_enrolled(db):
        raise Trouble("本单位已经入网", "如需更换上级，请联系市级管理员", code="enrol.done")
    return enrol.write_request(db, own, folder)


def read(db: Database, actor: Actor, path: Path, tell: Tell) -> ReadResult:
    """Read a file, or what others wrote into a folder; look for whole second copies of what is damaged."""
    taken = actions.read_bundles(db, actor, path, tell)
    with db.reader(actor) as reader:
        shown = tuple(t for t in taken if not _known(reader.connection, [t.path])[0])
    return ReadResult(shown, tuple(_good_copies(t.path for t in shown if t.outcome is Outcome.DAMAGED)))


def read_copies(db: Database, actor: Actor, copies: Iterable[Path], tell: Tell) -> ReadResult:
    """Read exactly these files."""
    return ReadResult(tuple(t for copy in copies for t in actions.read_bundles(db, actor, copy, tell)))


def _good_copies(damaged: Iterable[Path]) -> list[Path]:
    return [copy for file in damaged if _is_whole(copy := file.parent / sticks.COPY / file.name)]


def _is_whole(file: Path) -> bool:
    try:
        frame.check(file)
    except (BundleRefused, OSError):
        return False
    return True
