"""What the log must know of each synced table: its number, its fields' numbers, and who keeps an index of it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Table

from desktop.core.db.base import Base, Ledger, Merge, StreamKind, Synced, Tags, json_text
from desktop.core.jobs import Tell, silent

Touched = Mapping[str, Sequence[bytes]]
Hook = Callable[[Connection, Touched, Tell], None]
AnyHook = TypeVar("AnyHook", bound=Hook)

_first: list[Hook] = []
_hooks: list[Hook] = []
_infos: dict[type[Any], "TableInfo"] = {}


@dataclass(frozen=True)
class TableInfo:
    no: int
    row: type[Any]
    table: Table
    stream: StreamKind
    ledger: bool
    numbers: Mapping[str, int]  # column name -> field number
    columns: Mapping[int, Column[Any]]  # field number -> column
    tags: frozenset[str]  # the columns that hold a set of labels
    classes: Mapping[int, Merge]  # field number -> how it merges

    @property
    def name(self) -> str:
        return self.table.name


def info(row: type[Any]) -> TableInfo:
    """The log's view of a row class."""
    if row not in _infos:
        _infos[row] = _info(row)
    return _infos[row]


def _info(row: type[Any]) -> TableInfo:
    table: Table = row.__table__
    columns = {c.info["no"]: c for c in table.columns if "no" in c.info}
    return TableInfo(
        no=row.__table_no__,
        row=row,
        table=table,
        stream=row.__stream__,
        ledger=row.__ledger__,
        numbers={c.name: no for no, c in columns.items()},
        columns=columns,
        tags=frozenset(c.name for c in columns.values() if isinstance(c.type, Tags)),
        classes={no: Merge(c.info["merge"]) for no, c in columns.items()},
    )


@functools.cache
def by_number() -> dict[int, TableInfo]:
    """All synced tables that this program knows, by their number. Call only after the catalog was imported."""
    rows = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, (Synced, Ledger))]
    found = {info(row).no: info(row) for row in rows}
    if len(found) != len(rows):
        raise RuntimeError("two synced tables have the same number")
    return found


def in_order() -> list[TableInfo]:
    """The synced tables, referents before those that point at them."""
    return list(_ordered())


@functools.cache
def _ordered() -> tuple[TableInfo, ...]:
    order = {t.name: n for n, t in enumerate(Base.metadata.sorted_tables)}
    return tuple(sorted(by_number().values(), key=lambda i: order[i.name]))


def after_touching(hook: AnyHook) -> AnyHook:
    """Have `hook` called inside every transaction that touched synced rows, before it commits."""
    _hooks.append(hook)
    return hook


def first_after_touching(hook: AnyHook) -> AnyHook:
    """Have `hook` called before all others: it may still change the touched rows."""
    _first.append(hook)
    return hook


def run_hooks(connection: Connection, touched: Touched, tell: Tell = silent) -> None:
    """What follows from an edit."""
    if touched:
        for hook in _first:
            hook(connection, touched, tell)
        follow(connection, touched, tell)


def follow(connection: Connection, made: Touched, tell: Tell = silent) -> None:
    """What follows from rows that were just made from their entries: nothing may change them any more."""
    if made:
        for hook in _hooks:
            hook(connection, made, tell)


def driver_value(value: Any) -> Any:
    """A value as the bare driver takes it: the bulk door passes by SQLAlchemy's type processing."""
    if isinstance(value, (list, set, frozenset)):
        return json_text(sorted(set(value))) if value else None
    return value
