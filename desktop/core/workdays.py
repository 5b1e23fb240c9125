"""Working days: the published calendar with its make-up days, and over it what an office above says of single days.

The library knows the years that the State Council has published. Of any other year only what is said here differs from
Monday to Friday; `is_published` tells, so that a deadline in such a year can say that it may still move.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

FIRST_YEAR: int = min(chinese_calendar.constants.holidays).year
LAST_YEAR: int = max(chinese_calendar.constants.holidays).year
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """`said` are days that differ: True is worked, False is free."""

    said: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        if day in self.said:
            return self.said[day]
        return _is_usual(day)

    def is_published(self, year: int) -> bool:
        """Whether the holidays of that year are known, by the library or because an office entered free days of it."""
        return is_in_library(year) or any(d.year == year and not worked for d, worked in self.said.items())

    def after(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`, which itself is not counted: a notice that went up today and
        hangs five working days may come down when that day is over."""
        if count < 1:
            raise ValueError("a deadline lies at least one working day ahead")
        days = (d for d in _days(start + timedelta(days=1)) if self.is_workday(d))
        return next(day for n, day in enumerate(days, 1) if n == count)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` lies before."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_workday, days))


PUBLISHED = Calendar()


def is_in_library(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def usual(day: date) -> tuple[bool, str]:
    """What the published calendar says of a day: whether it is worked, and the name of the holiday."""
    name = ""
    if is_in_library(day.year):
        _, found = chinese_calendar.get_holiday_detail(day)
        name = _NAMES.get(found or "", "")
    return _is_usual(day), name


_NAMES = {h.value: h.chinese for h in chinese_calendar.Holiday}


def _is_usual(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day)) if is_in_library(day.year) else day.weekday() < _SATURDAY


def _days(start: date) -> Iterator[date]:
    day = start
    while True:
        yield day
        day += timedelta(days=1)
