"""The projection: a row is what its entries say, whatever the order they came in (sync.md 2.3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from desktop.core.db import entries, registry
from desktop.core.db.entries import Kind
from desktop.core.db.heads import Heads
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import insert_rows, update_rows
from desktop.features.sync.tables import WaitingRow

BATCH = 400
_E = EntryRow.__table__.c
_ARRIVAL: Any = literal_column("log_entry.rowid")  # the order in which entries came here
_CREATING = (Kind.CREATE, Kind.LEDGER, Kind.REVERSE)


@dataclass(slots=True)
class Version:
    """One value that somebody gave a field."""

    value: Any
    bases: list[bytes]
    rank: tuple[int, int, bytes]  # ties: a good clock first, then later, then the larger id


@dataclass(slots=True)
class History:
    """All that is known of one row."""

    region: str = ""
    created: bytes = b""
    newest: bytes = b""
    fields: dict[int, dict[bytes, Version]] = field(default_factory=dict)

    def take(self, entry: Row[Any]) -> None:
        self.newest = entry.eid
        rank = (-entry.clock_flag, entry.hlc, entry.eid)
        creating = entry.kind in _CREATING
        if creating:
            self.region, self.created = entry.region, entry.eid
        for number, said in entries.unpack_body(entry.body).items():
            value, bases = (said, []) if creating else said
            self.fields.setdefault(number, {})[entry.eid] = Version(value, bases, rank)

    def heads(self, number: int, row: bytes) -> dict[bytes, Version]:
        """The versions that nobody named as seen; the creating entry counts as a version of every field."""
        versions = dict(self.fields.get(number, {}))
        versions.setdefault(self.created or row, Version(True if number == 1 else None, [], (-1, 0, b"")))
        named = {b for v in versions.values() for b in v.bases}
        return {eid: v for eid, v in versions.items() if eid not in named}


def project(connection: Connection, touched: Mapping[int, Iterable[bytes]]) -> dict[str, list[bytes]]:
    """Make the rows again from their entries, referents first; gives what was written, by table.

    A row whose referent is unknown waits and is tried again when the referent comes.
    """
    written: defaultdict[str, list[bytes]] = defaultdict(list)
    for info in registry.in_order():
        rows = list(dict.fromkeys([*touched.get(info.no, ()), *_waiting(connection, info)]))
        for start in range(0, len(rows), BATCH):
            written[info.name] += _project(connection, info, rows[start : start + BATCH])
    return {name: ids for name, ids in written.items() if ids}


def _waiting(connection: Connection, info: TableInfo) -> list[bytes]:
    return list(connection.scalars(select(WaitingRow.row).where(WaitingRow.table_no == info.no)))


def _project(connection: Connection, info: TableInfo, rows: list[bytes]) -> list[bytes]:
    histories = _histories(connection, info, rows)
    connection.execute(delete(WaitingRow).where(WaitingRow.row.in_(rows)))
    states = {row: _state(info, row, h) for row, h in histories.items()}
    ready = _without_waiting(connection, info, histories, states)
    table = info.table.c
    there = set(connection.scalars(select(table.id).where(table.id.in_(ready))))
    insert_new = [states[r] for r in ready if r not in there]
    if insert_new:
        insert_rows(connection, info, insert_new)
    if not info.ledger:
        update_rows(connection, info, _changes(connection, info, [r for r in ready if r in there], states))
        _write_heads(connection, {r: histories[r] for r in ready})
    return ready


def _histories(connection: Connection, info: TableInfo, rows: Sequence[bytes]) -> dict[bytes, History]:
    found: defaultdict[bytes, History] = defaultdict(History)
    wanted = (
        select(_E.eid, _E.kind, _E.row, _E.hlc, _E.clock_flag, _E.body, StreamRow.region)
        .join(StreamRow, StreamRow.id == _E.stream)
        .where(_E.row.in_(rows), _E.table_no == info.no)
        .order_by(EntryRow.__table__.c.row, _ARRIVAL)
    )
    for entry in connection.execute(wanted):
        found[entry.row].take(entry)
    return found


def _state(info: TableInfo, row: bytes, history: History) -> dict[str, Any]:
    state: dict[str, Any] = {"id": row, "region": history.region, "version": history.newest}
    for number, column in info.columns.items():
        heads = history.heads(number, row)
        state[column.name] = _tags(history, number) if column.name in info.tags else _shown(heads)
    return state


def _shown(heads: Mapping[bytes, Version]) -> Any:
    """The one value; of several, until a person settles it, the one that ranks highest (issue 4: by class)."""
    return max(heads.values(), key=lambda v: v.rank).value


def _tags(history: History, number: int) -> list[str] | None:
    """An observed-remove set: a label is gone only when a remove saw every add of it."""
    versions = history.fields.get(number, {})
    adds: dict[str, set[bytes]] = {}
    for eid, version in versions.items():
        plain = eid == history.created
        for label in (version.value or []) if plain else version.value[0]:
            adds.setdefault(label, set()).add(eid)
    for eid, version in versions.items():
        if eid != history.created:
            seen = _ancestors(versions, eid) - {eid}
            for label in version.value[1]:
                adds[label] = adds.get(label, set()) - seen
    kept = sorted(label for label, by in adds.items() if by)
    return kept or None


def _ancestors(versions: Mapping[bytes, Version], eid: bytes) -> set[bytes]:
    found: set[bytes] = set()
    todo = [eid]
    while todo:
        at = todo.pop()
        if at in found or at not in versions:
            found.add(at)
            continue
        found.add(at)
        todo += versions[at].bases
    return found


def _without_waiting(
    connection: Connection,
    info: TableInfo,
    histories: Mapping[bytes, History],
    states: Mapping[bytes, dict[str, Any]],
) -> list[bytes]:
    """The rows that can be written; the others are noted with what they wait for."""
    missing = _missing(connection, info, states)
    ready, waiting = [], []
    for row, state in states.items():
        waits = missing.get(row) or (b"" if histories[row].created and _is_whole(info, state) else row)
        if waits:
            waiting.append({"row": row, "table_no": info.no, "waits_for": waits})
        else:
            ready.append(state["id"])
    if waiting:
        connection.execute(insert(WaitingRow).on_conflict_do_nothing(), waiting)
    return ready


def _is_whole(info: TableInfo, state: Mapping[str, Any]) -> bool:
    return all(c.nullable or state[c.name] is not None for c in info.columns.values())


def _missing(
    connection: Connection, info: TableInfo, states: Mapping[bytes, dict[str, Any]]
) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for column in info.columns.values():
        for key in column.foreign_keys:
            wanted = {s[column.name] for s in states.values() if s[column.name] is not None}
            target = key.column
            there = set(connection.scalars(select(target).where(target.in_(wanted)))) if wanted else set()
            if target.table is info.table:
                there |= set(states)
            for row, state in states.items():
                if state[column.name] is not None and state[column.name] not in there:
                    found[row] = state[column.name]
    return found


def _changes(
    connection: Connection, info: TableInfo, rows: list[bytes], states: Mapping[bytes, dict[str, Any]]
) -> list[tuple[bytes, dict[str, Any]]]:
    table = info.table.c
    there = dict(connection.execute(select(table.id, table.version).where(table.id.in_(rows))).tuples().all())
    return [
        (r, {k: v for k, v in states[r].items() if k not in ("id", "region")})
        for r in rows
        if there[r] != states[r]["version"]
    ]


def _write_heads(connection: Connection, histories: Mapping[bytes, History]) -> None:
    heads = Heads({})
    for row, history in histories.items():
        edited = {n: list(history.heads(n, row)) for n in history.fields}
        edited = {n: eids for n, eids in edited.items() if eids != [row]}
        if edited:
            heads.set(row, edited)
    heads.write(connection)
