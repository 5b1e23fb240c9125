"""The projection: a row is what its entries say, whatever the order they came in (sync.md 2.3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, literal_column, select
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
    alone: dict[int, Any] | None = None  # what the creating entry said, while it is the only one
    fields: dict[int, dict[bytes, Version]] = field(default_factory=dict)

    def take(self, entry: Row[Any]) -> None:
        self.newest = entry.eid
        rank = (-entry.clock_flag, entry.hlc, entry.eid)
        creating = entry.kind in _CREATING
        if creating and not self.created:
            self.region, self.created = entry.region, entry.eid
        for number, said in entries.unpack_body(entry.body).items():
            value, bases = (said, []) if creating else said
            self.fields.setdefault(number, {})[entry.eid] = Version(value, bases, rank)

    def heads(self, number: int, row: bytes) -> dict[bytes, Version]:
        """The versions that nobody named as seen; the creating entry counts as a version of every field."""
        versions = dict(self.fields.get(number, {}))
        versions.setdefault(self.created or row, Version(True if number == 1 else None, [], (-1, 0, b"")))
        named = {b for v in versions.values() for b in v.bases}
        # Versions that name each other in a circle are all shown for what they are: none came after the other.
        return {eid: v for eid, v in versions.items() if eid not in named} or versions


def project(connection: Connection, touched: Mapping[int, Iterable[bytes]]) -> dict[str, list[bytes]]:
    """Make the rows again from their entries, referents first; gives what was written, by table.

    A row whose referent is unknown waits and is tried again when the referent comes.
    """
    written: dict[str, list[bytes]] = {}
    arrived: set[bytes] = set()
    for info in registry.in_order():
        todo = list(dict.fromkeys([*touched.get(info.no, ()), *_waiting(connection, info, arrived)]))
        while todo:
            done = {r for batch in _batches(todo) for r in _project(connection, info, batch)}
            written.setdefault(info.name, []).extend(done)
            arrived |= done
            todo = _again(connection, info, todo, done)
    return {name: list(dict.fromkeys(ids)) for name, ids in written.items() if ids}


def _again(connection: Connection, info: TableInfo, tried: list[bytes], done: set[bytes]) -> list[bytes]:
    """In a table that points at itself (a correction at the visit it corrects), what may be whole by now."""
    if not done or all(target is not info.table for _, target in _targets(info)):
        return []
    todo = dict.fromkeys([*_waiting(connection, info, done), *reversed(tried)])
    return [row for row in todo if row not in done]


def _batches(rows: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _waiting(connection: Connection, info: TableInfo, arrived: set[bytes]) -> list[bytes]:
    """The rows of a table that waited for one of those that arrived."""
    if not arrived:
        return []
    waiting = select(WaitingRow.row, WaitingRow.waits_for).where(WaitingRow.table_no == info.no)
    return [row for row, waits_for in connection.execute(waiting) if waits_for in arrived]


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
    wanted = (
        select(_E.eid, _E.kind, _E.row, _E.hlc, _E.clock_flag, _E.body, StreamRow.region)
        .join(StreamRow, StreamRow.id == _E.stream)
        .where(_E.row.in_(rows), _E.table_no == info.no)
        .order_by(EntryRow.__table__.c.row, _ARRIVAL)
    )
    return {row: _history(list(said)) for row, said in groupby(connection.execute(wanted), attrgetter("row"))}


def _history(said: list[Row[Any]]) -> History:
    """Only what was said in the row's own region counts, whether it came before the row or after (sync.md 2.6)."""
    creating = [e for e in said if e.kind in _CREATING]
    if len(said) == len(creating) == 1:  # most rows: there is nothing to merge
        (e,) = creating
        return History(e.region, e.eid, e.eid, entries.unpack_body(e.body))
    home = min(creating, key=attrgetter("eid")).region if creating else ""
    history = History()
    for entry in said:
        if not creating or entry.region == home:
            history.take(entry)
    return history


def _state(info: TableInfo, row: bytes, history: History) -> dict[str, Any]:
    state: dict[str, Any] = {"id": row, "region": history.region, "version": history.newest}
    if history.alone is not None:
        state |= {c.name: history.alone.get(no) for no, c in info.columns.items()}
        state |= {name: sorted(set(state[name])) or None for name in info.tags if state[name]}
        if not info.ledger and state["alive"] is None:
            state["alive"] = True
        return state
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
    missing = {r: r for r, s in states.items() if not (histories[r].created and _is_whole(info, s))}
    _add_missing(connection, info, states, missing)
    if missing:
        waiting = [{"row": row, "table_no": info.no, "waits_for": waits} for row, waits in missing.items()]
        connection.execute(insert(WaitingRow).on_conflict_do_nothing(), waiting)
    return [row for row in states if row not in missing]


def _is_whole(info: TableInfo, state: Mapping[str, Any]) -> bool:
    return all(c.nullable or state[c.name] is not None for c in info.columns.values())


def _add_missing(
    connection: Connection,
    info: TableInfo,
    states: Mapping[bytes, dict[str, Any]],
    missing: dict[bytes, bytes],
) -> None:
    """Add the rows that point at one which is not there; then those that point at these, until no more are found."""
    points = [(row, named) for row, named, there in _references(connection, info, states) if not there]
    while more := {r: n for r, n in points if r not in missing and (n not in states or n in missing)}:
        missing |= more


def _references(
    connection: Connection, info: TableInfo, states: Mapping[bytes, dict[str, Any]]
) -> Iterator[tuple[bytes, bytes, bool]]:
    """What the rows point at: row, the row named by it, and whether that one is in the database."""
    for column, target in _targets(info):
        named = {row: s[column] for row, s in states.items() if s[column] is not None}
        there = _there(connection, target, list(set(named.values())))
        for row, referent in named.items():
            # A reversal belongs to the region of what it reverses.
            fits = not info.ledger or there.get(referent) == states[row]["region"]
            yield row, referent, referent in there and fits


def _targets(info: TableInfo) -> list[tuple[str, Table]]:
    keys = [(c.name, key.column.table) for c in info.columns.values() for key in c.foreign_keys]
    return [*keys, ("reverses", info.table)] if info.ledger else keys


def _there(connection: Connection, target: Table, ids: list[bytes]) -> dict[bytes, str]:
    """Those of the rows that are in the database, with their regions."""
    if not ids:
        return {}
    found = select(target.c.id, target.c.region).where(target.c.id.in_(ids))
    return {row: region for row, region in connection.execute(found)}


def _changes(
    connection: Connection, info: TableInfo, rows: list[bytes], states: Mapping[bytes, dict[str, Any]]
) -> list[tuple[bytes, dict[str, Any]]]:
    table = info.table.c
    found = connection.execute(select(table.id, table.version).where(table.id.in_(rows)))
    there = {row: version for row, version in found}
    return [
        (r, {k: v for k, v in states[r].items() if k not in ("id", "region")})
        for r in rows
        if there[r] != states[r]["version"]
    ]


def _write_heads(connection: Connection, histories: Mapping[bytes, History]) -> None:
    heads = Heads({})
    for row, history in histories.items():
        edited = {n: sorted(history.heads(n, row)) for n in sorted(history.fields)}
        edited = {n: eids for n, eids in edited.items() if eids != [row]}
        if edited:
            heads.set(row, edited)
    heads.write(connection)
