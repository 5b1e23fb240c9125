"""The entries of rows, read from the log as merging sees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, literal_column, or_, select

from desktop.core.db import entries, lookup
from desktop.core.db.base import ALIVE
from desktop.core.db.entries import CREATING, Entry, Kind
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.db.registry import TableInfo
from desktop.features.sync import stays
from desktop.features.sync.merge import LEVELS, History, Said
from desktop.features.sync.stays import Stay
from desktop.features.sync.tables import CertificateRow

unpack_eids = msgspec.msgpack.Decoder(list[bytes]).decode
REVERSES = 2  # the field number of `reverses` in every ledger
_E = EntryRow.__table__.c
_MAKING = (Kind.CREATE, Kind.LEDGER)  # the id of such an entry is that of its row
_ARRIVAL: Any = literal_column("log_entry.rowid")  # the order in which entries came here


@dataclass(frozen=True, slots=True)
class Told:
    """What the log says of a row: its region, the entry that came last, and its history; `alone` while it was only
    created, as most rows are. Of a row that was ever moved also where (sync.md 2.2); `is_gone`: it is not shown here,
    because it was moved out of sight or erased."""

    region: str
    newest: bytes
    history: History
    alone: Mapping[int, Any] | None = None
    stay: Stay | None = None
    late: tuple[Said, ...] = ()
    is_gone: bool = False

    def values_of(self, number: int) -> list[Any]:
        """All that a field was ever said to be."""
        if self.alone is not None:
            return [self.alone.get(number)]
        versions = self.history.fields.get(number, {})
        return [self.history.first(number).value, *(v.value for v in versions.values())]

    @property
    def is_created(self) -> bool:
        return self.alone is not None or self.history.created is not None


def read(
    connection: Connection, info: TableInfo, rows: Sequence[bytes], levels: Mapping[bytes, int]
) -> dict[bytes, Told]:
    """What the log says of some rows of a table; `levels` are those of the authors' nodes."""
    wanted = (
        select(
            _E.eid, _E.kind, _E.row, _E.hlc, _E.clock_flag, _E.salt, _E.body, StreamRow.region, StreamRow.node
        )
        .join(StreamRow, StreamRow.id == _E.stream)
        .where(or_(_E.eid.in_(rows), and_(_E.row.in_(rows), _E.row != _E.eid)))
        .where(_E.table_no == info.no, _E.row.in_(rows), _E.kind != Kind.ERASE.value)
        .order_by(EntryRow.__table__.c.row, _ARRIVAL)
    )
    found = {row: list(said) for row, said in groupby(connection.execute(wanted), attrgetter("row"))}
    gone = {row: _gone(row, said) for row, said in found.items() if not all(e.salt for e in said)}
    left = {row: said for row, said in found.items() if row not in gone}
    homes = _homes(connection, info, left) if info.ledger else {}
    return gone | {row: told(row, said, levels, homes.get(row, "")) for row, said in left.items()}


New = Mapping[int, Mapping[bytes, Told]]


def alone(connection: Connection, region: str, arrived: Iterable[Entry]) -> New:
    """By table, the rows that were made by entries which just came here, as far as nothing else was ever said of them:
    there is nothing to merge and nothing to replace."""
    made = {e.row: e for e in arrived if e.kind in _MAKING and not entries.is_redacted(e)}
    others = lookup.spoken_of(connection, made)
    found: dict[int, dict[bytes, Told]] = {}
    for row, e in made.items():
        if row not in others:
            said = entries.unpack_body(e.body)
            found.setdefault(e.table, {})[row] = Told(region, row, History(row), said)
    return found


def levels_of(connection: Connection) -> dict[bytes, int]:
    """The level of every node that has a certificate. All certificates of a node are of one level; should an issuer
    have broken that, the lowest counts everywhere."""
    found: dict[bytes, int] = {}
    for node, level in connection.execute(select(CertificateRow.node_id, CertificateRow.level)):
        found[node] = min(found.get(node, len(LEVELS)), LEVELS.index(level))
    return found


def _homes(
    connection: Connection, info: TableInfo, found: Mapping[bytes, Sequence[Row[Any]]]
) -> dict[bytes, str]:
    """The regions of the lines that are reversed: a reversal belongs where its original does."""
    named = {
        row: original
        for row, said in found.items()
        if isinstance(original := entries.unpack_body(said[0].body).get(REVERSES), bytes)
    }
    if not named:
        return {}
    table = info.table.c
    there = {
        i: region
        for i, region in connection.execute(
            select(table.id, table.region).where(table.id.in_(list(named.values())))
        )
    }
    return {row: there[original] for row, original in named.items() if original in there}


def told(row: bytes, said: Sequence[Row[Any]], levels: Mapping[bytes, int], home: str = "") -> Told:
    """Only what was said in the row's own region counts, whether it came before the row or after (sync.md 2.6)."""
    if any(e.kind in stays.MOVING for e in said):
        return _moved(row, said, levels)
    creating = [e for e in said if e.kind in CREATING and home in ("", e.region)]
    if len(said) == len(creating) == 1:  # most rows: there is nothing to merge
        (e,) = creating
        return Told(e.region, e.eid, History(row), entries.unpack_body(e.body))
    first = min(creating, key=attrgetter("eid"), default=None)
    own = [e for e in said if first is None or e.region == first.region]
    history = History.of(row, [_said(e, levels) for e in own])
    newest = own[-1].eid if first is None or first.kind == Kind.CREATE else first.eid
    return Told(first.region if first else "", newest, history)


def _gone(row: bytes, said: Sequence[Row[Any]]) -> Told:
    return Told("", said[-1].eid, History(row), is_gone=True)


def _moved(row: bytes, said: Sequence[Row[Any]], levels: Mapping[bytes, int]) -> Told:
    stay = stays.of(said)
    if not stay.home:
        return _gone(row, said)
    first, *others = stay.begun
    versions = [_said(first, levels), *(_as_version(_said(e, levels)) for e in others)]
    history = History.of(row, [*versions, *(_said(e, levels) for e in stay.edits)])
    late = tuple(_said(e, levels) for e in stay.late)
    return Told(stay.home, said[-1].eid, history, stay=stay, late=late)


def _as_version(copy: Said) -> Said:
    """A second copy that another move brought to the same place: one more version of all that it says."""
    said = {ALIVE: True} | {n: value for n, value in copy.fields.items() if n != stays.MOVE}
    fields = {n: [[v, []] if isinstance(v, list) else v, ()] for n, v in said.items()}
    return replace(copy, is_creating=False, fields=fields)


def _said(entry: Row[Any], levels: Mapping[bytes, int]) -> Said:
    return Said(
        entry.eid,
        entry.kind in CREATING,
        (-entry.clock_flag, entry.hlc, entry.eid),
        levels.get(entry.node, 0),
        entries.unpack_body(entry.body),
        entry.kind == Kind.MOVE_IN,
    )
