"""Reading workbooks: every kind of file an office may hand over, and every way it can fail."""

import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as NewBook

from desktop.core.errors import Trouble
from desktop.core.excel.reader import Merge, Sheet, as_text, open_workbook

DATA = Path(__file__).parents[2] / "data"


def only_sheet(path: Path) -> Sheet:
    book = open_workbook(path)
    return book.sheet(book.names[0])


def code_of(path: Path) -> str:
    with pytest.raises(Trouble) as caught:
        only_sheet(path)
    assert caught.value.what_to_do
    return caught.value.code


@pytest.fixture
def shifted(tmp_path: Path) -> Path:
    """A list that begins in C4, with a merged village and a hidden sheet behind it."""
    book = NewBook()
    page = book.active
    page["C4"], page["D4"], page["C5"], page["D5"] = "村", "金额", "甲村", 4135
    page["D6"], page["E6"] = date(2023, 4, 12), True
    page.merge_cells("C5:C6")
    hidden = book.create_sheet("旧")
    hidden["A1"], hidden.sheet_state = "x", "hidden"
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_rows_count_from_the_first_row_of_the_sheet(shifted: Path) -> None:
    sheet = only_sheet(shifted)
    rows = list(sheet.rows())
    assert (sheet.first_column, sheet.width, sheet.height, len(rows)) == (2, 3, 6, 6)
    assert rows[3:] == [["村", "金额", ""], ["甲村", 4135.0, ""], ["", date(2023, 4, 12), True]]


def test_merged_cells_and_hidden_sheets_are_known(shifted: Path) -> None:
    book = open_workbook(shifted)
    assert [book.sheet(name).visible for name in book.names] == [True, False]
    assert book.sheet(book.names[0]).merges() == [Merge(4, 2, 5, 2)]


def test_a_released_sheet_can_be_read_again(shifted: Path) -> None:
    sheet = only_sheet(shifted)
    before = list(sheet.rows())
    sheet.release()
    assert list(sheet.rows()) == before


def test_the_clerk_may_save_over_the_file_while_it_is_read(shifted: Path) -> None:
    sheet = only_sheet(shifted)
    shifted.unlink()
    assert len(list(sheet.rows())) == 6


@pytest.mark.parametrize("name", ["layout1.xls", "layout1.et", "layout1.xlsx"])
def test_an_old_workbook_is_read_whatever_its_name_says(tmp_path: Path, name: str) -> None:
    shutil.copy(DATA / "layout1.xls", tmp_path / name)
    rows = list(only_sheet(tmp_path / name).rows())
    assert rows[0][8] == "姓名"
    assert rows[1][8] == "张试一"
    assert rows[1][25] == date(2014, 3, 1)


def test_ods_is_read() -> None:
    assert list(only_sheet(DATA / "small.ods").rows())[1] == ["张试一", "3716990000000001", 1.25]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_mark(tmp_path: Path, encoding: str, mark: str) -> None:
    lines = [mark.join(["姓名", "户编号", "住址"]), mark.join(["张试一", '="0012"', '"甲村\n一组"']), ""]
    lines.append(mark.join(["李㛃", "0013", ""]))
    (tmp_path / "a.csv").write_bytes("\r\n".join(lines).encode(encoding))
    rows = list(only_sheet(tmp_path / "a.csv").rows())
    assert rows == [["姓名", "户编号", "住址"], ["张试一", "0012", "甲村\n一组"], [], ["李㛃", "0013", ""]]


def test_text_called_xls_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes("姓名\t村\n张试一\t甲村\n".encode("gb18030"))
    assert list(only_sheet(tmp_path / "a.xls").rows())[1] == ["张试一", "甲村"]


@pytest.mark.parametrize("name", ["password.xlsx", "password.xls"])
def test_a_password_is_named(name: str) -> None:
    assert code_of(DATA / name) == "excel.password"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "excel.empty"),
        ("a.csv", b"\r\n \r\n", "excel.empty"),
        ("a.xlsx", b"junk", "excel.damaged"),
        ("a.xlsx", b"PK\x03\x04junk", "excel.damaged"),
        ("a.pdf", b"%PDF-1.7 x,y", "excel.damaged"),
        ("a.csv", b"\xff\x00\xff\x80,\x81", "excel.damaged"),
        ("a.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "excel.et"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "excel.damaged"),
        ("a.xls", b"\r\n<html><table><tr><td>x", "excel.webpage"),
        ("a.xls", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "excel.webpage"),
    ],
)
def test_what_is_no_workbook_says_so(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert code_of(tmp_path / name) == code


@pytest.mark.parametrize("keep", [300, 3000])
def test_a_file_cut_short_on_the_stick(tmp_path: Path, shifted: Path, keep: int) -> None:
    (tmp_path / "cut.xlsx").write_bytes(shifted.read_bytes()[:keep])
    assert code_of(tmp_path / "cut.xlsx") == "excel.damaged"


def test_a_damaged_sheet_inside_a_sound_zip(tmp_path: Path, shifted: Path) -> None:
    with zipfile.ZipFile(shifted) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, content[:200] if "sheet1" in part.filename else content)
    assert code_of(tmp_path / "b.xlsx") == "excel.damaged"


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.xlsx") == "excel.missing"
    assert code_of(tmp_path) == "excel.unreadable"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as book:
        book.writestr("xl/a.xml", b"")
        book.filelist[0].file_size = 3_000_000_000
    assert code_of(tmp_path / "b.xlsx") == "excel.too_big"


def test_a_stray_cell_far_away_does_not_end_the_program(tmp_path: Path, shifted: Path) -> None:
    book = NewBook()
    page = book.active
    page["A1"], page["XFD1048576"] = "姓名", " "
    book.save(tmp_path / "far.xlsx")
    assert code_of(tmp_path / "far.xlsx") == "excel.stray"
    page["XFD1048576"] = None
    page["XFD1048576"].number_format = "0"
    book.save(tmp_path / "formatted.xlsx")
    assert list(only_sheet(tmp_path / "formatted.xlsx").rows()) == [["姓名"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (4135.0, "4135"),
        (0.5, "0.5"),
        (3.71602198501011e17, "3.71602198501011E+17"),
        (True, "是"),
        (date(2023, 4, 1), "2023-04-01"),
        (" 甲 ", "甲"),
        (None, ""),
    ],
)
def test_a_cell_as_the_clerk_sees_it(cell: object, text: str) -> None:
    assert as_text(cell) == text  # type: ignore[arg-type]
