"""What a user may see, in one place: for the length of a read session, views of the same names stand before the tables.

A store asks for `household` and gets the rows of the reader's region, with numbers masked and health and money left out
where the role has no need of them. Lists, pages, search, exports and prints all read through a Reader, so none of them
can forget it. What is written goes through `Unit.require`.
"""

import functools
import re

from sqlalchemy import Column, Connection, Table

from desktop.core import masking
from desktop.core.db import registry
from desktop.core.db.base import Base, StreamKind
from desktop.core.db.unit import Actor

# A local table says in its `info` by which of its columns it belongs to a place.
BY_REGION, BY_HOUSEHOLD = {"sight": "region"}, {"sight": "household"}
_DIGITS = re.compile(r"\d{2,12}")


def is_narrow(actor: Actor) -> bool:
    return bool(actor.sees) or actor.is_masked


def narrow(connection: Connection, actor: Actor) -> None:
    """Put the views before the tables. They are gone when the transaction is rolled back."""
    for statement in _views(actor.sees, actor.is_masked):
        connection.exec_driver_sql(statement)


@functools.cache
def _views(sees: str, is_masked: bool) -> tuple[str, ...]:
    if sees and not _DIGITS.fullmatch(sees):
        raise ValueError("a region is made of digits")
    named = {i.name for i in registry.by_number().values() if i.stream is StreamKind.DATA}
    made = []
    for table in Base.metadata.sorted_tables:
        by = "region" if table.name in named else table.info.get("sight", "")
        if by:
            made.append(_view(table, by, sees, is_masked))
    return tuple(made)


def _view(table: Table, by: str, sees: str, is_masked: bool) -> str:
    columns = ", ".join(_shown(c) if is_masked else f'"{c.name}"' for c in table.columns)
    where = f" WHERE {_within(by, sees)}" if sees else ""
    return f'CREATE TEMP VIEW "{table.name}" AS SELECT {columns} FROM main."{table.name}"{where}'


def _within(by: str, sees: str) -> str:
    near = f"region >= '{sees}' AND region < '{sees}~'"
    return near if by == "region" else f'"{by}" IN (SELECT id FROM main.household WHERE {near})'


def _shown(column: Column[object]) -> str:
    name = f'"{column.name}"'
    if column.name in masking.ID_NUMBERS:
        return f"{_middle(name, 8, 6, 2)} AS {name}"
    if column.name in masking.TELEPHONES:
        return f"{_middle(name, 7, 3, 4)} AS {name}"
    return f"NULL AS {name}" if column.name in masking.HIDDEN else name


def _middle(name: str, least: int, first: int, last: int) -> str:
    """The two ends of a longer text; of a short one nothing."""
    ends = f"substr({name}, 1, {first}) || '****' || substr({name}, -{last})"
    return f"CASE WHEN {name} IS NULL OR {name} = '' THEN {name} WHEN length({name}) > {least} THEN {ends} ELSE '****' END"
