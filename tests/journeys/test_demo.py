"""The sample office of `make run`: built once, told again, every product where it says."""

import json
from pathlib import Path

import openpyxl

from tests import pdf_reading
from tests.journeys.command import Desk


def test_the_sample_office_is_built_once_and_its_products_lie_where_it_says(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "yipaiyice")
    folder = tmp_path / "demo"
    first = desk.run("demo", folder)
    assert first.status == 0, first.err
    summary = first.json
    for name in summary["products"].values():
        assert (folder / name).exists(), name
    assert summary["outcome"] == "applied"
    assert summary["printed"]["handbooks.pdf"]["households"] >= 755
    assert (
        pdf_reading.page_count(folder / "products/handbooks.pdf")
        == summary["printed"]["handbooks.pdf"]["pages"]
    )
    report = openpyxl.load_workbook(folder / "products/monitored-report.xlsx").worksheets[0]
    assert any(c.comment for row in report.iter_rows() for c in row)

    made = (folder / "office.db").stat().st_ino
    again = desk.run("demo", folder)
    assert json.loads(json.dumps(again.json)) == summary
    assert (folder / "office.db").stat().st_ino == made
    opened = desk.run("print", "plaque", folder, tmp_path / "one.pdf", "--village", "蔡园董村")
    assert opened.json["households"] == 25


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/letter.txt").write_text("家书", encoding="utf-8")
    done = Desk(tmp_path).run("demo", tmp_path / "demo")
    assert done.status == 1
    assert done.json["error"] == "demo.not_empty"
    assert [p.name for p in (tmp_path / "demo").iterdir()] == ["letter.txt"]
