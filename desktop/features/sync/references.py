"""Rows that point at other rows: shown when what they point at is here, and made again when it comes (sync.md 2.3.5).

A row points at rows of its own region only: a neighbour puts nobody into another's household.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from desktop.core.db.registry import TableInfo
from desktop.features.sync import merge
from desktop.features.sync.histories import Told

_PART = 500


@dataclass(slots=True)
class Made:
    """A row as its entries make it; `waits_for` names a row that is not here, `is_blocked`: so it cannot be shown."""

    told: Told
    state: dict[str, Any]
    heads: dict[int, list[bytes]] = field(default_factory=dict)
    conflicts: dict[int, list[bytes]] = field(default_factory=dict)
    waits_for: bytes = b""
    is_blocked: bool = False

    @property
    def changes(self) -> dict[str, Any]:
        """What an update writes; only a row that was moved may lie somewhere else than before."""
        fixed = ("id",) if self.told.stay else ("id", "region")
        return {name: value for name, value in self.state.items() if name not in fixed}

    def block(self, waits_for: bytes) -> None:
        self.is_blocked, self.waits_for = True, waits_for


@dataclass(frozen=True, slots=True)
class _Reference:
    """`choices` is what the row pointed at, ever: what is shown first, then by rank."""

    made: Made
    column: str
    choices: list[Any]


def resolve(connection: Connection, info: TableInfo, found: Mapping[bytes, Made]) -> None:
    """Leave in each row the references that lead somewhere, and block the rows that cannot do without."""
    references: list[_Reference] = []
    there: dict[tuple[str, bytes], str] = {}
    for column, target in targets(info):
        own = list(_references(info, column, found))
        named = {c for r in own for c in r.choices if c is not None}
        there |= {(column, row): region for row, region in _there(connection, target, named)}
        if target is info.table:
            there |= {(column, n): found[n].state["region"] for n in named if n in found}
        references += own
    while any([_take(r, there, found, info) for r in references]):
        pass


def _take(
    reference: _Reference,
    there: Mapping[tuple[str, bytes], str],
    found: Mapping[bytes, Made],
    info: TableInfo,
) -> bool:
    """Point at the best choice that is here; gives whether the row was blocked just now."""
    made, column = reference.made, reference.column
    if made.is_blocked:
        return False
    first = reference.choices[0]
    for choice in reference.choices:
        is_here = there.get((column, choice)) == made.state["region"]
        if choice is None or (is_here and not (choice in found and found[choice].is_blocked)):
            made.state[column] = choice
            made.waits_for = first if choice != first else made.waits_for
            return False
    made.block(first)
    return True


def _references(info: TableInfo, column: str, found: Mapping[bytes, Made]) -> Iterator[_Reference]:
    number = info.numbers[column]
    for made in found.values():
        if made.is_blocked or made.state[column] is None:
            continue
        versions = made.told.history.fields.get(number, {})
        choices = dict.fromkeys([made.state[column], *merge.by_rank(versions)])
        yield _Reference(made, column, [c for c in choices if c is not None or info.columns[number].nullable])


def targets(info: TableInfo) -> list[tuple[str, Table]]:
    """Columns that point at rows, and the tables of these."""
    keys = [(c.name, key.column.table) for c in info.columns.values() for key in c.foreign_keys]
    return [*keys, ("reverses", info.table)] if info.ledger else keys


def pointing(connection: Connection, info: TableInfo, wanted: Iterable[bytes]) -> list[bytes]:
    """The rows of a table that point at one of these."""
    found: dict[bytes, None] = {}
    ids = list(wanted)
    for column, _ in targets(info):
        for start in range(0, len(ids), _PART):
            at = info.table.c[column].in_(ids[start : start + _PART])
            found.update(dict.fromkeys(connection.scalars(select(info.table.c.id).where(at))))
    return list(found)


def _there(connection: Connection, target: Table, wanted: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    """Those of the rows that are in the database, with their regions."""
    ids = list(wanted)
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        yield from connection.execute(select(target.c.id, target.c.region).where(target.c.id.in_(part)))
