"""The doubtful cells given back: the clerk's own workbook with coloured cells, or a new list of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.core.errors import Trouble
from desktop.core.excel.annotate import Mark, Unreadable, annotate
from desktop.core.excel.reader import as_text, open_workbook
from desktop.core.excel.writer import Column, write_table
from desktop.features.register.sheet_model import Doubt, Recognised

# openpyxl holds the whole workbook in memory; above this a new list is made.
_ANNOTATED_ROWS = 20_000


def write_report(recognised: Recognised, doubts: Sequence[Doubt], target: Path) -> int:
    """Writes `target` (.xlsx); returns the number of doubts in it. The source is never written to."""
    if target.resolve() == recognised.path.resolve():
        raise Trouble("报告不能覆盖原文件", "请换一个文件名", code="excel.same_file")
    ordered = sorted(doubts, key=lambda doubt: (doubt.row, doubt.col_index))
    if not _annotated(recognised, ordered, target):
        _write_list(recognised, ordered, target)
    return len(ordered)


def _annotated(recognised: Recognised, doubts: Sequence[Doubt], target: Path) -> bool:
    if recognised.path.suffix.lower() != ".xlsx" or recognised.sheet.height > _ANNOTATED_ROWS:
        return False
    marks = (Mark(doubt.row, doubt.col_index, doubt.problem) for doubt in doubts)
    try:
        annotate(recognised.path, recognised.sheet.name, marks, target)
    except Unreadable:
        return False
    return True


def _write_list(recognised: Recognised, doubts: Sequence[Doubt], target: Path) -> None:
    columns = [Column("行号", 8), Column("列", 18), Column("值", 24), Column("问题与处理", 48)]
    columns += [Column(column.heading, 14) for column in recognised.columns]
    write_table(target, columns, _rows(recognised, doubts), sheet="待核对")


def _rows(recognised: Recognised, doubts: Sequence[Doubt]) -> Iterator[list[str]]:
    """The doubts in order of rows, each with the cells of its row, read from the file once more."""
    wanted = {doubt.row: [""] * len(recognised.columns) for doubt in doubts}
    sheet = open_workbook(recognised.path).sheet(recognised.sheet.name)
    places = [column.index - sheet.first_column for column in recognised.columns]
    for row, cells in enumerate(sheet.rows(), 1):
        if row in wanted:
            wanted[row] = [as_text(cells[place]) if place < len(cells) else "" for place in places]
    for doubt in doubts:
        yield [str(doubt.row), doubt.column, doubt.value, doubt.problem, *wanted[doubt.row]]
