"""What belongs to a row: the rows that cannot be without it (people and visits of a household), and what these bring
along. They move with it and are erased with it; what only mentions it (a visit that another household's visit replaced)
goes on without."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Column, Connection, Table, select

from desktop.core.db import registry
from desktop.core.db.base import StreamKind
from desktop.core.db.registry import TableInfo
from desktop.features.sync.tables import WaitingRow

_PART = 500
Rows = dict[int, list[bytes]]  # by table number, owners first


def of(connection: Connection, info: TableInfo, row: bytes) -> Rows:
    """A row and all that belongs to it, also what waits for it and is not shown."""
    found: Rows = {info.no: [row]}
    for other in registry.in_order():
        for column, target in _owners(other):
            owner = next(i for i in registry.by_number().values() if i.table is target)
            if ids := found.get(owner.no):
                rows = [*_pointing(connection, other, column, ids), *_waiting(connection, other, ids)]
                found.setdefault(other.no, []).extend(dict.fromkeys(rows))
    return found


def waiting_for(connection: Connection, info: TableInfo, rows: Sequence[bytes]) -> Rows:
    """What waits for one of these rows and cannot be without it."""
    return {
        other.no: found
        for other in registry.in_order()
        if any(target is info.table for _, target in _owners(other))
        and (found := list(_waiting(connection, other, rows)))
    }


def stands_alone(info: TableInfo) -> bool:
    """Whether the rows of this table belong to no other."""
    return not _owners(info)


def tables_owning() -> list[TableInfo]:
    """The tables of rows that may be moved or erased for their own sake: no ledger, no office's own business."""
    return [i for i in registry.in_order() if not i.ledger and i.stream is StreamKind.DATA]


def _owners(info: TableInfo) -> list[tuple[Column[bytes], Table]]:
    """The columns that name what a row cannot be without."""
    return [
        (column, key.column.table)
        for column in info.columns.values()
        for key in column.foreign_keys
        if not column.nullable and key.column.table is not info.table
    ]


def _pointing(
    connection: Connection, info: TableInfo, column: Column[bytes], ids: Sequence[bytes]
) -> Iterator[bytes]:
    for part in _parts(ids):
        yield from connection.scalars(select(info.table.c.id).where(column.in_(part)))


def _waiting(connection: Connection, info: TableInfo, ids: Iterable[bytes]) -> Iterator[bytes]:
    for part in _parts(list(ids)):
        wanted = select(WaitingRow.row).where(WaitingRow.table_no == info.no, WaitingRow.waits_for.in_(part))
        yield from connection.scalars(wanted)


def _parts(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))
