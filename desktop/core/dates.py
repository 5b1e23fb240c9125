"""Dates as lists write them. A date may be known to the year, the month or the day: "2023", "2023-04", "2023-04-12"."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

_DIGITS = re.compile(r"(\d{4})(\d\d)?(\d\d)?")
_PARTS = re.compile(r"(\d{4})(?:年|[-/.](?=\d))(?:(\d{1,2})(?:月|[-/.](?=\d)|$)(?:(\d{1,2})日?)?)?")
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_TIME = re.compile(r"[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$")
_TYPED = re.compile(r"(?:(?:(\d{4}|\d\d)[-/.年])?(\d{1,2})[-/.月])?(\d{1,2})日?")
_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_YEARS_AHEAD = 10  # 49 typed in 2025 is 1949
_SERIAL_START = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_LAST_SERIAL = 73_415  # the end of 2100


def _iso(year: int, month: int | None, day: int | None) -> str | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return f"{year:04}"
    return f"{year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")


def _number(text: str | None) -> int | None:
    return int(text) if text else None


@lru_cache(20_000)
def _parse_text(text: str) -> str | None:
    text = unicodedata.normalize("NFKC", text).strip()
    text = _TIME.sub("", text)
    text = re.sub(r"\s+", "", text).removesuffix(".0").removesuffix("号").rstrip("年.")
    match = _DIGITS.fullmatch(text) or _PARTS.fullmatch(text)
    if match is None:
        return None
    year, month, day = (_number(part) for part in match.groups())
    return None if year is None or 0 in (month, day) else _iso(year, month, day)


def parse(value: object) -> str | None:
    """ISO text of what a cell says, as exactly as it says it; None for what is no date, or none that can be.

    Takes 2023, 202304, 20230412, 2023年4月12日, 2023/4/12, 2023.4.12, 202304.0, dates and datetimes. The serial
    numbers of Excel are not told from other numbers here: `from_serial`.
    """
    if isinstance(value, datetime | date):
        return _iso(value.year, value.month, value.day)
    if isinstance(value, float):
        return _parse_text(str(int(value))) if value.is_integer() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return _parse_text(str(value))
    return _parse_text(value) if isinstance(value, str) else None


@lru_cache(20_000)
def is_known(text: str) -> bool:
    """Whether it is ISO text of a date that can be: 2023, 2023-04 or 2023-04-12."""
    return _ISO.fullmatch(text) is not None and _parse_text(text) == text


def from_serial(number: float) -> str | None:
    """The day that Excel keeps as a number, 45000 -> "2023-03-15"; the time of day is left out."""
    days = int(number)
    # Below 61 lies the day that never was; no list is that old.
    if not 61 <= days <= _LAST_SERIAL:
        return None
    return (_SERIAL_START + timedelta(days=days)).isoformat()


def typed(text: str, today: date) -> date | None:
    """What a clerk types in a date field: 20250314, 250314, 0314, 3.14 (this year), 14 (this month)."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if text.isdecimal() and len(text) in (4, 6, 8):
        parts: tuple[str | None, ...] = (text[:-4] or None, text[-4:-2], text[-2:])
    elif match := _TYPED.fullmatch(text):
        parts = match.groups()
    else:
        return None
    year, month, day = (_number(part) for part in parts)
    return _day(_full_year(year, today), today.month if month is None else month, day)


def _full_year(year: int | None, today: date) -> int:
    if year is None:
        return today.year
    if year > 99:
        return year
    full = today.year // 100 * 100 + year
    return full if full <= today.year + _YEARS_AHEAD else full - 100


def _day(year: int, month: int, day: int | None) -> date | None:
    try:
        return date(year, month, day or 0) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def chinese(iso: str) -> str:
    """2023-04-12 -> 2023年4月12日; as exact as it is known."""
    words = zip(iso.split("-"), "年月日", strict=False)
    return "".join(f"{int(number)}{word}" for number, word in words) if iso else ""


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter (1 to 4)."""
    return day.year, (day.month + 2) // 3


def quarter_bounds(year: int, number: int) -> tuple[date, date]:
    """First and last day of a quarter."""
    first = date(year, 3 * number - 2, 1)
    after = date(year + number // 4, 3 * number % 12 + 1, 1)
    return first, after - timedelta(days=1)


def age(birth: date, on: date) -> int:
    """Full years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
