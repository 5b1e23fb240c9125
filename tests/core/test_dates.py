"""Dates of lists and dates typed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import dates

TODAY = date(2025, 3, 20)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2023", "2023"), ("2023年", "2023"), ("202304", "2023-04"), ("2023-04", "2023-04"), ("2023年4月", "2023-04"),
        ("2023.4", "2023-04"), ("2023/4", "2023-04"), ("20230412", "2023-04-12"), ("2023-04-12", "2023-04-12"),
        ("2023/4/12", "2023-04-12"), ("2023.4.12", "2023-04-12"), ("2023年4月12日", "2023-04-12"),
        ("2023年4月12号", "2023-04-12"), ("2023 年 4 月 12 日", "2023-04-12"), ("２０２３年４月", "2023-04"),
        ("2023-04-12 00:00:00", "2023-04-12"), ("2023-04-12T08:30:00", "2023-04-12"), ("2023/4/12 8:30", "2023-04-12"),
        ("202304.0", "2023-04"), (202304.0, "2023-04"), (202304, "2023-04"), (20230412, "2023-04-12"),
        (20230412.0, "2023-04-12"), (datetime(2023, 4, 12, 7), "2023-04-12"), (date(2023, 4, 12), "2023-04-12"),
        ("2024-02-29", "2024-02-29"),
    ],
)  # fmt: skip
def test_parse(value: object, iso: str) -> None:
    assert dates.parse(value) == iso


@pytest.mark.parametrize(
    "value",
    ["2023-02-30", "2023-13", "20231301", "2023-02-29", "2023年4月31日", "2023-00", "20230400", "20230012", "", "无", "-",
     "2023-", "2023--4", "2023412", "12023", "1700-01-01", "3000", 45028, 45028.0, 202304.5, float("nan"), True, None,
     "04-12", "4月12日", "2023-04-12-01", "2023年4月12日左右"],
)  # fmt: skip
def test_no_date(value: object) -> None:
    assert dates.parse(value) is None


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
def test_there_and_back(day: date) -> None:
    iso = day.isoformat()
    assert dates.parse(iso) == iso
    assert dates.parse(f"{day:%Y%m%d}") == iso
    assert dates.parse(dates.chinese(iso)) == iso


@given(st.text() | st.floats() | st.integers())
def test_anything_is_survived(value: object) -> None:
    dates.parse(value)
    dates.typed(str(value), TODAY)


def test_serial() -> None:
    assert dates.from_serial(45000) == "2023-03-15"
    assert dates.from_serial(36526.7) == "2000-01-01"
    assert dates.from_serial(61) == "1900-03-01"
    assert dates.from_serial(60) is None
    assert dates.from_serial(-5) is None
    assert dates.from_serial(202304) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20250314", date(2025, 3, 14)), ("250314", date(2025, 3, 14)), ("0314", date(2025, 3, 14)),
        ("3.14", date(2025, 3, 14)), ("3-14", date(2025, 3, 14)), ("3/14", date(2025, 3, 14)), ("14", date(2025, 3, 14)),
        ("3月14日", date(2025, 3, 14)), ("2025.3.14", date(2025, 3, 14)), ("2025年3月14日", date(2025, 3, 14)),
        ("25.3.14", date(2025, 3, 14)), ("49.1.2", date(1949, 1, 2)), ("491231", date(1949, 12, 31)),
        ("４", date(2025, 3, 4)), (" 31 ", date(2025, 3, 31)), ("19491231", date(1949, 12, 31)),
    ],
)  # fmt: skip
def test_typed(text: str, day: date) -> None:
    assert dates.typed(text, TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "2.30", "0", "32", "1314", "314", "abc", "2025", "3.", "2025-13-01", "3.14.15.16"]
)
def test_typed_nonsense(text: str) -> None:
    assert dates.typed(text, TODAY) is None


def test_chinese() -> None:
    assert dates.chinese("2023-04-12") == "2023年4月12日"
    assert dates.chinese("2023-04") == "2023年4月"
    assert dates.chinese("2023") == "2023年"
    assert dates.chinese("") == ""


@pytest.mark.parametrize(
    ("day", "number", "first", "last"),
    [
        (date(2025, 1, 1), 1, date(2025, 1, 1), date(2025, 3, 31)),
        (date(2024, 3, 31), 1, date(2024, 1, 1), date(2024, 3, 31)),
        (date(2025, 4, 1), 2, date(2025, 4, 1), date(2025, 6, 30)),
        (date(2025, 9, 30), 3, date(2025, 7, 1), date(2025, 9, 30)),
        (date(2025, 12, 31), 4, date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_quarters(day: date, number: int, first: date, last: date) -> None:
    assert dates.quarter(day) == (day.year, number)
    assert dates.quarter_bounds(day.year, number) == (first, last)


def test_age() -> None:
    assert dates.age(date(2004, 2, 29), date(2025, 2, 28)) == 20
    assert dates.age(date(2004, 2, 29), date(2025, 3, 1)) == 21
    assert dates.age(date(2025, 3, 20), TODAY) == 0
