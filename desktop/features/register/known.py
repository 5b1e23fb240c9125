"""What the register knows already, as an import needs it: numbers to rows, and whole households when asked."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from desktop.core.db.unit import Reader
from desktop.features.register import store
from desktop.features.register.model import HEAD, Household
from desktop.features.register.tables import HouseholdRow, PersonRow

if TYPE_CHECKING:
    from desktop.features.register.import_plan import Draft, Member

_H = HouseholdRow.__table__.c
_P = PersonRow.__table__.c


def _in_village(region: str, number: str) -> str:
    """A short number (1, 2, 3) is the village's own and means another household in the next village."""
    return number if len(number) >= 10 else f"{region}/{number}"


class Known:
    """Reads every number of the register once. About 200 bytes a person."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._households: dict[str, bytes] = {}
        self._people: dict[str, tuple[bytes, bytes]] = {}
        self._ids: dict[str, tuple[bytes, bytes]] = {}
        self._heads: dict[tuple[str, str], list[bytes]] = {}
        self.household_count = self.person_count = 0
        self._read_households()
        self._read_people()

    def _read_households(self) -> None:
        wanted = select(_H.id, _H.region, _H.aliases).where(_H.alive)
        for row, region, aliases in self._reader.connection.execute(wanted):
            self.household_count += 1
            for alias in aliases or ():
                self._households.setdefault(_in_village(region, alias), row)

    def _read_people(self) -> None:
        wanted = select(_P.id, _P.household_id, _P.aliases, _P.id_number, _P.name, _P.relation, _P.region)
        for p in self._reader.connection.execute(wanted.where(_P.alive)):
            self.person_count += 1
            for alias in p.aliases or ():
                self._people.setdefault(alias, (p.id, p.household_id))
            if p.id_number:
                self._ids.setdefault(p.id_number, (p.id, p.household_id))
            if p.relation == HEAD:
                self._heads.setdefault((p.region, p.name), []).append(p.household_id)

    def match(self, draft: "Draft") -> bytes | None:
        """The household that a draft means: by its number, else by its members, else by the head's name in the village."""
        if (numbered := self.by_number(draft)) is not None:
            return numbered
        heads_first = sorted(draft.members, key=lambda m: m.facts.get("relation") != HEAD)
        for member in heads_first:
            if (found := self._person(member)) is not None:
                return found[1]
        if draft.number:
            return None  # a new number with unknown people is a new household, whatever the head is called
        for member in heads_first[:1]:
            heads = self._heads.get((draft.region, str(member.facts.get("name", ""))), [])
            if len(heads) == 1:
                return heads[0]
        return None

    def by_number(self, draft: "Draft") -> bytes | None:
        """The household that bears the draft's number."""
        return self._households.get(_in_village(draft.region, draft.number)) if draft.number else None

    def person(self, member: "Member") -> bytes | None:
        found = self._person(member)
        return found[0] if found else None

    def claimed(self, drafts: Iterable["Draft"]) -> set[bytes]:
        """The people of the register whom some row of the file names in their own household."""
        found = set()
        for draft in drafts:
            home = self.match(draft)
            for member in draft.members:
                row = self._person(member)
                if row is not None and row[1] == home:
                    found.add(row[0])
        return found

    def load(self, ids: Sequence[bytes]) -> dict[bytes, Household]:
        return {h.id: h for h in store.households(self._reader, list(dict.fromkeys(ids)))}

    def people_by_region(self) -> dict[str, int]:
        found = self._reader.connection.execute(
            select(_P.region, func.count()).where(_P.alive).group_by(_P.region)
        )
        return {region: count for region, count in found}

    def _person(self, member: "Member") -> tuple[bytes, bytes] | None:
        if member.number and member.number in self._people:
            return self._people[member.number]
        id_number = member.facts.get("id_number")
        return self._ids.get(str(id_number)) if id_number else None
