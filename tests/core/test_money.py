"""Amounts: whole fen and hundredths."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import money


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("1,234.5", 123450), ("1234.50元", 123450), ("１２３４．５", 123450), ("¥12", 1200), ("￥12", 1200), ("12圆", 1200),
        ("0", 0), ("0.00", 0), ("-12.30", -1230), ("+5", 500), (".5", 50), ("12.", 1200), (" 1 234 ", 123400),
        ("1,234,567.89", 123456789), ("12345.678", 1234568), ("0.005", 1), (4135.0, 413500), (0.1, 10), (1.15, 115),
        (2.675, 268), (1234.5600000000001, 123456), (7, 700), (Decimal("3.14"), 314), (8.2e3, 820000),
    ],
)  # fmt: skip
def test_parse_fen(value: object, fen: int) -> None:
    assert money.parse_fen(value) == fen


@pytest.mark.parametrize(
    "value",
    ["", "无", "1.2万", "约500", "500左右", "12,34", "1,23", "1e5", "1-2", "--5", "1.2.3", "元", "3.5亩", True, None,
     float("nan"), float("inf"), 371699199912310012, "371699199912310012"],
)  # fmt: skip
def test_not_plainly_an_amount(value: object) -> None:
    assert money.parse_fen(value) is None


def test_hundredths() -> None:
    assert money.hundredths("3.5亩") == 350
    assert money.hundredths("0.35公里") == 35
    assert money.hundredths("120㎡") == 12000
    assert money.hundredths("80 平方米") == 8000
    assert money.hundredths(2.0) == 200
    assert money.hundredths("3.5元") is None
    assert money.hundredths("两亩") is None


def test_shown() -> None:
    assert money.yuan(123450) == "1,234.50"
    assert money.yuan(0) == "0.00"
    assert money.yuan(-5) == "-0.05"
    assert money.from_hundredths(350) == "3.5"
    assert money.from_hundredths(1200) == "12"
    assert money.from_hundredths(120000) == "1200"
    assert money.from_hundredths(0) == "0"
    assert money.from_hundredths(-25) == "-0.25"


@given(st.integers(-(10**14), 10**14))
def test_there_and_back(fen: int) -> None:
    assert money.parse_fen(money.yuan(fen)) == fen
    assert money.hundredths(money.from_hundredths(fen)) == fen


@given(st.integers(-(10**12), 10**12))
def test_a_float_cell_means_its_shortest_digits(fen: int) -> None:
    assert money.parse_fen(fen / 100) == fen


@given(st.text() | st.floats())
def test_anything_is_survived(value: object) -> None:
    money.parse_fen(value)
    money.hundredths(value)
