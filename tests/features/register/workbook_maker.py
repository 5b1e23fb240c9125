"""Workbooks for the tests of this folder: real files, invented people."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from desktop.core.excel.reader import open_workbook
from desktop.core.idcard import checksum
from desktop.features.register.sheet_model import Line, Recognised
from desktop.features.register.sheets import Reading, read_lines, recognise

TODAY = date(2025, 3, 14)
HEADINGS = ("行政村", "户编号", "人编号", "姓名", "证件号码", "与户主关系")


def number(first17: str) -> str:
    return first17 + checksum(first17)


HEAD = number("37169919510203001")
WIFE = number("37169919530405002")


def workbook(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Sheet1") -> Path:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    for cell in (cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"):
        cell.data_type = "s"
    book.save(path)
    return path


def recognised(path: Path) -> Recognised:
    return recognise(open_workbook(path))


def read(path: Path, today: date = TODAY) -> tuple[list[Line], Reading]:
    reading = read_lines(recognised(path), today)
    return list(reading), reading


def codes_of(reading: Reading) -> list[tuple[int, str, str]]:
    return [(doubt.row, doubt.column, doubt.code) for doubt in reading.doubts]
