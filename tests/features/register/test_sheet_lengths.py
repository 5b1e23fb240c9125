"""Cells that the register cannot hold stay beside it, as they were found; those that just fit are read."""

from pathlib import Path

import pytest

from tests.features.register.test_sheet_lines import one
from tests.features.register.workbook_maker import HEAD, HEADINGS, read, workbook


@pytest.mark.parametrize(
    ("heading", "name", "most"),
    [("住址", "address", 500), ("其他备注", "note", 5_000), ("信息采集人", "collector", 500)],
)
def test_a_text_of_the_household(tmp_path: Path, heading: str, name: str, most: int) -> None:
    line, codes = one(tmp_path, heading, "长" * most)
    assert (line.household[name], codes) == ("长" * most, [])
    line, codes = one(tmp_path, heading, "长" * (most + 1))
    assert (line.household.get(name), codes) == (None, ["text.long"])
    assert line.raw[f"household.{name}"] == "长" * (most + 1)


@pytest.mark.parametrize(
    ("at", "good", "code"),
    [
        (0, "村" * 80, "text.long"),
        (1, "9" * 200, "text.long"),
        (3, "长" * 60, "name.long"),
        (4, "9" * 40, "text.long"),
    ],
)
def test_what_names_a_person_and_a_place(tmp_path: Path, at: int, good: str, code: str) -> None:
    row = ["甲村", "3716990000000001", "371699000000000101", "张试一", HEAD, "户主"]
    for cell, is_long in ((good, False), (good + good[0], True)):
        row[at] = cell
        _, reading = read(workbook(tmp_path / "a.xlsx", [HEADINGS, row]))
        assert (code in [d.code for d in reading.doubts]) == is_long


def test_a_name_that_is_too_long_is_cut_and_named(tmp_path: Path) -> None:
    row = ["甲村", "3716990000000001", "371699000000000101", "长名" * 200, HEAD, "户主"]
    (line,), reading = read(workbook(tmp_path / "a.xlsx", [HEADINGS, row]))
    assert line.person["name"] == "长名" * 30
    assert [d.code for d in reading.doubts] == ["name.long"]
