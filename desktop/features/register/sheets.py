"""Workbooks into the register: what a file is, its lines one by one, and the report of its doubtful cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from desktop.core.code_edits import SHIPPED, Lists
from desktop.core.errors import Trouble
from desktop.core.excel.reader import Cell, Sheet, Workbook, as_text
from desktop.features.register.sheet_headings import Match, is_work_list, layout, match
from desktop.features.register.sheet_model import Recognised
from desktop.features.register.sheet_report import write_report
from desktop.features.register.sheet_rows import Reading

__all__ = ["Reading", "Recognised", "read_lines", "recognise", "write_report"]

# Headings stand within the first rows; below are people.
_LOOK = 15
# A sheet with so many known columns is the list itself: no need to load the others.
_SURE = 12


@dataclass(frozen=True, slots=True)
class _Guess:
    sheet: Sheet
    heading_row: int
    title: str
    match: Match

    @property
    def weight(self) -> tuple[int, bool]:
        return len(self.match.columns), self.sheet.visible


def recognise(workbook: Workbook) -> Recognised:
    """Finds the list in the workbook without being told. Raises `Trouble` with the headings when none fits."""
    best: _Guess | None = None
    for name in workbook.names:
        guess = _guess(workbook.sheet(name))
        if guess and (best is None or guess.weight > best.weight):
            best = guess
        if best and best.match.usable and len(best.match.columns) >= _SURE:
            break
    if best is None or not best.match.usable:
        raise _nothing_fits(workbook, best)
    if is_work_list(best.match):
        said = f"“{workbook.path.name}”是务工监测表，每人有多行"
        raise Trouble(said, "请导入已脱贫人口名单或监测对象信息", code="sheet.work_list")
    return _recognised(workbook, best)


def read_lines(recognised: Recognised, today: date, lists: Lists = SHIPPED) -> Reading:
    """Iterate it once for the lines; afterwards it has all doubts."""
    return Reading(recognised, today, lists)


def _guess(sheet: Sheet) -> _Guess | None:
    """The row, or two rows under each other, with the most known headings. Usable beats many."""
    head = [row for row, _ in zip(sheet.rows(), range(_LOOK), strict=False)]
    best: _Guess | None = None
    for last, cells in _candidates(head):
        found = match(cells, sheet.first_column)
        better = best is None or (found.usable, len(found.columns)) > (
            best.match.usable,
            len(best.match.columns),
        )
        if found.columns and better:
            best = _Guess(sheet, last, _title(head[: last - 1]), found)
    return best


def _candidates(head: list[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    """Each row as headings; then each with the row below laid over it (merged headings over two rows)."""
    yield from enumerate(head, 1)
    for number, (upper, lower) in enumerate(zip(head, head[1:], strict=False), 2):
        width = max(len(upper), len(lower))
        rows = (row + [""] * (width - len(row)) for row in (upper, lower))
        yield number, [below if as_text(below) else above for above, below in zip(*rows, strict=True)]


def _title(rows: list[list[Cell]]) -> str:
    return " ".join(text for row in rows for cell in row if (text := as_text(cell)))


def _recognised(workbook: Workbook, guess: _Guess) -> Recognised:
    found = guess.match
    return Recognised(
        path=workbook.path,
        sheet=guess.sheet,
        layout=layout(found, f"{guess.sheet.name} {guess.title}"),
        title=guess.title,
        heading_row=guess.heading_row,
        columns=found.columns,
        unknown=found.unknown,
        twice=found.twice,
        ignored=found.ignored,
    )


def _nothing_fits(workbook: Workbook, best: _Guess | None) -> Trouble:
    """Says what was seen, so that the clerk can rename a heading."""
    expected = "表中应有“姓名”一列，以及“行政村”“户编号”“证件号码”中的至少一列"
    if best is None:
        said = f"“{workbook.path.name}”里没有认得的表头"
    else:
        known = [c.heading for c in best.match.columns] + [h for _, h in best.match.unknown]
        said = f"“{workbook.path.name}”缺少必要的列，找到的表头有：{'、'.join(known[:30])}"
    return Trouble(said, f"{expected}，请改好表头后再导入", code="sheet.not_recognised")
