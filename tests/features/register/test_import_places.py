"""Where a row belongs: the office's villages, new ones, other offices' rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office_api
from desktop.features.register import api as register
from tests.features.register.lists import HEADINGS, VILLAGE, own_list, plan_of, read_in, reader, said
from tests.office_maker import make_office

Office = tuple[Database, Actor]
PLACES = ("县", "乡镇", "村", "姓名", "与户主关系")
NEW = "望海楼村"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Office]:
    db, actor = make_office(tmp_path, "county")
    yield db, actor
    db.close()


def placed(folder: Path, *places: tuple[str, str, str]) -> Path:
    """One household of one person for each place."""
    rows = [[*place, f"户主{n}", "户主"] for n, place in enumerate(places)]
    return own_list(folder / "places.xlsx", *rows, headings=PLACES)


def test_a_village_nobody_knows_is_proposed_and_listed_once(township: Office, tmp_path: Path) -> None:
    plan, _ = read_in(township, placed(tmp_path, *[("滨城区", "里则街道", NEW)] * 3))
    assert [(p.name, p.parent) for p in plan.new_villages] == [(NEW, "371602012000")]
    assert said(plan) == [(2, "村", NEW, "place.new_village")]
    with reader(township) as found:
        assert [(name, count) for _, name, count in register.villages(found)] == [(NEW, 3)]
        assert len(register.search_people(found, "望海楼")) == 3
    assert plan_of(township, tmp_path / "places.xlsx").is_empty


def test_two_offices_propose_the_same_key(township: Office, county: Office, tmp_path: Path) -> None:
    path = placed(tmp_path, ("滨城区", "里则街道", NEW), ("滨城区", "里则街道", "东风社区"))
    other = placed(tmp_path, ("滨城", "里则街道办事处", "东风居委会"), ("", "里则", f"{NEW}村民委员会"))
    keys = [{p.key for p in plan_of(office, path).new_villages} for office in (township, county)]
    assert keys[0] == keys[1] == {p.key for p in plan_of(township, other).new_villages}
    assert len(keys[0]) == 2
    assert all(key.startswith("371602012") and int(key[9:]) >= 600 for key in keys[0])


def test_a_village_and_a_community_of_one_name_get_their_keys_in_any_order(
    township: Office, tmp_path: Path
) -> None:
    both = [("", "里则街道", "东风村"), ("", "里则街道", "东风社区")]
    found = [
        {p.name: p.key for p in plan_of(township, placed(tmp_path, *places)).new_villages}
        for places in (both, both[::-1])
    ]
    assert found[0] == found[1]


def test_rows_of_another_township_are_left_out_and_listed(township: Office, tmp_path: Path) -> None:
    path = placed(
        tmp_path,
        ("滨城区", "小营街道", VILLAGE),
        ("滨城区", "里则街道", VILLAGE),
        ("邹平市", "里则街道", VILLAGE),
    )
    plan = plan_of(township, path)
    assert said(plan) == [
        (2, "乡镇", "小营街道", "place.other_township"), (4, "县", "邹平市", "place.other_county"),
    ]  # fmt: skip
    assert (plan.people.new, plan.left_out) == (1, {2, 4})


def test_of_a_row_left_out_only_the_reason_is_told(township: Office, tmp_path: Path) -> None:
    rows = [["小营街道", VILLAGE, "", "", "", "张试", "12345", "户主"]]
    plan = plan_of(township, own_list(tmp_path / "a.xlsx", *rows, headings=HEADINGS))
    assert [d.code for d in plan.doubts] == ["place.other_township"]


@pytest.mark.parametrize(
    "written", ["里则", "里则街道", "里则街道办", "里则街道办事处", "滨城区里则街道", "里则办事处", ""]
)
def test_the_ways_to_write_the_township(township: Office, tmp_path: Path, written: str) -> None:
    assert plan_of(township, placed(tmp_path, ("滨城区", written, VILLAGE))).people.new == 1


@pytest.mark.parametrize("written", ["蔡园董村", "蔡园董", "蔡园董村委会", "蔡园董村村民委员会", "蔡园董 村"])
def test_the_ways_to_write_the_village(township: Office, tmp_path: Path, written: str) -> None:
    plan = plan_of(township, placed(tmp_path, ("", "", written)))
    assert (plan.new_households[0].region, plan.new_villages) == ("371602012221", [])


@pytest.mark.parametrize("written", ["滨城", "滨城区", "滨州市滨城区", "滨州高新区", ""])
def test_the_ways_to_write_the_county(township: Office, tmp_path: Path, written: str) -> None:
    assert plan_of(township, placed(tmp_path, (written, "里则街道", VILLAGE))).people.new == 1


def test_a_name_that_two_villages_may_bear_is_not_guessed(township: Office, tmp_path: Path) -> None:
    read_in(township, placed(tmp_path, ("", "", "东风村"), ("", "", "东风社区")))
    plan = plan_of(township, placed(tmp_path, ("", "", "东风"), ("", "", "东风村")))
    assert said(plan) == [(2, "村", "东风", "place.ambiguous")]
    assert plan.left_out == {2}


def test_a_row_without_a_village_is_listed(township: Office, tmp_path: Path) -> None:
    plan = plan_of(township, placed(tmp_path, ("", "", ""), ("", "", VILLAGE)))
    assert [(d.row, d.code) for d in plan.doubts] == [(2, "place.no_village")]


def test_a_county_reads_the_lists_of_all_its_townships(county: Office, tmp_path: Path) -> None:
    path = placed(
        tmp_path, ("滨城区", "里则街道", VILLAGE), ("滨城区", "小营", NEW), ("滨城区", "秦皇台乡人民政府", NEW),
        ("沾化区", "里则街道", VILLAGE), ("滨城区", "", VILLAGE), ("滨城区", "城关镇", VILLAGE),
    )  # fmt: skip
    plan = plan_of(county, path)
    assert [h.region[:9] for h in plan.new_households] == ["371602012", "371602007", "371602203"]
    assert [(d.row, d.code) for d in plan.doubts if d.code != "place.new_village"] == [
        (5, "place.other_county"), (6, "place.other_township"), (7, "place.other_township"),
    ]  # fmt: skip


def test_a_new_group_goes_behind_the_known_ones_and_a_moved_household_to_its_end(
    township: Office, tmp_path: Path
) -> None:
    rows = [
        [VILLAGE, g, str(n), "", f"户主{n}", "", "户主"] for n, g in enumerate(["2组", "10组", "10组"], 1)
    ]
    read_in(township, own_list(tmp_path / "a.xlsx", *rows))
    rows[0][1] = "10组"
    plan, _ = read_in(
        township, own_list(tmp_path / "b.xlsx", *rows, [VILLAGE, "11组", "4", "", "户主4", "", "户主"])
    )
    assert (plan.households.changed, plan.households.new) == (1, 1)
    with reader(township) as found:
        homes = register.households(found, register.household_ids(found))
        assert [(h.group, h.place, h.aliases[0]) for h in homes] == [
            ("10组", 1, "2"), ("10组", 2, "3"), ("10组", 3, "1"), ("11组", 1, "4"),
        ]  # fmt: skip


def test_the_places_name_themselves(township: Office) -> None:
    with reader(township) as found:
        places = office_api.read_places(found)
    assert places.name("371602012221") == VILLAGE
    assert places.name("371602000000") == "滨城区"
    assert places.name("999999999999") == "999999999999"
