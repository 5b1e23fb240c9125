"""Tables with a fixed grid: the frame is drawn once as part of a form, the cells are filled page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from desktop.core.pdf.page import FILLED, LABEL, Align, Page, Type


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, a width in millimetres, and how its cells are set."""

    title: str
    width: float
    align: Align = "center"


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` rows of height `row` below a heading of height `head`. What is not filled is to be written in."""

    x: float
    y: float
    columns: tuple[Column, ...]
    rows: int
    row: float = 9
    head: float = 9
    look: Type = FILLED
    label: Type = LABEL

    @property
    def width(self) -> float:
        return sum(c.width for c in self.columns)

    @property
    def bottom(self) -> float:
        return self.y + self.head + self.rows * self.row

    def frame(self, page: Page) -> None:
        page.fill(self.x, self.y, self.width, self.head)
        right, first = self.x + self.width, self.y + self.head
        across = [(self.x, first + n * self.row, right, first + n * self.row) for n in range(self.rows)]
        page.lines(across + [(x, self.y, x, self.bottom) for x in self._lefts()[1:]])
        page.frame(self.x, self.y, self.width, self.bottom - self.y)
        for left, column in zip(self._lefts(), self.columns, strict=True):
            page.box(left, self.y, column.width, self.head, column.title, self.label, "center", pad=0.5)

    def fill(self, page: Page, lines: Sequence[Sequence[str]]) -> None:
        """Write the cells of the first rows; more lines than rows are a mistake of the caller."""
        if len(lines) > self.rows:
            raise ValueError(f"{len(lines)} lines in {self.rows} rows")
        lefts = self._lefts()
        for n, cells in enumerate(lines):
            top = self.y + self.head + n * self.row
            for left, column, cell in zip(lefts, self.columns, cells, strict=True):
                page.box(left, top, column.width, self.row, cell, self.look, column.align)

    def fill_head(self, page: Page, column: int, text: str) -> None:
        """A column's heading that is not the same in every document."""
        page.box(
            self._lefts()[column], self.y, self.columns[column].width, self.head, text, self.label, "center"
        )

    def fill_cell(self, page: Page, row: int, column: int, text: str) -> None:
        top, place = self.y + self.head + row * self.row, self.columns[column]
        page.box(self._lefts()[column], top, place.width, self.row, text, self.look, place.align)

    def _lefts(self) -> list[float]:
        return list(accumulate((c.width for c in self.columns[:-1]), initial=self.x))


@dataclass(frozen=True, slots=True)
class Field:
    """A label and the room for its value; `key` names the value."""

    label: str
    key: str
    width: float
    label_width: float = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of labelled fields of one height: the upper half of most office forms."""

    x: float
    y: float
    rows: tuple[tuple[Field, ...], ...]
    row: float = 9
    look: Type = FILLED
    label: Type = LABEL

    @property
    def width(self) -> float:
        return sum(f.label_width + f.width for f in self.rows[0])

    @property
    def bottom(self) -> float:
        return self.y + len(self.rows) * self.row

    def frame(self, page: Page) -> None:
        down: list[tuple[float, float, float, float]] = []
        for left, top, field in self._places():
            inner = left + field.label_width
            page.fill(left, top, field.label_width, self.row)
            page.box(left, top, field.label_width, self.row, field.label, self.label, "center", pad=0.5)
            down += [(x, top, x, top + self.row) for x in (left, inner) if x > self.x]
        tops = [self.y + n * self.row for n in range(1, len(self.rows))]
        page.lines(down + [(self.x, y, self.x + self.width, y) for y in tops])
        page.frame(self.x, self.y, self.width, self.bottom - self.y)

    def fill(self, page: Page, values: Mapping[str, str]) -> None:
        for left, top, field in self._places():
            value = values.get(field.key, "")
            page.box(left + field.label_width, top, field.width, self.row, value, self.look, pad=1.5)

    def _places(self) -> list[tuple[float, float, Field]]:
        places = []
        for n, row in enumerate(self.rows):
            lefts = accumulate((f.label_width + f.width for f in row[:-1]), initial=self.x)
            places += [(left, self.y + n * self.row, field) for left, field in zip(lefts, row, strict=True)]
        return places
