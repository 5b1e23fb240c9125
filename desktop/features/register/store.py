"""Households and people: rows in, dataclasses out, and the pages that lists read."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from desktop.core.db.unit import Reader, Unit
from desktop.features.office import api as office
from desktop.features.register import groups, index, numbering, ranking, village_search
from desktop.features.register.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS
from desktop.features.register.model import (
    Household,
    HouseholdDraft,
    HouseholdLine,
    Person,
    PersonDraft,
    State,
    Value,
)
from desktop.features.register.rules import state_of
from desktop.features.register.tables import GroupRow, HouseholdIndex, HouseholdRow, PersonRow
from desktop.features.standards import api as standards

refresh_index = index.refresh  # importing it here registers it
_H = HouseholdRow.__table__.c
_P = PersonRow.__table__.c
_I = HouseholdIndex.__table__.c
_ORDER = (_I.region, _I.group_position, _I.place, _I.household)
SORTS = {
    "number": _I.number, "head": _I.head, "size": _I.size, "state": _I.state, "kind": _I.kind,
    "monitor_class": _I.monitor_class,
}  # fmt: skip
CHUNK = 500
_TAIL = 2  # one digit ends a tenth of all numbers


def household_ids(reader: Reader, text: str = "", region: str = "", group: str = "") -> list[bytes]:
    """Households in the order of village, group and place; `text` filters as one types, `region` is a key's beginning."""
    return list(reader.connection.scalars(_chosen(reader, text, region, group)))


def found_households(
    reader: Reader,
    text: str = "",
    region: str = "",
    group: str = "",
    *,
    state: str = "",
    order: str = "",
    descending: bool = False,
) -> tuple[list[bytes], int]:
    """The same for the list on screen: of one state, in the order of a column of SORTS; and how many people they are.

    Without an order a typed number puts the household that bears it first.
    """
    is_number = ranking.is_number(text) and not order
    wanted = _chosen(reader, text, region, group).add_columns(_I.size, *((_I.number,) if is_number else ()))
    if state:
        wanted = wanted.where(_I.state == state)
    if order:
        first = SORTS[order].desc() if descending else SORTS[order].asc()
        wanted = wanted.order_by(None).order_by(first, *_ORDER)
    rows = reader.connection.execute(wanted).all()
    found = ranking.numbers_first(reader, text, rows) if is_number else rows
    return [r[0] for r in found], sum(r[1] for r in found)


def _chosen(reader: Reader, text: str, region: str, group: str) -> Select[Any]:
    wanted = select(_I.household).order_by(*_ORDER)
    if region:
        wanted = wanted.where(_I.region.startswith(region))
    if group:
        wanted = wanted.where(_I.group_name == group)
    if text.strip():
        wanted = wanted.where(village_search.chosen(reader, text))
    return wanted


def household_lines(reader: Reader, ids: Sequence[bytes]) -> list[HouseholdLine]:
    """The lines of these households, in the order of `ids`; one that is gone is left out."""
    names, letters = office.PlaceNames(reader.connection), numbering.letters(reader)
    known, found = standards.lists(reader), {}
    for r in reader.connection.execute(select(HouseholdIndex.__table__).where(_I.household.in_(ids))):
        found[r.household] = HouseholdLine(
            r.household, r.region, names.of(r.region), r.group_name,
            numbering.printed(letters.of(r.region), r.state, r.number), State(r.state),
            r.head, r.size, r.kind, r.monitor_class, r.phone, known.at(r.region),
        )  # fmt: skip
    return [found[i] for i in ids if i in found]


def totals(reader: Reader, ids: Sequence[bytes]) -> int:
    """How many people live in these households."""
    found = 0
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        found += reader.connection.scalar(select(func.sum(_I.size)).where(_I.household.in_(part))) or 0
    return found


def villages(reader: Reader) -> list[tuple[str, str, int]]:
    """Villages that have households: key, name, number of households."""
    names = office.PlaceNames(reader.connection)
    found = reader.connection.execute(select(_I.region, func.count()).group_by(_I.region).order_by(_I.region))
    return [(key, names.of(key), count) for key, count in found]


def households(reader: Reader, ids: Sequence[bytes]) -> list[Household]:
    """Whole households with their members, in the order of `ids`."""
    found: dict[bytes, Household] = {}
    names, letters = office.PlaceNames(reader.connection), numbering.letters(reader)
    known = standards.lists(reader)
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        people = members(reader, part)
        for row in reader.connection.execute(_with_group(part)):
            found[row.id] = _household(row, people.get(row.id, []), names, letters, known)
    return [found[i] for i in ids if i in found]


def household(reader: Reader, household_id: bytes) -> Household | None:
    found = households(reader, [household_id])
    return found[0] if found else None


def members(reader: Reader, ids: Sequence[bytes]) -> dict[bytes, list[Person]]:
    """The living rows of people, by household."""
    found: dict[bytes, list[Person]] = {}
    wanted = (
        select(PersonRow.__table__).where(_P.household_id.in_(ids), _P.alive).order_by(_P.position, _P.id)
    )
    for row in reader.connection.execute(wanted):
        found.setdefault(row.household_id, []).append(person_of(row))
    return found


def person_of(row: Any) -> Person:
    return Person(
        row.id,
        row.household_id,
        row.position,
        _facts(row, PERSON_FIELDS),
        tuple(row.aliases or ()),
        json.loads(row.unread) if row.unread else {},
    )


def by_number(reader: Reader, number: str) -> list[bytes]:
    """Households by printed number (whatever its letter was), body, or a number that a workbook gave them."""
    number = number.strip().encode(errors="ignore").decode()  # half a rare character may come from a paste
    wanted = select(_H.id).where(_H.alive, _H.number == numbering.body_of(number))
    found = list(reader.connection.scalars(wanted))
    return found or _by_alias(reader, number)


def numbered(reader: Reader, typed: str, limit: int = 20) -> list[bytes]:
    """Households whose own number ends so, as it is read from a plaque; a telephone may end alike and comes after."""
    body = numbering.body_of("".join(typed.split()))
    if len(body) < _TAIL or not (body.isascii() and body.isdecimal()):
        return []
    wanted = select(_H.id).where(_H.alive, _H.number.endswith(body)).order_by(_H.number).limit(limit)
    return list(reader.connection.scalars(wanted))


def _by_alias(reader: Reader, number: str) -> list[bytes]:
    found: list[bytes] = []
    for part in _parts(household_ids(reader, number)):
        wanted = select(_H.id, _H.aliases).where(_H.id.in_(part))
        aliases = {r.id: r.aliases or () for r in reader.connection.execute(wanted)}
        found += [i for i in part if number in aliases[i]]
    return found


def _parts(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _with_group(ids: list[bytes]) -> Select[Any]:
    return (
        select(HouseholdRow.__table__, GroupRow.name.label("group_name"))
        .outerjoin(GroupRow, GroupRow.id == _H.group_id)
        .where(_H.id.in_(ids), _H.alive)
    )


def _household(
    row: Any,
    people: list[Person],
    names: office.PlaceNames,
    letters: numbering.Letters,
    lists: standards.Lists,
) -> Household:
    facts = _facts(row, HOUSEHOLD_FIELDS)
    state = state_of(facts)
    return Household(
        row.id, row.region, names.of(row.region), row.group_name or "", row.place,
        numbering.printed(letters.of(row.region), state, row.number), row.number, state, facts, tuple(people),
        tuple(row.aliases or ()), json.loads(row.unread) if row.unread else {}, lists.at(row.region),
    )  # fmt: skip


def _facts(row: Any, fields: Iterable[Any]) -> dict[str, Value]:
    mapping = row._mapping
    return {f.name: mapping[f.name] for f in fields if mapping[f.name] is not None}


def values_of(draft: HouseholdDraft | PersonDraft) -> dict[str, Any]:
    """The columns of a draft; an empty text is no value."""
    facts = {k: v for k, v in draft.facts.items() if v != ""}
    return {**facts, "aliases": list(draft.aliases) or None, "unread": dumped(draft.unread)}


def dumped(unread: Mapping[str, str]) -> str | None:
    return json.dumps(unread, ensure_ascii=False, sort_keys=True) if unread else None


def add_household(unit: Unit, draft: HouseholdDraft) -> bytes:
    """Add one household with its members; gives its id."""
    group_id = groups.named(unit, draft.region, draft.group)
    household_id = unit.add(
        HouseholdRow,
        draft.region,
        group_id=group_id,
        place=groups.next_place(unit, draft.region, group_id),
        number=numbering.take(unit, 1)[0],
        **values_of(draft),
    )
    for position, member in enumerate(draft.members, 1):
        add_person(unit, draft.region, household_id, position, member)
    return household_id


def add_person(unit: Unit, region: str, household_id: bytes, position: int, draft: PersonDraft) -> bytes:
    return unit.add(PersonRow, region, household_id=household_id, position=position, **values_of(draft))


def change_household(unit: Unit, household_id: bytes, values: Mapping[str, Any]) -> None:
    unit.change(HouseholdRow, household_id, **values)


def change_person(unit: Unit, person_id: bytes, values: Mapping[str, Any]) -> None:
    unit.change(PersonRow, person_id, **values)


def remove_person(unit: Unit, person_id: bytes) -> None:
    unit.remove(PersonRow, person_id)


def remove_household(unit: Unit, household: Household) -> None:
    unit.change_many(PersonRow, ((m.id, {"alive": False}) for m in household.members))
    unit.remove(HouseholdRow, household.id)
