"""The plan of an import: what a workbook would add and change, worked out before anything is written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.features.office import api as office
from desktop.features.register.known import Known
from desktop.features.register.model import Household, HouseholdDraft, Person, PersonDraft, Value
from desktop.features.register.placing import Placer
from desktop.features.register.sheet_model import Doubt, Line

CHUNK = 400


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0


@dataclass(slots=True)
class Draft:
    """A household of the file while its rows are collected."""

    region: str
    group: str
    number: str
    row: int
    facts: dict[str, Value]
    raw: dict[str, str]
    members: list["Member"] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    row: int
    number: str
    facts: dict[str, Value]
    raw: dict[str, str]


@dataclass
class ImportPlan:
    """`based_on` is the newest action when the plan was made: what changed since makes it stale."""

    based_on: int = 0
    households: Counts = field(default_factory=Counts)
    people: Counts = field(default_factory=Counts)
    doubts: list[Doubt] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)  # row numbers of other offices
    new_villages: list[office.Place] = field(default_factory=list)
    new_households: list[HouseholdDraft] = field(default_factory=list)
    household_changes: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    person_changes: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    new_people: list[tuple[Household, PersonDraft]] = field(default_factory=list)
    group_moves: list[tuple[Household, str]] = field(default_factory=list)
    absent_elsewhere: int = 0  # people absent who live in villages that the file does not name

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        return not (
            self.new_villages or self.new_households or self.household_changes
            or self.person_changes or self.new_people or self.group_moves
        )  # fmt: skip


def collect(lines: Iterable[Line], placer: Placer, plan: ImportPlan) -> list[Draft]:
    """Gather the rows of each household; rows of other townships are listed and left out."""
    drafts: dict[str, Draft] = {}
    for line in lines:
        region = placer.region_of(line, plan.doubts)
        if not region:
            plan.left_out.add(line.row)
            continue
        draft = drafts.get(line.household_key)
        if draft is None:
            draft = Draft(region, line.place.get("group", ""), line.household_no, line.row, {}, {})
            drafts[line.household_key] = draft
        _take(draft, line)
    return list(drafts.values())


def _take(draft: Draft, line: Line) -> None:
    for name, value in line.household.items():
        draft.facts.setdefault(name, value)
    raw: dict[str, str] = {}
    for name, text in line.raw.items():
        owner, _, field_name = name.partition(".")
        if owner == "household":
            draft.raw.setdefault(field_name, text)
        elif owner == "person":
            raw[field_name] = text
    draft.members.append(Member(line.row, line.person_no, line.person, raw))


def compare(plan: ImportPlan, drafts: list[Draft], known: Known) -> Iterator[int]:
    """Match the drafts with the register and fill the plan; yields how many drafts are done."""
    seen_households: set[bytes] = set()
    seen_people: set[bytes] = set()
    # A household's own number goes before its people: of a family that split, the old number keeps the old household.
    drafts = sorted(drafts, key=lambda d: known.by_number(d) is None)
    claimed = known.claimed(drafts)
    for start in range(0, len(drafts), CHUNK):
        batch = drafts[start : start + CHUNK]
        matched = [(d, known.match(d)) for d in batch]
        loaded = known.load([m for _, m in matched if m is not None])
        for draft, household_id in matched:
            household = loaded.get(household_id) if household_id else None
            if household is None:
                _add(plan, draft)
            elif household.id in seen_households:
                _add_split(plan, draft, known, seen_people)
            else:
                seen_households.add(household.id)
                _compare_household(plan, draft, household, known, claimed, seen_people)
        yield start + len(batch)
    _count_absent(plan, drafts, known, seen_households, seen_people)


def _add(plan: ImportPlan, draft: Draft) -> None:
    plan.households.new += 1
    plan.people.new += len(draft.members)
    plan.new_households.append(
        HouseholdDraft(
            draft.region,
            draft.group,
            draft.facts,
            tuple(_person_draft(m) for m in draft.members),
            (draft.number,) if draft.number else (),
            draft.raw,
        )
    )


def _add_split(plan: ImportPlan, draft: Draft, known: Known, seen: set[bytes]) -> None:
    """A second household of the file whose people the register has in one: who is there stays there and is listed."""
    new = []
    for member in draft.members:
        there = known.person(member)
        if there is None or there in seen:
            new.append(member)
        else:
            seen.add(there)
            plan.people.unchanged += 1
            plan.doubts.append(_elsewhere(member))
    if new:
        draft.members = new
        _add(plan, draft)


def _elsewhere(member: Member) -> Doubt:
    name = str(member.facts.get("name", ""))
    problem = "此人在册于另一户，没有移动；请核对是分户、并户还是错行"
    return Doubt(member.row, "姓名", name, problem, "person.elsewhere")


def _person_draft(member: Member) -> PersonDraft:
    return PersonDraft(member.facts, (member.number,) if member.number else (), member.raw)


def _compare_household(
    plan: ImportPlan,
    draft: Draft,
    household: Household,
    known: Known,
    claimed: set[bytes],
    seen: set[bytes],
) -> None:
    if draft.region != household.region:
        plan.doubts.append(
            Doubt(
                draft.row, "村", "",
                f"该户在册于{household.village}，本表写在别的村，没有移动，请核对", "place.moved",
            )
        )  # fmt: skip
    touched = False
    changes = differences(
        household.facts, household.aliases, household.unread, draft.facts, draft.number, draft.raw
    )
    if changes:
        plan.household_changes.append((household.id, changes))
        touched = True
    if draft.group and draft.group != household.group and draft.region == household.region:
        plan.group_moves.append((household, draft.group))
        touched = True
    for member in draft.members:
        touched |= _compare_member(plan, member, household, known, claimed, seen)
    plan.households.changed += touched
    plan.households.unchanged += not touched


def _compare_member(
    plan: ImportPlan,
    member: Member,
    household: Household,
    known: Known,
    claimed: set[bytes],
    seen: set[bytes],
) -> bool:
    """Whether the household gained a person by this row."""
    person = find_member(member, [m for m in household.members if m.id not in seen])
    if person is None and (elsewhere := known.person(member)) is not None and elsewhere not in claimed:
        seen.add(elsewhere)
        claimed.add(elsewhere)
        plan.people.unchanged += 1
        plan.doubts.append(_elsewhere(member))
        return False
    if person is None:
        plan.people.new += 1
        plan.new_people.append((household, _person_draft(member)))
        return True
    seen.add(person.id)
    changes = differences(
        person.facts, person.aliases, person.unread, member.facts, member.number, member.raw
    )
    if changes:
        plan.people.changed += 1
        plan.person_changes.append((person.id, changes))
    else:
        plan.people.unchanged += 1
    return False


def find_member(member: Member, people: list[Person]) -> Person | None:
    """The person of this household that the row means: by number, then id number, then name."""
    if member.number:
        for p in people:
            if member.number in p.aliases:
                return p
    id_number = member.facts.get("id_number")
    if id_number:
        for p in people:
            if p.facts.get("id_number") == id_number:
                return p
    named = [p for p in people if p.name == member.facts.get("name") and not _other_number(p, member)]
    return named[0] if len(named) == 1 else None


def _other_number(person: Person, member: Member) -> bool:
    """Two different workbook numbers are two people, however alike their names."""
    return bool(member.number and person.aliases and member.number not in person.aliases)


def differences(
    facts: Mapping[str, Value],
    aliases: tuple[str, ...],
    unread: Mapping[str, str],
    new: Mapping[str, Value],
    number: str,
    raw: Mapping[str, str],
) -> dict[str, Any]:
    """The columns that the file changes. An empty cell changes nothing: nothing typed here is lost by it."""
    stated = {k: None if v == "" else v for k, v in new.items()}  # "" is a stated none: 非在校生
    changes: dict[str, Any] = {k: v for k, v in stated.items() if facts.get(k) != v}
    if number and number not in aliases:
        changes["aliases"] = [*aliases, number]
    left = {k: v for k, v in unread.items() if k not in new} | dict(raw)
    if left != dict(unread):
        changes["unread"] = left
    return changes


def _count_absent(
    plan: ImportPlan, drafts: list[Draft], known: Known, households: set[bytes], people: set[bytes]
) -> None:
    plan.households.absent = known.household_count - len(households)
    plan.people.absent = known.person_count - len(people)
    regions = {d.region for d in drafts}
    plan.absent_elsewhere = sum(n for region, n in known.people_by_region().items() if region not in regions)
