"""Working days by the Chinese calendar, with its make-up days and what an office above says."""

from datetime import date

import pytest

from desktop.core.workdays import LAST_YEAR, PUBLISHED, Calendar, usual

UNPUBLISHED = LAST_YEAR + 1


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 10, 1), False),  # 国庆节
        (date(2026, 10, 10), True),  # a Saturday that is worked for it
        (date(2026, 10, 11), False),
        (date(2026, 10, 12), True),
    ],
)
def test_the_published_calendar(day: date, is_worked: bool) -> None:
    assert PUBLISHED.is_workday(day) == is_worked


def test_what_an_office_says_comes_first() -> None:
    said = Calendar({date(2026, 10, 12): False, date(2026, 10, 11): True})
    assert not said.is_workday(date(2026, 10, 12))
    assert said.is_workday(date(2026, 10, 11))
    assert PUBLISHED.is_workday(date(2026, 10, 12))


def test_five_working_days_over_the_national_holiday() -> None:
    assert PUBLISHED.after(date(2026, 9, 29), 5) == date(2026, 10, 12)
    assert PUBLISHED.between(date(2026, 9, 29), date(2026, 10, 12)) == 5
    assert PUBLISHED.between(date(2026, 10, 12), date(2026, 9, 29)) == -5


@pytest.mark.parametrize("count", [1, 5, 30, 250])
def test_counting_there_and_back_agrees(count: int) -> None:
    start = date(2025, 12, 25)
    assert PUBLISHED.between(start, PUBLISHED.after(start, count)) == count


def test_a_deadline_is_ahead() -> None:
    with pytest.raises(ValueError):
        PUBLISHED.after(date(2026, 1, 1), 0)


def test_of_a_year_that_is_not_published_only_weekends_are_free_until_somebody_says_more() -> None:
    new_year = date(UNPUBLISHED, 1, 1)
    assert PUBLISHED.is_workday(new_year) == (new_year.weekday() < 5)
    assert not PUBLISHED.is_published(UNPUBLISHED)
    assert not Calendar({new_year: True}).is_published(UNPUBLISHED)
    assert Calendar({new_year: False}).is_published(UNPUBLISHED)
    assert PUBLISHED.is_published(LAST_YEAR)


def test_the_name_of_a_holiday() -> None:
    assert usual(date(2026, 10, 1)) == (False, "国庆节")
    assert usual(date(2026, 11, 23)) == (True, "")
