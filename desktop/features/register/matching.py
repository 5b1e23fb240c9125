"""Which household of the register each household of a workbook is. Sure signs go first, for the whole file."""

from collections import Counter
from collections.abc import Iterator, Sequence

from desktop.features.register.import_plan import Draft, Member
from desktop.features.register.known import Home, Known
from desktop.features.register.model import HEAD
from desktop.features.register.sheet_model import is_unique


class Matches:
    """`home(n)` is the household of the n-th draft; no household is given to two of them."""

    def __init__(self, drafts: Sequence[Draft], known: Known) -> None:
        self._known = known
        self._homes: dict[int, Home] = {}
        self._taken: set[bytes] = set()
        if known.household_count:
            # A household's own number goes before its people: of a family that split, the old number keeps the home.
            for rule in (known.by_number, self._by_people, self._by_head):
                for n, draft in self._unmatched(drafts):
                    self._give(n, rule(draft))
        self.claimed = self._claimed(drafts)

    def home(self, n: int) -> bytes | None:
        found = self._homes.get(n)
        return found.id if found else None

    def _unmatched(self, drafts: Sequence[Draft]) -> Iterator[tuple[int, Draft]]:
        return ((n, d) for n, d in enumerate(drafts) if n not in self._homes)

    def _give(self, n: int, home: Home | None) -> None:
        if home is not None and home.id not in self._taken:
            self._taken.add(home.id)
            self._homes[n] = home

    def _by_people(self, draft: Draft) -> Home | None:
        """Where the head is, or at least half of the people: one who married in does not bring the whole family."""
        homes = {id(m): at[1] for m in draft.members if (at := self._known.at_home(m)) is not None}
        if not homes:
            return None
        head = _head(draft)
        found, count = Counter(h.id for h in homes.values()).most_common(1)[0]
        if head is not None and id(head) in homes:
            found = homes[id(head)].id
        elif 2 * count < len(draft.members):
            return None
        home = next(h for h in homes.values() if h.id == found)
        return home if self._is_same(draft, home, sum(h.id == found for h in homes.values())) else None

    def _is_same(self, draft: Draft, home: Home, here: int) -> bool:
        """Two national numbers are two households, unless the very same people live in both."""
        if not (is_unique(draft.number) and home.is_numbered):
            return True
        return here == len(draft.members) == home.size

    def _by_head(self, draft: Draft) -> Home | None:
        head = _head(draft)
        # a new national number with unknown people is a new household, whatever the head is called
        if head is None or is_unique(draft.number):
            return None
        return self._known.by_head(draft.region, head)

    def _claimed(self, drafts: Sequence[Draft]) -> set[bytes]:
        """The people of the register whom some row of the file names in their own household."""
        found = set()
        for n, home in self._homes.items():
            for member in drafts[n].members:
                at = self._known.at_home(member)
                if at is not None and at[1] is home:
                    found.add(at[0])
        return found


def _head(draft: Draft) -> Member | None:
    heads = [m for m in draft.members if m.facts.get("relation") == HEAD]
    return next(iter(heads or draft.members), None)
