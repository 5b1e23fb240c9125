"""One id number for one person, the last of a household, whole households taken out, the place in a group."""

import pytest

from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from tests.features.register.lists import held, reader
from tests.features.register.test_register_actions import added, now, refused
from tests.features.register.workbook_maker import HEAD

Office = tuple[Database, Actor]


def member(name: str, number: str, **facts: str) -> register.PersonDraft:
    return register.PersonDraft({"name": name, "relation": "R99", "id_number": number, **facts})


def with_number(office: Office, name: str, number: str) -> register.Household:
    home = added(office, name)
    db, actor = office
    with db.unit(actor, "改") as unit:
        register.change_person(unit, home.id, home.members[0].id, {"id_number": number})
    return now(office, home)


def test_an_id_number_is_one_persons_in_the_whole_register(township: Office) -> None:
    first, other = with_number(township, "张甲", HEAD), added(township, "王丙", "李乙")
    second = other.members[1].id
    taken = ["person.id_taken"]
    new = register.HouseholdDraft(
        other.region, "", {}, (register.PersonDraft({"name": "丁", "id_number": HEAD}),)
    )
    assert refused(township, register.add_household, new)[-1:] == taken
    assert refused(township, register.add_person, other.id, member("丁", HEAD)) == taken
    assert (
        refused(township, register.add_person, other.id, member("丁", HEAD + "11")) == taken
    )  # a disabled person's card
    assert refused(township, register.change_person, other.id, second, {"id_number": HEAD}) == taken
    with pytest.raises(Refused) as error, township[0].unit(township[1], "试") as unit:
        register.add_person(unit, other.id, member("丁", HEAD))
    assert first.number in error.value.problems[0].sentence


def test_two_of_one_number_cannot_be_added_together(township: Office) -> None:
    people = (register.PersonDraft({"name": "甲", "relation": "R01", "id_number": HEAD}), member("乙", HEAD))
    both = register.HouseholdDraft("371602012221", "", {}, people)
    assert refused(township, register.add_household, both) == ["person.id_taken"]


def test_a_booklet_is_the_whole_familys_and_a_person_keeps_the_own_number(township: Office) -> None:
    db, actor = township
    home = with_number(township, "张甲", HEAD)
    with db.unit(actor, "改") as unit:
        register.change_person(unit, home.id, home.members[0].id, {"name": "张改", "id_number": HEAD})
        register.add_person(unit, home.id, member("乙", HEAD, id_kind="D03"))
        register.remove_person(unit, home.id, home.members[0].id)
    other = added(township, "王丙")
    with db.unit(actor, "转户") as unit:
        register.add_person(unit, other.id, member("张改", HEAD))
    assert [m.name for m in now(township, other).members] == ["王丙", "张改"]


def test_the_last_person_stays_until_the_household_goes(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲", "李乙")
    with db.unit(actor, "移出") as unit:
        register.remove_person(unit, home.id, home.members[1].id)
    assert refused(township, register.remove_person, home.id, home.members[0].id) == ["person.last"]


def test_a_household_goes_with_its_people_and_comes_back(township: Office) -> None:
    db, actor = township
    home, other = added(township, "张甲", "李乙"), added(township, "王丙")
    before = held(township)
    with db.unit(actor, "删除") as unit:
        register.remove_household(unit, home.id, " 登记重复 ")
        key = unit.action_key
    with reader(township) as found:
        assert register.household(found, home.id) is None
        assert register.household_ids(found) == [other.id]
        assert register.search_people(found, "张甲") == []
        notes = found.connection.exec_driver_sql(
            "SELECT note FROM log_entry JOIN action ON action.id = log_entry.action WHERE key = ?", (key,)
        ).all()
    assert len(notes) == 3
    assert all("登记重复".encode() in n.note for n in notes)
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert held(township) == before


def test_its_number_is_never_given_again_and_its_visits_stay_readable(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲")
    with db.unit(actor, "走访") as unit:
        visits.record_visit(unit, visits.VisitDraft(home.id, "2027-03-01", "home", "李四", "在家，身体好"))
    with db.unit(actor, "删除") as unit:
        register.remove_household(unit, home.id, "整户迁出")
    assert added(township, "李乙").number != home.number
    with reader(township) as found:
        assert [v.findings for v in visits.visits_of(found, home.id)] == ["在家，身体好"]
        assert len(visits.visit_lines(found, visits.visit_ids(found))) == 1


def test_a_household_is_not_taken_out_without_a_reason_or_by_others(township: Office) -> None:
    home = added(township, "张甲")
    assert refused(township, register.remove_household, home.id, " ") == ["reason.empty"]
    assert refused(township, register.remove_household, home.id, "长" * 81) == ["reason.long"]
    village = Actor(township[1].id, "y", "村干部", township[1].rights, "371602012269")
    assert refused(township, register.remove_household, home.id, "x", actor=village) == ["right.region"]


def test_a_household_takes_a_place_in_its_group_and_the_others_follow(township: Office) -> None:
    db, actor = township
    homes = [added(township, n) for n in "甲乙丙丁"]
    with db.unit(actor, "移") as unit:
        register.change_household(unit, homes[3].id, {}, place=2)
        key = unit.action_key
    with reader(township) as found:
        assert register.household_ids(found) == [homes[n].id for n in (0, 3, 1, 2)]
    assert [now(township, h).place for h in homes] == [1, 3, 4, 2]
    assert refused(township, lambda u: register.change_household(u, homes[0].id, {}, place=5)) == [
        "household.place"
    ]
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert [now(township, h).place for h in homes] == [1, 2, 3, 4]
