"""The same list as another kind of file does the same."""

import csv
import shutil
from pathlib import Path

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.excel.reader import as_text
from desktop.sample import people, workbooks
from tests.features.register.lists import own_list, plan_of, read_in, rows_of, said

Office = tuple[Database, Actor]
DATA = Path(__file__).parents[2] / "data"


def as_csv(source: Path, target: Path, encoding: str) -> Path:
    with target.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([as_text(cell) for cell in row] for row in rows_of(source))
    return target


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_a_csv_says_the_same_as_its_workbook(
    filled: Office, layout1: Path, tmp_path: Path, encoding: str
) -> None:
    plan = plan_of(filled, as_csv(layout1, tmp_path / "a.csv", encoding))
    assert (plan.is_empty, plan.people.unchanged, plan.doubts) == (True, 1479, [])


def test_a_spoilt_csv_has_the_same_doubts(township: Office, tmp_path: Path) -> None:
    workbooks.write_layout1(tmp_path / "a.xlsx", people.township(), troubles=True)
    as_csv(tmp_path / "a.xlsx", tmp_path / "b.csv", "gb18030")
    plans = [plan_of(township, tmp_path / name) for name in ("a.xlsx", "b.csv")]
    assert said(plans[0]) == said(plans[1])
    assert plans[0].people == plans[1].people


@pytest.mark.parametrize("name", ["a.xls", "a.et"])
def test_an_old_workbook_is_read_in(township: Office, tmp_path: Path, name: str) -> None:
    shutil.copy(DATA / "layout1.xls", tmp_path / name)
    plan, _ = read_in(township, tmp_path / name)
    assert plan.people.new > 0
    again = plan_of(
        township,
        own_list(tmp_path / "b.xlsx", *rows_of(tmp_path / name)[1:], headings=rows_of(tmp_path / name)[0]),
    )
    assert (again.is_empty, again.people.unchanged) == (True, plan.people.new)


def test_a_workbook_with_a_password_is_trouble_with_a_way_out(township: Office) -> None:
    with pytest.raises(Trouble) as trouble:
        plan_of(township, DATA / "password.xlsx")
    assert trouble.value.code == "excel.password"
