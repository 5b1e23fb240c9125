"""What a user may see, in one place: for the length of a read session, views of the same names stand before the tables.

A store asks for `household` and gets the rows of the reader's region, with numbers masked and health and money left out
where the role has no need of them. Lists, pages, search, exports and prints all read through a Reader, so none of them
can forget it. What is written goes through `Unit.require`.
"""

import functools
import re
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, String, Table, func

from desktop.core import masking
from desktop.core.db import registry
from desktop.core.db.base import Base, StreamKind, Tags
from desktop.core.db.unit import Actor

# A local table says in its `info` by which of its columns it belongs to a place.
BY_REGION, BY_HOUSEHOLD = {"sight": "region"}, {"sight": "household"}
_DIGITS = re.compile(r"\d{2,12}")
_CODE = 12
TEXT = "masked_text"
_NAMES: dict[masking.Mask, str] = {
    masking.id_number: "masked_id",
    masking.telephone: "masked_telephone",
    masking.digits: TEXT,
}


def is_narrow(actor: Actor) -> bool:
    return bool(actor.sees) or actor.is_masked


def narrow(connection: Connection, actor: Actor) -> None:
    """Put the views before the tables. They are gone when the transaction is rolled back."""
    if actor.is_masked:
        _teach(connection)
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
    if column.name in masking.HIDDEN:
        return f"NULL AS {name}"
    return f"{_NAMES[masking.mask_of(column.name)]}({name}) AS {name}" if _is_written(column) else name


def _is_written(column: Column[object]) -> bool:
    """Whether people write into it. Codes, dates and regions are shorter."""
    if column.name in masking.OPEN or not isinstance(column.type, (String, Tags)):
        return False
    return isinstance(column.type, Tags) or column.type.length is None or column.type.length > _CODE


def hidden(text: ColumnElement[str]) -> ColumnElement[str]:
    """A text of a table that no view stands before, as a masked reader may search it."""
    return getattr(func, TEXT)(text)  # type: ignore[no-any-return]


def _teach(connection: Connection) -> None:
    """Have SQLite know the masks, which are written once (core/masking)."""
    driver: Any = connection.connection.driver_connection
    for mask, name in _NAMES.items():
        driver.create_function(name, 1, partial(_masked, mask), deterministic=True)


def _masked(mask: masking.Mask, text: str | None) -> str | None:
    return None if text is None else mask(text)
