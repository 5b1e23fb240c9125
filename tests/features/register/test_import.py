"""The national lists into the register: once, again, the other layout, spoilt, taken back."""

from pathlib import Path

import pytest
from sqlalchemy import text

from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.register.import_plan import Counts
from desktop.features.register.sheet_headings import plain
from desktop.sample import people, workbooks
from tests.features.register.lists import (
    VILLAGE,
    held,
    own_list,
    people_of,
    plan_of,
    read_in,
    reader,
    rows_of,
    workbook,
)

Office = tuple[Database, Actor]


def counted(office: Office) -> dict[str, int]:
    """Entries and rows, whether in use or not."""
    with reader(office) as found:
        tables = ("log_entry", "row_heads", "household", "person", "village_group", "place", "search_doc")
        return {t: found.connection.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables}


def test_the_sample_is_read_in_whole(filled: Office) -> None:
    sample = list(people.township())
    with reader(filled) as found:
        homes = register.households(found, register.household_ids(found))
    assert len(homes) == 759
    assert sum(len(h.members) for h in homes) == 1479
    by_number = {h.aliases[0]: h for h in homes}
    for told in sample:
        home = by_number[told.number]
        assert (home.village, home.group) == (told.village_name, told.group)
        assert [m.name for m in home.members] == [p.name for p in told.members]
        assert [m.facts["id_number"] for m in home.members] == [p.id_number for p in told.members]
        assert home.facts["per_capita_income"] == told.per_capita


def test_households_stand_by_village_group_and_their_order_in_the_file(filled: Office) -> None:
    with reader(filled) as found:
        homes = register.households(found, register.household_ids(found))
    assert [h.region for h in homes] == sorted(h.region for h in homes)
    for region in {h.region for h in homes}:
        groups = [h.group for h in homes if h.region == region]
        assert groups == sorted(groups, key=lambda g: int(g[:-1]))
    places = {(h.region, h.group): [] for h in homes}
    for h in homes:
        places[h.region, h.group].append((h.place, h.aliases[0]))
    for found_places in places.values():
        assert [p for p, _ in found_places] == list(range(1, len(found_places) + 1))
        assert [n for _, n in found_places] == sorted(n for _, n in found_places)


def test_groups_are_made_in_their_natural_order(township: Office, tmp_path: Path) -> None:
    rows = [
        [VILLAGE, f"{group}组", "", "", f"户主{n}", "", "户主"]
        for n, group in enumerate(["十", "二十一", "二", "10", "九", "1"])
    ]
    read_in(township, own_list(tmp_path / "a.xlsx", *rows))
    with reader(township) as found:
        homes = register.households(found, register.household_ids(found))
    assert [h.group for h in homes] == ["1组", "二组", "九组", "10组", "十组", "二十一组"]


def test_reading_the_same_file_again_changes_nothing(filled: Office, layout1: Path) -> None:
    before, count = held(filled), counted(filled)
    plan, _ = read_in(filled, layout1)
    assert plan.is_empty
    assert plan.households == Counts(unchanged=759)
    assert plan.people == Counts(unchanged=1479)
    assert plan.doubts == []
    assert counted(filled) == count
    assert held(filled) == before


def test_a_dry_run_writes_nothing(township: Office, layout1: Path) -> None:
    db, _ = township
    before = [db.paths.database.read_bytes(), counted(township)]
    plan = plan_of(township, layout1)
    assert (plan.households.new, plan.people.new) == (759, 1479)
    assert [db.paths.database.read_bytes(), counted(township)] == before


@pytest.mark.parametrize("everyone", [False, True])
def test_layout_2_leaves_alone_what_it_does_not_have(filled: Office, tmp_path: Path, everyone: bool) -> None:
    before = held(filled)
    workbooks.write_layout2(tmp_path / "b.xlsx", people.township(), everyone=everyone)
    plan, _ = read_in(filled, tmp_path / "b.xlsx")
    assert (plan.households.new, plan.people.new, plan.doubts) == (0, 0, [])
    assert plan.households.changed + plan.households.unchanged == (759 if everyone else 35)
    assert plan.households.absent == (0 if everyone else 724)
    after = held(filled)
    for table in ("household", "person"):
        named = {name for row in after[table] for name, value in row.items()}
        lacks = named - {f.name for f in _fields_of_layout_2(table)}
        assert {"data_date", "group_id"} <= lacks or {"work_months"} <= lacks
        for old, new in zip(before[table], after[table], strict=True):
            assert {k: old[k] for k in lacks} == {k: new[k] for k in lacks}
            assert [k for k, v in old.items() if v is not None and new[k] is None] == []
    assert any(row["wage_income"] is not None for row in after["household"])


def _fields_of_layout_2(table: str) -> list[register.Field]:
    fields = register.HOUSEHOLD_FIELDS if table == "household" else register.PERSON_FIELDS
    headings = set(map(plain, workbooks.LAYOUT2))
    units = {plain(f"{f.title}（{f.unit}）"): f for f in fields}
    ways = {plain(h): f for f in fields for h in (f.title, *f.also)} | units
    return [f for heading, f in ways.items() if heading in headings]


def test_the_same_layout_2_again_changes_nothing(filled: Office, tmp_path: Path) -> None:
    workbooks.write_layout2(tmp_path / "b.xlsx", people.township())
    read_in(filled, tmp_path / "b.xlsx")
    assert plan_of(filled, tmp_path / "b.xlsx").is_empty


def test_an_empty_cell_erases_nothing(filled: Office, layout1: Path, tmp_path: Path) -> None:
    before = held(filled)
    headings, first, *_ = rows_of(layout1)
    keys = ("户编号", "人编号", "姓名", "行政村")
    emptied = [value if heading in keys else "" for heading, value in zip(headings, first, strict=True)]
    plan, _ = read_in(filled, workbook(tmp_path / "b.xlsx", [headings, emptied]))
    assert plan.people.unchanged == 1
    assert plan.is_empty
    assert held(filled) == before


@pytest.mark.parametrize("write", [workbooks.write_layout1, workbooks.write_layout2])
def test_every_spoilt_cell_is_listed_and_no_clean_one(
    township: Office, tmp_path: Path, write: object
) -> None:
    spoilt = write(tmp_path / "a.xlsx", people.township(), troubles=True)  # type: ignore[operator]
    plan = plan_of(township, tmp_path / "a.xlsx")
    found = {(d.row, d.column) for d in plan.doubts if d.code != "household.differs"}
    named = {(d.row, d.column) for d in spoilt if not d.harmless}
    villages = {(d.row, d.column) for d in spoilt if d.kind == "unknown_village"}
    assert found <= named
    assert named - found <= villages  # a village is listed where it is named first
    assert [d.value for d in plan.doubts if d.code == "place.new_village"] == ["望海楼村"]
    assert all(
        d.problem.endswith(("请核对", "重新导入", "所属乡镇")) or "请" in d.problem for d in plan.doubts
    )
    clean = sum(len(h.members) for h in people.township())
    if write is workbooks.write_layout1:
        assert plan.people.new + len(plan.left_out) == clean


def test_one_bad_record_never_stops_the_rest(township: Office, tmp_path: Path) -> None:
    headings = [
        "村",
        "户编号",
        "姓名",
        "与户主关系",
        "人均纯收入",
        "人数",
        "备注",
        "户联系电话",
        "务工时间（月）",
    ]
    rows = [
        [VILLAGE, "1", "好甲", "户主", 1200, 1, "", "", ""],
        [VILLAGE, "2", "大数", "户主", 1e17, 999999999999, "", 13800000001.0, -4],
        [VILLAGE, "3", "长文", "户主", "", "", "很" * 32000, "", ""],
        [VILLAGE, "4", "怪字𪚥\u200b", "户主", "=1/0", "#DIV/0!", "a\tb\nc", "——", "#N/A"],
        [VILLAGE, "5", "长名" * 200, "户主", True, False, "'", "'", "'"],
        ["", "", "", "", "", "", "", "", ""],
        [VILLAGE, "6", "好乙", "户主", "1,300.50元", "1人", "末尾", "", "3个月"],
    ]
    plan, _ = read_in(township, workbook(tmp_path / "a.xlsx", [headings, *rows]))
    assert plan.people.new == 6
    assert {d.row for d in plan.doubts} >= {3, 4, 5}
    with reader(township) as found:
        homes = register.households(found, register.household_ids(found))
    incomes = {h.aliases[0]: h.facts.get("per_capita_income") for h in homes}
    assert (incomes["1"], incomes["2"], incomes["6"]) == (120000, None, 130050)
    assert homes[1].unread["per_capita_income"]
    assert plan_of(township, tmp_path / "a.xlsx").is_empty


def test_a_plan_is_stale_once_the_register_changed(filled: Office, tmp_path: Path) -> None:
    db, actor = filled
    workbooks.write_layout2(tmp_path / "b.xlsx", people.township())
    plan = plan_of(filled, tmp_path / "b.xlsx")
    with db.unit(actor, "修改") as unit:
        register.change_household(unit, register.household_ids(unit)[0], {"note": "改过"})
    count = counted(filled)
    with pytest.raises(Refused) as refused, db.unit(actor, "导入") as unit:
        register.apply_import(unit, plan)
    assert [p.code for p in refused.value.problems] == ["import.stale"]
    assert counted(filled) == count


def test_undoing_a_first_import_leaves_no_row_in_use(township: Office, layout1: Path) -> None:
    db, actor = township
    before = held(township)
    _, key = read_in(township, layout1)
    assert held(township) != before
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert held(township) == before
    assert people_of(township, "张") == {}
    plan, _ = read_in(township, layout1)
    assert (plan.households.new, plan.people.new) == (759, 1479)


def test_undoing_a_second_import_brings_every_row_and_the_index_back(filled: Office, tmp_path: Path) -> None:
    db, actor = filled
    before = held(filled)
    workbooks.write_layout2(tmp_path / "b.xlsx", people.township(), everyone=True)
    headings, *rows = rows_of(tmp_path / "b.xlsx")[2:]
    at = {heading: n for n, heading in enumerate(headings)}
    for row in rows:
        row[at["户联系电话"]] = "13899999999"
        row[at["民族"]] = "回族"
    for column, value in (("人编号", ""), ("姓名", "新来的"), ("证件号码", ""), ("与户主关系", "之孙子")):
        rows[5] = rows[5].copy()
        rows[5][at[column]] = value
    plan, key = read_in(filled, workbook(tmp_path / "c.xlsx", [headings, *rows]))
    assert plan.people.changed > 1000
    assert (plan.households.changed, plan.people.new, plan.people.absent) == (759, 1, 1)
    with reader(filled) as found:
        assert len(register.search_people(found, "13899999999", 2000)) == 1480
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    after = held(filled)
    assert {k for k in before if before[k] != after[k]} == set()


def test_nobody_without_the_right_reads_a_list_in(filled: Office, tmp_path: Path) -> None:
    db, actor = filled
    plan = plan_of(filled, own_list(tmp_path / "a.xlsx", [VILLAGE, "", "", "", "张试", "", "户主"]))
    stranger = Actor(actor.id, "x", "某人", frozenset(), actor.prefix)
    with pytest.raises(Refused), db.unit(stranger, "导入") as unit:
        register.apply_import(unit, plan)
