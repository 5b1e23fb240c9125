"""The doubtful cells given back to the clerk."""

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from desktop.core.errors import Trouble
from desktop.features.register import sheet_report
from desktop.features.register.sheets import write_report
from tests.features.register.workbook_maker import HEADINGS, codes_of, read, workbook

ROWS = [
    ["名单"],
    HEADINGS,
    ["甲村", "3716990000000001", "1", "=cmd|x", "3716991951020300", "户主"],
    ["甲村", "3716990000000002", "1", "李试二", None, "邻居"],
]


def test_the_own_workbook_comes_back_coloured(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", ROWS)
    before = source.read_bytes()
    _, reading = read(source)
    assert write_report(reading.recognised, reading.doubts, tmp_path / "b.xlsx") == 3
    page = load_workbook(tmp_path / "b.xlsx").active
    assert page["E3"].comment.text == reading.doubts[0].problem
    assert page["F4"].fill.fgColor.rgb == "FFFFEB9C"
    assert page["F4"].comment.text.count("\n") == 1  # unknown relation, and so no head
    assert page["A3"].comment is None
    assert page["A1"].value == "名单"
    assert source.read_bytes() == before


@pytest.mark.parametrize("renamed", ["a.xls", "a.xlsx"])
def test_other_files_give_a_list_of_the_doubtful_rows(tmp_path: Path, renamed: str) -> None:
    shutil.copy(Path(__file__).parents[2] / "data" / "layout1.xls", tmp_path / renamed)
    _, reading = read(tmp_path / renamed)
    write_report(reading.recognised, reading.doubts, tmp_path / "b.xlsx")
    page = load_workbook(tmp_path / "b.xlsx").active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][:6] == ["行号", "列", "值", "问题与处理", "数据日期", "县(市、区、旗)"]
    assert rows[2][:3] == ["4", "证件号码", "3.7169919800607E+17"]
    assert rows[2][4] == "20240331"
    assert len(rows) == 1 + len(reading.doubts)


def test_a_long_list_is_not_held_in_memory_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_report, "_ANNOTATED_ROWS", 3)
    _, reading = read(workbook(tmp_path / "a.xlsx", ROWS))
    write_report(reading.recognised, reading.doubts, tmp_path / "b.xlsx")
    page = load_workbook(tmp_path / "b.xlsx").active
    names = [(cell.value, cell.data_type) for cell in page["H"]]
    assert names[1] == ("=cmd|x", "s")
    assert [row for row, _, _ in codes_of(reading)] == [3, 4, 4]


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", ROWS)
    _, reading = read(source)
    with pytest.raises(Trouble) as caught:
        write_report(reading.recognised, reading.doubts, source)
    assert caught.value.code == "excel.same_file"
