"""What a county lays down: rights, refusals in sentences, standards by year, days, undo."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.standards import api as standards
from desktop.features.standards import store
from tests.core.db.log_reading import differences, dump
from tests.office_maker import make_office

Office = tuple[Database, Actor]
LIST = "monitor_class"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Office]:
    db, actor = make_office(tmp_path, "county")
    yield db, actor
    db.close()


def do(office: Office, action: Callable[..., Any], *args: Any) -> bytes:
    db, actor = office
    with db.unit(actor, "试验") as unit:
        action(unit, *args)
        return unit.action_key


def offered(office: Office, name: str = LIST, day: str = "") -> dict[str, str]:
    with office[0].reader(office[1]) as reader:
        found = standards.lists(reader)
        found = found.on(day) if day else found
        return {e.code: e.name for e in found(name).entries}


def refused(office: Office, action: Callable[..., Any], *args: Any) -> str:
    before = dump(office[0])
    with pytest.raises(Refused) as caught:
        do(office, action, *args)
    assert differences(before, dump(office[0])) == []
    return caught.value.problems[0].sentence


def test_add_rename_end_and_take_back(county: Office) -> None:
    added = do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-01-01", "滨政发〔2027〕1号")
    assert offered(county)["M04"] == "因灾困难户"
    do(county, standards.rename_code, LIST, "M04", "受灾困难户", "2027-02-01")
    assert offered(county)["M04"] == "受灾困难户"
    assert offered(county, day="2027-01-15")["M04"] == "因灾困难户"
    ended = do(county, standards.end_code, LIST, "M04", "2027-03-01")
    assert "M04" not in offered(county)
    do(county, undo, ended)
    assert offered(county)["M04"] == "受灾困难户"
    do(county, undo, added)
    assert "M04" not in offered(county)


@pytest.mark.parametrize(
    ("action", "args", "sentence"),
    [
        (
            standards.add_code,
            (LIST, "M01", "别的意思", "2027-01-01"),
            "已经表示“脱贫不稳定户”，一个代码的含义不能改",
        ),
        (standards.add_code, (LIST, "m01", "别的意思", "2027-01-01"), "代码 M01 已经表示"),
        (standards.add_code, (LIST, "M05", "脱贫不稳定户", "2027-01-01"), "“脱贫不稳定户”已有代码 M01"),
        (standards.add_code, (LIST, "M 5", "新", "2027-01-01"), "代码请用 1 到 12 个字母或数字"),
        (standards.add_code, (LIST, "M05", " ", "2027-01-01"), "请填写名称"),
        (standards.add_code, (LIST, "M05", "长" * 41, "2027-01-01"), "名称请写在 40 个字以内"),
        (standards.add_code, (LIST, "M05", "新", "2027-02-30"), "请填写日期"),
        (standards.add_code, (LIST, "M05", "新", ""), "请填写日期"),
        (standards.add_code, ("gbt2261_1_sex", "3", "新", "2027-01-01"), "这张代码表不能在这里改"),
        (standards.rename_code, (LIST, "M09", "新", "2027-01-01"), "没有这个代码"),
        (standards.rename_code, (LIST, "M01", "脱贫不稳定户", "2027-01-01"), "名称没有变化"),
        (standards.rename_code, (LIST, "M01", "边缘易致贫户", "2027-01-01"), "“边缘易致贫户”已有代码 M02"),
        (standards.end_code, ("jdlk_relation", "R01", "2027-01-01"), "程序要靠这个代码认人，不能停用"),
        (standards.end_code, (LIST, "M09", "2027-01-01"), "没有这个代码"),
        (standards.set_standard, ("poverty_line", None, 100), "年度请填"),
        (standards.set_standard, ("poverty_line", 2027, None), "请填写数额，单位是元"),
        (standards.set_standard, ("visits_a_quarter", 2027, 91), "请填写数额，单位是次"),
        (standards.set_standard, ("no_such", 2027, 1), "请选择是哪一项标准"),
        (standards.set_day, ("2027-13-01", False), "请填写日期"),
        (standards.set_day, ("2027-01-01", False, "长" * 31), "说明请写在 30 个字以内"),
        (standards.drop_day, ("2027-01-01",), "上级单位规定的"),
    ],
)
def test_what_cannot_be_laid_down(
    county: Office, action: Callable[..., Any], args: tuple[Any, ...], sentence: str
) -> None:
    assert sentence in refused(county, action, *args)


def test_a_code_that_ended_never_comes_back(county: Office) -> None:
    do(county, standards.end_code, LIST, "M03", "2027-03-01")
    said = "代码 M03 表示过“突发严重困难户”，已经停用；停用的代码不再启用"
    assert said in refused(county, standards.add_code, LIST, "M03", "新的意思", "2028-01-01")
    assert "已定于 2027-03-01 停用" in refused(county, standards.end_code, LIST, "M03", "2027-05-01")
    assert "不能再改名" in refused(county, standards.rename_code, LIST, "M03", "新名", "2028-01-01")


def test_one_that_was_taken_back_comes_again_for_the_same_thing_only(county: Office) -> None:
    do(county, undo, do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-01-01"))
    assert "含义不能改" in refused(county, standards.add_code, LIST, "M04", "重病户", "2027-01-01")
    do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-02-01")
    assert offered(county)["M04"] == "因灾困难户"


def test_a_township_may_only_look(township: Office) -> None:
    for action, args in (
        (standards.add_code, (LIST, "M04", "因灾困难户", "2027-01-01")),
        (standards.rename_code, (LIST, "M01", "新名", "2027-01-01")),
        (standards.end_code, (LIST, "M01", "2027-01-01")),
        (standards.set_standard, ("poverty_line", 2027, 500_000)),
        (standards.drop_standard, ("poverty_line", 2027)),
        (standards.set_day, ("2027-01-01", False)),
        (standards.drop_day, ("2027-01-01",)),
    ):
        said = "由县级及以上单位统一规定，本单位只能查看；要增改请报县级"
        assert said in refused(township, action, *args)


def test_a_clerk_of_the_county_needs_the_right(county: Office) -> None:
    db, admin = county
    clerk = replace(admin, rights=admin.rights - {"lists.change"})
    assert "没有这项权限" in refused((db, clerk), standards.set_day, "2027-01-01", False)
    key = do(county, standards.set_day, "2027-01-01", False)
    with pytest.raises(Refused):
        do((db, clerk), undo, key)


def line(office: Office, kind: str, year: int, region: str = "") -> tuple[int, int, bool] | None:
    with office[0].reader(office[1]) as reader:
        found = standards.standard(reader, kind, year, region)
    return (found.year, found.value, found.is_unverified) if found else None


def test_standards_by_year(county: Office) -> None:
    assert line(county, "poverty_line", 2027) == (2020, 400_000, True)
    assert line(county, "monitor_line", 2027) is None
    do(county, standards.set_standard, "monitor_line", 2026, 880_000, "鲁乡振发〔2026〕3号")
    do(county, standards.set_standard, "monitor_line", 2027, 900_000)
    assert [line(county, "monitor_line", y) for y in (2025, 2026, 2027, 2029)] == [
        None,
        (2026, 880_000, False),
        (2027, 900_000, False),
        (2027, 900_000, False),
    ]
    do(county, standards.set_standard, "monitor_line", 2027, 910_000)  # put right, not a second one
    with county[0].reader(county[1]) as reader:
        assert [(s.year, s.value) for s in standards.standards(reader)] == [(2027, 910_000), (2026, 880_000)]
    key = do(county, standards.drop_standard, "monitor_line", 2027)
    assert line(county, "monitor_line", 2027) == (2026, 880_000, False)
    do(county, undo, key)
    assert line(county, "monitor_line", 2027) == (2027, 910_000, False)


def test_days(county: Office) -> None:
    monday, sunday = date(2027, 10, 4), date(2027, 10, 10)
    do(county, standards.set_day, monday.isoformat(), False, "国庆调休")
    do(county, standards.set_day, sunday.isoformat(), True, "国庆调休上班")
    with county[0].reader(county[1]) as reader:
        known = standards.calendar(reader)
    assert (known.is_workday(monday), known.is_workday(sunday)) == (False, True)
    assert known.after(date(2027, 10, 1), 2) == date(2027, 10, 6)
    do(county, standards.set_day, monday.isoformat(), True)
    do(county, standards.drop_day, sunday.isoformat())
    with county[0].reader(county[1]) as reader:
        known, days = standards.calendar(reader), standards.days(reader)
    assert (known.is_workday(monday), known.is_workday(sunday)) == (True, False)
    assert [(d.day, d.is_worked, d.note) for d in days] == [("2027-10-04", True, "")]


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        ("371602000000", "371602"),
        ("371600000000", "3716"),
        ("371602012000", "371602012"),
        ("371602012221", "371602012221"),
    ],
)
def test_for_whom_an_office_speaks(region: str, prefix: str) -> None:
    assert store.prefix_of(region) == prefix


def test_every_list_that_can_be_changed_is_there() -> None:
    from desktop.core.codes import codes
    from desktop.features.register.api import HOUSEHOLD_FIELDS, PERSON_FIELDS

    used = {f.codes for f in (*HOUSEHOLD_FIELDS, *PERSON_FIELDS) if f.codes}
    assert used - set(standards.LIST_NAMES) == {"gbt2261_1_sex"}
    assert all(codes(name).entries for name in standards.LIST_NAMES)


def test_what_happened_to_a_code_is_told(county: Office) -> None:
    do(county, standards.add_code, LIST, "M04", "因灾困难户", "2027-01-01", "滨政发〔2027〕1号")
    do(county, standards.end_code, LIST, "M04", "2027-12-31")
    with county[0].reader(county[1]) as reader:
        found = {c.code: c for c in store.code_lines(reader, LIST)}
    assert found["M04"].history == (
        "2027-01-01 起新增“因灾困难户”（滨城区，依据 滨政发〔2027〕1号）",
        "用到 2027-12-31 为止（滨城区）",
    )
    assert (found["M04"].is_given, found["M04"].until) == (True, "2027-12-31")
    assert found["M01"].history == ()
