"""Id numbers after GB 11643. 11010519491231002X is the standard's own example; the others are invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import idcard

TODAY = date(2026, 1, 1)
GOOD = "11010519491231002X"


def test_the_example_of_the_standard() -> None:
    assert idcard.checksum(GOOD[:17]) == "X"
    assert idcard.problem(GOOD, TODAY) is None
    assert idcard.read(GOOD) == idcard.Card(date(1949, 12, 31), "2", "110105")


@pytest.mark.parametrize(
    "text",
    ["11010519491231002x", " 110105 19491231\t002X\n", "'11010519491231002X", "’11010519491231002X", "G11010519491231002X",
     "g11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002\u200bX", "\ufeff11010519491231002X"],
)  # fmt: skip
def test_normalise(text: str) -> None:
    assert idcard.normalise(text) == GOOD


def with_check(first17: str) -> str:
    return first17 + idcard.checksum(first17)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "length"),
        ("11010519491231002", "length"),
        ("110105491231002", "old15"),
        ("11010549123100A", "length"),
        ("1101051949123100X2", "characters"),
        ("1101O519491231002X", "characters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "characters"),
        (with_check("99010519491231002"), "region"),
        (with_check("00010519491231002"), "region"),
        (with_check("11010519491331002"), "birthday"),
        (with_check("11010519490230002"), "birthday"),
        (with_check("11010518991231002"), "birthday"),
        (with_check("11010520260102002"), "birthday"),
        ("110105194912310020", "checksum"),
        (GOOD + "43", None),
        (GOOD + "4311", None),
        (GOOD + "93", "characters"),
        (GOOD + "45", "characters"),
        (GOOD + "4", "length"),
    ],
)
def test_problems(number: str, problem: str | None) -> None:
    assert idcard.problem(number, TODAY) == problem
    if problem:
        assert idcard.read(number) is None or problem == "birthday"


def test_a_birthday_of_tomorrow_is_seen_from_today() -> None:
    number = with_check("11010520260101002")
    assert idcard.problem(number, date(2026, 1, 1)) is None
    assert idcard.problem(number, date(2025, 12, 31)) == "birthday"


def test_disability() -> None:
    assert idcard.disability(GOOD + "43") == ("4", "3")
    assert idcard.disability(GOOD + "43B1") is None
    assert idcard.disability(GOOD) is None
    assert idcard.read(GOOD + "43") == idcard.read(GOOD)


def test_sex() -> None:
    man = idcard.read(with_check("37169919800101001"))
    woman = idcard.read(with_check("37169919800101002"))
    assert man is not None
    assert woman is not None
    assert (man.sex, woman.sex) == ("1", "2")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, more: int) -> None:
    wrong = str((int(GOOD[place]) + more) % 10)
    assert idcard.problem(GOOD[:place] + wrong + GOOD[place + 1 :], TODAY) is not None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    number = idcard.normalise(text)
    assert not any(c.isspace() for c in number)
    idcard.problem(number, TODAY)
