"""What a clerk does with a stick: enrol, write, read."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from desktop.core.db import database, local
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.sync import (
    certificates,
    digests,
    duties,
    enrol,
    exchange,
    forks,
    peers,
    rebuild,
    revoking,
    rotating,
    sticks,
    store,
    taking,
)
from desktop.features.sync.model import BundleRefused, Enrolled, Outcome, Taken, Written

MAX_REASON = 200
# Of several files, the outcome that a person must know of first.
_GRAVITY = [
    Outcome.DAMAGED,
    Outcome.NOT_TRUSTED,
    Outcome.NEWER_VERSION,
    Outcome.APPLIED,
    Outcome.NOTHING_NEW,
    Outcome.NOT_FOR_US,
]


def enrol_next(
    db: Database, actor: Actor, path: Path, confirm: str = "", second: office.Second | None = None
) -> Enrolled:
    """Do whichever step of enrolment is next with the files at `path`. A certificate is given by two people.

    Raises Trouble: no such folder, digits missing or wrong, a request from outside this office's region; Refused
    without the second person.
    """
    own = _own(db, actor, "bundle.enrol")
    folder = path.parent if path.suffix == ".hhb" else path
    try:
        return (
            _take_answer(db, path, confirm)
            or _answer(db, own, path, confirm, partial(_approve, db, actor, second))
            or _request(db, own, folder)
        )
    except BundleRefused as refused:
        raise Trouble(refused.sentence, refused.what_to_do, code=f"enrol.{refused.outcome}") from refused
    except OSError as cause:
        raise Trouble("U盘读不出来", "请检查U盘是否插好后再做一次", code="stick.error") from cause


def _take_answer(db: Database, path: Path, confirm: str) -> Enrolled | None:
    """Take the answer that is for this PC; what is wrong with others' files matters only when there is none."""
    problems: list[BundleRefused | Trouble] = []
    for file in _files(path) if store.is_pending(db) else []:
        try:
            if enrol.is_answer(file) and (done := enrol.take_answer(db, file, confirm)):
                return done
        except (BundleRefused, Trouble) as problem:
            problems.append(problem)
    if problems:
        raise problems[0]
    return None


def _approve(db: Database, actor: Actor, second: office.Second | None, whom: str) -> None:
    with db.unit(actor, "受理入网") as unit:
        about = f"给“{whom}”的电脑发证书"
        office.confirm_by_second(unit, second, about)
        office.note(unit, office.Event.TRUST, about)


def _answer(
    db: Database, own: office.Office, path: Path, confirm: str, approve: Callable[[str], None]
) -> Enrolled | None:
    """Answer the request whose digits were typed; with no digits, the first one (which then asks for them)."""
    found = []
    for file in _files(path):
        request = enrol.read_request(file)
        if request is not None and request.node_id != db.node.node_id and enrol.concerns(own, request):
            found.append((file, request))
    for file, request in found:
        if enrol.digits(confirm) == enrol.fingerprint_of(request):
            return enrol.answer(db, own, request, file.parent, confirm, approve)
    for file, request in found[:1]:
        return enrol.answer(db, own, request, file.parent, confirm, approve)
    return None


def _request(db: Database, own: office.Office, folder: Path) -> Enrolled:
    if store.is_enrolled(db):
        raise Trouble(
            "本单位已经入网，这里也没有等待受理的申请", "如需更换上级，请联系市级管理员", code="enrol.done"
        )
    return enrol.write_request(db, own, folder)


def _files(path: Path) -> list[Path]:
    return sticks.bundles(path) if path.exists() else []


def write_bundle(
    db: Database, actor: Actor, path: Path, tell: Tell = silent, whom: str = ""
) -> list[Written]:
    """Write a bundle onto the stick at `path`: for the office above, or for the one below of the name or code `whom`.

    Raises Trouble.
    """
    _own(db, actor, "bundle.write")
    folder = path.parent if path.suffix == ".hhb" else path
    return exchange.write(db, folder, peers.named(whom) if whom else peers.parent, tell)


def read_bundles(db: Database, actor: Actor, path: Path, tell: Tell = silent) -> list[Taken]:
    """Read the bundle file at `path`, or all that lie in that folder. Raises Trouble when there is none."""
    _own(db, actor, "bundle.read")
    try:
        found = [f for f in sticks.bundles(path) if path == f or not enrol.is_enrolment(f)]
    except OSError as cause:
        raise Trouble("U盘读不出来", "请检查U盘是否插好后再读一次", code="stick.error") from cause
    if not found:
        raise Trouble("这里没有数据包", "请确认插对了U盘，文件名以 .hhb 结尾", code="bundle.none")
    taken = [taking.take(db, file, tell) for file in found]
    duties.do(db)
    note_digests(db)
    return taken


def note_digests(db: Database, _tell: Tell = silent) -> None:
    """Make ready what the next bundle tells of the rows here, so that the other office can compare them: after every
    reading, and before writing while nobody waits. Raises Trouble."""
    with db.engine.connect() as connection:
        if not local.get(connection, "certificate"):
            return
        own = certificates.own(connection)
        made = digests.outdated(connection, certificates.common(own, own))
    with database.writing(db.engine) as connection:
        digests.keep(connection, made)


def revoke(db: Database, actor: Actor, whom: str, reason: str) -> list[str]:
    """Take trust back from the PCs of an office below (its name or code), or from one PC (its id in hex); gives the
    names of the offices. What came from them so far stays. Raises Refused without the right or a reason, Trouble.
    """
    if not reason.strip():
        raise Refused([Problem("revoke.reason", "reason", "请写明停用的事由")])
    with db.unit(actor, "停用下级电脑", reason.strip()) as unit:
        unit.require("bundle.enrol")
        found = peers.to_revoke(unit.connection, whom)
        revoking.revoke(unit.connection, db, found, reason.strip()[:MAX_REASON])
        offices = sorted({c.office for c in found})
        office.note(unit, office.Event.TRUST, f"停用“{'、'.join(offices)}”的电脑", reason.strip())
    return offices


def rotate(db: Database, actor: Actor) -> bool:
    """Change this PC's keys. True when that is done, False when the office above must certify the new ones first: the
    next bundles carry it up and down. Raises Refused, Trouble.
    """
    with forks.as_stored(db), db.unit(actor, "更换密钥") as unit:
        unit.require("bundle.enrol")
        done = rotating.begin(unit.connection, db)
        office.note(unit, office.Event.KEY, "更换本机的签名和加密密钥")
    with db.engine.connect() as connection:
        db.node = local.load_node(connection)
    return done


def rebuild_rows(db: Database, actor: Actor, tell: Tell = silent) -> rebuild.Rebuilt:
    """Make every row again from the entries; tells what was different. Raises Refused, Trouble."""
    _own(db, actor, "backup.restore")
    return rebuild.rebuild(db, tell)


def overall(taken: Iterable[Taken]) -> Outcome:
    return min((t.outcome for t in taken), key=_GRAVITY.index)


def _own(db: Database, actor: Actor, right: str) -> office.Office:
    with db.reader(actor) as reader:
        reader.require(right)
        return office.office(reader)
