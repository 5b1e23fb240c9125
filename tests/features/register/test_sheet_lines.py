"""Cells into values, and the doubts over cells and rows."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop.features.register.sheet_model import Line
from tests.features.register.workbook_maker import HEAD, HEADINGS, WIFE, codes_of, number, read, workbook

COUPLE = [
    ["甲村", "3716990000000001", "371699000000000101", "张试一", HEAD, "户主"],
    ["甲村", "3716990000000001", "371699000000000102", "李试二", WIFE, "配偶"],
]


def one(tmp_path: Path, heading: str, cell: object) -> tuple[Line, list[str]]:
    """A single person with one more column."""
    rows = [[*HEADINGS, heading], [*COUPLE[0], cell]]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    return lines[0], [doubt.code for doubt in reading.doubts]


def test_a_household_of_two(tmp_path: Path) -> None:
    lines, reading = read(workbook(tmp_path / "a.xlsx", [HEADINGS, *COUPLE]))
    assert reading.doubts == []
    assert (reading.people, reading.households) == (2, 1)
    assert lines[1] == Line(
        row=3,
        place={"village": "甲村"},
        household_no="3716990000000001",
        person_no="371699000000000102",
        household={},
        person={"name": "李试二", "id_number": WIFE, "relation": "R02", "sex": "2", "birth": "1953-04-05"},
        doubts=[],
        raw={},
        household_key="3716990000000001",
        repeats=True,
    )


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("首次识别时间", 202304, "2023-04"),
        ("首次识别时间", 20230412, "2023-04-12"),
        ("首次识别时间", "2023年4月", "2023-04"),
        ("首次识别时间", "2023-04-12", "2023-04-12"),
        ("首次识别时间", date(2023, 4, 12), "2023-04-12"),
        ("首次识别时间", datetime(2023, 4, 12, 8, 30), "2023-04-12"),
        ("首次识别时间", 45028, "2023-04-12"),
        ("首次识别时间", 2023, "2023"),
        ("首次识别时间", date(2453, 11, 19), "2023-04"),  # 202304 that somebody gave a date format
        ("人均纯收入", "12,345.6元", 1234560),
        ("人均纯收入", 0.1, 10),
        ("人均纯收入", 8000 / 3, 266667),
        ("耕地面积（亩）", "１.25", 125),
        ("耕地面积（亩）", "1.25亩", 125),
        ("是否危房户", "是", 1),
        ("是否危房户", "√", 1),
        ("是否危房户", 0, 0),
        ("是否危房户", "无", 0),
        ("户联系电话", 15820251498.0, "15820251498"),
        ("户联系电话", " 138-0000 0001\t", "13800000001"),
        ("人数", "3人", 3),
        ("人数", 4.0, 4),
        ("致贫原因", "因病", "C01"),
        ("其他备注", "/", "/"),
        ("其他备注", 5.0, "5"),
    ],
)
def test_values_of_a_household(tmp_path: Path, heading: str, cell: object, value: object) -> None:
    line, doubts = one(tmp_path, heading, cell)
    assert (list(line.household.values()), doubts, line.raw) == ([value], [], {})


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("健康状况", "残疾、长期慢性病", "health", "H02 H04"),
        ("健康状况", "健康", "health", "H01"),
        ("民族", "汉", "ethnic", "01"),
        ("性别", "男", "sex", "1"),
        ("出生日期", 195102, "birth", "1951-02"),
        ("务工时间（月）", 0, "work_months", 0),
    ],
)
def test_values_of_a_person(tmp_path: Path, heading: str, cell: object, field: str, value: object) -> None:
    line, doubts = one(tmp_path, heading, cell)
    assert (line.person[field], doubts) == (value, [])


@pytest.mark.parametrize("cell", ["", "/", "—", " - ", None])
@pytest.mark.parametrize(
    "heading", ["首次识别时间", "人均纯收入", "是否危房户", "户联系电话", "人数", "致贫原因", "耕地面积"]
)
def test_nothing_written_leaves_the_field_alone(tmp_path: Path, heading: str, cell: object) -> None:
    line, doubts = one(tmp_path, heading, cell)
    assert (line.household, doubts, line.raw) == ({}, [], {})


@pytest.mark.parametrize(
    ("heading", "cell", "code", "raw"),
    [
        ("首次识别时间", "2023-02-30", "date.impossible", {"household.identified": "2023-02-30"}),
        ("首次识别时间", 202313, "date.impossible", {"household.identified": "202313"}),
        ("人均纯收入", "1.2万", "amount.unreadable", {"household.per_capita_income": "1.2万"}),
        ("耕地面积", "3公顷", "amount.unreadable", {"household.farmland": "3公顷"}),
        ("是否危房户", "大概", "yesno.unknown", {"household.dangerous_house": "大概"}),
        ("人数", 2.5, "number.unreadable", {"household.stated_size": "2.5"}),
        ("致贫原因", "因懒", "code.unknown", {"household.cause": "因懒"}),
        ("健康状况", "残疾、强壮", "code.unknown", {"person.health": "残疾、强壮"}),
    ],
)
def test_what_cannot_be_taken_is_kept_as_text(
    tmp_path: Path, heading: str, cell: object, code: str, raw: dict[str, str]
) -> None:
    line, doubts = one(tmp_path, heading, cell)
    assert (line.household, doubts, line.raw) == ({}, [code], raw)
    doubt = line.doubts[0]
    assert (doubt.row, doubt.column, doubt.col_index) == (2, heading, 6)
    assert doubt.value == next(iter(raw.values()))


@pytest.mark.parametrize(
    ("heading", "cell", "code", "value"),
    [
        ("户联系电话", "0543-1234567", "phone.digits", "0543-1234567"),
        ("户联系电话", 1582025149.0, "phone.digits", "1582025149"),
        ("首次识别时间", "20250315", "date.future", "2025-03-15"),
    ],
)
def test_what_is_odd_is_kept_and_listed(
    tmp_path: Path, heading: str, cell: object, code: str, value: str
) -> None:
    line, doubts = one(tmp_path, heading, cell)
    assert (list(line.household.values()), doubts, line.raw) == ([value], [code], {})


@pytest.mark.parametrize(
    ("cell", "kept", "code"),
    [
        (f" '{HEAD[:6]} {HEAD[6:]}\t", HEAD, None),
        ("G" + HEAD, HEAD, None),
        ("37169919510203006x", "37169919510203006X", None),
        ("371699195102030060", "371699195102030060", "id.checksum"),
        (HEAD[:17], HEAD[:17], "id.length"),
        (HEAD[:16] + "?1", HEAD[:16] + "?1", "id.characters"),
        (number("37169919510230001"), number("37169919510230001"), "id.birthday"),
        (number("99169919510203001"), number("99169919510203001"), "id.region"),
        ("371699510203001", "371699510203001", "id.old15"),
        (HEAD + "43", HEAD + "43", None),
        (float(HEAD), None, "id.lost_digits"),
        ("3.71699E+17", None, "id.lost_digits"),
        ("无", None, None),
    ],
)
def test_id_numbers(tmp_path: Path, cell: object, kept: str | None, code: str | None) -> None:
    row = [*COUPLE[0][:4], cell, "户主"]
    lines, reading = read(workbook(tmp_path / "a.xlsx", [HEADINGS, row]))
    assert lines[0].person.get("id_number") == kept
    assert [doubt.code for doubt in reading.doubts] == ([code] if code else [])
    assert (lines[0].raw != {}) == (code == "id.lost_digits")
    assert ("sex" in lines[0].person) == (kept is not None and code is None)


def test_only_cards_are_checked_as_cards(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "证件类型"], *([*row[:4], "鲁000123", row[5], "户口簿"] for row in COUPLE)]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert reading.doubts == []
    assert [line.person["id_number"] for line in lines] == ["鲁000123"] * 2


@pytest.mark.parametrize(("cell", "kept"), [(4135.0, "4135"), (" Ａ-7 ", "A-7"), (3716990000000001.0, "")])
def test_numbers_that_arrive_as_numbers(tmp_path: Path, cell: object, kept: str) -> None:
    rows = [HEADINGS, ["甲村", cell, None, "张试一", HEAD, "户主"]]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert lines[0].household_no == kept
    assert [doubt.code for doubt in reading.doubts] == ([] if kept else ["number.lost_digits"])


@pytest.mark.parametrize(
    ("written", "name"),
    [("张　三", "张三"), ("阿卜杜•热合曼", "阿卜杜·热合曼"), ("Li Wei", "Li Wei"), ("李㛃", "李㛃")],
)
def test_names_without_padding(tmp_path: Path, written: str, name: str) -> None:
    lines, _ = read(workbook(tmp_path / "a.xlsx", [HEADINGS, [*COUPLE[0][:3], written, HEAD, "户主"]]))
    assert lines[0].person["name"] == name


def test_totals_signatures_and_repeated_headings_are_left_out(tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        COUPLE[0],
        [],
        HEADINGS,
        COUPLE[1],
        ["合 计", 2],
        ["填表人：张某", None, None, "审核人：李某"],
    ]
    rows += [
        [None, None, None, "合计"],
        ["1", None, "审核人："],
        ["甲村", "3716990000000009", "9", None, None, "配偶"],
    ]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert [line.row for line in lines] == [2, 5]
    assert reading.skipped == [4, 6, 7, 8, 9, 10]
    assert codes_of(reading) == [(10, "姓名", "row.no_name")]


def test_merged_villages_and_households_reach_down(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    for row in [HEADINGS, *COUPLE, ["乙村", "3716990000000002", "1", "王试三", None, "户主"]]:
        page.append(row)
    page.merge_cells("A2:A3")
    page.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    lines, reading = read(tmp_path / "a.xlsx")
    assert [line.place["village"] for line in lines] == ["甲村", "甲村", "乙村"]
    assert [line.household_key for line in lines][:2] == ["3716990000000001"] * 2
    assert reading.doubts == []


def test_without_numbers_a_head_begins_a_household(tmp_path: Path) -> None:
    rows = [
        ["村", "姓名", "与户主关系"],
        ["甲村", "张一", "户主"],
        ["甲村", "张二", "配偶"],
        ["甲村", "李一", "户主"],
    ]
    rows += [["", "李二", "之子"], ["乙村", "王一", "之子"], ["乙村", "王二", "户主"]]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    keys = [line.household_key for line in lines]
    assert keys == ["row:2", "row:2", "row:4", "row:4", "row:6", "row:7"]
    assert codes_of(reading) == [(6, "与户主关系", "household.no_head")]


def test_own_numbers_begin_again_in_every_village(tmp_path: Path) -> None:
    rows = [
        ["村", "户编号", "人编号", "姓名"],
        ["甲村", 1, 1, "张一"],
        ["甲村", 1, 2, "张二"],
        ["乙村", 1, 1, "李一"],
    ]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert [line.household_key for line in lines] == ["/甲村/1", "/甲村/1", "/乙村/1"]
    assert reading.doubts == []


def test_own_numbers_begin_again_in_the_village_of_that_name_of_the_next_township(tmp_path: Path) -> None:
    rows = [["乡镇", "村", "户编号", "姓名"], ["甲镇", "东关村", 1, "张一"], ["乙镇", "东关村", 1, "李一"]]
    lines, _ = read(workbook(tmp_path / "a.xlsx", rows))
    assert [line.household_key for line in lines] == ["甲镇/东关村/1", "乙镇/东关村/1"]


def test_a_household_with_two_heads(tmp_path: Path) -> None:
    rows = [HEADINGS, COUPLE[0], [*COUPLE[1][:5], "户主"]]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert codes_of(reading) == [(3, "与户主关系", "household.two_heads")]
    assert ("relation" in lines[1].person, lines[1].raw) == (False, {"person.relation": "户主"})


def test_rows_of_a_household_that_differ(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "住址", "危房户"], [*COUPLE[0], None, "否"], [*COUPLE[1], "一组 3 号", "是"]]
    rows[2][0] = "乙村"
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert codes_of(reading) == [(3, "行政村", "household.differs"), (3, "危房户", "household.differs")]
    assert [doubt.value for doubt in reading.doubts] == ["乙村", "是"]
    assert lines[1].household == {"address": "一组 3 号"}
    assert lines[1].place["village"] == "甲村"


def test_a_number_that_stands_twice(tmp_path: Path) -> None:
    rows = [HEADINGS, *COUPLE, ["甲村", "3716990000000002", COUPLE[0][2], "王试三", HEAD, "户主"]]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert codes_of(reading) == [(4, "证件号码", "id.duplicate"), (4, "人编号", "person_no.duplicate")]
    assert lines[2].person == {"name": "王试三", "relation": "R01"}
    assert lines[2].person_no == ""
    assert lines[2].raw == {"person.id_number": HEAD, "place.person_no": COUPLE[0][2]}


def test_a_row_that_was_pasted_twice(tmp_path: Path) -> None:
    lines, reading = read(workbook(tmp_path / "a.xlsx", [HEADINGS, *COUPLE, COUPLE[1], COUPLE[0]]))
    assert [line.row for line in lines] == [2, 3]
    assert codes_of(reading) == [(4, "姓名", "row.repeated"), (5, "姓名", "row.repeated")]


def test_an_id_number_against_its_neighbours(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "性别", "出生日期"], [*COUPLE[0], "女", "19510203"], [*COUPLE[1], "女", "1954-04-05"]]
    lines, reading = read(workbook(tmp_path / "a.xlsx", rows))
    assert codes_of(reading) == [(2, "性别", "id.sex"), (3, "出生日期", "id.birth")]
    assert (lines[0].person["sex"], lines[1].person["birth"]) == ("2", "1954-04-05")
