"""Writing workbooks: ids stay text, nothing becomes a formula, nothing half-written stays."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from desktop.core.errors import Trouble
from desktop.core.excel.annotate import Mark, Unreadable, annotate
from desktop.core.excel.writer import Column, Look, write_table

COLUMNS = [Column("证件号码", 22), Column("金额", look=Look.MONEY), Column("日期", look=Look.DATE)]


def test_ids_stay_text_and_nothing_becomes_a_formula(tmp_path: Path) -> None:
    rows = [["371699195102030019", 12.5, date(2023, 4, 12)], ["=1+1", None, None], ["@x", 3, None]]
    assert write_table(tmp_path / "a.xlsx", COLUMNS, rows) == 3
    page = load_workbook(tmp_path / "a.xlsx").active
    found = [[cell.value for cell in row] for row in page.iter_rows()]
    assert found[1][:2] == ["371699195102030019", 12.5]
    assert found[1][2].date() == date(2023, 4, 12)
    assert [page["A3"].value, page["A3"].data_type, page["A2"].number_format] == ["=1+1", "s", "@"]
    assert page.freeze_panes == "A2"


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    def rows() -> object:
        yield ["1", 1, None]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_table(tmp_path / "a.xlsx", COLUMNS, rows())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_a_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        write_table(tmp_path / "none" / "a.xlsx", COLUMNS, [])
    assert caught.value.code == "excel.target"


def test_marks_keep_what_was_there(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page["A1"], page["B2"], page["C2"] = "标题", "=1+1", 5
    page["B2"].comment = Comment("旧", "x")
    page.merge_cells("A1:C1")
    book.save(tmp_path / "a.xlsx")
    marks = [Mark(2, 1, "甲"), Mark(2, 1, "乙"), Mark(1, 2, "丙"), Mark(2, -1, "丁")]
    assert annotate(tmp_path / "a.xlsx", "Sheet", marks, tmp_path / "b.xlsx") == 3
    page = load_workbook(tmp_path / "b.xlsx").active
    assert page["B2"].comment.text == "旧\n甲\n乙"
    assert page["B2"].value == "=1+1"
    assert page["A1"].comment.text == "丙"
    assert page["A2"].comment.text == "丁"
    assert page["B2"].fill.fgColor.rgb == "FFFFEB9C"
    assert page["C2"].comment is None


def test_what_openpyxl_cannot_open(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(Unreadable):
        annotate(tmp_path / "a.xlsx", "x", [], tmp_path / "b.xlsx")
