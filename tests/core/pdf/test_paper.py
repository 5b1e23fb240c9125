"""Documents, read back with poppler and PDFium."""

import io
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from desktop.core import pdf
from desktop.core.pdf.page import MM
from tests import pdf_reading as reading

RARE = "张䶮㛃䲟𬱖𬍛𠀀"


def write(path: Path, *texts: str, style: str = "song") -> pdf.Paper:
    with pdf.writing(path, "试印") as paper:
        for text in texts:
            paper.page().text(20, 30, text, pdf.Type(style, 14))
    return paper


def test_each_font_is_embedded_once_and_its_text_can_be_copied(tmp_path):
    target = tmp_path / "a.pdf"
    with pdf.writing(target, "试印") as paper:
        for n in range(300):  # more than the 256 glyphs of reportlab's subsets
            page = paper.page()
            page.text(20, 30, chr(0x4E00 + n) + RARE, pdf.Type("song"))
            page.text(20, 50, chr(0x5E00 + n), pdf.Type("kai"))
    found = reading.fonts(target)
    assert sorted(f["name"].split("+")[1] for f in found) == [
        "HanaMinB",
        "LXGWWenKai-Regular",
        "NotoSerifSC-Regular",
    ]
    assert {(f["type"], f["encoding"], f["emb"], f["sub"], f["uni"]) for f in found} == {
        ("CID TrueType", "Identity-H", "yes", "yes", "yes")
    }
    assert reading.words(target, 300) == f"{chr(0x4E00 + 299)}{RARE}{chr(0x5E00 + 299)}"


@pytest.mark.parametrize("style", ["song", "hei", "kai"])
def test_all_characters_come_back(tmp_path, style):
    text = RARE + "里则街道(a)\\b·①②㎡√“”—…%,.;y0120031欧阳·阿不都"
    paper = write(tmp_path / "a.pdf", text, style=style)
    assert reading.words(tmp_path / "a.pdf") == text
    assert paper.missing == []


def test_every_code_survives_the_escapes_of_a_content_stream(tmp_path):
    # Codes are given out in order: 13, 40, 41 and 92 as a low byte are CR, (, ) and \.
    text = "".join(chr(0x4E00 + n) for n in range(300))
    with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
        page = paper.page()
        for n in range(0, 300, 30):
            page.text(10, 20 + n, text[n : n + 30], pdf.Type(size=9))
    assert reading.words(tmp_path / "a.pdf") == text


def test_a_character_without_a_font_stays_blank_and_is_listed(tmp_path):
    paper = write(tmp_path / "a.pdf", "\ue815\ue815", "李\ue815明")
    assert paper.missing == ["\ue815"]
    assert reading.ink(reading.render(tmp_path / "a.pdf", 1)) is None
    one, two = reading.render(tmp_path / "a.pdf", 2), tmp_path / "b.pdf"
    write(two, "李　明")
    assert reading.ink(one) == reading.ink(reading.render(two, 1))


def test_half_a_surrogate_pair_does_not_stop_the_document(tmp_path):
    assert write(tmp_path / "a.pdf", "李\ud840明").missing == ["\ud840"]
    assert "李" in reading.text(tmp_path / "a.pdf")


def test_documents_know_nothing_of_each_other(tmp_path):
    alone = write(tmp_path / "alone.pdf", "甲乙", "丙" + RARE)
    with pdf.writing(tmp_path / "one.pdf", "试印") as one, pdf.writing(tmp_path / "two.pdf", "试印") as two:
        two.page().text(20, 30, "丁戊\ue815", pdf.Type("song", 14))
        one.page().text(20, 30, "甲乙", pdf.Type("song", 14))
        two.page().text(20, 30, "己庚", pdf.Type("kai", 14))
        one.page().text(20, 30, "丙" + RARE, pdf.Type("song", 14))
    assert (alone.missing, one.missing, two.missing) == ([], [], ["\ue815"])
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "alone.pdf").read_bytes()
    assert reading.words(tmp_path / "two.pdf", 2) == "己庚"


def test_documents_drawn_in_threads_are_the_same_as_one_after_the_other(tmp_path):
    texts = [[f"{chr(0x4E00 + 97 * n + k)}{RARE}第{k}页" for k in range(40)] for n in range(4)]
    for n, lines in enumerate(texts):
        write(tmp_path / f"alone{n}.pdf", *lines)
    threads = [
        threading.Thread(target=write, args=(tmp_path / f"thread{n}.pdf", *t)) for n, t in enumerate(texts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(4):
        assert (tmp_path / f"thread{n}.pdf").read_bytes() == (tmp_path / f"alone{n}.pdf").read_bytes()


def test_title_and_date_are_all_that_is_told(tmp_path):
    moment = datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    with pdf.writing(tmp_path / "a.pdf", "帮扶手册", moment) as paper:
        paper.page()
    found = (tmp_path / "a.pdf").read_bytes()
    told = reading.information(tmp_path / "a.pdf")
    assert "帮扶手册" in told
    assert b"D:20261122083000+08'00'" in found
    assert "anonymous" not in told
    assert str(tmp_path) not in told


def test_other_content_has_another_identity(tmp_path):
    write(tmp_path / "a.pdf", "甲")
    write(tmp_path / "b.pdf", "乙")
    one, two = ((tmp_path / n).read_bytes().split(b"/ID")[1] for n in ("a.pdf", "b.pdf"))
    assert one != two


def test_a_form_is_drawn_once_and_seen_on_every_page(tmp_path):
    drawn = []

    def frame(page: pdf.Page) -> None:
        drawn.append(page)
        page.text(20, 30, "户编号", pdf.Type("hei"))

    with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
        for n in range(3):
            page = paper.page()
            page.form("frame", frame)
            page.text(50, 30, f"y012003{n}")
    assert len(drawn) == 1
    assert [reading.words(tmp_path / "a.pdf", n) for n in (1, 2, 3)] == [
        f"户编号y012003{n}" for n in range(3)
    ]


@pytest.mark.parametrize(("align", "valign"), [("left", "top"), ("center", "middle"), ("right", "bottom")])
@pytest.mark.parametrize("length", [3, 30, 400])
def test_text_stays_inside_its_box(tmp_path, align, valign, length):
    with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
        paper.page().box(50, 60, 40, 12, "屋顶漏雨已报" * length, pdf.Type("kai"), align, valign)
    left, top, right, bottom = reading.ink(reading.render(tmp_path / "a.pdf", dpi=288)) or (0, 0, 0, 0)
    assert 50 * 4 * MM <= left + 1 < right <= 90 * 4 * MM + 1
    assert 60 * 4 * MM <= top + 1 < bottom <= 72 * 4 * MM + 1


def test_pages_have_their_size(tmp_path):
    with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
        paper.page(pdf.A5)
    assert "419.53 x 595.28" in reading.information(tmp_path / "a.pdf")


def test_a_document_without_pages_is_a_mistake():
    with pytest.raises(ValueError, match="without pages"):
        pdf.Paper("试印").save(io.BytesIO())


def test_more_lines_than_rows_are_a_mistake():
    table = pdf.Table(20, 20, (pdf.Column("姓名", 30),), rows=2)
    page = pdf.Paper("试印").page()
    with pytest.raises(ValueError, match="3 lines in 2 rows"):
        table.fill(page, [["甲"], ["乙"], ["丙"]])


def test_a_qr_code_is_read_back(tmp_path):
    with pdf.writing(tmp_path / "a.pdf", "试印") as paper:
        pdf.draw_qr(paper.page(), 150, 20, 30, "y0120031")
    assert reading.codes(tmp_path / "a.pdf") == ["y0120031"]
    left, top, right, bottom = reading.ink(reading.render(tmp_path / "a.pdf", dpi=72)) or (0, 0, 0, 0)
    assert 150 * MM < left < right < 180 * MM
    assert 20 * MM < top < bottom < 50 * MM
