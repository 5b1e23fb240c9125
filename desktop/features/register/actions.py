"""What a clerk does with the register: read a workbook in, add and change households and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.excel.reader import open_workbook
from desktop.core.gc_pause import gc_paused
from desktop.core.jobs import Tell, silent
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.register import (
    duplicates,
    groups,
    import_plan,
    importing,
    leaving,
    numbering,
    rules,
    sheets,
    store,
)
from desktop.features.register.comparing import Comparison
from desktop.features.register.fields import HOUSEHOLD, PERSON, Field
from desktop.features.register.import_plan import ImportPlan
from desktop.features.register.known import Known
from desktop.features.register.model import (
    STATE_NAMES,
    Household,
    HouseholdDraft,
    Person,
    PersonDraft,
    State,
)
from desktop.features.register.placing import Placer
from desktop.features.register.sheet_model import Recognised
from desktop.features.register.words import called
from desktop.features.standards import api as standards


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """A workbook as it was understood, and what it would do."""

    recognised: Recognised
    plan: ImportPlan


def read_workbook(reader: Reader, path: Path, tell: Tell = silent) -> ReadWorkbook:
    """Read a workbook and compare it with the register. Writes nothing.

    Raises Trouble when the file cannot be read or is no list of households.
    """
    _require_import(reader)
    tell(0, 0, "正在打开工作簿")
    recognised = sheets.recognise(open_workbook(path))
    known = standards.lists(reader)
    reading = sheets.read_lines(recognised, reader.today, known)
    plan = ImportPlan(based_on=importing.newest_entry(reader), lists=known)
    placer = Placer(office.read_places(reader), recognised)
    with gc_paused():
        drafts = import_plan.collect(_told(reading, recognised.rows, tell), placer, plan)
        recognised.sheet.release()
        for done in Comparison(plan, drafts, Known(reader), recognised):
            tell(done, len(drafts), "正在与户籍册对照")
    import_plan.keep_used_villages(plan, placer)
    # Of a row that is left out only the reason is told; its cells are the other office's business.
    plan.doubts += [d for d in reading.doubts if d.row not in plan.left_out]
    plan.doubts.sort(key=lambda d: (d.row, d.col_index))
    return ReadWorkbook(recognised, plan)


def _told(reading: Any, total: int, tell: Tell) -> Any:
    for n, line in enumerate(reading):
        if n % 500 == 0:
            tell(n, total, "正在读取")
        yield line


def _require_import(reader: Reader) -> None:
    """A list is compared with the whole register: who sees a part of it would take the rest for new people."""
    reader.require("register.import")
    if reader.actor.sees:
        raise Refused([Problem("import.region", "", "名单要由管辖整个单位的经办来导入，请交给他")])


def apply_import(unit: Unit, plan: ImportPlan, tell: Tell = silent) -> None:
    """Write the plan as one action. Raises Refused when the register changed since the plan was made."""
    _require_import(unit)
    unit.name = "导入名单"
    if importing.newest_entry(unit) != plan.based_on:
        raise Refused([Problem("import.stale", "", "读取之后户籍册又有改动，请重新读取这份工作簿再导入")])
    unit.expect_many()
    with gc_paused():
        importing.apply(unit, plan, tell)
    if not plan.is_empty:
        new, changed = plan.people.new, plan.people.changed
        office.note(unit, office.Event.IMPORT, f"导入名单：新增 {new:,} 人，变更 {changed:,} 人")


def add_household(unit: Unit, draft: HouseholdDraft) -> Household:
    unit.require("register.change", draft.region)
    codes = [p for m in draft.members for p in _check_codes(unit, draft.region, m.facts, {}, PERSON)]
    codes += _check_codes(unit, draft.region, draft.facts, {}, HOUSEHOLD)
    refuse_if(rules.check_household(draft, unit.today) + codes + duplicates.check_all(unit, draft.members))
    made = _found(unit, store.add_household(unit, draft))
    unit.name = f"新增户 {called(made)}"
    return made


def change_household(
    unit: Unit,
    household_id: bytes,
    values: Mapping[str, Any],
    group: str | None = None,
    place: int | None = None,
) -> Household:
    """Change fields of a household; `group` moves it to the end of another group of its village, `place` inside it."""
    before = _found(unit, household_id)
    unit.require("register.change", before.region)
    unit.name = f"修改户 {called(before)}"
    changed = _changed(before.facts, values)
    refuse_if(_check_codes(unit, before.region, changed, before.facts, HOUSEHOLD))
    if group is not None and group != before.group:
        changed["group_id"] = groups.named(unit, before.region, group)
        changed["place"] = groups.next_place(unit, before.region, changed["group_id"])
    store.change_household(unit, household_id, _settled(before.unread, changed))
    if place is not None:
        _put(unit, household_id, place)
    return _found(unit, household_id)


def move_and_change(
    unit: Unit,
    household_id: bytes,
    to: str,
    group: str,
    values: Mapping[str, Any],
    place: int | None = None,
) -> Household:
    """Move a household to another village of the office, and change fields of it there; its number stays."""
    leaving.move_household(unit, household_id, to, group)
    name = unit.name
    moved = change_household(unit, household_id, values, None, place)
    unit.name = name
    return moved


def _put(unit: Unit, household_id: bytes, place: int) -> None:
    """The household takes that place, and those behind it move on by one."""
    beside = groups.in_same_group(unit, household_id)
    refuse_if(rules.check_place(place, len(beside)))
    order = [i for i in beside if i != household_id]
    order.insert(place - 1, household_id)
    groups.number_places(unit, {i: n for n, i in enumerate(order, 1) if beside[i] != n})


def remove_household(unit: Unit, household_id: bytes, reason: str) -> None:
    """Take a household and its people out of the register; the log keeps everything, and its number is never given again."""
    household = _found(unit, household_id)
    unit.require("register.change", household.region)
    refuse_if(rules.check_reason(reason))
    unit.name = f"删除户 {called(household)}"
    unit.explain(reason.strip())
    store.remove_household(unit, household)


def add_person(unit: Unit, household_id: bytes, draft: PersonDraft) -> None:
    household = _found(unit, household_id)
    unit.require("register.change", household.region)
    unit.name = f"新增成员 {called(household, draft.facts)}"
    head = rules.check_new_head(draft.facts.get("relation", ""), (m.facts for m in household.members))
    codes = _check_codes(unit, household.region, draft.facts, {}, PERSON)
    refuse_if(rules.check_person(draft, unit.today) + head + codes + duplicates.check(unit, draft.facts))
    position = max((m.position for m in household.members), default=0) + 1
    store.add_person(unit, household.region, household_id, position, draft)


def change_person(unit: Unit, household_id: bytes, person_id: bytes, values: Mapping[str, Any]) -> None:
    household = _found(unit, household_id)
    person = _member(household, person_id)
    unit.require("register.change", household.region)
    unit.name = f"修改成员 {called(household, person.facts)}"
    changed = _changed(person.facts, values)
    merged = {k: v for k, v in {**person.facts, **changed}.items() if v is not None}
    others = [m.facts for m in household.members if m.id != person_id]
    head = rules.check_new_head(changed.get("relation", ""), others)
    # Two of one number that a list brought are not held against another change.
    taken = duplicates.check(unit, merged, person_id) if {"id_number", "id_kind"} & set(changed) else []
    codes = _check_codes(unit, household.region, changed, person.facts, PERSON)
    refuse_if(rules.check_person(PersonDraft(merged), unit.today) + head + codes + taken)
    store.change_person(unit, person_id, _settled(person.unread, changed))


def remove_person(unit: Unit, household_id: bytes, person_id: bytes) -> None:
    """Take a person out of the household; the log keeps everything."""
    household = _found(unit, household_id)
    unit.require("register.change", household.region)
    person = _member(household, person_id)
    refuse_if(rules.check_removal(len(household.members)))
    unit.name = f"移出成员 {called(household, person.facts)}"
    store.remove_person(unit, person_id)


def set_prefix(unit: Unit, state: str, prefix: str) -> None:
    """Change the letter that numbers of households in `state` begin with."""
    unit.require("office.change")
    refuse_if(rules.check_prefix(state, prefix))
    unit.name = f"修改编号前缀 {STATE_NAMES[State(state)]} {prefix}"
    numbering.set_prefix(unit, State(state), prefix, office.office(unit).key)


def _check_codes(
    unit: Unit, region: str, said: Mapping[str, Any], before: Mapping[str, Any], fields: Mapping[str, Field]
) -> list[Problem]:
    return rules.check_codes(said, before, fields, standards.lists(unit).at(region))


def _changed(facts: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What differs; an emptied field is no value."""
    said = {k: None if v == "" else v for k, v in values.items()}
    return {k: v for k, v in said.items() if facts.get(k) != v}


def _settled(unread: Mapping[str, str], changed: dict[str, Any]) -> dict[str, Any]:
    """What was typed answers what a workbook had left unread in the same field."""
    left = {k: v for k, v in unread.items() if k not in changed}
    return {**changed, "unread": store.dumped(left)} if len(left) != len(unread) else changed


def _found(reader: Reader, household_id: bytes) -> Household:
    found = store.household(reader, household_id)
    if found is None:
        raise Refused([Problem("household.gone", "", "这一户已不在册，请刷新列表")])
    return found


def _member(household: Household, person_id: bytes) -> Person:
    for member in household.members:
        if member.id == person_id:
            return member
    raise Refused([Problem("person.gone", "", "这个人已不在这一户，请刷新")])
