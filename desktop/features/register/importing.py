"""Applying the plan of an import: all of it in one action, in the bulk door's batches."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, literal_column, select

from desktop.core.db import registry
from desktop.core.db.log_tables import EntryRow
from desktop.core.db.unit import Reader, Unit
from desktop.core.gc_pause import gc_paused
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.features.register import groups, index, numbering, store
from desktop.features.register.import_plan import ImportPlan
from desktop.features.register.model import HouseholdDraft
from desktop.features.register.tables import GroupRow, HouseholdRow, PersonRow

BATCH = 1_000
_STEP = 200
_Group = tuple[str, str]
_T = TypeVar("_T")


def newest_entry(reader: Reader) -> int:
    """The newest entry about places, households or people, whoever made it: a plan made before it is stale."""
    tables = [registry.info(row).no for row in (GroupRow, HouseholdRow, PersonRow)]
    rowid: ColumnElement[int] = literal_column("rowid")
    wanted = select(rowid).select_from(EntryRow).where(EntryRow.table_no.in_(tables))
    return reader.connection.scalar(wanted.order_by(rowid.desc()).limit(1)) or 0


def apply(unit: Unit, plan: ImportPlan, tell: Tell) -> None:
    """Write the plan, index and all. A stop is obeyed between small steps; the unit then takes all of it back."""
    for place in plan.new_villages:
        office.accept_village(unit, place)
    work = _Steps(tell, len(plan.new_households) + _changed(plan))
    shelf = Shelf(unit, plan)
    fresh = index.Index(unit.connection)
    fresh.know(shelf.groups)
    numbers = iter(numbering.take(unit, len(plan.new_households)))
    for batch in _batches(plan.new_households):
        _add_households(unit, list(zip(batch, numbers, strict=False)), shelf, fresh, work)
        work.more(len(batch))
    fresh.close()
    _add_people(unit, plan, work)
    _change(unit, plan, shelf, work)
    unit.settle(tell)


def _changed(plan: ImportPlan) -> int:
    return len(plan.new_people) + len(plan.household_changes) + len(plan.person_changes)


class _Steps:
    """Tells how much is written, and lets a stop come in."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._done, self._total = tell, 0, total
        self.look()

    def more(self, count: int) -> None:
        self._done += count
        self.look()

    def look(self) -> None:
        """Nothing more is done, but a stop is heard."""
        self._tell(self._done, self._total, "正在写入户和人")

    def through(self, things: Iterable[_T]) -> Iterator[_T]:
        """Each thing is a step."""
        for n, thing in enumerate(things, 1):
            if n % _STEP == 0:
                self.more(_STEP)
            yield thing


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}


def natural(name: str) -> tuple[int, str]:
    """Sort key of a group's name: by the number in it (Arabic, or Chinese up to 九十九), then by the name."""
    arabic = re.search(r"\d+", name)
    if arabic:
        return int(arabic[0]), name
    chinese = re.search(r"[零一二三四五六七八九十]+", name)
    return _number(chinese[0]) if chinese else 10_000, name


def _number(chinese: str) -> int:
    tens, ten, ones = chinese.rpartition("十")
    return (_DIGITS.get(tens[-1:], 1) * 10 if ten else 0) + _DIGITS.get(ones[-1:], 0)


def _batches(drafts: Iterable[HouseholdDraft]) -> Iterator[list[HouseholdDraft]]:
    source = iter(drafts)
    while batch := list(islice(source, BATCH)):
        yield batch


class Shelf:
    """Groups by village and name, and the next place in each: kept while one import is applied."""

    def __init__(self, unit: Unit, plan: ImportPlan) -> None:
        self._unit = unit
        wanted = {(h.region, h.group) for h in plan.new_households}
        wanted |= {(m.household.region, m.group) for m in plan.group_moves}
        self._groups: dict[_Group, bytes | None] = {g: None for g in wanted if not g[1]}
        self._places: dict[_Group, int] = {}
        for region, names in groupby(sorted(g for g in wanted if g[1]), key=itemgetter(0)):
            self._label(region, [name for _, name in names])

    def _label(self, region: str, names: list[str]) -> None:
        """Make the groups that are new in their natural order: 2组 before 10组, whatever row came first."""
        known = {name: group for group, name in groups.of_village(self._unit, region)}
        new: list[dict[str, Any]] = [
            {"id": self._unit.new_id(), "region": region, "name": name, "position": position}
            for position, name in enumerate(sorted(set(names) - set(known), key=natural), len(known) + 1)
        ]
        # nobody lives in them yet; who moves in is indexed with the group's name
        self._unit.add_many(GroupRow, new, is_indexed=True)
        self._places |= {(region, group["name"]): 0 for group in new}
        self._groups |= {(region, n): known[n] for n in names if n in known}
        self._groups |= {(region, group["name"]): group["id"] for group in new}

    @property
    def groups(self) -> Iterable[bytes | None]:
        return self._groups.values()

    def group(self, region: str, name: str) -> bytes | None:
        return self._groups[region, name]

    def next_place(self, region: str, name: str) -> int:
        key = (region, name)
        if key not in self._places:
            self._places[key] = groups.next_place(self._unit, region, self.group(region, name)) - 1
        self._places[key] += 1
        return self._places[key]


def _add_households(
    unit: Unit, numbered: list[tuple[HouseholdDraft, str]], shelf: Shelf, fresh: index.Index, work: _Steps
) -> None:
    households: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for draft, number in numbered:
        row_id = unit.new_id()
        households.append(
            {
                "id": row_id,
                "region": draft.region,
                "group_id": shelf.group(draft.region, draft.group),
                "place": shelf.next_place(draft.region, draft.group),
                "number": number,
                **store.values_of(draft),
            }
        )
        people += [{"id": unit.new_id(), **p} for p in _people(draft.region, row_id, draft.members, 1)]
    unit.add_many(HouseholdRow, households, is_indexed=True)
    work.look()
    unit.add_many(PersonRow, people, is_indexed=True)
    work.look()
    with gc_paused():
        fresh.add(households, people)


def _people(region: str, household: bytes, members: Iterable[Any], first: int) -> list[dict[str, Any]]:
    return [
        {"region": region, "household_id": household, "position": n, **store.values_of(m)}
        for n, m in enumerate(members, first)
    ]


def _add_people(unit: Unit, plan: ImportPlan, work: _Steps) -> None:
    last: dict[bytes, int] = {}
    rows = []
    for gain in plan.new_people:
        home = gain.household
        position = last.get(home.id) or max((m.position for m in home.members), default=0)
        last[home.id] = position + 1
        rows += _people(home.region, home.id, [gain.person], position + 1)
    unit.add_many(PersonRow, work.through(rows))


def _change(unit: Unit, plan: ImportPlan, shelf: Shelf, work: _Steps) -> None:
    changes = {c.id: dict(c.values) for c in plan.household_changes}
    for move in plan.group_moves:
        at = (move.household.region, move.group)
        changes.setdefault(move.household.id, {}).update(
            group_id=shelf.group(*at), place=shelf.next_place(*at)
        )
    unit.change_many(HouseholdRow, ((i, _storable(v)) for i, v in work.through(changes.items())))
    unit.change_many(PersonRow, ((c.id, _storable(c.values)) for c in work.through(plan.person_changes)))


def _storable(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: store.dumped(v) if k == "unread" else v for k, v in values.items()}
