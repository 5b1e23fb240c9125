"""The plan of an import: what a workbook would add and change, worked out before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.code_edits import SHIPPED, Lists
from desktop.features.office import api as office
from desktop.features.register.model import Household, HouseholdDraft, PersonDraft, Value
from desktop.features.register.placing import Placer
from desktop.features.register.sheet_model import Doubt, Line, Owner

NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0


@dataclass(slots=True)
class Draft:
    """A household of the file while its rows are collected. `doubtful` names the facts whose cells are listed."""

    region: str
    village: str  # as the file writes it
    group: str
    number: str
    row: int
    facts: dict[str, Value]
    raw: dict[str, str]
    doubtful: frozenset[str] = NOTHING
    members: list["Member"] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    row: int
    number: str
    facts: dict[str, Value]
    raw: dict[str, str]
    doubtful: frozenset[str] = NOTHING

    @property
    def name(self) -> str:
        return str(self.facts.get("name", ""))


@dataclass(frozen=True, slots=True)
class Change:
    """A household or person of the register that the file changes, with what the register has `before` in these columns.

    `number` and `name` (of the person, or the head) and the file's `row` tell the clerk whom it is about.
    """

    owner: Owner
    id: bytes
    household: bytes
    number: str
    name: str
    row: int
    before: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gain:
    """A person whom a household of the register gains."""

    household: Household
    person: PersonDraft
    row: int


@dataclass(frozen=True, slots=True)
class GroupMove:
    """A household of the register that the file has in another group of its village."""

    household: Household
    group: str
    row: int


@dataclass
class ImportPlan:
    """`based_on` is the register's newest entry when the plan was made: what changed since makes it stale."""

    based_on: int = 0
    households: Counts = field(default_factory=Counts)
    people: Counts = field(default_factory=Counts)
    doubts: list[Doubt] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)  # row numbers of other offices
    new_villages: list[office.Place] = field(default_factory=list)
    new_households: list[HouseholdDraft] = field(default_factory=list)
    household_changes: list[Change] = field(default_factory=list)
    person_changes: list[Change] = field(default_factory=list)
    new_people: list[Gain] = field(default_factory=list)
    group_moves: list[GroupMove] = field(default_factory=list)
    absent: list[bytes] = field(default_factory=list)  # people of the register whom the file does not name
    absent_elsewhere: int = 0  # people absent who live in villages that the file does not name
    lists: Lists = SHIPPED  # what codes are called, for those who look at the changes

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
            place = line.place
            village, group = place.get("village", ""), place.get("group", "")
            draft = Draft(region, village, group, line.household_no, line.row, dict(line.household), {})
            drafts[line.household_key] = draft
        elif not line.repeats:
            for name, value in line.household.items():
                draft.facts.setdefault(name, value)
        _take(draft, line, placer)
    return list(drafts.values())


def _take(draft: Draft, line: Line, placer: Placer) -> None:
    member = Member(line.row, line.person_no, line.person, {})
    if line.doubts:
        _take_doubtful(draft, member, line, placer)
    draft.members.append(member)


def _take_doubtful(draft: Draft, member: Member, line: Line, placer: Placer) -> None:
    for name, text in line.raw.items():
        owner, _, field_name = name.partition(".")
        if owner == Owner.HOUSEHOLD:
            draft.raw.setdefault(field_name, text)
        elif owner == Owner.PERSON:
            member.raw[field_name] = text
    draft.doubtful |= placer.listed(line, Owner.HOUSEHOLD)
    member.doubtful = placer.listed(line, Owner.PERSON)


def keep_used_villages(plan: ImportPlan, placer: Placer) -> None:
    """Only villages that a new household lives in are proposed; each is listed where it is named first."""
    used = {h.region for h in plan.new_households}
    plan.new_villages = [p.place for p in placer.proposed if p.place.key in used]
    plan.doubts += [p.doubt for p in placer.proposed if p.place.key in used]
