"""New workbooks: declared columns, ids as text, never a formula, written beside the target and renamed."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from desktop.core.errors import Trouble

Value = str | int | float | date | None


class Look(StrEnum):
    """The cell format of a column. TEXT for everything with leading zeros or more than 15 digits."""

    TEXT = "@"
    WHOLE = "0"
    MONEY = "#,##0.00"
    DATE = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: float = 12
    look: Look = Look.TEXT


def write_table(
    target: Path, columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, sheet: str = "Sheet1"
) -> int:
    """Writes one sheet with a frozen heading row; returns the number of rows."""
    with beside(target) as part, _book(part) as book:
        page = book.add_worksheet(sheet)
        _headings(book, page, columns)
        looks = [book.add_format({"num_format": c.look.value, "valign": "top"}) for c in columns]
        count = 0
        for row in rows:
            count += 1
            for place, value in enumerate(row):
                write_cell(page, count, place, value, looks[place])
        page.autofilter(0, 0, count, len(columns) - 1)
    return count


def write_cell(page: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    """Text is always written as text: a cell that begins with = + - @ must not become a formula."""
    if value is None or value == "":
        page.write_blank(row, column, None, look)
    elif isinstance(value, str):
        page.write_string(row, column, value[:32_767], look)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, look)
    else:
        page.write_number(row, column, value, look)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A temporary path next to `target`, renamed onto it at the end, removed when something failed."""
    part = target.with_name(target.name + ".part")
    try:
        yield part
        os.replace(part, target)
    except (OSError, FileCreateError) as cause:
        raise cannot_write(target, cause) from cause
    finally:
        part.unlink(missing_ok=True)


def cannot_write(target: Path, cause: Exception) -> Trouble:
    if isinstance(cause, PermissionError) or "ermission" in str(cause):
        advice = "请先在 Excel 或 WPS 中关闭该文件，或换一个文件夹，再试一次"
        return Trouble(f"无法写入“{target.name}”", advice, code="excel.target_open")
    advice = "请检查文件夹是否存在、磁盘空间是否足够，再试一次"
    return Trouble(f"无法写入“{target.name}”", advice, code="excel.target")


@contextmanager
def _book(part: Path) -> Iterator[xlsxwriter.Workbook]:
    # its row files hold personal data: in a folder of our own that is gone afterwards, whatever happens
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        book = xlsxwriter.Workbook(str(part), {"constant_memory": True, "tmpdir": scratch})
        try:
            yield book
            book.close()
        finally:
            for page in book.worksheets():
                page._opt_close()


def _headings(book: xlsxwriter.Workbook, page: Worksheet, columns: Sequence[Column]) -> None:
    style = {"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True, "valign": "vcenter"}
    heading = book.add_format(style)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, heading)
    page.freeze_panes(1, 0)
