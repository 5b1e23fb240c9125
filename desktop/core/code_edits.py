"""What offices above changed of the shipped code lists: a code is added, called otherwise, or no longer given, each from
a day on. A code never gets another meaning: whoever wrote it first said what it means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from desktop.core.codes import CodeList, Entry, codes, synonyms

_COUNTY = 6  # digits: nobody below a county changes a list


class What(StrEnum):
    ADD = "add"
    RENAME = "rename"
    END = "end"


@dataclass(frozen=True, slots=True)
class Edit:
    """`prefix` says which places it concerns. `day` is the first day of a new code or name, the last day of a code that
    ends. One that was taken back is not `alive`: what it called a code is still known."""

    prefix: str
    list: str
    code: str
    what: str
    name: str
    day: str
    alive: bool = True


@dataclass(frozen=True)
class Lists:
    """The code lists as a place has them on a day. `edits` come in the order in which they were made."""

    edits: tuple[Edit, ...] = ()
    place: str = ""
    day: str = ""
    _made: dict[tuple[str, str, str], CodeList] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, name: str) -> CodeList:
        if not self.edits:
            return codes(name)
        key = (name, self.place[:_COUNTY], self.day)
        if key not in self._made:
            own = tuple(e for e in self.edits if e.list == name and self.place.startswith(e.prefix))
            self._made[key] = _edited(name, own, self.day) if own else codes(name)
        return self._made[key]

    def on(self, day: str) -> "Lists":
        """As they were on another day."""
        return replace(self, day=day)

    def at(self, place: str) -> "Lists":
        """As another place has them: two counties of one city may have added different codes."""
        return replace(self, place=place)


SHIPPED = Lists()


@dataclass(frozen=True, slots=True)
class Life:
    """A code over time: its names, the first from the beginning, each later one from its day on."""

    code: str
    names: tuple[tuple[str, str], ...]  # (since, name)
    since: str = ""
    until: str = ""
    alive: bool = True

    def name(self, day: str) -> str:
        return [name for since, name in self.names if since <= day or since == self.names[0][0]][-1]

    def is_given(self, day: str) -> bool:
        return self.alive and self.since <= day and (not self.until or day <= self.until)


def lives(name: str, edits: Iterable[Edit]) -> list[Life]:
    """Every code that the list ever had: the shipped ones in their order, then what was added."""
    by_code: dict[str, list[Edit]] = {}
    for edit in edits:
        by_code.setdefault(edit.code, []).append(edit)
    shipped = {e.code: Life(e.code, (("", e.name),)) for e in codes(name).entries}
    born = {code: _born(code, said) for code, said in sorted(by_code.items()) if code not in shipped}
    known = shipped | {code: life for code, life in born.items() if life is not None}
    return [_lived(life, by_code.get(code, ())) for code, life in known.items()]


def _born(code: str, said: Sequence[Edit]) -> Life | None:
    """What the first who added it meant. One that was only taken back is known by its name, and given to nobody."""
    adds = [e for e in said if e.what == What.ADD]
    first = next((e for e in adds if e.alive), adds[0] if adds else None)
    return Life(code, ((first.day, first.name),), first.day, alive=first.alive) if first else None


def _lived(life: Life, said: Sequence[Edit]) -> Life:
    alive = [e for e in said if e.alive]
    # Sorting keeps the order of making: of two names of one day the later one stands.
    names = sorted(((e.day, e.name) for e in alive if e.what == What.RENAME), key=lambda n: n[0])
    ends = [e.day for e in alive if e.what == What.END]
    return replace(life, names=(*life.names, *names), until=min(ends, default=""))


def clashes(edits: Iterable[Edit]) -> set[tuple[str, str]]:
    """The codes (list and code) that two offices, not knowing of each other, added for different things."""
    first: dict[tuple[str, str], str] = {}
    found = set()
    for edit in edits:
        if edit.what == What.ADD and edit.alive:
            key = (edit.list, edit.code)
            if first.setdefault(key, edit.name) != edit.name:
                found.add(key)
    return found


@lru_cache(256)
def _edited(name: str, edits: tuple[Edit, ...], day: str) -> CodeList:
    known = lives(name, edits)
    open_ = tuple(Entry(life.code, life.name(day)) for life in known if life.is_given(day))
    closed = tuple(Entry(life.code, life.name(day)) for life in known if not life.is_given(day))
    # An old workbook may say what a code was called before.
    former = {text: life.code for life in known for _, text in life.names}
    now = {e.name: e.code for e in (*closed, *open_)}
    return CodeList(name, open_, {**former, **synonyms(name), **now}, closed)
