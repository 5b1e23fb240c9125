"""Whom a row means: by number, by people, by the head's name. Nobody is merged, moved or overwritten by a guess."""

from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.core.db.database import Database
from desktop.core.db.log_tables import ConflictRow
from desktop.core.db.unit import Actor
from desktop.features.register import api as register
from desktop.features.register.import_plan import Counts, ImportPlan
from desktop.features.register.tables import HouseholdRow
from tests.features.register.lists import (
    VILLAGE,
    number,
    own_list,
    people_of,
    plan_of,
    read_in,
    reader,
    said,
)
from tests.office_maker import make_office

Office = tuple[Database, Actor]
OTHER = "西海新村"
H1, H2, H9 = "3716000001", "3716000002", "3716000009"
ID = {
    name: number(f"3716991951{n:02}03001") for n, name in enumerate(("甲", "乙", "丙", "丁", "戊", "己"), 1)
}


def row(
    name: str, relation: str, home: str = "", *, village: str = VILLAGE, no: str = "", card: str = "-"
) -> list[str]:
    return [village, "", home, no, name, ID.get(name, "") if card == "-" else card, relation]


def sent(office: Office, folder: Path, *rows: list[str]) -> ImportPlan:
    """What a list does, having been read in; a second reading must do nothing."""
    path = own_list(folder / "list.xlsx", *rows)
    plan, _ = read_in(office, path)
    assert plan_of(office, path).is_empty
    return plan


def facts(office: Office, name: str) -> dict[str, object]:
    with reader(office) as found:
        homes = register.households(found, register.household_ids(found))
        (one,) = [m for h in homes for m in h.members if m.name == name]
        return dict(one.facts)


def test_a_person_who_moved_stays_and_is_listed(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1), row("丙", "户主", H2))
    plan = sent(township, tmp_path, row("甲", "户主", H1), row("丙", "户主", H2), row("乙", "之子", H2))
    assert said(plan) == [(4, "姓名", "乙", "person.elsewhere")]
    assert people_of(township) == {"甲": ["甲", "乙"], "丙": ["丙"]}
    assert plan.people == Counts(unchanged=3)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 3, 0, 1), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_of_a_family_that_split_the_old_number_keeps_the_household(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    office = make_office(tmp_path)
    sent(office, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1))
    rows = [row("甲", "户主", H1), row("丁", "配偶", H1), row("乙", "户主", H9), row("丙", "配偶", H9)]
    plan = sent(office, tmp_path, *[rows[n] for n in order])
    homes = people_of(office)
    assert sorted(homes["甲"]) == sorted(["甲", "乙", "丁"])
    assert homes["丙"] == ["丙"]
    assert {s[3] for s in said(plan)} == {"person.elsewhere"}
    office[0].close()


def test_a_family_of_which_everybody_lives_elsewhere_is_only_listed(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1))
    plan = sent(township, tmp_path, row("乙", "户主", H9))
    assert (plan.households.new, plan.people.new, plan.is_empty) == (0, 0, True)
    assert said(plan) == [(2, "姓名", "乙", "person.elsewhere")]


def test_the_same_people_under_a_new_national_number_are_the_same_household(
    township: Office, tmp_path: Path
) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1))
    plan = sent(township, tmp_path, row("甲", "户主", H9), row("乙", "之子", H9))
    assert (plan.households.new, plan.people.new, said(plan)) == (0, 0, [])
    with reader(township) as found:
        assert register.by_number(found, H9) == register.by_number(found, H1) != []


def test_one_who_married_in_does_not_bring_her_old_family(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之女", H1))
    plan = sent(township, tmp_path, row("丙", "户主"), row("乙", "配偶"), row("丁", "之子"))
    assert people_of(township) == {"甲": ["甲", "乙"], "丙": ["丙", "丁"]}
    assert said(plan) == [(3, "姓名", "乙", "person.elsewhere")]


def test_a_list_without_numbers_finds_households_by_their_people(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1), row("丙", "户主", H2))
    plan = sent(
        township, tmp_path, row("丙", "户主"), row("甲", "户主"), row("乙", "之子"), row("丁", "之女")
    )
    assert (plan.households.new, plan.people.new, plan.people.unchanged) == (0, 1, 3)
    assert people_of(township)["甲"] == ["甲", "乙", "丁"]


def test_a_list_with_names_alone_finds_a_household_by_its_head(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1))
    plan = sent(township, tmp_path, row("甲", "户主", card=""), row("乙", "之子", card=""))
    assert (plan.households.new, plan.is_empty) == (0, True)


def test_a_namesake_in_the_village_is_somebody_else(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1))
    plan = sent(township, tmp_path, row("甲", "户主", card=ID["己"]))
    assert (plan.households.new, plan.people.new) == (1, 1)
    with reader(township) as found:
        assert len(register.search_people(found, ID["甲"])) == 1


def test_two_namesakes_in_the_register_are_not_guessed_between(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("甲", "户主", H2, card=ID["己"]))
    plan = plan_of(township, own_list(tmp_path / "b.xlsx", row("甲", "户主", card="")))
    assert plan.households.new == 1
    assert plan.households.absent == 2


def test_the_villages_own_numbers_begin_again_in_every_village(township: Office, tmp_path: Path) -> None:
    rows = [
        row("甲", "户主", "1", no="1"), row("乙", "之子", "1", no="2"), row("丙", "户主", "2", no="1"),
        row("丁", "户主", "1", village=OTHER, no="1"), row("戊", "配偶", "1", village=OTHER, no="2"),
    ]  # fmt: skip
    plan = sent(township, tmp_path, *rows)
    assert (plan.households.new, plan.people.new) == (3, 5)
    assert people_of(township) == {"甲": ["甲", "乙"], "丙": ["丙"], "丁": ["丁", "戊"]}
    with reader(township) as found:
        assert len(register.by_number(found, "1")) == 2


def test_short_numbers_of_another_village_name_nobody(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", "1", no="1", card=""), row("乙", "之子", "1", no="2", card=""))
    plan = sent(township, tmp_path, row("丙", "户主", "1", village=OTHER, no="1", card=""))
    assert (plan.households.new, plan.people.new) == (1, 1)
    assert people_of(township) == {"甲": ["甲", "乙"], "丙": ["丙"]}


def test_own_numbers_given_anew_do_not_turn_families_into_each_other(
    township: Office, tmp_path: Path
) -> None:
    sent(township, tmp_path, row("甲", "户主", "1"), row("乙", "户主", "2"), row("丙", "户主", "3"))
    plan = sent(township, tmp_path, row("乙", "户主", "1"), row("丙", "户主", "2"), row("丁", "户主", "3"))
    assert (plan.households.new, plan.people.new, plan.people.absent) == (1, 1, 1)
    assert people_of(township) == {"甲": ["甲"], "乙": ["乙"], "丙": ["丙"], "丁": ["丁"]}
    assert facts(township, "乙")["id_number"] == ID["乙"]


def test_a_national_number_beside_the_villages_own_is_the_same_person(
    township: Office, tmp_path: Path
) -> None:
    sent(township, tmp_path, row("甲", "户主", "1", no="1", card=""))
    plan = sent(township, tmp_path, row("甲", "户主", H1, no="3716000000001", card=""))
    assert (plan.households.new, plan.people.new) == (1, 1)  # a new national number with unknown people
    plan = sent(township, tmp_path, row("甲", "户主", "1", no="3716000000001", card=""))
    assert plan.people.new == 0


def test_two_of_one_name_in_a_household_stay_two(township: Office, tmp_path: Path) -> None:
    rows = [row("户甲", "户主", H1), row("未取名", "之子", H1), row("未取名", "之女", H1)]
    plan = sent(township, tmp_path, *rows)
    assert plan.people.new == 3
    plan = plan_of(township, own_list(tmp_path / "b.xlsx", *rows))
    assert (plan.people.unchanged, plan.people.new) == (3, 0)


def test_the_same_id_number_twice_is_listed_and_not_taken(township: Office, tmp_path: Path) -> None:
    plan = sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1, card=ID["甲"]))
    assert said(plan) == [(3, "证件号码", ID["甲"], "id.duplicate")]
    assert "id_number" not in facts(township, "乙")


def test_two_heads_are_listed_and_the_first_stays(township: Office, tmp_path: Path) -> None:
    plan = sent(township, tmp_path, row("甲", "户主", H1), row("乙", "户主", H1))
    assert said(plan) == [(3, "与户主关系", "户主", "household.two_heads")]
    assert (facts(township, "甲")["relation"], "relation" in facts(township, "乙")) == ("R01", False)


def test_a_changed_relation_is_taken(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1), row("乙", "之子", H1))
    plan = sent(township, tmp_path, row("甲", "之父", H1), row("乙", "户主", H1))
    assert (plan.people.changed, plan.households.unchanged) == (2, 1)
    assert list(people_of(township)) == ["乙"]


def test_a_household_known_elsewhere_is_not_moved_and_no_village_is_made_for_it(
    township: Office, tmp_path: Path
) -> None:
    sent(township, tmp_path, row("甲", "户主", H1))
    plan = sent(township, tmp_path, row("甲", "户主", H1, village="没有的村"))
    assert said(plan) == [(2, "村", "没有的村", "place.moved")]
    assert (plan.is_empty, plan.new_villages) == (True, [])


def test_the_offices_own_numbers_name_its_households(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", card=""))
    with reader(township) as found:
        (home,) = register.households(found, register.household_ids(found))
    for printed in (home.number, home.body, "y" + home.body):
        plan = sent(township, tmp_path, row("改名", "户主", printed, card=""), row("乙", "之子", printed))
        assert plan.households.new == 0
    with reader(township) as found:
        (home,) = register.households(found, register.household_ids(found))
    assert home.aliases == ()


def test_a_doubtful_cell_never_takes_the_place_of_a_value(township: Office, tmp_path: Path) -> None:
    sent(township, tmp_path, row("甲", "户主", H1, no="3716000000001"))
    wrong = ID["甲"][:-1] + ("0" if ID["甲"][-1] != "0" else "1")
    plan = sent(township, tmp_path, row("甲", "户主", H1, no="3716000000001", card=wrong))
    assert said(plan) == [(2, "证件号码", wrong, "id.checksum")]
    assert facts(township, "甲")["id_number"] == ID["甲"]


def test_a_doubtful_cell_fills_an_empty_field(township: Office, tmp_path: Path) -> None:
    wrong = ID["甲"][:-1] + ("0" if ID["甲"][-1] != "0" else "1")
    sent(township, tmp_path, row("甲", "户主", H1, card=wrong))
    assert facts(township, "甲")["id_number"] == wrong
    sent(township, tmp_path, row("甲", "户主", H1))
    assert facts(township, "甲")["id_number"] == ID["甲"]


def test_what_a_clerk_settled_does_not_come_back(township: Office, tmp_path: Path) -> None:
    db, actor = township
    sent(township, tmp_path, row("甲", "远房表亲", H1))
    with reader(township) as found:
        (home,) = register.households(found, register.household_ids(found))
    assert home.members[0].unread == {"relation": "远房表亲"}
    with db.unit(actor, "修改") as unit:
        register.change_person(unit, home.id, home.members[0].id, {"relation": "R01"})
    plan = sent(township, tmp_path, row("甲", "远房表亲", H1))
    assert (plan.is_empty, plan.people.unchanged) == (True, 1)
    assert facts(township, "甲")["relation"] == "R01"


def test_what_the_list_says_settles_what_two_offices_disagreed_about(
    township: Office, tmp_path: Path
) -> None:
    db, actor = township
    headings = ("村", "组", "户编号", "人编号", "姓名", "证件号码", "与户主关系", "联系电话")

    def listed(name: str, phone: str) -> Path:
        return own_list(
            tmp_path / name, [VILLAGE, "一组", "H1", "P1", "户主甲", "", "户主", phone], headings=headings
        )

    read_in(township, listed("a.xlsx", "13800000001"))
    with db.reader(actor) as said_by:
        home = said_by.connection.execute(select(HouseholdRow.id)).scalar_one()
    with db.unit(actor, "两处填得不一样") as unit:
        unit.dispute(HouseholdRow, home, "phone", ["13800000002", "13800000003"])
    read_in(township, listed("b.xlsx", "13800000009"))
    with db.reader(actor) as said_by:
        assert said_by.connection.execute(select(HouseholdRow.phone)).scalar_one() == "13800000009"
        assert said_by.connection.execute(select(ConflictRow.row)).all() == []
