"""Opens whatever a clerk calls a workbook; every way it can fail is one `Trouble` that says what to do."""

import ctypes
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from desktop.core.excel import sniff, text_table
from desktop.core.excel.sniff import Shape

# An empty cell is "": turning four million of them into None would cost seconds and say no more.
Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells, all numbers counted from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet(Protocol):
    """Rows begin with the sheet's row 1; cells begin with column `first_column` (0 = A)."""

    name: str
    visible: bool
    first_column: int
    width: int
    height: int

    def rows(self) -> Iterator[list[Cell]]: ...

    def merges(self) -> list[Merge]: ...

    def release(self) -> None:
        """Give the memory back (219 MB for 120,000 people); `rows` would load the sheet again."""


class Workbook(Protocol):
    path: Path
    names: list[str]

    def sheet(self, name: str) -> Sheet:
        """Loads that sheet; keep only the one that is wanted."""


def open_workbook(path: Path) -> Workbook:
    data = sniff.load(path)
    if sniff.shape(path, data) is Shape.TEXT:
        return TextBook(path, data)
    return Book(path, data)


class Book:
    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except CalamineError as cause:
            raise sniff.damaged(path) from cause
        self.names = list(self._book.sheet_names)
        self._hidden = {s.name for s in self._book.sheets_metadata if s.visible != SheetVisibleEnum.Visible}

    def sheet(self, name: str) -> Sheet:
        return BookSheet(self, name, visible=name not in self._hidden)

    def load(self, name: str) -> CalamineSheet:
        try:
            return self._book.get_sheet_by_name(name)
        except CalamineError as cause:
            raise sniff.damaged(self.path) from cause


class BookSheet:
    def __init__(self, book: Book, name: str, *, visible: bool) -> None:
        self._book, self.name, self.visible = book, name, visible
        self._sheet: CalamineSheet | None = None
        sheet = self._loaded()
        self.first_column = sheet.start[1] if sheet.start else 0
        self.width, self.height = sheet.width, sheet.end[0] + 1 if sheet.end else 0

    def rows(self) -> Iterator[list[Cell]]:
        # calamine yields the empty rows above the data too, but not the empty columns before it
        return iter(self._loaded().iter_rows())

    def merges(self) -> list[Merge]:
        ranges = self._loaded().merged_cell_ranges or []
        return [Merge(top, left, bottom, right) for (top, left), (bottom, right) in ranges]

    def release(self) -> None:
        self._sheet = None
        _trim()

    def _loaded(self) -> CalamineSheet:
        if self._sheet is None:
            self._sheet = self._book.load(self.name)
        return self._sheet


class TextBook:
    def __init__(self, path: Path, data: bytes) -> None:
        self.path, self.names = path, [path.stem]
        self._sheet = TextSheet(path, data)

    def sheet(self, name: str) -> Sheet:
        return self._sheet


class TextSheet:
    visible = True
    first_column = 0

    def __init__(self, path: Path, data: bytes) -> None:
        self._path, self._data, self.name = path, data, path.stem
        self.height = data.count(b"\n") + 1
        self.width = max((len(row) for row, _ in zip(self.rows(), range(50), strict=False)), default=0)

    def rows(self) -> Iterator[list[Cell]]:
        for row in text_table.rows(self._path, self._data):
            yield list(row)

    def merges(self) -> list[Merge]:
        return []

    def release(self) -> None:
        """The text itself is small."""


def _trim() -> None:
    """glibc keeps what was freed in millions of small pieces; without this 120 MB stay with the process."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def as_text(cell: Cell | None) -> str:
    """A cell as the clerk sees it: whole numbers without `.0`, dates as ISO text, yes and no in Chinese."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}".upper()
