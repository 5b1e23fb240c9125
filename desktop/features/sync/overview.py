"""What the exchange screen shows: what exists only here, what came and went, what lies on a stick."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from desktop.core.db import local
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.sync import (
    actions,
    certificates,
    enrol,
    frame,
    revoking,
    rules,
    sticks,
    store,
    unproved,
    vectors,
)
from desktop.features.sync.model import BundleRefused, Enrolled, Outcome, Request, Taken
from desktop.features.sync.tables import BundleRow, CertificateRow, TrustListRow
from desktop.features.sync.unproved import MOST_SHOWN, Kept
from desktop.features.sync.vectors import Scope

# Sealing compresses; what is not sealed yet is told as about half of its bytes.
_SHRINKS_TO = 0.5
LATE_MS = 7 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Passed:
    """A bundle that was read here or written here."""

    is_ours: bool
    peer: str
    outcome: Outcome
    entries: int
    at: int  # milliseconds since 1970


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where this PC stands.

    `unsent` are the entries that lie on no stick yet, `entries` those that the parent's newest vector does not prove and
    that the next bundle will hold (`size` bytes). `only_here` leaves out what others sent us; the oldest of it was
    written at `oldest_here` (milliseconds since 1970, 0 when there is none). `lost` entries were written under a former
    name of this PC after its key had been revoked: they never travel. `list_at` is when the office above last said
    which PCs it believes (0 = never): when that is long ago, somebody may keep its bundles from us. `barred` says why this
    PC must be enrolled anew ("twin", "revoked", "lost keys"), "" when it need not.
    """

    fingerprint: str = ""
    parent: str = ""
    is_pending: bool = False
    unsent: int = 0
    only_here: int = 0
    oldest_here: int = 0
    entries: int = 0
    size: int = 0
    last_written: int = 0
    last_read: int = 0
    past: tuple[Passed, ...] = ()
    here: tuple[Kept, ...] = ()
    list_at: int = 0
    barred: str = ""
    is_rotating: bool = False
    enrolled_at: int = 0
    lost: int = 0

    def is_frozen(self, now: int) -> bool:
        """Whether nothing was heard of the trust list for sixty days [K]; never of an office without one above."""
        return rules.is_frozen(self.parent, self.list_at or self.enrolled_at, now)

    def warning(self, now: int) -> tuple[str, str]:
        """What is wrong with this PC's standing, and what to do; two empty texts when all is well."""
        return rules.warning(self.barred, self.parent, self.list_at or self.enrolled_at, now)

    def is_late(self, now: int) -> bool:
        """Whether something has existed only here for seven days (`now` in milliseconds since 1970)."""
        return bool(self.oldest_here) and now - self.oldest_here >= LATE_MS


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
    parent = local.get(connection, "parent", b"")
    scope = Scope(prefix, certificates.ancestors_of(prefix))
    waiting = vectors.lacking(connection, scope, vectors.of_peer(connection, parent))
    lost = revoking.unheard(connection, waiting)
    waiting = [lack for lack in waiting if lack not in lost]
    sent = vectors.sent_to(connection, parent)
    unsent = waiting if sent is None else vectors.lacking(connection, scope, sent)
    here = unproved.own(connection, db.node.node_id, waiting)
    loose, loose_size = unproved.unsealed(connection, db.node.node_id)
    return Outlook(
        fingerprint=db.node.fingerprint,
        parent=standing.parent,
        is_pending=bool(local.get(connection, "enrol_pending", False)),
        unsent=unproved.count(unsent) + loose,
        only_here=unproved.count(here) + loose,
        oldest_here=unproved.oldest(connection, db.node.node_id, here),
        entries=unproved.count(waiting) + loose,
        size=unproved.size(connection, waiting) + round(loose_size * _SHRINKS_TO),
        last_written=standing.last_written,
        last_read=standing.last_read,
        past=_past(connection),
        here=unproved.actions(reader, [*here, *lost]),
        list_at=connection.scalar(select(TrustListRow.at).where(TrustListRow.node_id == parent)) or 0,
        barred=local.get(connection, "barred", ""),
        enrolled_at=certificates.own(connection).issued_at,
        is_rotating=bool(local.get(connection, "next_signing_public")),
        lost=unproved.count(lost),
    )


def _past(connection: Connection) -> tuple[Passed, ...]:
    peers = certificates.offices().subquery()
    found = connection.execute(
        select(BundleRow.direction, peers.c.office, BundleRow.outcome, BundleRow.entries, BundleRow.at)
        .outerjoin(peers, peers.c.node_id == BundleRow.peer)
        .order_by(BundleRow.at.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        Passed(r.direction == "out", r.office or "", Outcome(r.outcome), r.entries, r.at) for r in found
    )


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
