"""What can be laid down: which code lists, which standards with their first values, and days."""

from dataclasses import dataclass
from enum import StrEnum

# The lists that a county may change, as clerks call them.
LIST_NAMES = {
    "household_kind": "户类型",
    "poverty_cause": "致贫原因",
    "monitor_class": "监测对象类别",
    "monitor_risk": "致贫返贫风险",
    "risk_removal_mode": "风险消除方式",
    "jdlk_relation": "与户主关系",
    "id_kind": "证件类型",
    "gbt3304_ethnic": "民族",
    "jdlk_political": "政治面貌",
    "jdlk_education": "文化程度",
    "jdlk_student_status": "在校生状况",
    "jdlk_health": "健康状况",
    "jdlk_labour": "劳动技能",
}
# Codes that the program itself reckons with: who is the head, what an id number is checked by.
NEEDED = {"jdlk_relation": frozenset({"R01"}), "id_kind": frozenset({"D01", "D02"})}


class Measure(StrEnum):
    """Yuan are kept as whole fen, times as they are."""

    YUAN = "元"
    TIMES = "次"


@dataclass(frozen=True, slots=True)
class Kind:
    """A standard. `default` is [K]: what the program takes while no office above has said it; None where we know of
    nothing that could stand there."""

    name: str
    title: str
    measure: Measure
    default: int | None = None
    default_year: int = 0
    most: int = 100_000_000


VISITS = "visits_a_quarter"
KINDS: tuple[Kind, ...] = (
    # About 4,000 yuan in 2020 (domain.md 2.5); every province has its own for the years after.
    Kind("poverty_line", "脱贫标准（每人每年纯收入）", Measure.YUAN, 400_000, 2020),
    Kind("monitor_line", "防返贫监测线（每人每年纯收入）", Measure.YUAN),
    Kind("dibao_rural", "农村低保标准（每人每月）", Measure.YUAN),
    Kind("dibao_urban", "城市低保标准（每人每月）", Measure.YUAN),
    Kind("tekun", "特困人员基本生活标准（每人每月）", Measure.YUAN),
    Kind(VISITS, "每户每季度上门走访", Measure.TIMES, 1, 2020, 90),
)
KIND = {k.name: k for k in KINDS}


@dataclass(frozen=True, slots=True)
class Standard:
    """What holds in a year. `said_by` is the region of the office that laid it down, "" for our default [K]; `year` is
    the one it was laid down for, and may lie before the one asked for. `id` names the row, where there is one."""

    kind: Kind
    year: int
    value: int
    said_by: str = ""
    source: str = ""
    id: bytes = b""

    @property
    def is_unverified(self) -> bool:
        return not self.said_by


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from the published calendar. `day` is ISO text."""

    id: bytes
    day: str
    is_worked: bool
    note: str
    said_by: str


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code of a list as it stands on a day; `history` says what offices changed of it, the oldest first."""

    code: str
    name: str
    since: str
    until: str
    is_given: bool
    history: tuple[str, ...] = ()
