"""What the register hands out: households, people, lines of the list, and the plan of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.code_edits import SHIPPED, Lists

Value = str | int


class State(StrEnum):
    """The state that the letter of a household's number follows."""

    POOR = "poor"
    OUT = "out"
    WATCHED = "watched"
    CLEARED = "cleared"
    GENERAL = "general"


STATE_NAMES = {
    State.POOR: "未脱贫",
    State.OUT: "已脱贫",
    State.WATCHED: "监测中",
    State.CLEARED: "风险已消除",
    State.GENERAL: "一般农户",
}


@dataclass(frozen=True, slots=True)
class Person:
    """`facts` has the fields of fields.PERSON that are not empty; `unread` what a workbook said and could not be taken."""

    id: bytes
    household_id: bytes
    position: int
    facts: Mapping[str, Value]
    aliases: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.facts.get("name", ""))


@dataclass(frozen=True, slots=True)
class Household:
    """`number` is as printed (letter and body), `body` the part that never changes."""

    id: bytes
    region: str
    village: str
    group: str
    place: int
    number: str
    body: str
    state: State
    facts: Mapping[str, Value]
    members: tuple[Person, ...] = ()
    aliases: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    lists: Lists = field(
        default=SHIPPED, compare=False, repr=False
    )  # what its codes are called, and its people's

    @property
    def head(self) -> Person | None:
        heads = [m for m in self.members if m.facts.get("relation") == HEAD]
        first = heads or list(self.members)
        return first[0] if first else None


HEAD = "R01"  # jdlk_relation 户主


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One line of the list."""

    id: bytes
    region: str
    village: str
    group: str
    number: str
    state: State
    head: str
    size: int
    kind: str
    monitor_class: str
    phone: str
    lists: Lists = field(default=SHIPPED, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """One person that a search found."""

    person: bytes
    household: bytes
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A member as a form or a workbook gives it."""

    facts: Mapping[str, Value]
    aliases: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HouseholdDraft:
    """A household as a form or a workbook gives it. `region` is the key of its village."""

    region: str
    group: str
    facts: Mapping[str, Value]
    members: tuple[PersonDraft, ...] = ()
    aliases: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
