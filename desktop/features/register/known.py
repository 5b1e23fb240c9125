"""What the register knows already, as an import needs it: numbers to rows, and whole households when asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from desktop.core.db.unit import Reader
from desktop.features.register import store
from desktop.features.register.import_plan import Draft, Member
from desktop.features.register.model import HEAD, Household
from desktop.features.register.numbering import body_of
from desktop.features.register.sheet_model import is_unique
from desktop.features.register.tables import HouseholdRow, PersonRow

_H = HouseholdRow.__table__.c
_P = PersonRow.__table__.c


@dataclass(slots=True)
class Home:
    """A household of the register, as far as matching needs it. `names` only where its numbers are the village's own."""

    id: bytes
    is_numbered: bool
    size: int = 0
    names: set[str] | None = None


class Known:
    """Reads every number of the register once. Some 500 bytes a person."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._homes: dict[bytes, Home] = {}
        self._households: dict[str, Home] = {}
        self._own: set[str] = set()
        self._people: dict[str, tuple[bytes, Home]] = {}
        self._ids: dict[str, tuple[bytes, Home]] = {}
        self._heads: dict[tuple[str, str], list[tuple[Home, str]]] = {}
        self.people: list[bytes] = []
        self._read_households()
        self._read_people()

    @property
    def household_count(self) -> int:
        return len(self._homes)

    def _read_households(self) -> None:
        wanted = select(_H.id, _H.region, _H.number, _H.aliases).where(_H.alive)
        for row, region, number, aliases in self._reader.connection.execute(wanted):
            numbers = aliases or ()
            home = Home(row, any(map(is_unique, numbers)))
            if not all(map(is_unique, numbers)):
                home.names = set()
            self._homes[row] = home
            self._households[number] = home
            self._own.add(number)
            for alias in numbers:
                self._households.setdefault(_in_village(region, alias), home)

    def _read_people(self) -> None:
        wanted = select(_P.id, _P.household_id, _P.aliases, _P.id_number, _P.name, _P.relation, _P.region)
        for p in self._reader.connection.execute(wanted.where(_P.alive)):
            home = self._homes.get(p.household_id)
            if home is None:
                continue  # its household has not come yet, or was taken out
            self.people.append(p.id)
            home.size += 1
            if home.names is not None:
                home.names.add(p.name)
            for alias in filter(is_unique, p.aliases or ()):
                self._people.setdefault(alias, (p.id, home))
            if p.id_number:
                self._ids.setdefault(p.id_number, (p.id, home))
            if p.relation == HEAD:
                self._heads.setdefault((p.region, p.name), []).append((home, p.id_number or ""))

    def by_number(self, draft: Draft) -> Home | None:
        """The household that bears the draft's number; of the village's own numbers (1, 2, 3) only with a known name."""
        if not draft.number:
            return None
        if is_unique(draft.number):
            return self._households.get(draft.number) or self._households.get(body_of(draft.number))
        home = self._households.get(_in_village(draft.region, draft.number))
        if home is None or home.names is None or home.names.isdisjoint(m.name for m in draft.members):
            return None
        return home

    def at_home(self, member: Member) -> tuple[bytes, Home] | None:
        """The person whom a row means by number or id number, and where the register has that person."""
        if member.number in self._people:
            return self._people[member.number]
        id_number = member.facts.get("id_number")
        return self._ids.get(str(id_number)) if id_number else None

    def by_head(self, region: str, head: Member) -> Home | None:
        """The only household of the village with a head of that name and no other id number."""
        named = self._heads.get((region, head.name), [])
        if len(named) != 1:
            return None
        home, id_number = named[0]
        given = head.facts.get("id_number", "")
        return home if not (id_number and given and id_number != given) else None

    def is_own_number(self, number: str) -> bool:
        """Whether the office gave that number itself; then it is no alias."""
        return body_of(number) in self._own

    def load(self, ids: Sequence[bytes]) -> dict[bytes, Household]:
        return {h.id: h for h in store.households(self._reader, list(dict.fromkeys(ids)))}

    def people_outside(self, regions: Iterable[str]) -> int:
        """How many people live in other villages."""
        found = self._reader.connection.execute(
            select(_P.region, func.count()).where(_P.alive).group_by(_P.region)
        )
        named = set(regions)
        return sum(count for region, count in found if region not in named)


def _in_village(region: str, number: str) -> str:
    """A short number is the village's own and means another household in the next village."""
    return number if is_unique(number) else f"{region}/{number}"
