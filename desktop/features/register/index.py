"""Keeps the local tables behind list and search in step with the rows, inside the transaction that changed them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, String, delete, select, type_coerce

from desktop.core.db import registry
from desktop.core.gc_pause import gc_paused
from desktop.features.office import api as office
from desktop.features.register import tokens
from desktop.features.register.model import HEAD
from desktop.features.register.rules import state_of
from desktop.features.register.tables import (
    GroupRow,
    HouseholdIndex,
    HouseholdRow,
    PersonRow,
    SearchDoc,
)

BATCH = 1_000
_texts = msgspec.json.Decoder(list[str]).decode
_H = HouseholdRow.__table__.c
_P = PersonRow.__table__.c
_D = SearchDoc.__table__.c
_DOC = "INSERT INTO search_doc (id, person, household, name, address, text) VALUES (?,?,?,?,?,?)"
_HEAD = "INSERT OR IGNORE INTO search_head (head) VALUES (?)"
_TOKENS = "INSERT INTO search (rowid, tokens) VALUES (?,?)"
_LINE = (
    "INSERT INTO household_index (household, region, group_name, group_position, place, number, state, head, size, "
    "kind, monitor_class, phone) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)
# Which households a touched row stands in. A person's last line is asked too: the household it was in before.
_STANDS_IN = (
    ("person", "SELECT DISTINCT household_id FROM person WHERE id IN"),
    ("person", "SELECT DISTINCT household FROM search_doc WHERE person IN"),
    ("village_group", "SELECT id FROM household WHERE group_id IN"),
    ("place", "SELECT id FROM household WHERE region IN (SELECT key FROM place WHERE id IN"),
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
            part = tuple(ids[start : start + BATCH])
            statement = f"{wanted} ({','.join('?' * len(part))}" + ")" * (1 + wanted.count("("))
            found.update((row[0], None) for row in connection.exec_driver_sql(statement, part))
    return found


def _refresh(
    connection: Connection, ids: Sequence[bytes], names: "office.PlaceNames", heads: set[str]
) -> None:
    members = _members(connection, ids)
    households = connection.execute(
        select(
            _H.id, _H.region, _H.place, _H.number, _raw(_H.aliases), _H.address, _H.phone, _H.kind,
            _H.monitor_class, _H.monitor_since, _H.risk_removed,
            GroupRow.name.label("group_name"), GroupRow.position.label("group_position"),
        )
        .outerjoin(GroupRow, GroupRow.id == _H.group_id)
        .where(_H.id.in_(ids), _H.alive)
    ).all()  # fmt: skip
    _forget(connection, ids)
    if not households:
        return
    connection.exec_driver_sql(_LINE, [_line(h, members[h.id]) for h in households])
    _index_people(connection, households, members, names, heads)


def _raw(column: Any) -> Any:
    """The list as the text that it is kept as: most rows' is one number, and SQLAlchemy's reading of it is slow."""
    return type_coerce(column, String).label("aliases")


def _members(connection: Connection, ids: Sequence[bytes]) -> defaultdict[bytes, list[Any]]:
    found: defaultdict[bytes, list[Any]] = defaultdict(list)
    wanted = select(_P.id, _P.household_id, _P.name, _P.relation, _P.id_number, _P.phone, _raw(_P.aliases))
    in_order = wanted.where(_P.household_id.in_(ids), _P.alive).order_by(_P.position, _P.id)
    for person in connection.execute(in_order):
        found[person.household_id].append(person)
    return found


def _forget(connection: Connection, ids: Sequence[bytes]) -> None:
    connection.execute(delete(HouseholdIndex).where(HouseholdIndex.household.in_(ids)))
    docs = list(connection.scalars(select(_D.id).where(_D.household.in_(ids))))
    if docs:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", [(d,) for d in docs])
        connection.execute(delete(SearchDoc).where(_D.household.in_(ids)))


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
