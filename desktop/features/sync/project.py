"""The projection: a row is what its entries say, whatever the order they came in (sync.md 2.3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from desktop.core.db import registry
from desktop.core.db.heads import Heads
from desktop.core.db.log_tables import ConflictRow
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import insert_rows, update_rows
from desktop.core.jobs import Tell
from desktop.features.sync import histories, merge, references
from desktop.features.sync.histories import Told
from desktop.features.sync.references import Made
from desktop.features.sync.tables import WaitingRow

BATCH = 400
_LATER = ("id", "region")  # what no update changes


def project(connection: Connection, touched: Mapping[int, Iterable[bytes]]) -> dict[str, list[bytes]]:
    """Make the rows again from their entries, referents first; gives what was written, by table.

    A row whose referent is unknown waits and is tried again when the referent comes.
    """
    levels = histories.levels_of(connection)
    written: dict[str, list[bytes]] = {}
    arrived: set[bytes] = set()
    for info in registry.in_order():
        todo = list(dict.fromkeys([*touched.get(info.no, ()), *_waiting(connection, info, arrived)]))
        repeated: set[bytes] = set()
        while todo:
            done = {r for batch in _batches(todo) for r in _project(connection, info, batch, levels)}
            written.setdefault(info.name, []).extend(done)
            arrived |= done
            todo = _again(connection, info, todo, done, repeated)
    return {name: list(dict.fromkeys(ids)) for name, ids in written.items() if ids}


@registry.first_after_touching
def look_again(connection: Connection, touched: registry.Touched, _tell: Tell) -> None:
    """What an edit made here settles: the conflicts of its rows, and what they waited for."""
    levels = histories.levels_of(connection)
    for info in registry.in_order():
        if ids := touched.get(info.name):
            open_ = {*_noted(connection, ConflictRow, info), *_noted(connection, WaitingRow, info)}
            for batch in _batches([row for row in dict.fromkeys(ids) if row in open_] if open_ else []):
                _have_made_again(connection, info, batch)
                _project(connection, info, batch, levels)


def _have_made_again(connection: Connection, info: TableInfo, rows: list[bytes]) -> None:
    """Let these rows be written although no newer entry came than the one they were written under."""
    lines = [{"row": row, "table_no": info.no, "waits_for": row} for row in rows]
    connection.execute(insert(WaitingRow).prefix_with("OR IGNORE"), lines)


def _noted(
    connection: Connection, notes: type[ConflictRow] | type[WaitingRow], info: TableInfo
) -> list[bytes]:
    return list(connection.scalars(select(notes.row).where(notes.table_no == info.no)))


def _again(
    connection: Connection, info: TableInfo, tried: list[bytes], done: set[bytes], repeated: set[bytes]
) -> list[bytes]:
    """In a table that points at itself (a correction at the visit it corrects), what may be whole by now. A row that
    was shown before what it points at came by is made once more, and not for ever."""
    if not done or all(target is not info.table for _, target in references.targets(info)):
        return []
    waiting = _waiting(connection, info, done)
    late = [row for row in waiting if row in done and row not in repeated]
    repeated.update(late)
    rest = dict.fromkeys([*waiting, *reversed(tried)])
    return [*late, *(row for row in rest if row not in done)]


def _batches(rows: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _waiting(connection: Connection, info: TableInfo, arrived: set[bytes]) -> list[bytes]:
    """The rows of a table that waited for one of those that arrived."""
    if not arrived:
        return []
    waiting = select(WaitingRow.row, WaitingRow.waits_for).where(WaitingRow.table_no == info.no)
    return [row for row, waits_for in connection.execute(waiting) if waits_for in arrived]


def _project(
    connection: Connection, info: TableInfo, rows: list[bytes], levels: Mapping[bytes, int]
) -> list[bytes]:
    """Make some rows of one table again; gives those that can be shown."""
    found = make(connection, info, rows, levels)
    ready = {row: made for row, made in found.items() if not made.is_blocked}
    _write(connection, info, ready)
    if not info.ledger:
        _write_heads(connection, info, ready)
    # Only now: a row that waited may be written again under the entry it had.
    connection.execute(delete(WaitingRow).where(WaitingRow.row.in_(rows)))
    waiting = [
        {"row": row, "table_no": info.no, "waits_for": m.waits_for} for row, m in found.items() if m.waits_for
    ]
    if waiting:
        connection.execute(insert(WaitingRow), waiting)
    return list(ready)


def make(
    connection: Connection, info: TableInfo, rows: Sequence[bytes], levels: Mapping[bytes, int]
) -> dict[bytes, Made]:
    """What the log makes of some rows of a table; nothing is written."""
    told = histories.read(connection, info, rows, levels)
    found = {row: _made(info, row, t) for row, t in told.items()}
    for row, made in found.items():
        if not (made.told.is_created and _is_whole(info, made.state)):
            made.block(row)
    references.resolve(connection, info, found)
    if info.ledger and info.row.__mirrored__:
        _mirror(connection, info, found)
    return found


def _made(info: TableInfo, row: bytes, told: Told) -> Made:
    state = {"id": row, "region": told.region, "version": told.newest}
    if told.alone is not None:
        return Made(told, state | _as_created(info, told.alone))
    merged = merge.merge(told.history, info.classes)
    state |= {column.name: merged.values[no] for no, column in info.columns.items()}
    edited = {no: eids for no, eids in merged.heads.items() if eids != [row]}
    return Made(told, state, edited, merged.conflicts)


def _as_created(info: TableInfo, said: Mapping[int, Any]) -> dict[str, Any]:
    """The fast way for a row that nobody edited."""
    values = {c.name: said.get(no) for no, c in info.columns.items()}
    for name in info.tags:
        values[name] = merge.labels(values[name])
    if not info.ledger and values["alive"] is None:
        values["alive"] = True
    return values


def _is_whole(info: TableInfo, state: Mapping[str, Any]) -> bool:
    return all(c.nullable or state[c.name] is not None for c in info.columns.values())


def _mirror(connection: Connection, info: TableInfo, found: Mapping[bytes, Made]) -> None:
    """A reversal moves back exactly what its original moved."""
    table = info.table
    reversals = [m for m in found.values() if m.state["reverses"] and not m.is_blocked]
    wanted = [m.state["reverses"] for m in reversals]
    stored = {r.id: r._mapping for r in connection.execute(select(table).where(table.c.id.in_(wanted)))}
    for made in reversals:
        named = made.state["reverses"]
        original = stored.get(named) or found[named].state
        opposite = info.row.opposite(original)
        made.state |= {name: opposite[name] for name in info.row.__mirrored__}


def _write(connection: Connection, info: TableInfo, ready: Mapping[bytes, Made]) -> None:
    table = info.table.c
    versions = connection.execute(select(table.id, table.version).where(table.id.in_(list(ready))))
    there = {row: version for row, version in versions}
    if new := [made.state for row, made in ready.items() if row not in there]:
        insert_rows(connection, info, new)
    waited = set(connection.scalars(select(WaitingRow.row).where(WaitingRow.row.in_(list(there)))))
    changed = [
        (row, {k: v for k, v in ready[row].state.items() if k not in _LATER})
        for row, version in there.items()
        if version != ready[row].told.newest or row in waited
    ]
    update_rows(connection, info, changed)


def _write_heads(connection: Connection, info: TableInfo, ready: Mapping[bytes, Made]) -> None:
    edited = {row: made for row, made in ready.items() if made.heads}
    heads = Heads({})
    for row, made in edited.items():
        heads.set(row, made.heads)
    heads.write(connection)
    _write_conflicts(connection, info, edited)


def _write_conflicts(connection: Connection, info: TableInfo, edited: Mapping[bytes, Made]) -> None:
    """Note what people must settle of these rows, and forget what they settled."""
    if edited:
        connection.execute(delete(ConflictRow).where(ConflictRow.row.in_(list(edited))))
    lines = [
        {
            "row": row,
            "field": number,
            "table_no": info.no,
            "region": made.state["region"],
            "heads": msgspec.msgpack.encode(heads),
        }
        for row, made in edited.items()
        for number, heads in made.conflicts.items()
    ]
    if lines:
        connection.execute(insert(ConflictRow), lines)
