"""Numbers and names as they may be shown to others."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

import desktop
from desktop.core import masking


@pytest.mark.parametrize(
    ("full", "shown"),
    [("371699194912310021", "371699**********21"), ("37169919491231002143", "371699**********21**"),
     ("11010519491231002X", "110105**********2X"), ("371699491231002", "371699*******02"), ("12345", "*****"), ("", "")],
)  # fmt: skip
def test_id_numbers(full, shown):
    assert masking.id_number(full) == shown
    assert masking.id_number(shown) == shown  # what was masked before it is shown


@pytest.mark.parametrize(
    ("full", "shown"), [("13800004321", "138****4321"), ("0543-31", "*****31"), ("12", "12"), ("", "")]
)
def test_telephones(full, shown):
    assert masking.telephone(full) == shown
    assert masking.telephone(shown) == shown


@pytest.mark.parametrize(
    ("full", "shown"), [("张秀兰", "张*兰"), ("李四", "李*"), ("欧阳秀兰", "欧**兰"), ("王", "王"), ("", "")]
)
def test_names(full, shown):
    assert masking.name(full) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("电话13811112222，找他女儿", "电话***********，找他女儿"),
        ("138 1111 2222 或 138-1111-2222", "************* 或 *************"),
        ("0543-3334444", "************"),
        ("身份证37160219600101123X。", "身份证******************。"),
        ("全角１３８１１１１２２２２", "全角***********"),
        ("13811112222、13833334444", "***********、***********"),
        ("卡号6222 0212 3456 7890 123", "卡号***********************"),
        ("2027-03-01 10:00 走访，2027.3.1 再去", "2027-03-01 10:00 走访，2027.3.1 再去"),
        ("2027-03-0113811112222", "*********************"),
        ("12027-03-01", "***********"),
        ("2027-13-01", "**********"),
        ("户 w4827190031 与 y0012", "户 w4827190031 与 y0012"),
        ("w13811112222", "w***********"),
        ("领 123456 元，3 口人", "领 123456 元，3 口人"),
        ("范围 371602012600，号 371602012", "范围 ************，号 *********"),
        ("", ""),
    ],
)
def test_digits_in_what_was_written(written, shown):
    assert masking.digits(written) == shown
    assert masking.digits(shown) == shown


def test_codes_of_own_places_are_no_numbers_of_anybody():
    text = "范围 371602012，村 371602012600，他 371603012600，号 37160212345"
    assert (
        masking.digits(text, "371602") == "范围 371602012，村 371602012600，他 ************，号 ***********"
    )


def test_every_column_has_one_mask():
    assert masking.value("phone", "13811112222") == "138****2222"
    assert masking.value("id_number", "371699194912310021") == "371699**********21"
    assert masking.value("health", "01") is None
    assert masking.value("number", "4827190031") == "4827190031"
    assert masking.value("findings", "问13811112222") == "问***********"
    assert masking.value("place", 7) == 7


def test_nothing_else_in_the_program_masks():
    """Two masks of one number add up. Stars are made of texts in core/masking only."""
    root = Path(desktop.__file__).parent
    made = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"""["']\*+["']\s*\*|["']\*{2,}["']|\*\s*["']\*["']""", path.read_text(encoding="utf-8"))
    ]
    assert made == ["core/masking.py"]


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
