"""The projection: a row is what its entries say, whatever the order they came in (sync.md 2.3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from desktop.core.db import lookup, registry
from desktop.core.db.heads import MADE, Heads
from desktop.core.db.log_tables import ConflictRow, RowHeads
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import insert_rows, update_rows
from desktop.core.jobs import Tell
from desktop.features.sync import histories, merge, references, stays
from desktop.features.sync.histories import Told
from desktop.features.sync.references import Made
from desktop.features.sync.stays import Stay
from desktop.features.sync.tables import WaitingRow

BATCH = 400


@dataclass(slots=True)
class _Done:
    """What came of making rows of one table again. `left`: those that stand no more where they stood."""

    ready: set[bytes] = field(default_factory=set)
    left: set[bytes] = field(default_factory=set)

    def add(self, other: "_Done") -> None:
        self.ready |= other.ready
        self.left |= other.left


def project(
    connection: Connection, touched: Mapping[int, Iterable[bytes]], new: histories.New | None = None
) -> dict[str, list[bytes]]:
    """Make the rows again from their entries, referents first; gives what was written, by table. Those of `new` were
    never here before, and only made (histories.alone).

    A row whose referent is unknown, or went, waits and is tried again when the referent comes.
    """
    levels = histories.levels_of(connection)
    written: dict[str, list[bytes]] = {}
    every = _Done()
    for info in registry.in_order():
        late = [*_waiting(connection, info, every.ready), *_leaning(connection, info, every.left)]
        todo = list(dict.fromkeys([*touched.get(info.no, ()), *late]))
        repeated: set[bytes] = set()
        first = new.get(info.no, {}) if new else {}
        while todo:
            done = _add(connection, info, first)
            for batch in _batches([row for row in todo if row not in first] if first else todo):
                done.add(_project(connection, info, batch, levels))
            written.setdefault(info.name, []).extend(done.ready | done.left)
            every.add(done)
            todo, first = _again(connection, info, todo, done, repeated), {}
    return {name: list(dict.fromkeys(ids)) for name, ids in written.items() if ids}


def _leaning(connection: Connection, info: TableInfo, left: set[bytes]) -> list[bytes]:
    """The rows of a table that point at one that stands no more where it stood; they are to be made again."""
    found = references.pointing(connection, info, left) if left else []
    if found:
        _have_made_again(connection, info, found)
    return found


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
    connection: Connection, info: TableInfo, tried: list[bytes], done: _Done, repeated: set[bytes]
) -> list[bytes]:
    """In a table that points at itself (a correction at the visit it corrects), what may be whole by now. A row that
    was shown before what it points at came by, or went, is made once more, and not for ever."""
    if not (done.ready or done.left) or all(t is not info.table for _, t in references.targets(info)):
        return []
    waiting = _waiting(connection, info, done.ready)
    once_more = [*(row for row in waiting if row in done.ready), *_leaning(connection, info, done.left)]
    late = [row for row in dict.fromkeys(once_more) if row not in repeated]
    repeated.update(late)
    rest = dict.fromkeys([*waiting, *reversed(tried)]) if done.ready else ()
    return [*late, *(row for row in rest if row not in done.ready and row not in repeated)]


def _batches(rows: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _waiting(connection: Connection, info: TableInfo, arrived: set[bytes]) -> list[bytes]:
    """The rows of a table that waited for one of those that arrived. One that was edited may have pointed elsewhere
    before: what it waits for is its first choice, and any other is better than none."""
    if not arrived:
        return []
    wanted = select(WaitingRow.row, WaitingRow.waits_for).where(WaitingRow.table_no == info.no)
    waiting = connection.execute(wanted).all()
    edited = lookup.spoken_of(connection, [row for row, _ in waiting])
    return [row for row, waits_for in waiting if waits_for in arrived or row in edited]


def _project(
    connection: Connection, info: TableInfo, rows: list[bytes], levels: Mapping[bytes, int]
) -> _Done:
    """Make some rows of one table again."""
    found = make(connection, info, rows, levels)
    ready = {row: made for row, made in found.items() if not made.is_blocked}
    stood = _standing(connection, info, rows)
    _write(connection, info, ready, {row: version for row, (_, version) in stood.items()})
    if not info.ledger:
        _write_heads(connection, info, ready)
    hidden = [row for row in stood if row not in ready and not info.ledger]
    _remove(connection, info, hidden)
    # Only now: a row that waited may be written again under the entry it had.
    connection.execute(delete(WaitingRow).where(WaitingRow.row.in_(rows)))
    _have_wait(connection, info, found)
    moved = {row for row, (at, _) in stood.items() if row in ready and ready[row].state["region"] != at}
    return _Done(set(ready), {*hidden, *moved})


def _add(connection: Connection, info: TableInfo, told: Mapping[bytes, Told]) -> _Done:
    """Make rows that were never here before: what `_project` comes to for them, without asking what is there."""
    if not told:
        return _Done()
    found = {row: _made(info, row, t) for row, t in told.items()}
    _settle(connection, info, found)
    ready = {row: made.state for row, made in found.items() if not made.is_blocked}
    if ready:
        insert_rows(connection, info, list(ready.values()))
    _have_wait(connection, info, found)
    return _Done(set(ready))


def _have_wait(connection: Connection, info: TableInfo, found: Mapping[bytes, Made]) -> None:
    """Note the rows that are to be made again when another comes."""
    waiting = [
        {"row": row, "table_no": info.no, "waits_for": m.waits_for} for row, m in found.items() if m.waits_for
    ]
    if waiting:
        connection.execute(insert(WaitingRow).prefix_with("OR REPLACE"), waiting)


def _standing(
    connection: Connection, info: TableInfo, rows: Sequence[bytes]
) -> dict[bytes, tuple[str, bytes]]:
    """Of these rows those that are in the table: where, and under which entry."""
    table = info.table.c
    found = connection.execute(select(table.id, table.region, table.version).where(table.id.in_(rows)))
    return {row: (region, version) for row, region, version in found}


def _remove(connection: Connection, info: TableInfo, rows: list[bytes]) -> None:
    """Take out of the table what was erased, moved out of sight, or points at what went; the log keeps what it has."""
    if rows:
        _have_made_again(connection, info, rows)
        connection.execute(delete(info.table).where(info.table.c.id.in_(rows)))
        for noted in (RowHeads, ConflictRow):
            connection.execute(delete(noted).where(noted.row.in_(rows)))


def make(
    connection: Connection, info: TableInfo, rows: Sequence[bytes], levels: Mapping[bytes, int]
) -> dict[bytes, Made]:
    """What the log makes of some rows of a table; nothing is written."""
    told = histories.read(connection, info, rows, levels)
    found = {row: _made(info, row, t) for row, t in told.items()}
    _settle(connection, info, found)
    return found


def _settle(connection: Connection, info: TableInfo, found: Mapping[bytes, Made]) -> None:
    """What rows are beside others: which cannot be shown, where they point, and what mirrors what."""
    for row, made in found.items():
        if made.told.is_gone:
            made.block(b"")
        elif not (made.told.is_created and _is_whole(info, made.state)):
            made.block(row)
    references.resolve(connection, info, found)
    if info.ledger and info.row.__mirrored__:
        _mirror(connection, info, found)


def _made(info: TableInfo, row: bytes, told: Told) -> Made:
    state = {"id": row, "region": told.region, "version": told.newest}
    if told.is_gone:
        return Made(told, state)
    if told.alone is not None:
        return Made(told, state | _as_created(info, told.alone))
    merged = merge.merge(told.history, info.classes)
    state |= {column.name: merged.values[no] for no, column in info.columns.items()}
    if told.stay is not None:
        _place(merged, told, told.stay, info)
    edited = {no: eids for no, eids in merged.heads.items() if eids != [row]}
    return Made(told, state, edited, merged.conflicts)


def _place(merged: merge.Merged, told: Told, stay: Stay, info: TableInfo) -> None:
    """What a row that was moved has besides: what its fields stand on, what came too late, and where else it is."""
    merged.heads[MADE] = sorted(e.eid for e in stay.begun)
    merge.ask_late(merged, told.history, info.classes, told.late)
    if stay.rivals:
        merged.conflicts[stays.MOVE] = list(stay.rivals)


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


def _write(
    connection: Connection, info: TableInfo, ready: Mapping[bytes, Made], stood: Mapping[bytes, bytes]
) -> None:
    there = {row: version for row, version in stood.items() if row in ready}
    if new := [made.state for row, made in ready.items() if row not in there]:
        insert_rows(connection, info, new)
    waited = set(connection.scalars(select(WaitingRow.row).where(WaitingRow.row.in_(list(there)))))
    changed = [
        (row, ready[row].changes)
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
