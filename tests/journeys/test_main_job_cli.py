"""The clerk's morning by command line alone: the list comes in, papers go out, the county reads the stick."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from desktop.sample import people, workbooks
from tests import pdf_reading
from tests.journeys.command import Desk, Done

HOUSEHOLDS, PEOPLE = 120, 234


@dataclass
class Morning:
    """Two desks and a stick, the township's list read in once for the whole module."""

    township: Desk
    county: Desk
    office: Path
    county_office: Path
    stick: Path
    workbook: Path
    imported: Done
    dirty: list[workbooks.Dirty]


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    folder = tmp_path_factory.mktemp("morning")
    township, county = Desk(folder / "township"), Desk(folder / "county")
    office, county_office = folder / "township/office", folder / "county/office"
    stick = folder / "stick"
    stick.mkdir()
    workbook = folder / "list.xlsx"
    sample = people.township(households=HOUSEHOLDS, people=PEOPLE)
    dirty = workbooks.write_layout1(workbook, sample, troubles=True)
    made = township.run(
        "init", office, "--office", "371602012000", "--name", "里则街道", "--level", "township"
    )
    assert made.status == 0, made.err
    assert len(made.json["recovery_code"].replace("-", "")) == 32
    other = county.run(
        "init", county_office, "--office", "371602000000", "--name", "滨城区", "--level", "county"
    )
    assert other.status == 0, other.err
    imported = township.run("import", office, workbook, "--report", folder / "report.xlsx")
    assert imported.status == 0, imported.err
    yield Morning(township, county, office, county_office, stick, workbook, imported, dirty)
    shutil.rmtree(folder, ignore_errors=True)


def test_the_import_counts_and_lists_every_dirty_cell(morning: Morning) -> None:
    result = morning.imported.json
    assert result["households"]["new"] + result["left_out"] >= HOUSEHOLDS - 1
    assert result["people"]["new"] > PEOPLE - 6
    assert {"unchanged", "changed", "absent", "new"} <= set(result["people"])
    listed = {(d["row"], d["column"]) for d in result["doubtful"]}
    expected = {(d.row, d.column) for d in morning.dirty if not d.harmless and d.column != "行政村"}
    assert expected <= listed
    for doubt in result["doubtful"]:
        assert doubt["problem"]
        assert doubt["row"] > 1
    assert len(result["new_villages"]) == 1


def test_the_report_is_the_office_own_workbook_with_coloured_commented_cells(morning: Morning) -> None:
    report = openpyxl.load_workbook(morning.workbook.with_name("report.xlsx"))
    sheet = report.worksheets[0]
    original = openpyxl.load_workbook(morning.workbook).worksheets[0]
    assert sheet.max_row == original.max_row
    headings = {str(c.value).strip(): c.column for c in sheet[1]}
    for doubt in morning.imported.json["doubtful"]:
        cell = sheet.cell(doubt["row"], headings[doubt["column"]])
        assert cell.comment is not None
        assert cell.fill.fill_type == "solid"


def test_reading_the_same_file_again_changes_nothing(morning: Morning) -> None:
    again = morning.township.run("import", morning.office, morning.workbook)
    assert again.status == 0
    for counted in ("households", "people"):
        counts = again.json[counted]
        assert (counts["new"], counts["changed"], counts["absent"]) == (0, 0, 0)
        assert counts["unchanged"] == morning.imported.json[counted]["new"]


def test_a_dry_run_writes_nothing(morning: Morning, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    office = tmp_path / "office"
    desk.run("init", office, "--office", "371602012000", "--name", "里则街道", "--level", "township")
    first = desk.run("import", office, morning.workbook, "--dry-run")
    second = desk.run("import", office, morning.workbook, "--dry-run")
    assert first.json == second.json
    assert first.json["people"]["new"] > 0


def test_handbooks_and_plaques_are_printed_and_hold_what_the_list_said(
    morning: Morning, tmp_path: Path
) -> None:
    out = tmp_path / "books.pdf"
    village = "蔡园董村"
    printed = morning.township.run("print", "handbook", morning.office, out, "--village", village)
    assert printed.status == 0, printed.err
    result = printed.json
    assert 0 < result["households"] < HOUSEHOLDS
    assert result["pages"] == 8 * result["households"]
    text = pdf_reading.text(out)
    for heading in ("家庭情况", "家庭成员", "帮扶责任人", "走访记录", "填写说明"):
        assert heading in text
    assert village in text
    plaques = morning.township.run("print", "plaque", morning.office, tmp_path / "plaques.pdf")
    assert plaques.json["households"] == morning.imported.json["households"]["new"]
    assert plaques.json["pages"] == plaques.json["households"]


def test_one_household_by_its_number_and_by_the_lists_number(morning: Morning, tmp_path: Path) -> None:
    first = openpyxl.load_workbook(morning.workbook).worksheets[0]
    headings = {c.value: c.column for c in first[1]}
    number = first.cell(2, headings["户编号"]).value
    printed = morning.township.run(
        "print", "handbook", morning.office, tmp_path / "one.pdf", "--household", number
    )
    assert printed.status == 0, printed.err
    assert printed.json["households"] == 1


def test_the_county_reads_what_the_township_wrote(morning: Morning) -> None:
    township, county, stick = morning.township, morning.county, morning.stick
    asked = township.run("bundle", "enrol", morning.office, stick)
    assert asked.json["step"] == "requested"
    refused = county.run("bundle", "enrol", morning.county_office, stick, "--confirm", "111122223333")
    assert refused.status == 1
    assert refused.json["fingerprint"] != asked.json["fingerprint"]
    answered = county.run(
        "bundle", "enrol", morning.county_office, stick, "--confirm", asked.json["fingerprint"]
    )
    assert answered.json["step"] == "answered"
    taken = township.run("bundle", "enrol", morning.office, stick, "--confirm", answered.json["fingerprint"])
    assert taken.json["step"] == "enrolled"

    written = township.run("bundle", "write", morning.office, stick)
    assert written.status == 0, written.err
    read = county.run("bundle", "read", morning.county_office, stick)
    assert read.json["outcome"] == "applied"
    assert read.json["rows"]["person"] == morning.imported.json["people"]["new"]
    again = county.run("bundle", "read", morning.county_office, stick)
    assert (again.status, again.json["outcome"], again.json["entries"]) == (0, "nothing_new", 0)
    ours = township.run("print", "handbook", morning.office, stick / "a.pdf")
    theirs = county.run("print", "handbook", morning.county_office, stick / "b.pdf")
    assert ours.json == theirs.json

    bundle = Path(written.json["path"])
    back = township.run("bundle", "read", morning.office, bundle)
    assert (back.status, back.json["outcome"]) == (1, "not_for_us")
    bundle.write_bytes(bundle.read_bytes()[:-1])
    damaged = county.run("bundle", "read", morning.county_office, bundle)
    assert (damaged.status, damaged.json["outcome"]) == (1, "damaged")
    assert damaged.err.strip()


def test_troubles_are_one_sentence_and_status_one(morning: Morning, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("不对", encoding="utf-8")
    nothing = tmp_path / "nothing"
    text = tmp_path / "text.xlsx"
    text.write_text("这不是工作簿", encoding="utf-8")
    cases = [
        morning.township.run("import", morning.office, morning.workbook, password=wrong),
        morning.township.run("import", nothing, morning.workbook),
        morning.township.run("import", morning.office, tmp_path / "missing.xlsx"),
        morning.township.run("import", morning.office, text),
        morning.township.run("print", "handbook", morning.office, nothing / "x.pdf"),
        morning.township.run(
            "print", "handbook", morning.office, tmp_path / "x.pdf", "--village", "没有的村"
        ),
        morning.township.run("bundle", "read", morning.office, nothing),
        morning.township.run(
            "init", morning.office, "--office", "371602012000", "--name", "甲", "--level", "township"
        ),
        morning.township.run("init", nothing, "--office", "3716", "--name", "甲", "--level", "township"),
    ]
    for done in cases:
        assert done.status == 1
        assert len(done.err.strip().splitlines()) == 1
        assert done.json["error"] != "bug"
    assert not nothing.exists()


def test_wrong_usage_is_status_two(morning: Morning) -> None:
    assert morning.township.run("import").status == 2
    assert morning.township.run("print", "poster", morning.office, "x.pdf").status == 2


def test_nothing_readable_lies_in_the_data_folder(morning: Morning) -> None:
    """Names and id numbers of the list are in no file that the program wrote there."""
    sheet = openpyxl.load_workbook(morning.workbook).worksheets[0]
    headings = {c.value: c.column for c in sheet[1]}
    canaries = [
        str(sheet.cell(row, headings[title]).value).encode(form)
        for row in (2, 3)
        for title in ("姓名", "证件号码")
        for form in ("utf-8", "utf-16-le", "gb18030")
    ]
    files = [p for p in morning.office.rglob("*") if p.is_file()]
    assert len(files) > 3
    for path in files:
        content = path.read_bytes()
        assert not any(c in content for c in canaries), path.name
        assert not content.startswith(b"SQLite format 3"), path.name


@pytest.mark.skipif(sys.platform == "win32", reason="counts on fork-free locks of this system")
def test_a_second_copy_on_the_same_data_is_refused(morning: Morning) -> None:
    from desktop.core import lock
    from desktop.core.paths import Paths

    with lock.take(Paths(morning.office).lock):
        done = morning.township.run("print", "plaque", morning.office, morning.stick / "x.pdf")
    assert done.status == 1
    assert done.json["error"] == "lock.taken"
