"""Column: what one column of a list shows, and how it sorts, without a widget in it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from desktop.widgets.colours import Tone


class Align(Enum):
    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Column:
    """`value` gives the text of a line's cell.

    `sort` names an order that the store knows (raw values, never the shown text); "" cannot be sorted.
    `raw` gives the raw value of a line held in memory (`PagedTable.set_lines`).
    `tone` makes the cell a chip. `width` is in pixels at 100 %; the column that stretches takes the rest.
    Where there is no room for all, those with the highest `spare` are left out first; 0 never is.
    """

    name: str
    title: str
    value: Callable[[Any], str]
    width: int = 100
    sort: str = ""
    align: Align = Align.LEFT
    raw: Callable[[Any], Any] | None = None
    tone: Callable[[Any], Tone | None] | None = None
    stretch: bool = False
    hidden: bool = False
    spare: int = 0

    @property
    def can_sort(self) -> bool:
        return bool(self.sort) or self.raw is not None


def sorted_lines(lines: list[Any], column: Column, descending: bool) -> list[int]:
    """The places of `lines` in the order of that column; what has no value stands last either way."""
    raw = column.raw or column.value
    filled = [i for i, line in enumerate(lines) if raw(line) not in (None, "")]
    empty = [i for i, line in enumerate(lines) if raw(line) in (None, "")]
    return sorted(filled, key=lambda i: raw(lines[i]), reverse=descending) + empty
