"""Keeps the local tables behind list and search in step with the rows, inside the transaction that changed them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, delete

from desktop.core.db import registry
from desktop.core.gc_pause import gc_paused
from desktop.features.office import api as office
from desktop.features.register import tokens
from desktop.features.register.model import HEAD
from desktop.features.register.rules import state_of
from desktop.features.register.tables import (
    HouseholdIndex,
)

BATCH = 1_000
_texts = msgspec.json.Decoder(list[str]).decode
_DOC = "INSERT INTO search_doc (id, person, household, name, address, text) VALUES (?,?,?,?,?,?)"
_HEAD = "INSERT OR IGNORE INTO search_head (head) VALUES (?)"
_TOKENS = "INSERT INTO search (rowid, tokens) VALUES (?,?)"
_LINE = (
    "INSERT INTO household_index (household, region, group_name, group_position, place, number, state, head, size, "
    "kind, monitor_class, phone) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)
_MEMBERS = (
    "SELECT id, household_id, name, relation, id_number, phone, aliases FROM person "
    "WHERE household_id IN ({}) AND alive ORDER BY position, id"
)
_HOUSEHOLDS = (
    "SELECT h.id, h.region, h.place, h.number, h.aliases, h.address, h.phone, h.kind, h.monitor_class, "
    "h.monitor_since, h.risk_removed, g.name AS group_name, g.position AS group_position FROM household AS h "
    "LEFT JOIN village_group AS g ON g.id = h.group_id WHERE h.id IN ({}) AND h.alive"
)
_DOCS = "SELECT id FROM search_doc WHERE household IN ({})"
# Which households a touched row stands in. A person's last line is asked too: the household it was in before.
_STANDS_IN = (
    ("person", "SELECT DISTINCT household_id FROM person WHERE id IN ({})"),
    ("person", "SELECT DISTINCT household FROM search_doc WHERE person IN ({})"),
    ("village_group", "SELECT id FROM household WHERE group_id IN ({})"),
    ("place", "SELECT id FROM household WHERE region IN (SELECT key FROM place WHERE id IN ({}))"),
)


@registry.after_touching
def refresh(connection: Connection, touched: registry.Touched) -> None:
    """Make the index again for every household that was touched, or whose member, group or village was."""
    source = iter(_households(connection, touched))
    names = office.PlaceNames(connection)
    heads: set[str] = set()
    with gc_paused():
        while batch := list(islice(source, BATCH)):
            _refresh(connection, batch, names, heads)
    if heads:
        connection.exec_driver_sql(_HEAD, [(head,) for head in sorted(heads)])


def _households(connection: Connection, touched: registry.Touched) -> Iterable[bytes]:
    found = dict.fromkeys(touched.get("household", ()))
    for table, wanted in _STANDS_IN:
        ids = touched.get(table, ())
        for start in range(0, len(ids), BATCH):
            found.update((r[0], None) for r in _asked(connection, wanted, ids[start : start + BATCH]))
    return found


def _refresh(
    connection: Connection, ids: Sequence[bytes], names: "office.PlaceNames", heads: set[str]
) -> None:
    members = defaultdict(list)
    for person in _asked(connection, _MEMBERS, ids):
        members[person.household_id].append(person)
    households = _asked(connection, _HOUSEHOLDS, ids)
    _forget(connection, ids)
    if not households:
        return
    connection.exec_driver_sql(_LINE, [_line(h, members[h.id]) for h in households])
    _index_people(connection, households, members, names, heads)


def _asked(connection: Connection, statement: str, ids: Sequence[bytes]) -> Sequence[Any]:
    """By the bare driver: SQLAlchemy's look at every value would cost more than the database."""
    return connection.exec_driver_sql(statement.format(",".join("?" * len(ids))), tuple(ids)).all()


def _forget(connection: Connection, ids: Sequence[bytes]) -> None:
    connection.execute(delete(HouseholdIndex).where(HouseholdIndex.household.in_(ids)))
    docs = [tuple(row) for row in _asked(connection, _DOCS, ids)]
    if docs:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", docs)
        connection.exec_driver_sql("DELETE FROM search_doc WHERE id = ?", docs)


def _line(household: Any, members: list[Any]) -> tuple[Any, ...]:
    """In the order of the columns of `_LINE`."""
    head = next((m for m in members if m.relation == HEAD), members[0] if members else None)
    return (
        household.id, household.region, household.group_name or "", household.group_position or 0,
        household.place, household.number, state_of(household._mapping).value,
        (head.name or "") if head else "", len(members), household.kind or "", household.monitor_class or "",
        household.phone or (head.phone if head else "") or "",
    )  # fmt: skip


def _index_people(
    connection: Connection,
    households: Sequence[Any],
    members: dict[bytes, list[Any]],
    names: "office.PlaceNames",
    heads: set[str],
) -> None:
    newest = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_doc").scalar_one()
    docs, lines = [], []
    for h in households:
        address = f"{names.of(h.region)}{h.group_name or ''}{h.address or ''}"
        bare = tokens.plain(address)
        numbers = _numbers(h.number, h.phone, h.aliases, heads)
        shared = f"{tokens.address_tokens(bare)} {tokens.number_tokens(numbers)}"
        for m in members[h.id]:
            newest += 1
            name = m.name or ""
            docs.append((newest, m.id, h.id, name, address, _text(name, address, bare)))
            own = tokens.number_tokens(_numbers(m.id_number, m.phone, m.aliases, heads))
            lines.append((newest, f"{tokens.name_tokens(name)} {own} {shared}"))
    if docs:
        connection.exec_driver_sql(_DOC, docs)
        connection.exec_driver_sql(_TOKENS, lines)


def _text(name: str, address: str, bare: str) -> str | None:
    plain = tokens.plain(name)
    return f"{plain} {bare}" if (plain, bare) != (name, address) else None


def _numbers(first: str | None, second: str | None, aliases: str | None, heads: set[str]) -> list[str]:
    """The plain numbers of a row; their heads are added to `heads`."""
    told = [first, second, *(_texts(aliases) if aliases else ())]
    found = [bare for n in told if n and (bare := tokens.plain(n))]
    for number in found:
        heads.update(tokens.heads(number))
    return found
