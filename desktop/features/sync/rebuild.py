"""Everything again from the entries: rows, heads, conflicts and indexes, compared with what was there.

A database that is sound comes out the same to the last value, and nothing is written.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from desktop.core.db import database, redo, registry
from desktop.core.db.database import Database
from desktop.core.db.log_tables import EntryRow
from desktop.core.db.unit import BATCH
from desktop.core.jobs import Tell, silent
from desktop.features.sync import digests, project

# Local tables that follow from the rows, and those of their columns that do; the first says which row it is.
_FOLLOW = {
    "row_heads": ("row", "heads"),
    "conflict": ("row", "field", "table_no", "region", "heads"),
    "waiting_row": ("row", "table_no", "waits_for"),
    "household_index": (
        "household",
        "region",
        "group_name",
        "group_position",
        "place",
        "number",
        "state",
        "head",
        "size",
        "kind",
        "monitor_class",
        "phone",
    ),
    "search_doc": ("person", "household", "name", "address", "text"),
}
_EMPTIED = ("conflict", "waiting_row", "row_heads")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many rows were made again, and how many were different, by table."""

    rows: int
    differences: dict[str, int] = field(default_factory=dict)


class _Same(Exception):
    """Nothing was different: leave everything as it was."""


def rebuild(db: Database, tell: Tell = silent) -> Rebuilt:
    """Make all rows again from the entries. Where they differ, what the entries say stands from now on."""
    made: list[Rebuilt] = []
    try:
        with database.writing(db.engine) as connection:
            made.append(everything(connection, tell))
            if not made[0].differences:
                raise _Same
    except _Same:
        pass
    return made[0]


def everything(connection: Connection, tell: Tell = silent) -> Rebuilt:
    """The same inside a transaction of the caller."""
    compared = _compared()
    redo.copy(connection, compared)
    was = {i.name: list(connection.scalars(select(i.table.c.id))) for i in registry.in_order()}
    with redo.without_guards(connection):
        redo.empty(connection, [*(i.name for i in reversed(registry.in_order())), *_EMPTIED])
        count = _make(connection, tell, was)
    found = {name: redo.different(connection, name, columns) for name, columns in compared.items()}
    redo.drop_copies(connection, compared)
    digests.forget(connection)
    return Rebuilt(count, {name: number for name, number in found.items() if number})


def _compared() -> dict[str, tuple[str, ...]]:
    """The tables with the columns that must come out equal; which entry came last is told by nobody."""
    rows = {
        i.name: ("id", *(c.name for c in i.table.columns if c.name not in ("id", "version")))
        for i in registry.in_order()
    }
    return rows | _FOLLOW


def _make(connection: Connection, tell: Tell, was: dict[str, list[bytes]]) -> int:
    touched = dict(was)
    count = 0
    for info in registry.in_order():
        found = select(EntryRow.row).where(EntryRow.table_no == info.no).distinct()
        rows = list(connection.scalars(found))
        for start in range(0, len(rows), BATCH):
            tell(start, len(rows), "正在重新计算")
            for name, ids in project.project(connection, {info.no: rows[start : start + BATCH]}).items():
                touched[name] = [*touched.get(name, ()), *ids]
        count += len(rows)
    registry.run_hooks(connection, {name: list(dict.fromkeys(ids)) for name, ids in touched.items()})
    return count
