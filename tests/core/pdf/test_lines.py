"""Breaking and fitting: nothing is wider than its box, nothing is lost but what … stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.pdf.faces import STYLES
from desktop.core.pdf.lines import fit_box, fit_line, wrap

SONG = STYLES["song"]
TEXTS = st.text("一二三四五六七八九十人民屋顶漏雨，。、；：？！（）“”《》…ab1 20.5-x", max_size=60)


@given(TEXTS, st.floats(2, 20))
def test_no_line_is_wider_than_the_box_and_nothing_is_lost(text, width):
    lines = wrap(text, SONG, width)
    assert all(SONG.width(line) <= width + 1e-9 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(TEXTS, st.floats(8, 20))
def test_no_closing_mark_begins_a_line_and_no_opening_one_ends_it(text, width):
    marks = "，。、；：？！）”》…（“《"
    if any(a in marks and b in marks for a, b in zip(text, text[1:], strict=False)):
        return  # a row of marks may be wider than the line and has to be broken
    lines = wrap(text, SONG, width)
    assert not any(line[0] in "，。、；：？！）”》…" for line in lines[1:] if line)
    assert not any(line[-1] in "（“《" for line in lines[:-1] if line)


def test_words_numbers_and_dates_are_kept_whole():
    assert wrap("联系电话13800004321已停机", SONG, 8) == ["联系电话", "13800004321已停", "机"]
    assert wrap("2026年11月22日", SONG, 5) == ["2026年", "11月22日"]


def test_a_word_wider_than_the_line_is_broken():
    assert wrap("A" * 20, SONG, 4) != ["A" * 20]


def test_line_ends_of_the_text_are_kept():
    assert wrap("屋顶漏雨\n已修", SONG, 10) == ["屋顶漏雨", "已修"]


@given(TEXTS, st.floats(10, 200), st.floats(5, 60))
def test_a_box_is_never_left(text, width, height):
    fitted = fit_box(text, "song", width, height, 10.5, 6, 1.3)
    assert 6 <= fitted.size <= 10.5
    assert all(SONG.width(line) * fitted.size <= width + 0.01 for line in fitted.lines if line != "…")
    used = fitted.size * (1 + 1.3 * (len(fitted.lines) - 1))
    assert used <= height + 0.02 or len(fitted.lines) == 1


def test_a_box_narrower_than_a_character_has_smaller_type():
    assert fit_box("“", "song", 10.0, 25.0, 10.5, 6, 1.3).size == 10.0


def test_a_long_line_becomes_smaller_and_then_is_cut():
    assert fit_line("里则街道蔡园董村", "song", 100, 10.5, 6).size == 10.5
    smaller = fit_line("里则街道蔡园董村", "song", 64, 10.5, 6)
    assert (smaller.lines, smaller.size, smaller.whole) == (("里则街道蔡园董村",), 8, True)
    cut = fit_line("里则街道蔡园董村民委员会", "song", 48, 10.5, 6)
    assert (cut.lines, cut.size, cut.whole) == (("里则街道蔡园董…",), 6, False)


def test_one_line_in_smaller_type_is_better_than_two_in_a_low_box():
    assert fit_box("弱劳动力或半劳动力", "kai", 80, 20, 11, 6, 1.15).lines == ("弱劳动力或半劳动力",)


@pytest.mark.parametrize("text", ["", "，", "（"])
def test_the_smallest_texts(text):
    assert fit_box(text, "song", 20, 10, 10.5, 6, 1.3).lines == (text,)
