"""Numbers and names as they may be shown to others."""

from dataclasses import dataclass

import pytest

from desktop.core import masking


@pytest.mark.parametrize(
    ("full", "shown"),
    [("371699194912310021", "371***********0021"), ("37169919491231002143", "371*************2143"),
     ("371699491231002", "371********1002"), ("12345", "*****"), ("", "")],
)  # fmt: skip
def test_id_numbers(full, shown):
    assert masking.id_number(full) == shown


@pytest.mark.parametrize(
    ("full", "shown"), [("13800004321", "138****4321"), ("0543-31", "*****31"), ("12", "12"), ("", "")]
)
def test_telephones(full, shown):
    assert masking.telephone(full) == shown


@pytest.mark.parametrize(
    ("full", "shown"), [("张秀兰", "张*兰"), ("李四", "李*"), ("欧阳秀兰", "欧**兰"), ("王", "王"), ("", "")]
)
def test_names(full, shown):
    assert masking.name(full) == shown


def test_only_empties_what_is_not_allowed():
    @dataclass(frozen=True)
    class Card:
        name: str
        cause: str
        people: tuple[str, ...] = ()

    shown = masking.only(Card("张", "因病", ("李",)), frozenset({"name"}))
    assert shown == Card("张", "", ())


def test_only_takes_dataclasses():
    with pytest.raises(TypeError):
        masking.only("张", frozenset())
