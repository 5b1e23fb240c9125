"""A visit, as a form gives it and as it is kept."""

from dataclasses import dataclass
from enum import StrEnum


class VisitKind(StrEnum):
    HOME = "home"
    PHONE = "phone"
    OTHER = "other"


KIND_NAMES = {VisitKind.HOME: "上门", VisitKind.PHONE: "电话", VisitKind.OTHER: "其他"}

# [K] Only who was at the door counts towards the visit of the quarter; calls are counted apart (domain.md B1).
COUNTING = frozenset({VisitKind.HOME})


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A visit as a form gives it. `day` is ISO text."""

    household_id: bytes
    day: str
    kind: str
    visitor: str
    findings: str
    request: str = ""
    solution: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it was written down. A correction names the visit it `replaces`, and `why`.

    `replaced_by` is set on one that was corrected: it no longer stands, and is still read.
    """

    id: bytes
    household_id: bytes
    region: str
    day: str
    kind: VisitKind
    visitor: str
    findings: str
    request: str = ""
    solution: str = ""
    replaces: bytes | None = None
    why: str = ""
    replaced_by: bytes | None = None

    @property
    def stands(self) -> bool:
        return self.replaced_by is None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One line of the list."""

    id: bytes
    household_id: bytes
    day: str
    kind: VisitKind
    visitor: str
    village: str
    number: str
    head: str
    findings: str
    is_correction: bool


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What the rules must know besides the draft.

    `that_day` are the other households at which the visitor was on that day, `said_before` what the visitor wrote
    of the last visits.
    """

    is_registered: bool = True
    that_day: int = 0
    said_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrears:
    """How many households of a place still wait for the visit of a quarter."""

    region: str
    name: str
    missing: int
    total: int
