"""Handbooks and plaques, read back from the file."""

from dataclasses import fields, replace

import pytest

from desktop.core import pdf
from desktop.features.handbook import papers
from desktop.features.handbook.model import Book, BookHelper, Plaque
from tests import pdf_reading as reading
from tests.features.handbook.sample import RARE, book, plaque

HEADINGS = (
    "一、家庭情况", "二、家庭成员", "三、帮扶责任人", "四、脱贫措施与项目规划", "五、帮扶措施（年度）", "六、帮扶成效",
    "七、收入核算表", "八、走访记录", "九、享受政策明细", "十、脱贫标准与退出程序", "十一、填写说明",
)  # fmt: skip


@pytest.fixture
def target(tmp_path):
    return tmp_path / "books.pdf"


def write(target, *books, **wishes):
    with pdf.writing(target, "帮扶手册") as paper:
        pages = [papers.draw_book(paper, one, **wishes) for one in books]
    assert paper.missing == []
    return pages


def texts(thing):
    """Every text of a dataclass, the nested ones too."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, str):
            yield value
        else:
            for part in value:
                yield from texts(part)


def test_a_handbook_shows_everything_it_was_given(target):
    one = book(rare=True, members=4, visits=5)
    assert write(target, one) == [papers.PAGES_PER_BOOK]
    words = reading.words(target)
    assert "张" + RARE in words
    for heading in HEADINGS:
        assert heading in words
    # A wrapped cell comes back in pieces between its neighbours: look for the start of each text.
    shown = {t: t[:4] for t in texts(one) if t}
    assert [t for t, start in shown.items() if start not in words] == []
    for person in one.members:
        assert person.id_number in words
        assert person.name in words


def test_every_page_names_household_edition_date_and_page(target):
    write(target, book(31), book(32))
    for number, household in ((31, "y0120031"), (32, "y0120032")):
        for page in range(1, 9):
            words = reading.words(target, (number - 31) * 8 + page)
            assert f"户编号{household}" in words
            assert f"第3版－2026年11月22日－第{page}页（共8页）" in words


def test_fonts_are_embedded_once_for_all_books(target):
    write(target, *(book(n, rare=True) for n in range(20)))
    found = reading.fonts(target)
    assert len({f["name"] for f in found}) == len(found) == 4
    assert {(f["emb"], f["sub"], f["uni"]) for f in found} == {("yes", "yes", "yes")}


def test_the_cover_carries_the_number_as_a_qr_code(target):
    write(target, book(31), book(700))
    assert reading.codes(target, 1) == ["y0120031"]
    assert reading.codes(target, 9) == ["y0120700"]


def test_an_empty_book_is_a_form_to_write_in(target):
    assert write(target, Book(number="w0120001", head="")) == [8]
    words = reading.words(target)
    assert all(heading in words for heading in HEADINGS)
    assert "－－" not in words
    assert "None" not in words


def test_more_people_helpers_and_visits_take_more_pages_and_none_is_lost(target):
    helpers = tuple(BookHelper(name=f"帮{n:02}") for n in range(8))
    one = replace(book(members=26, visits=17), helpers=helpers)
    assert write(target, one) == [papers.pages_of(one)] == [8 + 2 + 1 + 1 + 1]
    words = reading.words(target)
    assert [p.id_number for p in one.members if p.id_number not in words] == []
    assert [h.name for h in helpers if h.name not in words] == []
    assert [v.day for v in one.visits if words.count(v.day[5:]) == 0] == []


def test_there_is_always_room_to_write_the_next_visits_in(target):
    assert [papers.pages_of(book(visits=n)) for n in (0, 6, 7, 9, 15, 16)] == [8, 8, 9, 9, 9, 10]


def test_two_sided_books_begin_on_a_right_hand_page(target):
    long, short = book(31, visits=8), book(32)
    write(target, short, long, short, two_sided=True)
    starts = [p for p in range(1, reading.page_count(target) + 1) if "第1页（共" in reading.words(target, p)]
    assert starts == [1, 9, 19]
    assert "记事" in reading.words(target, 18)
    assert papers.pages_of(long, two_sided=True) == 10


def test_a_book_after_an_odd_page_gets_a_blank_one_before_it(target):
    with pdf.writing(target, "帮扶手册") as paper:
        paper.page().text(20, 20, "目录")
        assert papers.draw_book(paper, book(), two_sided=True) == 9
    assert reading.words(target, 2) == ""
    assert "第1页" in reading.words(target, 3)


def test_single_pages_are_printed_again_with_their_own_number(target):
    assert write(target, book(), only={2, 6}) == [2]
    assert "第2页（共8页）" in reading.words(target, 1)
    assert "第6页（共8页）" in reading.words(target, 2)


def test_id_numbers_can_be_masked(target):
    one = book()
    write(target, one, mask_ids=True)
    words = reading.words(target)
    for person in one.members:
        assert person.id_number not in words
        assert f"{person.id_number[:6]}**********{person.id_number[-2:]}" in words


def test_long_texts_stay_on_their_page(target):
    long = "很长的内容" * 200
    one = book(members=9, visits=9)
    people = tuple(replace(m, name=long, labour=long, id_number="1" * 99) for m in one.members)
    visits = tuple(replace(v, findings=long, wishes=long) for v in one.visits)
    write(
        target,
        replace(one, head=long, address=long, cause_detail=long, issuer=long, members=people, visits=visits),
    )
    for page in range(1, reading.page_count(target) + 1):
        left, top, right, bottom = reading.ink(reading.render(target, page, 72)) or (0, 0, 0, 0)
        assert left >= 48
        assert right <= 546
        assert top >= 40
        assert bottom <= 820


def test_two_prints_of_the_same_books_are_the_same_file(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        write(tmp_path / name, book(31), book(32, rare=True))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def hang(target, one, **wishes):
    with pdf.writing(target, "帮扶公示牌") as paper:
        assert papers.draw_plaque(paper, one, **wishes) == 1
    return reading.words(target)


def test_the_plaque_for_indoors_shows_everything(target):
    words = hang(target, plaque())
    assert [t for t in texts(plaque()) if t not in words and t != "3"] == []
    assert reading.codes(target) == ["y0120031"]
    assert "841.89 x 595.28" in reading.information(target)


def test_the_public_plaque_shows_nothing_outside_the_whitelist(target):
    marked = Plaque(**{f.name: f"甲{n:02}乙" for n, f in enumerate(fields(Plaque))})
    words = hang(target, marked, public=True)
    hidden = {"cause", "telephone", "monitor_class"}
    assert {f.name for f in fields(Plaque) if getattr(marked, f.name) not in words} == hidden
    assert "致贫原因" not in words
    assert "健康" not in words


def test_the_public_plaque_can_mask_the_name(target):
    words = hang(target, plaque(), public=True, mask_name=True)
    assert "欧阳秀" not in words
    assert "欧**" + RARE[0] in words


@pytest.mark.parametrize("public", [False, True])
def test_long_texts_stay_on_the_plaque(target, public):
    marked = Plaque(
        **{f.name: "很长的内容" * 40 for f in fields(Plaque) if f.name != "number"}, number="y0120031"
    )
    hang(target, marked, public=public)
    picture = reading.render(target, 1, 72)
    left, top, right, bottom = reading.ink(picture) or (0, 0, 0, 0)
    assert (left, top) >= (23, 23)
    assert right <= 819
    assert bottom <= 573
    # Between the two lines of the border there is nothing but paper.
    assert reading.ink(picture.crop((28, 28, 30, 567))) is None
