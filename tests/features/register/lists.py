"""Lists that clerks send, read into a real office; and what an office holds, to compare before and after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.excel.reader import open_workbook
from desktop.features.register import api as register
from desktop.features.register.import_plan import ImportPlan
from tests.features.register.workbook_maker import number, workbook

__all__ = [
    "held",
    "number",
    "own_list",
    "people_of",
    "plan_of",
    "read_in",
    "reader",
    "rows_of",
    "said",
    "workbook",
]

VILLAGE = "蔡园董村"
HEADINGS = ("乡镇", "村", "组", "户编号", "人编号", "姓名", "证件号码", "与户主关系")
TOWNSHIP = "里则街道"


def own_list(path: Path, *rows: Sequence[object], headings: Sequence[str] = HEADINGS[1:]) -> Path:
    return workbook(path, [headings, *rows])


def rows_of(path: Path) -> list[list[Any]]:
    book = open_workbook(path)
    return [list(r) for r in book.sheet(book.names[0]).rows()]


def plan_of(office: tuple[Database, Actor], path: Path) -> ImportPlan:
    db, actor = office
    with db.reader(actor) as found:
        return register.read_workbook(found, path).plan


def read_in(office: tuple[Database, Actor], path: Path) -> tuple[ImportPlan, bytes]:
    """Read and apply; gives the plan, and the action's key for undo."""
    db, actor = office
    plan = plan_of(office, path)
    with db.unit(actor, "导入") as unit:
        register.apply_import(unit, plan)
        return plan, unit.action_key


@contextmanager
def reader(office: tuple[Database, Actor]) -> Iterator[Any]:
    db, actor = office
    with db.reader(actor) as found:
        yield found


def people_of(office: tuple[Database, Actor], text_typed: str = "") -> dict[str, list[str]]:
    """Households by their head's name: the names of all members, in order."""
    with reader(office) as found:
        homes = register.households(found, register.household_ids(found, text_typed))
        return {h.head.name if h.head else "": [m.name for m in h.members] for h in homes}


def said(plan: ImportPlan) -> list[tuple[int, str, str, str]]:
    return [(d.row, d.column, d.value, d.code) for d in plan.doubts]


_ROWS = ("household", "person", "village_group", "place", "number_prefix")
_INDEX = {
    "household_index": "SELECT * FROM household_index ORDER BY household",
    "search_doc": "SELECT person, household, name, address, text FROM search_doc ORDER BY person",
    "tokens": "SELECT term, person FROM words JOIN search_doc ON search_doc.id = words.doc ORDER BY term, person",
}


def held(office: tuple[Database, Actor]) -> dict[str, list[Any]]:
    """Every row in use but its version, and the whole index with every token of every person."""
    with reader(office) as found:
        kept = {table: _alive(found.connection, table) for table in _ROWS}
        found.connection.execute(
            text("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search', 'instance')")
        )
        kept |= {
            name: [tuple(r) for r in found.connection.execute(text(sql))] for name, sql in _INDEX.items()
        }
        found.connection.execute(text("DROP TABLE temp.words"))
    return kept


def _alive(connection: Connection, table: str) -> list[Any]:
    rows = connection.execute(text(f"SELECT * FROM {table} WHERE alive ORDER BY id")).mappings()
    return [{k: v for k, v in r.items() if k != "version"} for r in rows]
