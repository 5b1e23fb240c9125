"""Initials and full pinyin with every reading, and fast."""

import re
import time

import pytest

from desktop.core import pinyin
from tests.calibration import slowness


def test_all_readings_the_surname_first() -> None:
    assert set(pinyin.initials("单晓").split()) == {"dx", "sx", "cx"}
    assert pinyin.initials("单晓").split()[0] == "sx"
    assert pinyin.full("单晓").split()[0] == "shanxiao"


@pytest.mark.parametrize(
    ("name", "full"),
    [("张秀兰", "zhangxiulan"), ("曾丽", "zengli"), ("仇明", "qiuming"), ("解放", "xiefang"), ("吕梅", "lvmei"),
     ("略", "lve"), ("里则街道", "lizejiedao"), ("䶮", "yan"), ("𬱖", "di")],
)  # fmt: skip
def test_full(name: str, full: str) -> None:
    assert pinyin.full(name).split()[0] == full


def test_what_is_no_character() -> None:
    assert pinyin.initials("迪丽·艾山").split()[0] == "dlas"
    assert pinyin.initials("A区3号").split()[0] in {"aq3h", "ao3h"}
    assert pinyin.initials("") == ""
    assert pinyin.full("?！ ") == ""
    assert pinyin.readings("?") == ()


def test_the_number_of_combinations_is_capped() -> None:
    many = "单曾解查行重长"
    assert len(pinyin.initials(many).split()) <= 16
    assert len(pinyin.full(many).split()) <= 8
    # The likeliest of all is among those that stay.
    assert pinyin.initials(many).startswith("scj")


def test_no_word_twice() -> None:
    words = pinyin.initials("乐乐乐").split()
    assert len(words) == len(set(words))


def test_fast() -> None:
    names = [a + b + c for a in "王李张刘陈单曾" for b in "秀国建志乐" for c in "兰军华敏长"]
    for name in names:
        pinyin.initials(name), pinyin.full(name)
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        for name in names:
            pinyin.initials(name)
        spent.append((time.perf_counter() - start) / len(names))
    assert min(spent) < 10e-6 * slowness()


ALPHABET = frozenset("里则街道西海新村长沙安女")


@pytest.mark.parametrize("letters", ["lzjd", "lizejiedao", "lizejd", "LZJD", "lizejie", "lizej", "li", "l"])
def test_pattern_finds(letters: str) -> None:
    assert re.match(pinyin.pattern(letters, ALPHABET), "里则街道")


@pytest.mark.parametrize("letters", ["lzjx", "zjd", "lizejiedaox", "u", "v", "lizx"])
def test_pattern_does_not_find(letters: str) -> None:
    spelled = pinyin.pattern(letters, ALPHABET)
    assert not spelled or not re.match(spelled, "里则街道")


def test_pattern_of_one_syllable_that_could_be_two() -> None:
    assert re.fullmatch(pinyin.pattern("xian", ALPHABET), "西安")
    assert re.fullmatch(pinyin.pattern("changsha", ALPHABET), "长沙")
    assert re.fullmatch(pinyin.pattern("nv", ALPHABET), "女")


def test_pattern_of_a_long_senseless_text_ends_soon() -> None:
    start = time.perf_counter()
    pinyin.pattern("ba" * 200 + "v", ALPHABET)
    assert time.perf_counter() - start < 1 * slowness()
