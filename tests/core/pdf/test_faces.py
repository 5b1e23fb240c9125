"""The shipped fonts: what they draw and what is listed as missing."""

import pytest

from desktop.core import pdf, resources
from desktop.core.pdf.faces import FILES, STYLES, face

GB2312 = [
    bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312", "ignore")
    for row in range(16, 88)
    for cell in range(1, 95)
]


@pytest.mark.parametrize("key", ["serif", "sans", "kai"])
def test_the_three_faces_draw_all_of_gb2312_and_ascii_themselves(key):
    letters = [*filter(None, GB2312), *map(chr, range(32, 127)), *"，。、；：？！“”（）《》—…·①㎡√"]
    assert [c for c in letters if not face(key).glyph(ord(c))] == []


def test_the_fonts_stay_within_their_size():
    assert sum(resources.path(f"fonts/{name}").stat().st_size for name in FILES.values()) <= 75_000_000


@pytest.mark.parametrize("char", ["张", "䶮", "㛃", "䲟", "𬱖", "𬍛", "𠀀", "A", " ", "·"])
def test_names_with_rare_characters_are_drawn(char):
    assert pdf.drawable(char)
    assert pdf.missing(char) == []


@pytest.mark.parametrize("code", [0xE815, 0xD840, 0xFFFD, 0xF0000, 0x1F004, 0x3134A])
def test_what_no_font_has_is_listed_and_never_drawn_as_something_else(code):
    char = chr(code)
    assert not pdf.drawable(char)
    assert pdf.missing(f"李{char}明{char}") == [char]


def test_invisible_characters_and_line_ends_are_not_missing():
    assert pdf.missing("张\ufeff三\u200b\t李\r\n四\ufe00") == []


def test_a_rare_character_is_taken_from_the_next_font_of_the_chain():
    runs = STYLES["kai"].runs("张䶮𠀀三")
    assert [(f.name, run) for f, run in runs] == [
        ("LXGWWenKai-Regular", "张䶮"),
        ("HanaMinB", "𠀀"),
        ("LXGWWenKai-Regular", "三"),
    ]


def test_widths_are_those_of_the_font_that_draws():
    style = STYLES["song"]
    assert style.width("张三") == 2
    assert style.width("张\u200b三") == 2
    assert style.width("𠀀") == pytest.approx(1, abs=0.01)
    assert 0.3 < style.width("i1") / 2 < 0.6
