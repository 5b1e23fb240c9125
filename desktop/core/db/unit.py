"""Unit: one user action, one transaction, and the only door by which a synced row changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, Table, Update, bindparam, insert, select, update

from desktop.core.changes import Changes
from desktop.core.clock import Clock, day_of
from desktop.core.db import bulk, contents, edits, entries, registry
from desktop.core.db.base import ALIVE
from desktop.core.db.engine import more_memory
from desktop.core.db.entries import Kind
from desktop.core.db.heads import Heads
from desktop.core.db.journal import Journal, Pending
from desktop.core.db.log_tables import ConflictRow
from desktop.core.db.registry import TableInfo, driver_value
from desktop.core.errors import Refused
from desktop.core.jobs import Tell, silent
from desktop.core.problems import Problem

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Actor:
    """The user on whose behalf something is read or done. `prefix` is the region the rights reach.

    `sees` is the region that reading is limited to ("" for the whole office); whoever `is_masked` reads no number and
    nothing about health or money (core/db/sight).
    """

    id: bytes
    login: str
    name: str
    rights: frozenset[str]
    prefix: str
    sees: str = ""
    is_masked: bool = False


@dataclass
class Reader:
    """A read session: everything read through it shows the same moment."""

    connection: Connection
    actor: Actor
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        return day_of(self.clock.now())

    def require(self, right: str, region: str = "") -> None:
        """Raise Refused unless the actor has `right` for `region`."""
        if right not in self.actor.rights:
            raise Refused([Problem("right.missing", "", "您没有这项权限，请联系本单位的管理员")])
        if region and not region.startswith(self.actor.prefix):
            raise Refused([Problem("right.region", "", "这项内容不在您的管辖范围内，只能查看")])


@dataclass
class Unit(Reader):
    """Writes rows and their entries. Leaving it without an error commits (see Database.unit)."""

    journal: Journal
    action: int
    action_key: bytes
    # How the history calls this action; the action itself may say it better than who opened it.
    name: str = ""
    touched: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    # What is done beside the database once everything is committed, in order.
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def changes(self) -> Changes:
        return Changes(frozenset(self.touched), self.action_key)

    @property
    def node_id(self) -> bytes:
        """The PC that writes."""
        return self.journal.node_id

    def explain(self, reason: str) -> None:
        """Why it is done: stands in the entries that follow."""
        self.journal.explain(reason)

    def expect_many(self) -> None:
        """Say it before thousands of rows are written."""
        more_memory(self.connection)
        bulk.open_lane(self.connection)

    def settle(self, tell: Tell = silent) -> None:
        """Have the hooks run now and not at the commit, where nobody can stop them; what follows is touched anew."""
        registry.run_hooks(self.connection, self.touched, tell)
        for ids in self.touched.values():
            ids.clear()

    def new_id(self) -> bytes:
        """The id of a row that will be added; needed early where other rows point at it."""
        return self.journal.new_id()

    def add(self, row: type[Any], region: str, **values: Any) -> bytes:
        """Add one row; gives its id. `id` may be among the values."""
        values.setdefault("id", self.new_id())
        self.add_many(row, [{"region": region, **values}])
        return bytes(values["id"])

    def add_many(self, row: type[Any], rows: Iterable[Mapping[str, Any]], *, is_indexed: bool = False) -> int:
        """Add rows with their entries. Each mapping has `region`, may have `id`, and columns that are not empty.

        Gives how many. A ledger row becomes an L entry, any other a C entry. `is_indexed`: the caller keeps the
        local tables that follow from these rows itself, so that the hooks need not read every row back.
        """
        info, count = registry.info(row), 0
        source = iter(rows)
        while batch := list(islice(source, BATCH)):
            self._add(info, [dict(r) for r in batch], is_indexed)
            count += len(batch)
        return count

    def reverse(self, row: type[Any], original: bytes, region: str, **values: Any) -> bytes:
        """Add the ledger row that reverses `original`; two offices doing so make the same row (sync.md 2.3)."""
        info = registry.info(row)
        row_id = entries.reversal_row(original)
        if self.connection.scalar(select(info.table.c.id).where(info.table.c.id == row_id)) is not None:
            raise Refused([Problem("ledger.reversed", "", "这一笔已经冲正过，不能再冲正一次")])
        record = {"id": row_id, "region": region, "reverses": original, **values}
        contents.refuse(info, [record])
        self._insert(info, [record], Kind.REVERSE)
        self.touched[info.name].append(row_id)
        return row_id

    def change(self, row: type[Any], row_id: bytes, **values: Any) -> None:
        self.change_many(row, [(row_id, values)])

    def remove(self, row: type[Any], row_id: bytes) -> None:
        """Take a row out of use. Nothing is erased; `change(alive=True)` brings it back."""
        self.change_many(row, [(row_id, {"alive": False})])

    def change_many(self, row: type[Any], changes: Iterable[tuple[bytes, Mapping[str, Any]]]) -> int:
        """Change fields of rows, each naming the versions that the editor saw. Gives how many rows."""
        info, count = registry.info(row), 0
        if info.ledger:
            raise TypeError(f"{info.name} is a ledger: only add and reverse")
        source = iter(changes)
        while batch := [c for c in islice(source, BATCH) if c[1]]:
            self._change(info, batch)
            count += len(batch)
        return count

    def dispute(self, row: type[Any], row_id: bytes, name: str, values: Sequence[Any]) -> None:
        """Say several things of one field at once, none knowing of the others: the question whether it is one or the
        other is open (again). The projection decides what is shown meanwhile."""
        info = registry.info(row)
        number = info.numbers[name]
        region = self.connection.execute(
            select(info.table.c.region).where(info.table.c.id == row_id)
        ).scalar_one()
        heads = Heads.read(self.connection, [row_id])
        seen = heads.named(row_id, number)
        said = [Pending(Kind.SET, info.no, row_id, edits.packed({number: [v, seen]}, [v])) for v in values]
        eids = sorted(self.journal.write(region, info.stream, said))
        eids = sorted([*eids, *heads.of(row_id, number)[len(seen) :]])
        heads.set(row_id, {number: eids})
        heads.write(self.connection)
        conflict = {"table_no": info.no, "region": region, "heads": entries.pack(eids)}
        self.connection.execute(
            insert(ConflictRow).prefix_with("OR REPLACE").values(row=row_id, field=number, **conflict)
        )
        self.touched[info.name].append(row_id)

    def _add(self, info: TableInfo, rows: list[dict[str, Any]], is_indexed: bool) -> None:
        for r in rows:
            if "id" not in r:
                r["id"] = self.new_id()
            if not info.ledger:
                r["alive"] = True
        contents.refuse(info, rows)
        self._insert(info, rows, Kind.LEDGER if info.ledger else Kind.CREATE)
        self.touched[info.name].extend(() if is_indexed else (r["id"] for r in rows))

    def _insert(self, info: TableInfo, rows: list[dict[str, Any]], kind: Kind) -> None:
        by_region: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for r in rows:
            by_region[r["region"]].append(r)
        for region, group in by_region.items():
            pending = (self._creation(info, r, kind) for r in group)
            for r, eid in zip(group, self.journal.link(region, info.stream, pending), strict=True):
                r["version"] = eid
        self.journal.flush()
        insert_rows(self.connection, info, rows)

    def _creation(self, info: TableInfo, row: Mapping[str, Any], kind: Kind) -> Pending:
        number = info.numbers.get
        body = {n: v for k, v in row.items() if v is not None and (n := number(k))}
        body.pop(ALIVE, None)
        eid = b"" if kind is Kind.REVERSE else row["id"]
        return Pending(kind, info.no, row["id"], edits.packed(body, body.values()), eid)

    def _change(self, info: TableInfo, batch: Sequence[tuple[bytes, Mapping[str, Any]]]) -> None:
        contents.refuse(info, [values for _, values in batch])
        ids = [row_id for row_id, _ in batch]
        columns = ("id", "region", "alive", *sorted(info.tags))
        found = self.connection.execute(_asking(info.table, columns), {"ids": ids})
        before = {r.id: dict(r._mapping) for r in found}
        heads = Heads.read(self.connection, ids)
        by_region: defaultdict[str, list[tuple[bytes, Mapping[str, Any]]]] = defaultdict(list)
        for row_id, values in batch:
            by_region[before[row_id]["region"]].append((row_id, values))
        for region, group in by_region.items():
            self._change_in(info, region, group, before, heads)
        heads.write(self.connection)
        self.touched[info.name].extend(ids)

    def _change_in(
        self,
        info: TableInfo,
        region: str,
        group: list[tuple[bytes, Mapping[str, Any]]],
        before: Mapping[bytes, dict[str, Any]],
        heads: Heads,
    ) -> None:
        pending = []
        for row_id, values in group:
            body = edits.body_of(info, row_id, values, before[row_id], heads)
            said = [value for value, _ in body.values()]
            before[row_id].update(values)  # the same row may come twice in one batch
            eid = self.new_id()
            heads.move(row_id, body.keys(), eid)
            pending.append(Pending(edits.kind_of(values), info.no, row_id, edits.packed(body, said), eid))
        eids = self.journal.write(region, info.stream, pending)
        update_rows(
            self.connection,
            info,
            [(i, {**values, "version": eid}) for (i, values), eid in zip(group, eids, strict=True)],
        )


def insert_rows(connection: Connection, info: TableInfo, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows at the driver's speed; a column that a row does not have stays empty."""
    columns = sorted(set().union(*rows))
    # the hot loop: three million values in a county's list
    values = [[*map(r.get, columns)] for r in rows]
    for at in (n for n, name in enumerate(columns) if name in info.tags):
        for row in values:
            row[at] = driver_value(row[at])
    bulk.insert(connection, f"INSERT INTO {info.name} ({', '.join(columns)})", len(columns), values)


def update_rows(
    connection: Connection, info: TableInfo, rows: Sequence[tuple[bytes, Mapping[str, Any]]]
) -> None:
    groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row_id, values in rows:
        groups[tuple(sorted(values))].append({"row_id_": row_id, **values})
    for columns, parameters in groups.items():
        connection.execute(_updating(info.table, columns), parameters)


@cache
def _updating(table: Table, columns: tuple[str, ...]) -> Update:
    """Made once: building a statement costs more than running it."""
    return (
        update(table)
        .where(table.c.id == bindparam("row_id_"))
        .values({name: bindparam(name) for name in columns})
    )


@cache
def _asking(table: Table, columns: tuple[str, ...]) -> Select[Any]:
    """These columns of rows, by their ids."""
    return select(*(table.c[name] for name in columns)).where(
        table.c.id.in_(bindparam("ids", expanding=True))
    )
