"""Comparing a workbook's households with the register: what is new, what changed, who lives elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desktop.features.register.import_plan import Change, Draft, Gain, GroupMove, ImportPlan, Member
from desktop.features.register.known import Known
from desktop.features.register.matching import Matches
from desktop.features.register.model import Household, HouseholdDraft, Person, PersonDraft, Value
from desktop.features.register.sheet_model import Owner, Recognised, is_unique

CHUNK = 400


class Comparison:
    """Iterate once: fills the plan, and yields how many households are done."""

    def __init__(
        self, plan: ImportPlan, drafts: Sequence[Draft], known: Known, recognised: Recognised
    ) -> None:
        self._plan, self._drafts, self._known, self._recognised = plan, drafts, known, recognised
        self._matches = Matches(drafts, known)
        self._households: set[bytes] = set()
        self._people: set[bytes] = set()

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self._drafts), CHUNK):
            batch = range(start, min(start + CHUNK, len(self._drafts)))
            homes = {n: home for n in batch if (home := self._matches.home(n)) is not None}
            loaded = self._known.load(list(homes.values()))
            for n in batch:
                self._settle(self._drafts[n], loaded[homes[n]] if n in homes else None)
            yield batch.stop
        self._count_absent()

    def _settle(self, draft: Draft, household: Household | None) -> None:
        if household is None:
            self._add(draft)
        else:
            self._households.add(household.id)
            self._compare(draft, household)

    def _add(self, draft: Draft) -> None:
        """A new household; a family of which everybody lives elsewhere is only listed."""
        members = [m for m in draft.members if not self._lives_elsewhere(m)]
        if not members:
            return
        self._plan.households.new += 1
        self._plan.people.new += len(members)
        people = tuple(map(_person_draft, members))
        numbers = (draft.number,) if draft.number else ()
        self._plan.new_households.append(
            HouseholdDraft(draft.region, draft.group, draft.facts, people, numbers, draft.raw)
        )

    def _compare(self, draft: Draft, household: Household) -> None:
        touched = self._compare_household(draft, household)
        for member in draft.members:
            touched |= self._compare_member(member, household)
        self._plan.households.changed += touched
        self._plan.households.unchanged += not touched

    def _compare_household(self, draft: Draft, household: Household) -> bool:
        if draft.region != household.region:
            self._doubt(
                draft.row, Owner.PLACE, "village", draft.village, "place.moved",
                f"该户在册于{household.village}，本表写在别的村，没有移动，请核对",
            )  # fmt: skip
        number = "" if self._known.is_own_number(draft.number) else draft.number
        changes = differences(household, draft, number)
        if changes:
            head = household.head
            self._plan.household_changes.append(
                _change(Owner.HOUSEHOLD, household, head.name if head else "", draft.row, household, changes)
            )
        moves = bool(draft.group) and draft.group != household.group and draft.region == household.region
        if moves:
            self._plan.group_moves.append(GroupMove(household, draft.group, draft.row))
        return moves or bool(changes)

    def _compare_member(self, member: Member, household: Household) -> bool:
        """Whether the household gained a person by this row."""
        person = find_member(member, [m for m in household.members if m.id not in self._people])
        if person is None:
            if self._lives_elsewhere(member):
                return False
            self._plan.people.new += 1
            self._plan.new_people.append(Gain(household, _person_draft(member), member.row))
            return True
        self._people.add(person.id)
        changes = differences(person, member, member.number)
        if changes:
            self._plan.person_changes.append(
                _change(Owner.PERSON, person, person.name, member.row, household, changes)
            )
        self._plan.people.changed += bool(changes)
        self._plan.people.unchanged += not changes
        return False

    def _lives_elsewhere(self, member: Member) -> bool:
        """Whether the register has this person in another household: listed, and nobody is moved by a list."""
        at = self._known.at_home(member)
        if at is None or at[0] in self._people or at[0] in self._matches.claimed:
            return False
        self._people.add(at[0])
        self._plan.people.unchanged += 1
        self._doubt(
            member.row, Owner.PERSON, "name", member.name, "person.elsewhere",
            "此人在册于另一户，没有移动；请核对是分户、并户还是错行",
        )  # fmt: skip
        return True

    def _doubt(self, row: int, owner: Owner, name: str, value: str, code: str, problem: str) -> None:
        self._plan.doubts.append(self._recognised.doubt(row, owner, name, value, code, problem))

    def _count_absent(self) -> None:
        self._plan.households.absent = self._known.household_count - len(self._households)
        self._plan.absent = [i for i in self._known.people if i not in self._people]
        self._plan.people.absent = len(self._plan.absent)
        self._plan.absent_elsewhere = self._known.people_outside(d.region for d in self._drafts)


def _change(
    owner: Owner, row: Household | Person, name: str, line: int, household: Household, values: dict[str, Any]
) -> Change:
    before = {c: getattr(row, c) if c in ("aliases", "unread") else row.facts.get(c) for c in values}
    return Change(owner, row.id, household.id, household.number, name, line, before, values)


def _person_draft(member: Member) -> PersonDraft:
    return PersonDraft(member.facts, (member.number,) if member.number else (), member.raw)


def find_member(member: Member, people: list[Person]) -> Person | None:
    """The person of this household that the row means: by number, then id number, then name."""
    for p in people:
        # an office's own 1, 2, 3 are given anew each year: only with the same name
        if member.number in p.aliases and (is_unique(member.number) or p.name == member.name):
            return p
    id_number = member.facts.get("id_number")
    for p in people:
        if id_number and p.facts.get("id_number") == id_number:
            return p
    named = [p for p in people if p.name == member.name and not _other_number(p, member)]
    if len(named) > 1:  # two of one name: only the one that the row agrees with
        named = [p for p in named if not _contradicts(p.facts, member.facts)][:1]
    return named[0] if named else None


def _other_number(person: Person, member: Member) -> bool:
    """Two different national numbers are two people, however alike their names."""
    return is_unique(member.number) and any(a != member.number for a in person.aliases if is_unique(a))


def _contradicts(known: Mapping[str, Value], said: Mapping[str, Value]) -> bool:
    return any(known.get(k, "") != v for k, v in said.items())


def differences(known: Household | Person, said: Draft | Member, number: str) -> dict[str, Any]:
    """The columns that the file changes. An empty cell changes nothing: nothing typed here is lost by it.

    A doubtful cell fills an empty field, and never takes the place of a value.
    """
    changes: dict[str, Any] = {}
    for name, value in said.facts.items():
        stated = None if value == "" else value  # "" is a stated none: 非在校生
        kept = known.facts.get(name)
        if kept != stated and not (kept is not None and name in said.doubtful):
            changes[name] = stated
    if number and number not in known.aliases:
        changes["aliases"] = [*known.aliases, number]
    left = {k: v for k, v in known.unread.items() if k not in said.facts}
    left |= {k: v for k, v in said.raw.items() if k not in known.facts}
    if left != dict(known.unread):
        changes["unread"] = left
    return changes
