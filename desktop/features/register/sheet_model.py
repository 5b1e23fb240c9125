"""What reading a workbook gives: what was recognised, the lines, and the cells that are doubtful."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.core.excel.reader import Sheet
from desktop.features.register.fields import Field

Value = str | int
NOTHING: Mapping[str, str] = {}
_UNIQUE = 10


def is_unique(number: str) -> bool:
    """National numbers are long and unique; an office's own 1, 2, 3 begin again in every village and household."""
    return len(number) >= _UNIQUE


class Owner(StrEnum):
    """Whose value a column holds. PLACE are the headings that place a row or number it."""

    HOUSEHOLD = "household"
    PERSON = "person"
    PLACE = "place"


class Layout(StrEnum):
    """The title the clerk reads when told what was recognised."""

    LISTED = "已脱贫人口名单"
    MONITORED = "监测对象信息"
    OWN = "自有表格"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """`index` counts from 0 = A; `heading` as it stands in the file."""

    index: int
    heading: str
    owner: Owner
    name: str
    field: Field | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """`unknown`, `twice` and `ignored` are headings that are left alone: (index, heading)."""

    path: Path
    sheet: Sheet
    layout: Layout
    title: str
    heading_row: int  # the last one, from 1
    columns: tuple[SheetColumn, ...]
    unknown: tuple[tuple[int, str], ...]
    twice: tuple[tuple[int, str], ...]
    ignored: tuple[tuple[int, str], ...]

    @property
    def rows(self) -> int:
        """Rows below the headings, signature lines and all: for progress."""
        return max(0, self.sheet.height - self.heading_row)

    def column(self, owner: Owner, name: str) -> SheetColumn | None:
        return next((c for c in self.columns if c.owner == owner and c.name == name), None)

    def doubt(self, row: int, owner: Owner, name: str, value: str, code: str, problem: str) -> "Doubt":
        """A doubt about the cell of that row; of the whole row where the file has no such column."""
        column = self.column(owner, name)
        heading, index = (column.heading, column.index) if column else ("", -1)
        return Doubt(row, heading, value, problem, code, index)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One cell to look at. `row` from 1 as in Excel, `col_index` from 0, -1 where the file has no such column."""

    row: int
    column: str
    value: str
    problem: str
    code: str
    col_index: int = -1


@dataclass(slots=True)
class Line:
    """One data row. Values that could not be taken are in `raw` as text, by "person.birth" and the like."""

    row: int
    place: dict[str, str]
    household_no: str
    person_no: str
    household: dict[str, Value]
    person: dict[str, Value]
    doubts: list[Doubt]
    raw: Mapping[str, str]
    household_key: str = ""
    repeats: bool = False  # place and household as in the row above, in which nothing was doubtful
