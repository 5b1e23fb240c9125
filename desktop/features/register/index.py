"""Keeps the local tables behind list and search in step with the rows, inside the transaction that changed them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from desktop.core import pinyin
from desktop.core.db import registry
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

BATCH = 500
_H = HouseholdRow.__table__.c
_P = PersonRow.__table__.c
_DOC = "INSERT INTO search_doc (id, person, household, region, name, initials, address, numbers) VALUES (?,?,?,?,?,?,?,?)"
_TOKENS = "INSERT INTO search (rowid, tokens) VALUES (?,?)"


@registry.after_touching
def refresh(connection: Connection, touched: registry.Touched) -> None:
    """Make the index again for every household that was touched, or whose member or group was."""
    source = iter(_households(connection, touched))
    names = office.PlaceNames(connection)
    while batch := list(islice(source, BATCH)):
        _refresh(connection, batch, names)


def _households(connection: Connection, touched: registry.Touched) -> Iterable[bytes]:
    found = dict.fromkeys(touched.get("household", ()))
    for column, ids in ((_P.id, touched.get("person", ())), (_H.group_id, touched.get("village_group", ()))):
        wanted = _P.household_id if column is _P.id else _H.id
        for start in range(0, len(ids), BATCH):
            part = list(ids[start : start + BATCH])
            found.update(dict.fromkeys(connection.scalars(select(wanted).where(column.in_(part)))))
    return found


def _refresh(connection: Connection, ids: Sequence[bytes], names: "office.PlaceNames") -> None:
    members = _members(connection, ids)
    households = connection.execute(
        select(
            _H.id, _H.region, _H.place, _H.number, _H.aliases, _H.address, _H.phone, _H.kind,
            _H.monitor_class, _H.monitor_since, _H.risk_removed,
            GroupRow.name.label("group_name"), GroupRow.position.label("group_position"),
        )
        .outerjoin(GroupRow, GroupRow.id == _H.group_id)
        .where(_H.id.in_(ids), _H.alive)
    ).all()  # fmt: skip
    _forget(connection, ids)
    if not households:
        return
    connection.execute(insert(HouseholdIndex), [_line(h, members[h.id]) for h in households])
    _index_people(connection, households, members, names)


def _members(connection: Connection, ids: Sequence[bytes]) -> defaultdict[bytes, list[Any]]:
    found: defaultdict[bytes, list[Any]] = defaultdict(list)
    wanted = select(_P.id, _P.household_id, _P.name, _P.relation, _P.id_number, _P.phone, _P.aliases)
    for person in connection.execute(wanted.where(_P.household_id.in_(ids), _P.alive).order_by(_P.position)):
        found[person.household_id].append(person)
    return found


def _forget(connection: Connection, ids: Sequence[bytes]) -> None:
    connection.execute(delete(HouseholdIndex).where(HouseholdIndex.household.in_(ids)))
    docs = list(connection.scalars(select(SearchDoc.id).where(SearchDoc.household.in_(ids))))
    if docs:
        connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", [(d,) for d in docs])
        connection.execute(delete(SearchDoc).where(SearchDoc.household.in_(ids)))


def _line(household: Any, members: list[Any]) -> dict[str, Any]:
    head = next((m for m in members if m.relation == HEAD), members[0] if members else None)
    return {
        "household": household.id,
        "region": household.region,
        "group_name": household.group_name or "",
        "group_position": household.group_position or 0,
        "place": household.place,
        "number": household.number,
        "state": state_of(household._mapping).value,
        "head": (head.name or "") if head else "",
        "size": len(members),
        "kind": household.kind or "",
        "monitor_class": household.monitor_class or "",
        "phone": household.phone or (head.phone if head else "") or "",
    }


def _index_people(
    connection: Connection,
    households: Sequence[Any],
    members: dict[bytes, list[Any]],
    names: "office.PlaceNames",
) -> None:
    newest = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_doc").scalar_one()
    docs, lines = [], []
    for h in households:
        address = f"{names.of(h.region)}{h.group_name or ''}{h.address or ''}"
        shared = [h.number, *_digits(h.aliases or ()), *_digits([h.phone])]
        for m in members[h.id]:
            newest += 1
            name, initials = m.name or "", pinyin.initials(m.name or "")
            numbers = list(dict.fromkeys([*_digits([m.id_number, m.phone, *(m.aliases or ())]), *shared]))
            docs.append((newest, m.id, h.id, h.region, name, initials, address, " ".join(numbers)))
            lines.append((newest, tokens.person_tokens(name, initials, address, numbers)))
    if docs:
        connection.exec_driver_sql(_DOC, docs)
        connection.exec_driver_sql(_TOKENS, lines)


def _digits(numbers: Iterable[str | None]) -> list[str]:
    return [found for n in numbers if n and (found := tokens.plain(n))]
