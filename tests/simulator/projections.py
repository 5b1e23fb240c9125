"""V6 and V8 of sync.md 6.1: what a desk shows is what its entries mean, and what it waits for is not here."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from desktop.core.db import registry
from desktop.core.db.base import Tags
from desktop.core.db.registry import TableInfo
from tests.simulator import oracle
from tests.simulator.desk import Desk, Said
from tests.simulator.invariants import is_in_scope, is_moved
from tests.simulator.oracle import Meant

_ELSEWHERE = ("MO", "MI", "E")  # a row that was moved or erased
_LOCAL = ("audit", "user")  # tables of streams that not everybody gets


class Meanings:
    """What rows mean, kept by the entries they were made from: most have not changed since the last look."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, frozenset[bytes]], Meant | None] = {}

    def of(self, desk: Desk) -> oracle.Shown:
        found: dict[int, dict[bytes, Meant]] = {}
        uncreated = []
        for (table, row), eids in desk.held.rows.items():
            info = registry.by_number().get(table)
            if info is None or info.name in _LOCAL:
                continue
            if is_moved(desk, table, row):
                if one := _as_it_stands(desk, info, row):
                    found.setdefault(table, {})[row] = one
                continue
            key = (row, frozenset(eids))
            if key not in self._known:
                said = [desk.world.book[e] for e in eids]
                self._known[key] = oracle.meant(info, row, said, desk.world.nodes)
            one = self._known[key]
            if one is None:
                uncreated.append(row)
            else:
                found.setdefault(table, {})[row] = one
        return oracle.shown(found, uncreated)


def _as_it_stands(desk: Desk, info: TableInfo, row: bytes) -> Meant | None:
    """A row that was moved or erased is believed: that all desks agree on it, and a rebuild too, is looked at elsewhere."""
    columns = sorted(info.columns.items())
    names = ", ".join(f'"{c.name}"' for _, c in columns)
    for line in desk.ask(f'SELECT region, {names} FROM "{info.name}" WHERE id = ?', (row,)):
        values = {no: _plain(c, value) for (no, c), value in zip(columns, line[1:], strict=True)}
        open_ = desk.ask("SELECT field, heads FROM conflict WHERE row = ?", (row,))
        return Meant(row, line[0], values, {r[0]: frozenset(_unpack(r[1])) for r in open_})
    return None


def v6_shows_what_was_said(desk: Desk, meanings: Meanings) -> Iterator[str]:
    """Every row is what its entries mean, and every open question has all values that nobody settled."""
    wanted = meanings.of(desk)
    for no, info in registry.by_number().items():
        if info.name not in _LOCAL:
            yield from _rows(desk, no, wanted.rows.get(no, {}))
    found = {
        (r[0], r[1]): frozenset(_unpack(r[2])) for r in desk.ask("SELECT row, field, heads FROM conflict")
    }
    for key in found.keys() | wanted.conflicts.keys():
        if found.get(key) != wanted.conflicts.get(key):
            yield f"V6 {desk.name}: field {key[1]} of a row: a question is {_state(key, found, wanted.conflicts)}"


def _state(key: Any, found: Mapping[Any, Any], wanted: Mapping[Any, Any]) -> str:
    if key not in found:
        return "not open"
    return "open with other values" if key in wanted else "open and was none"


def _unpack(heads: bytes) -> list[bytes]:
    return msgspec.msgpack.decode(heads, type=list[bytes])


def _rows(desk: Desk, no: int, wanted: Mapping[bytes, Mapping[int, Any]]) -> Iterator[str]:
    info = registry.by_number()[no]
    columns = sorted(info.columns.items())
    names = ", ".join(f'"{c.name}"' for _, c in columns)
    found = {r[0]: r[1:] for r in desk.ask(f'SELECT id, {names} FROM "{info.name}"')}
    for _ in found.keys() - wanted.keys():
        yield f"V6 {desk.name}: {info.name} shows a row that its entries do not make"
    for row, values in wanted.items():
        if row not in found:
            yield f"V6 {desk.name}: {info.name} does not show a row"
            continue
        for (number, column), value in zip(columns, found[row], strict=True):
            if _plain(column, value) != values[number]:
                yield f"V6 {desk.name}: {info.name}.{column.name} is {value!r}, meant {values[number]!r}"


def _plain(column: Any, value: Any) -> Any:
    if isinstance(column.type, Tags):
        return json.loads(value) if value else None
    return bool(value) if column.name == "alive" else value


def v8_nothing_waits_in_vain(desk: Desk, meanings: Meanings) -> Iterator[str]:
    """Rows wait exactly while what they point at is not here."""
    waiting = {r[0] for r in desk.ask("SELECT row FROM waiting_row")}
    wanted = meanings.of(desk)
    shown = {row for rows in wanted.rows.values() for row in rows}
    for _ in wanted.waiting - waiting:
        yield f"V8 {desk.name}: a row that cannot be shown is not noted as waiting"
    there = {
        r[0] for no, info in registry.by_number().items() for r in desk.ask(f'SELECT id FROM "{info.name}"')
    }
    for _ in (waiting - wanted.waiting) & shown - there:
        yield f"V8 {desk.name}: a row waits although what it points at is here"


def v8_orphans(desks: Iterable[Desk], meanings: Meanings) -> Iterator[str]:
    """After the quiet time a row waits only for what nobody holds any more."""
    desks = list(desks)
    everything = {e for desk in desks for e in desk.held.all}
    for desk in desks:
        for row, waits_for in desk.ask("SELECT row, waits_for FROM waiting_row"):
            said = desk.world.book.get(waits_for)
            is_elsewhere = waits_for in everything - desk.held.all
            if said and is_elsewhere and is_in_scope(desk, said) and row in meanings.of(desk).waiting:
                yield f"V8 {desk.name}: a row waits for one that another desk holds"


def v6_edits_name_what_they_saw(desk: Desk, fresh: Iterable[Said]) -> Iterator[str]:
    """An edit made here names all versions that stood here: otherwise it would disagree with what its editor read."""
    fresh = [s for s in fresh if s.node == desk.node_id and s.kind in ("S", "D", "U")]
    batch = {s.eid for s in fresh}
    for said in fresh:
        info = registry.by_number().get(said.table)
        of_row = desk.held.rows[said.table, said.row]
        before = [desk.world.book[e] for e in of_row[: of_row.index(said.eid)]]
        made = [s for s in before if s.kind == "C"]
        if info is None or not made or any(s.kind in _ELSEWHERE for s in before):
            continue
        # What a unit says twice of one field names what it said first, or is said without knowing of itself.
        rows = [
            oracle.Row(info, made[0], s, desk.world.nodes)
            for s in (before, [b for b in before if b.eid not in batch])
        ]
        for no, (_, bases) in said.body.items():
            seen = _seen(desk, no, bases, batch)
            if not any({v.eid for v in row.heads(no)} <= seen for row in rows):
                yield f"V6 {desk.name}: an edit of {info.name} field {no} does not name what stood there"


def _seen(desk: Desk, no: int, bases: Iterable[bytes], batch: set[bytes]) -> set[bytes]:
    """What an edit names of a field, and what the edits of the same unit named that it names."""
    found, todo = set[bytes](), list(bases)
    while todo:
        at = todo.pop()
        found.add(at)
        if at in batch and no in desk.world.book[at].body:
            todo += desk.world.book[at].body[no][1]
    return found
