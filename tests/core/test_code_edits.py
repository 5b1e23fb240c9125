"""Code lists as offices above change them: added, renamed, ended, each from a day on; never with another meaning."""

import pytest

from desktop.core.code_edits import SHIPPED, Edit, Lists, clashes, lives
from desktop.core.codes import codes

COUNTY, CITY, TOWN = "371602", "3716", "371602012000"


def edit(what: str, code: str, name: str, day: str, **more: object) -> Edit:
    given: dict[str, object] = {"prefix": COUNTY, "list": "monitor_class", "alive": True, **more}
    return Edit(code=code, what=what, name=name, day=day, **given)  # type: ignore[arg-type]


def lists(*edits: Edit, day: str = "2027-03-14", place: str = TOWN) -> Lists:
    return Lists(edits, place, day)


def offered(found: Lists) -> list[str]:
    return [e.code for e in found("monitor_class").entries]


ADD = edit("add", "M04", "因灾困难户", "2027-01-01")


def test_without_edits_it_is_the_shipped_list() -> None:
    assert SHIPPED("monitor_class") is codes("monitor_class")
    assert lists(ADD)("jdlk_health") is codes("jdlk_health")


@pytest.mark.parametrize(("day", "codes_then"), [("2026-12-31", 3), ("2027-01-01", 4), ("2030-01-01", 4)])
def test_a_new_code_is_given_from_its_day_on(day: str, codes_then: int) -> None:
    found = lists(ADD, day=day)
    assert len(offered(found)) == codes_then
    assert found("monitor_class").name("M04") == "因灾困难户"
    assert found("monitor_class").is_closed("M04") == (codes_then == 3)
    assert found("monitor_class").code("因灾困难户") == "M04"
    assert bool(found("monitor_class").search("yzknh")) == (codes_then == 4)


def test_an_ended_code_is_given_up_to_its_last_day_and_keeps_its_name() -> None:
    end = edit("end", "M03", "", "2027-03-14")
    assert "M03" in offered(lists(end))
    later = lists(end).on("2027-03-15")
    assert "M03" not in offered(later)
    assert later("monitor_class").name("M03") == "突发严重困难户"
    assert "M03" in later("monitor_class")
    assert later("monitor_class").code("突发严重困难户") == "M03"


def test_a_renamed_code_is_called_by_its_day() -> None:
    found = lists(
        edit("rename", "M02", "边缘户", "2027-01-01"), edit("rename", "M02", "边缘家庭", "2027-06-01")
    )
    assert [found.on(d)("monitor_class").name("M02") for d in ("2026-12-31", "2027-01-01", "2027-06-01")] == [
        "边缘易致贫户",
        "边缘户",
        "边缘家庭",
    ]
    # an old workbook still says the old name
    assert found("monitor_class").code("边缘易致贫户") == "M02"


def test_of_two_names_of_one_day_the_later_one_stands() -> None:
    found = lists(
        edit("rename", "M02", "边缘户", "2027-01-01"), edit("rename", "M02", "边缘家庭", "2027-01-01")
    )
    assert found("monitor_class").name("M02") == "边缘家庭"


def test_a_code_means_what_the_first_who_added_it_said() -> None:
    other = edit("add", "M04", "重病户", "2026-01-01")
    assert lists(ADD, other)("monitor_class").name("M04") == "因灾困难户"
    assert clashes([ADD, other]) == {("monitor_class", "M04")}
    assert clashes([ADD, edit("add", "M04", "因灾困难户", "2027-02-01")]) == set()
    shipped = edit("add", "M01", "别的意思", "2027-01-01")
    assert lists(shipped)("monitor_class").name("M01") == "脱贫不稳定户"


def test_what_was_taken_back_is_not_given_and_not_forgotten() -> None:
    undone = edit("add", "M04", "因灾困难户", "2027-01-01", alive=False)
    found = lists(undone)
    assert "M04" not in offered(found)
    assert found("monitor_class").name("M04") == "因灾困难户"
    assert [x.alive for x in lives("monitor_class", [undone]) if x.code == "M04"] == [False]
    assert "M03" in offered(lists(edit("end", "M03", "", "2020-01-01", alive=False)))


def test_each_county_has_its_own_and_both_have_the_citys() -> None:
    other = edit("add", "M04", "水库移民户", "2027-01-01", prefix="371603")
    city = edit("add", "M09", "全市统一的", "2027-01-01", prefix=CITY)
    found = lists(ADD, other, city)
    assert found("monitor_class").name("M04") == "因灾困难户"
    assert found.at("371603001200")("monitor_class").name("M04") == "水库移民户"
    assert found.at("371603001200")("monitor_class").name("M09") == found("monitor_class").name("M09")
    assert found.at("370000000000")("monitor_class") is codes("monitor_class")


def test_a_newer_programs_edit_changes_nothing_here() -> None:
    assert offered(lists(edit("split", "M01", "", "2020-01-01"))) == ["M01", "M02", "M03"]


def test_a_new_codes_name_beats_an_old_synonym() -> None:
    before = codes("jdlk_health").code("大病")
    new = edit("add", "H99", "大病", "2027-01-01", list="jdlk_health")
    assert before != "H99"
    assert lists(new)("jdlk_health").code("大病") == "H99"
