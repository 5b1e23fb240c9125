"""Dates as cells hold them: texts, real dates, the digits of a date, and serial numbers of Excel."""

from datetime import date

from desktop.core import dates
from desktop.core.excel.reader import Cell

_FIRST_SERIAL, _LAST_SERIAL = 3_654, 73_050  # 1910 to 2099; four-digit years are below
_NUMBER_YEARS = 2_400  # what is "2453-11-19" was 202304, given a date format by mistake


def date_of(cell: Cell) -> str | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, date) and cell.year >= _NUMBER_YEARS:
        return _date_of_number(_serial(cell))
    if isinstance(cell, int | float):
        return _date_of_number(cell)
    return dates.parse(cell) if isinstance(cell, str | date) else None


def _serial(day: date) -> int:
    return (date(day.year, day.month, day.day) - date(1899, 12, 30)).days


def _date_of_number(number: float) -> str | None:
    """202304 and 20230412 first; a bare serial number of Excel only where no year fits."""
    if _FIRST_SERIAL <= number < _LAST_SERIAL:
        return dates.from_serial(number)
    return dates.parse(str(int(number))) if float(number).is_integer() else None
