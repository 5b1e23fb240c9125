"""From the county to the township by real bundle files: the form offers it, the import takes it, papers call it so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.core.db.undo import undo
from desktop.core.errors import Refused
from desktop.features.handbook import store as handbook
from desktop.features.register import api as register
from desktop.features.standards import api as standards
from desktop.features.standards.tables import CodeEditRow, SpecialDayRow, StandardRow
from desktop.features.sync import api as sync
from desktop.features.visits import api as visits
from tests.features.register.workbook_maker import workbook
from tests.features.sync.exchange_maker import VILLAGE, Author, Office, bring, bundle, enrol, make, sends_down
from tests.office_maker import add_household

LIST = "monitor_class"
Pair = tuple[Office, Office]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def offices(tmp_path: Path, stick: Path) -> Any:
    town, county = make(tmp_path, "township"), make(tmp_path, "county")
    enrol(town, county, stick)
    yield town, county
    town.db.close()
    county.db.close()


def do(office: Office, action: Callable[..., Any], *args: Any) -> bytes:
    with office.db.unit(office.actor, "试验") as unit:
        action(unit, *args)
        return unit.action_key


def offered(office: Office) -> list[str]:
    with office.db.reader(office.actor) as reader:
        return [e.code for e in standards.lists(reader)(LIST).entries]


def household(office: Office, row: bytes) -> register.Household:
    with office.db.reader(office.actor) as reader:
        (found,) = register.households(reader, [row])
    return found


def shown(office: Office, row: bytes) -> str:
    found = household(office, row)
    field = register.HOUSEHOLD["monitor_class"]
    return register.shown(field, found.facts.get("monitor_class"), found.lists)


def change(office: Office, row: bytes, **values: Any) -> None:
    do(office, register.change_household, row, values)


def test_a_new_code_goes_down_and_is_used(offices: Pair, stick: Path) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-01-01")
    assert offered(town) == ["M01", "M02", "M03"]
    taken = sends_down(county, town, stick)
    assert (taken.outcome, taken.quarantined, taken.rows["code_edit"]) == ("applied", 0, 1)
    assert offered(town) == ["M01", "M02", "M03", "M04"]
    change(town, home, monitor_class="M04")
    assert shown(town, home) == "因灾困难户"
    with town.db.reader(town.actor) as reader:
        (book,) = handbook.books(reader, [home])
        assert register.household_lines(reader, [home])[0].lists(LIST).name("M04") == "因灾困难户"
    assert book.monitor_class == "因灾困难户"
    for office in offices:
        found = sync.rebuild_rows(office.db, office.actor)
        assert (found.rows > 3, found.differences) == (True, {})


def test_an_ended_code_is_not_given_anew_and_old_ones_still_show(offices: Pair, stick: Path) -> None:
    town, county = offices
    old, new = (add_household(town.db, town.actor, name) for name in ("何小满", "苏禾"))
    change(town, old, monitor_class="M03")
    do(county, standards.rename_code, LIST, "M03", "突发困难户", "2027-01-01")
    do(county, standards.end_code, LIST, "M03", "2027-03-13")  # the office's today is the day after
    sends_down(county, town, stick)
    assert offered(town) == ["M01", "M02"]
    with pytest.raises(Refused, match="“突发困难户”已停用或尚未启用，请另选一项"):
        change(town, new, monitor_class="M03")
    change(town, old, address="东街 3 号")  # who has it keeps it
    assert shown(town, old) == "突发困难户"


def test_taken_back_above_it_is_taken_back_below(offices: Pair, stick: Path) -> None:
    town, county = offices
    added = do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-01-01")
    sends_down(county, town, stick)
    do(county, undo, added)
    sends_down(county, town, stick)
    assert offered(town) == offered(county) == ["M01", "M02", "M03"]


def test_the_import_takes_a_new_code_and_doubts_an_ended_one(
    offices: Pair, stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-01-01")
    do(county, standards.end_code, LIST, "M02", "2027-01-31")
    sends_down(county, town, stick)
    rows = [
        ["行政村", "户编号", "姓名", "与户主关系", "监测对象类别"],
        ["蔡园董村", "1", "何小满", "户主", "因灾困难户"],
        ["蔡园董村", "2", "苏禾", "户主", "边缘易致贫户"],
        ["蔡园董村", "3", "安南", "户主", "没有这一类"],
    ]
    with town.db.reader(town.actor) as reader:
        plan = register.read_workbook(reader, workbook(tmp_path / "a.xlsx", rows)).plan
    doubts = {d.row: d.problem for d in plan.doubts if d.column == "监测对象类别"}
    assert [h.facts.get("monitor_class") for h in plan.new_households] == ["M04", "M02", None]
    assert sorted(doubts) == [3, 4]
    assert "已停用或尚未启用，已按原样保留" in doubts[3]


def test_standards_and_days_go_down(offices: Pair, stick: Path) -> None:
    town, county = offices
    do(county, standards.set_standard, "monitor_line", 2027, 900_000, "鲁乡振发〔2027〕3号")
    do(county, standards.set_day, "2027-10-04", False, "国庆节")
    sends_down(county, town, stick)
    with town.db.reader(town.actor) as reader:
        line = standards.standard(reader, "monitor_line", 2027, VILLAGE)
        (day,) = standards.days(reader)
    assert line is not None
    assert (line.value, line.said_by, line.source) == (900_000, "371602000000", "鲁乡振发〔2027〕3号")
    assert (day.day, day.is_worked, day.note) == ("2027-10-04", False, "国庆节")


def test_how_often_to_visit_is_the_countys_word(offices: Pair, stick: Path) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    draft = visits.VisitDraft(home, "2027-02-01", "home", "李伟", "屋顶东角漏雨，已经拍了照片")

    def left(year: int = 2027) -> list[bytes]:
        with town.db.reader(town.actor) as reader:
            return visits.not_visited(reader, year, 1)

    do(town, visits.record_visit, draft)
    assert left() == []
    do(county, standards.set_standard, standards.VISITS, 2027, 2)
    sends_down(county, town, stick)
    assert left() == [home]
    with town.db.reader(town.actor) as reader:
        (due,) = visits.due(reader, date(2027, 3, 14))
    assert due.what == "本季度还有 1 户上门走访不到 2 次（共 1 户）"
    do(town, visits.record_visit, replace(draft, day="2027-03-01", findings="屋顶补好了，老人说不漏了"))
    assert left() == []


def test_the_nearest_office_has_the_last_word(tmp_path: Path, stick: Path) -> None:
    city, county, town = (make(tmp_path, level) for level in ("city", "county", "township"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    for office, value in ((city, 880_000), (county, 900_000)):
        do(office, standards.set_standard, "monitor_line", 2027, value)
        do(office, standards.set_day, "2027-10-04", office is city)
    do(city, standards.add_code, LIST, "M05", "全市统一的", "2027-01-01")
    sends_down(city, county, stick)
    sends_down(county, town, stick)
    for office, value, is_worked in ((city, 880_000, True), (county, 900_000, False), (town, 900_000, False)):
        with office.db.reader(office.actor) as reader:
            line = standards.standard(reader, "monitor_line", 2027)
            (day,) = standards.days(reader)
        assert line is not None
        assert (line.value, day.is_worked) == (value, is_worked)
        assert offered(office)[-1] == "M05"
    for office in (city, county, town):
        office.db.close()


BODIES = {
    CodeEditRow.__table_no__: {2: LIST, 3: "M04", 4: "add", 5: "自己加的", 6: "2027-01-01"},
    StandardRow.__table_no__: {2: "poverty_line", 3: 2027, 4: 1},
    SpecialDayRow.__table_no__: {2: "2027-10-04", 3: False},
}


@pytest.mark.parametrize("table", BODIES)
def test_a_township_that_forges_one_is_set_aside(offices: Pair, stick: Path, table: int) -> None:
    """Its program refuses; whoever has its keys and another program gets no further."""
    town, county = offices
    author = Author(town, "371602012000", "broadcast")
    author.says("C", table, BODIES[table])
    taken = county.reads(bundle(stick, town, county, bring(town), author.segment()))
    assert taken.outcome == "not_trusted"
    with county.db.reader(county.actor) as reader:
        assert [s.sentence for s in sync.set_aside(reader)] == ["对方的级别不能改统一的代码表"]
    twin = Author(county, "371602000000", "broadcast")
    twin.says("C", table, BODIES[table])
    assert town.reads(bundle(stick, county, town, bring(county), twin.segment())).outcome == "applied"
