"""Puts everything together, once, in reading order: what the command line, the window and the sample office call."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.core import crypto, lock, log
from desktop.core.clock import Clock
from desktop.core.crypto import Cost
from desktop.core.db import database, rekey, restore
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths, default_root
from desktop.features import catalog
from desktop.features.handbook import api as handbook
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.sync import api as sync

FEATURES = catalog.FEATURES


@dataclass(frozen=True, slots=True)
class Running:
    """An office that is open, for one user."""

    db: Database
    actor: Actor


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Hold the data folder: a second copy of the program is refused with Trouble."""
    paths = Paths(root)
    if not paths.exists():
        # Opening will say that there is no office; no lock file is left in a stranger's folder.
        yield
        return
    with lock.take(paths.lock):
        _finish(paths)
        log.start(paths.logs)
        try:
            yield
        finally:
            log.stop()


def _finish(paths: Paths) -> None:
    """What was stopped between a restore, or a new key, and its end; the data is closed."""
    restore.finish(paths)  # its keys come with it
    rekey.finish(paths)


def create_office(
    root: Path,
    own: office.Office,
    login: str,
    password: str,
    *,
    clock: Clock | None = None,
    cost: Cost = crypto.FOR_OFFICES,
) -> tuple[Running, str]:
    """Make an office that is its own root until it is enrolled; gives the recovery code that is shown once."""
    db, actor, code = office.create(root, own, login, password, clock=clock, cost=cost)
    with database.writing(db.engine) as connection:
        sync.become_root(connection, db.node, own)
    return Running(db, actor), code


@contextmanager
def opened(root: Path, login: str, password: str, clock: Clock | None = None) -> Iterator[Running]:
    """The office in `root`, held and opened for a user, closed at the end."""
    with held(root):
        db, actor = _logged_in(root, login, password, clock)
        try:
            yield Running(db, actor)
        finally:
            db.close()


def _logged_in(
    root: Path, login: str, password: str, clock: Clock | None = None, *, may_be_first: bool = False
) -> tuple[Database, Actor]:
    """The office opened, and what was left to do done. Damage that only shows here is Trouble as well, and the file is
    let go of: a backup must be able to take its place."""
    with database.told():
        db, actor = office.log_in(root, login, password, clock=clock, may_be_first=may_be_first)
        try:
            sync.catch_up(db)
        except BaseException:
            db.close()
            raise
    return db, actor


def rekey_office(
    root: Path, login: str, passwords: Mapping[str, str], tell: Tell = silent, cost: Cost = crypto.FOR_OFFICES
) -> office.Rekeyed:
    """A new key for the data and a new recovery code; the folder is held, the data closed. Raises Refused, Trouble."""
    return office.rekey_office(root, login, passwords, sync.county_above, tell, cost)


def read_workbook(running: Running, path: Path, tell: Tell = silent) -> register.ReadWorkbook:
    with running.db.reader(running.actor) as reader:
        return register.read_workbook(reader, path, tell)


def apply_import(running: Running, plan: register.ImportPlan, tell: Tell = silent) -> bytes:
    """Back up, then write the plan as one action; gives the action's key, for undo. An empty plan writes nothing."""
    if plan.is_empty:
        return b""
    tell(0, 0, "正在备份")
    running.db.backup("import")
    with running.db.unit(running.actor, "导入名单") as unit:
        register.apply_import(unit, plan, tell)
        return unit.action_key


def print_document(
    running: Running,
    target: Path,
    document: handbook.Document,
    *,
    village: str = "",
    number: str = "",
    tell: Tell = silent,
) -> handbook.Printed:
    """Print for one household, a village or all, and write down that it was printed."""
    with running.db.reader(running.actor) as reader:
        ids = handbook.choose(reader, village, number)
        printed = handbook.print_document(reader, ids, target, document, tell)
    with running.db.unit(running.actor, f"打印{handbook.DOCUMENT_NAMES[document]}") as unit:
        handbook.note_print(unit, printed)
    return printed


def window(root: Path | None, bundle: Path | None = None) -> int:
    """Show the program in its window, and read `bundle` after the login; gives the exit status."""
    from desktop.practice import open_practice
    from desktop.shell import main  # Qt is loaded only where a window is wanted

    def open_office(folder: Path, login: str, password: str) -> tuple[Database, Actor]:
        _finish(Paths(folder))  # else what is written from here on would be swept away at the next start
        # The window asks for an own password at once; the command line cannot.
        return _logged_in(folder, login, password, may_be_first=True)

    return main.run(
        root or default_root(), open_office, create_office, held, open_practice, bundle, rekey_office
    )
