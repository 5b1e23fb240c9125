"""An existing .xlsx with some cells coloured and commented; everything else in it stays as it was."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from desktop.core.excel.writer import beside

_YELLOW = PatternFill("solid", fgColor="FFFFEB9C")
_AUTHOR = "一牌一册"


class Unreadable(Exception):
    """openpyxl cannot open a file that calamine could read."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`row` from 1 as in Excel, `column` from 0; a column below 0 marks the first cell of the row."""

    row: int
    column: int
    text: str


def annotate(source: Path, sheet: str, marks: Iterable[Mark], target: Path) -> int:
    """Copies `source` to `target` with the marks; returns how many cells were marked."""
    grouped: dict[tuple[int, int], list[str]] = {}
    for mark in marks:
        grouped.setdefault((mark.row, max(mark.column, 0) + 1), []).append(mark.text)
    book = _open(source)
    page = book[sheet]
    for (row, column), texts in grouped.items():
        _mark(page, row, column, texts)
    with beside(target) as part:
        book.save(part)
    return len(grouped)


def _open(source: Path) -> Workbook:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of every Excel extension it drops; nothing the clerk could do about it
            warnings.simplefilter("ignore")
            return load_workbook(source)
    except Exception as cause:
        # openpyxl fails in every way there is on files of WPS and of web systems; the caller has another way
        raise Unreadable from cause


def _mark(page: Worksheet, row: int, column: int, texts: list[str]) -> None:
    cell = _top_left(page, row, column)
    cell.fill = _YELLOW
    before = [cell.comment.text] if cell.comment else []
    comment = Comment("\n".join([*before, *texts]), _AUTHOR, width=320, height=40 + 40 * len(texts))
    cell.comment = comment


def _top_left(page: Worksheet, row: int, column: int) -> Cell:
    """Inside merged cells only the first one can be coloured."""
    cell = page.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in page.merged_cells.ranges:
            if cell.coordinate in merged:
                cell = page.cell(merged.min_row, merged.min_col)
                break
    if not isinstance(cell, Cell):
        raise ValueError(f"no cell at {row}, {column}")
    return cell
