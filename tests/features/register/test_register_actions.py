"""Households and people by hand: add, change, take out; rights, what is refused, and the index that follows."""

import pytest
from sqlalchemy import text

from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.office import api as office_api
from desktop.features.register import api as register
from desktop.features.register import groups
from desktop.features.register.tables import GroupRow, PersonRow
from tests.features.register.lists import held, reader
from tests.features.register.workbook_maker import HEAD
from tests.office_maker import add_household

Office = tuple[Database, Actor]
VILLAGE, OTHER = "371602012221", "371602012269"


def draft(*names: str, region: str = VILLAGE, group: str = "1组") -> register.HouseholdDraft:
    relations = ["R01"] + ["R02"] * len(names)
    members = tuple(
        register.PersonDraft({"name": n, "relation": r}) for n, r in zip(names, relations, strict=False)
    )
    return register.HouseholdDraft(region, group, {"address": "路边", "note": ""}, members)


def added(office: Office, *names: str, group: str = "1组") -> register.Household:
    db, actor = office
    with db.unit(actor, "新增户") as unit:
        return register.add_household(unit, draft(*names, group=group))


def now(office: Office, household: register.Household) -> register.Household:
    with reader(office) as found:
        home = register.household(found, household.id)
    assert home is not None
    return home


def line(office: Office, household: register.Household) -> register.HouseholdLine:
    with reader(office) as found:
        (one,) = register.household_lines(found, [household.id])
    return one


def refused(office: Office, action: object, *arguments: object, actor: Actor | None = None) -> list[str]:
    db, own = office
    before = held(office)
    with pytest.raises(Refused) as error, db.unit(actor or own, "试") as unit:
        action(unit, *arguments)  # type: ignore[operator]
    assert held(office) == before
    return [p.code for p in error.value.problems]


def test_a_household_is_added_with_its_members(township: Office) -> None:
    home = added(township, "张甲", "李乙")
    assert (home.village, home.group, home.place) == ("蔡园董村", "1组", 1)
    assert [(m.name, m.position) for m in home.members] == [("张甲", 1), ("李乙", 2)]
    assert home.facts == {"address": "路边"}
    assert home.head is not None
    assert home.head.name == "张甲"
    told = line(township, home)
    assert (told.head, told.size, told.group, told.number) == ("张甲", 2, "1组", home.number)
    assert added(township, "王丙").place == 2
    assert added(township, "赵丁", group="2组").place == 1


def test_a_household_of_nobody_or_of_two_heads_is_refused(township: Office) -> None:
    two = register.HouseholdDraft(
        VILLAGE, "", {}, tuple(register.PersonDraft({"name": n, "relation": "R01"}) for n in "甲乙")
    )
    assert refused(township, register.add_household, draft()) == ["household.empty"]
    assert refused(township, register.add_household, two) == ["household.two_heads"]


def test_fields_are_changed_and_emptied(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲")
    for value, expected in (
        ("13800000001", "13800000001"),
        ("", None),
        ("13800000002", "13800000002"),
        (None, None),
    ):
        with db.unit(actor, "改") as unit:
            register.change_household(unit, home.id, {"phone": value})
        assert now(township, home).facts.get("phone") == expected
        assert line(township, home).phone == (expected or "")
    with reader(township) as found:
        assert register.search_people(found, "13800000002") == []


def test_a_change_that_changes_nothing_writes_nothing(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲")
    with db.unit(actor, "改") as unit:
        register.change_household(unit, home.id, {"address": "路边", "note": "", "kind": None}, group="1组")
        register.change_person(unit, home.id, home.members[0].id, {"name": "张甲"})
        assert unit.journal.count == 0


def test_another_group_is_its_end(township: Office) -> None:
    db, actor = township
    first, second = added(township, "张甲"), added(township, "王丙", group="2组")
    with db.unit(actor, "改") as unit:
        moved = register.change_household(unit, first.id, {}, group="2组")
    assert (moved.group, moved.place, line(township, first).group) == ("2组", second.place + 1, "2组")
    with db.unit(actor, "改") as unit:
        assert register.change_household(unit, first.id, {}, group="").group == ""


def test_members_come_change_and_go(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲", "李乙")
    with db.unit(actor, "改") as unit:
        register.add_person(unit, home.id, register.PersonDraft({"name": "张丁", "relation": "R03"}))
        register.change_person(unit, home.id, home.members[1].id, {"name": "李改", "id_number": HEAD})
        register.remove_person(unit, home.id, home.members[0].id)
    assert [(m.name, m.position) for m in now(township, home).members] == [("李改", 2), ("张丁", 3)]
    assert (line(township, home).head, line(township, home).size) == ("李改", 2)
    with reader(township) as found:
        assert [h.name for h in register.search_people(found, HEAD[-4:])] == ["李改"]
        assert register.search_people(found, "张甲") == []


def test_a_second_head_is_refused_until_the_first_is_none(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲", "李乙")
    first, second = home.members
    new = register.PersonDraft({"name": "新", "relation": "R01"})
    assert refused(township, register.add_person, home.id, new) == ["household.two_heads"]
    assert refused(township, register.change_person, home.id, second.id, {"relation": "R01"}) == [
        "household.two_heads"
    ]
    with db.unit(actor, "换户主") as unit:
        register.change_person(unit, home.id, first.id, {"relation": "R02"})
        register.change_person(unit, home.id, second.id, {"relation": "R01"})
    assert line(township, home).head == "李乙"


def test_a_name_cannot_be_emptied(township: Office) -> None:
    home = added(township, "张甲")
    assert refused(township, register.change_person, home.id, home.members[0].id, {"name": ""}) == [
        "person.name"
    ]


def test_what_is_gone_is_said_to_be_gone(township: Office) -> None:
    db, actor = township
    home, other = added(township, "张甲", "李乙"), added(township, "王丙")
    gone = home.members[1].id
    with db.unit(actor, "移出") as unit:
        register.remove_person(unit, home.id, gone)
    assert refused(township, register.remove_person, home.id, gone) == ["person.gone"]
    assert refused(township, register.change_person, other.id, home.members[0].id, {}) == ["person.gone"]
    assert refused(township, register.change_household, bytes(16), {}) == ["household.gone"]


def test_rights_are_asked_for(township: Office) -> None:
    _, own = township
    home = added(township, "张甲", "李乙")
    person = home.members[1].id
    actions = [
        (register.add_household, draft("王丙")),
        (register.change_household, home.id, {"note": "x"}),
        (register.add_person, home.id, register.PersonDraft({"name": "丁"})),
        (register.change_person, home.id, person, {"name": "丁"}),
        (register.remove_person, home.id, person),
    ]
    reading = Actor(own.id, "x", "某人", frozenset(), own.prefix)
    village = Actor(own.id, "y", "村干部", own.rights, OTHER)
    for action, *arguments in actions:
        assert refused(township, action, *arguments, actor=reading) == ["right.missing"]
        assert refused(township, action, *arguments, actor=village) == ["right.region"]
    assert refused(township, register.set_prefix, "out", "z", actor=reading) == ["right.missing"]


def test_undo_brings_a_change_back_in_row_and_index(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲", "李乙")
    before = held(township)
    with db.unit(actor, "改") as unit:
        register.change_household(unit, home.id, {"kind": "A05", "address": "别处"}, group="3组")
        register.change_person(unit, home.id, home.members[0].id, {"name": "张改"})
        register.remove_person(unit, home.id, home.members[1].id)
        register.add_person(unit, home.id, register.PersonDraft({"name": "新人"}))
        key = unit.action_key
    assert held(township) != before
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert held(township) == before


def test_a_renamed_group_and_a_village_that_gets_its_name_late_reach_the_index(township: Office) -> None:
    db, actor = township
    home = added(township, "张甲")
    late = add_household(db, actor, "李乙", "371602012700")
    with db.unit(actor, "改组名") as unit:
        group = unit.connection.execute(
            text("SELECT id FROM village_group WHERE region = :r"), {"r": VILLAGE}
        ).scalar_one()
        unit.change(GroupRow, group, name="东头组")
    assert line(township, home).group == "东头组"
    with db.unit(actor, "定村名") as unit:
        office_api.accept_village(
            unit, office_api.Place("371602012700", "望海楼村", "village", "371602012000")
        )
    with reader(township) as found:
        assert [h.name for h in register.search_people(found, "东头组")] == ["张甲"]
        assert [h.household for h in register.search_people(found, "望海楼")] == [late]


def test_a_person_who_comes_into_another_household_by_the_log_is_indexed_once(township: Office) -> None:
    """No action does this yet; a bundle of a later version may."""
    db, actor = township
    home, other = added(township, "张甲", "李乙"), added(township, "王丙")
    with db.unit(actor, "并户") as unit:
        unit.change(PersonRow, home.members[1].id, household_id=other.id)
    assert (line(township, home).size, line(township, other).size) == (1, 2)
    with reader(township) as found:
        assert [h.household for h in register.search_people(found, "李乙")] == [other.id]


def test_lists_of_villages_groups_and_totals(filled: Office) -> None:
    with reader(filled) as found:
        ids = register.household_ids(found)
        villages = register.villages(found)
        assert sum(count for _, _, count in villages) == len(ids) == 759
        key, name, count = villages[0]
        assert (key, name) == (VILLAGE, "蔡园董村")
        assert len(register.household_ids(found, region=key)) == count
        names = [name for _, name in groups.of_village(found, key)]
        assert names == ["1组", "2组", "3组", "4组", "5组"]
        by_group = [len(register.household_ids(found, region=key, group=g)) for g in names]
        assert sum(by_group) == count
        lines = register.household_lines(found, [ids[5], bytes(16), ids[2]])
        assert [one.id for one in lines] == [ids[5], ids[2]]
        assert all(one.size == len(register.household(found, one.id).members) for one in lines)  # type: ignore[union-attr]
