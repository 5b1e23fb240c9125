"""Keeps the local tables behind list and search in step with the rows, inside the transaction that changed them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete

from desktop.core.db import bulk, registry
from desktop.core.gc_pause import gc_paused
from desktop.core.jobs import Tell, silent
from desktop.features.office import api as office
from desktop.features.register import tokens
from desktop.features.register.model import HEAD
from desktop.features.register.rules import state_of
from desktop.features.register.tables import (
    HouseholdIndex,
)

BATCH = 1_000
_texts = msgspec.json.Decoder(list[str]).decode
_DOC = "INSERT INTO search_doc (id, person, household, name, address, text)"
_HEAD = "INSERT OR IGNORE INTO search_head (head)"
_TOKENS = "INSERT INTO search (rowid, tokens)"
_LINE = (
    "INSERT INTO household_index (household, region, group_name, group_position, place, number, state, head, size, "
    "kind, monitor_class, phone)"
)
_MEMBERS = (
    "SELECT id, household_id, name, relation, id_number, phone, aliases FROM person "
    "WHERE household_id IN ({}) AND alive ORDER BY position, id"
)
_HOUSEHOLDS = (
    "SELECT id, region, group_id, place, number, aliases, address, phone, kind, monitor_class, monitor_since, "
    "risk_removed FROM household WHERE id IN ({}) AND alive"
)
_GROUPS = "SELECT id, name, position FROM village_group WHERE id IN ({})"
_DOCS = "SELECT id FROM search_doc WHERE household IN ({})"
# Which households a touched row stands in. A person's last line is asked too: the household it was in before.
_STANDS_IN = (
    ("person", "SELECT DISTINCT household_id FROM person WHERE id IN ({})"),
    ("person", "SELECT DISTINCT household FROM search_doc WHERE person IN ({})"),
    ("village_group", "SELECT id FROM household WHERE group_id IN ({})"),
    ("place", "SELECT id FROM household WHERE region IN (SELECT key FROM place WHERE id IN ({}))"),
)


Row = Mapping[str, Any]


class _Group(NamedTuple):
    name: str = ""
    position: int = 0


_NO_GROUP = _Group()


class Index:
    """Writes the lines of one transaction. `close` it before the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = office.PlaceNames(connection)
        self._heads: set[str] = set()
        self._groups: dict[bytes | None, _Group] = {None: _NO_GROUP}
        self._newest = -1

    def add(self, households: Sequence[Row], people: Iterable[Row]) -> None:
        """Lines of households that have none yet, from the rows as they were just written."""
        members: defaultdict[bytes, list[Row]] = defaultdict(list)
        for person in people:
            members[person["household_id"]].append(person)
        self.know(h["group_id"] for h in households)
        groups = self._groups
        lines = [_line(h, groups[h["group_id"]], members[h["id"]]) for h in households]
        bulk.insert(self._connection, _LINE, 12, lines)
        self._add_people(households, groups, members)

    def refresh(self, ids: Sequence[bytes]) -> None:
        """Make the lines of these households again, from what the database says of them."""
        people = _rows(self._connection, _MEMBERS, ids)
        households = _rows(self._connection, _HOUSEHOLDS, ids)
        _forget(self._connection, ids)
        if households:
            self.add(households, people)

    def close(self) -> None:
        bulk.insert(self._connection, _HEAD, 1, [(head,) for head in sorted(self._heads)])

    def _add_people(
        self,
        households: Sequence[Row],
        groups: Mapping[bytes | None, _Group],
        members: Mapping[bytes, list[Row]],
    ) -> None:
        newest = self._newest_doc()
        docs, lines = [], []
        for h in households:
            address = f"{self._names.of(h['region'])}{groups[h['group_id']].name}{h.get('address') or ''}"
            bare = tokens.plain(address)
            shared = f"{tokens.address_tokens(bare)} {self._number_tokens(h['number'], h)}"
            for m in members[h["id"]]:
                newest += 1
                name = m.get("name") or ""
                docs.append((newest, m["id"], h["id"], name, address, _text(name, address, bare)))
                own = self._number_tokens(m.get("id_number"), m)
                lines.append((newest, f"{tokens.name_tokens(name)} {own} {shared}"))
        self._newest = newest
        bulk.insert(self._connection, _DOC, 6, docs)
        bulk.insert(self._connection, _TOKENS, 2, lines)

    def _newest_doc(self) -> int:
        """Asked once: a question in between would wait for all that is being written."""
        if self._newest < 0:
            asked = self._connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_doc")
            self._newest = int(asked.scalar_one())
        return self._newest

    def know(self, groups: Iterable[bytes | None]) -> None:
        """Ask for these groups at once, before anything is being written."""
        ids = list(set(groups) - self._groups.keys())
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            self._groups |= dict.fromkeys(part, _NO_GROUP)
            found = _asked(self._connection, _GROUPS, [i for i in part if i])
            self._groups |= {r.id: _Group(r.name, r.position) for r in found}

    def _number_tokens(self, number: str | None, row: Row) -> str:
        told = [number, row.get("phone"), *(row.get("aliases") or ())]
        return " ".join(
            [tokens.number_tokens(bare, self._heads) for n in told if n and (bare := tokens.plain(n))]
        )


@registry.after_touching
def refresh(connection: Connection, touched: registry.Touched, tell: Tell = silent) -> None:
    """Make the index again for every household that was touched, or whose member, group or village was."""
    found, index = _households(connection, touched), Index(connection)
    source = iter(found)
    with gc_paused():
        for done in range(0, len(found), BATCH):
            tell(done, len(found), "正在更新检索")
            index.refresh(list(islice(source, BATCH)))
    index.close()


def _households(connection: Connection, touched: registry.Touched) -> Collection[bytes]:
    found = dict.fromkeys(touched.get("household", ()))
    for table, wanted in _STANDS_IN:
        ids = touched.get(table, ())
        for start in range(0, len(ids), BATCH):
            found.update((r[0], None) for r in _asked(connection, wanted, ids[start : start + BATCH]))
    return found


def _asked(connection: Connection, statement: str, ids: Sequence[bytes]) -> Sequence[Any]:
    """By the bare driver: SQLAlchemy's look at every value would cost more than the database."""
    return connection.exec_driver_sql(statement.format(",".join("?" * len(ids))), tuple(ids)).all()


def _forget(connection: Connection, ids: Sequence[bytes]) -> None:
    connection.execute(delete(HouseholdIndex).where(HouseholdIndex.household.in_(ids)))
    docs = [tuple(row) for row in _asked(connection, _DOCS, ids)]
    if docs:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", docs)
        connection.exec_driver_sql("DELETE FROM search_doc WHERE id = ?", docs)


def _rows(connection: Connection, statement: str, ids: Sequence[bytes]) -> list[dict[str, Any]]:
    """Rows as `Unit.add_many` takes them."""
    found = [dict(row._mapping) for row in _asked(connection, statement, ids)]
    for row in found:
        row["aliases"] = _texts(row["aliases"]) if row["aliases"] else ()
    return found


def _line(household: Row, group: _Group, members: list[Row]) -> tuple[Any, ...]:
    """In the order of the columns of `_LINE`."""
    said = household.get
    head = next((m for m in members if m.get("relation") == HEAD), members[0] if members else {}).get
    return (
        household["id"], household["region"], group.name, group.position, household["place"],
        household["number"], state_of(household).value, head("name") or "", len(members), said("kind") or "",
        said("monitor_class") or "", said("phone") or head("phone") or "",
    )  # fmt: skip


def _text(name: str, address: str, bare: str) -> str | None:
    plain = tokens.plain(name)
    return f"{plain} {bare}" if (plain, bare) != (name, address) else None
