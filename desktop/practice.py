"""The practice office: a small sample in a folder of its own, made on first use, where nothing can go wrong."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop import start
from desktop.core import crypto
from desktop.core.crypto import Cost
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.sample import people, workbooks

# No secret: what lies behind it is invented.
LOGIN, PASSWORD = "lianxi", "lianxi-lianxi"
OWN = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
_HOUSEHOLDS, _PEOPLE = 60, 140


def beside(root: Path) -> Path:
    """Where the practice office of an office lies: never inside the real one's folder."""
    return root.resolve().with_name(f"{root.resolve().name}-practice")


def open_practice(
    root: Path, tell: Tell = silent, *, cost: Cost = crypto.FOR_OFFICES
) -> tuple[Database, Actor]:
    """The practice office beside the office in `root`."""
    folder = beside(root)
    if not Paths(folder).exists():
        _build(folder, tell, cost)
    try:
        return office.log_in(folder, LOGIN, PASSWORD)
    except Trouble as trouble:
        if trouble.code != "keys.moved":
            raise
    shutil.rmtree(folder)  # came from another PC; nothing in it is anybody's
    _build(folder, tell, cost)
    return office.log_in(folder, LOGIN, PASSWORD)


def _build(folder: Path, tell: Tell, cost: Cost) -> None:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)  # what was stopped half-way
    tell(0, 0, "正在准备练习用的名单")
    running, _ = start.create_office(part, OWN, LOGIN, PASSWORD, cost=cost)
    try:
        with TemporaryDirectory() as scratch:
            workbook = Path(scratch) / "list.xlsx"
            workbooks.write_layout1(workbook, people.township(households=_HOUSEHOLDS, people=_PEOPLE))
            start.apply_import(running, start.read_workbook(running, workbook).plan, tell)
    finally:
        running.db.close()
    part.rename(folder)
