"""A household moves to another village: its people and visits with it, what came too late behind it, and nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.db import undo
from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from tests.core.db.log_reading import log
from tests.features.sync.exchange_maker import enrol, make
from tests.features.sync.moving_maker import (
    NEXT_DOOR,
    OTHER_VILLAGE,
    VILLAGE,
    Three,
    change,
    choose,
    conflicts,
    household,
    move,
    seen,
    shown,
    three,
    visit,
    visits_of,
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Three]:
    made = three(tmp_path)
    yield made
    made.close()


def test_a_township_moves_a_household_between_its_villages(world: Three) -> None:
    home = household(world.town, "岳兰")
    visit(world.town, home)
    number = shown(world.town, home).body
    move(world.town, home, OTHER_VILLAGE)
    there = shown(world.town, home)
    assert (there.region, there.group, there.body) == (OTHER_VILLAGE, "二组", number)
    assert [m.name for m in there.members] == ["岳兰", "岳兰之子"]
    assert (there.facts["phone"], there.facts["note"]) == ("13900000000", "靠河")
    assert visits_of(world.town, home) == ["屋顶漏雨，已报修"]
    with world.town.db.reader(world.town.actor) as reader:
        assert register.household_ids(reader, "岳兰", OTHER_VILLAGE) == [home]
        assert register.household_ids(reader, "岳兰", VILLAGE) == []
    world.around()
    world.agree()
    assert shown(world.county, home).region == OTHER_VILLAGE


def test_what_moved_is_edited_and_moved_on_like_any_other(world: Three) -> None:
    home = household(world.town, "岳兰")
    move(world.town, home, OTHER_VILLAGE)
    change(world.town, home, phone="13911111111")
    world.around()
    change(world.county, home, phone="13922222222")
    move(world.town, home, VILLAGE)
    assert shown(world.town, home).facts["phone"] == "13911111111"
    world.around()
    (one,) = conflicts(world.county)
    assert {c.value for c in one.claims} == {"13911111111", "13922222222"}
    choose(world.county, one, "13922222222")
    world.around()
    world.agree()
    assert shown(world.town, home).facts["phone"] == "13922222222"
    assert conflicts(world.town) == conflicts(world.county) == []


def test_a_county_moves_a_household_to_another_township(world: Three) -> None:
    home = household(world.town, "岳兰")
    visit(world.town, home)
    world.up(world.town)
    move(world.county, home, NEXT_DOOR)
    world.around()
    assert seen(world.town, home) is None
    assert log(world.town.db, f"e.row = x'{home.hex()}'")  # the history stays
    there = shown(world.sibling, home)
    assert (there.region, [m.name for m in there.members]) == (NEXT_DOOR, ["岳兰", "岳兰之子"])
    assert visits_of(world.sibling, home) == ["屋顶漏雨，已报修"]
    world.agree()
    change(world.sibling, home, phone="13955555555")
    world.around()
    assert shown(world.county, home).facts["phone"] == "13955555555"
    world.agree()


def test_a_township_moves_nobody_out_of_its_region(world: Three) -> None:
    home = household(world.town, "岳兰")
    with pytest.raises(Refused):
        move(world.town, home, NEXT_DOOR)
    assert shown(world.town, home).region == VILLAGE


def test_nobody_moves_to_where_no_village_is(world: Three) -> None:
    home = household(world.town, "岳兰")
    for nowhere in ("371602012000", "371602012999", "x"):
        with pytest.raises(Refused):
            move(world.town, home, nowhere)


def test_what_people_disagree_on_is_settled_before_the_move(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    change(world.town, home, phone="1")
    change(world.county, home, phone="2")
    world.around()
    with pytest.raises(Refused, match="两地填得不同"):
        move(world.county, home, NEXT_DOOR)


def test_an_edit_that_did_not_know_of_the_move_is_a_question(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    move(world.county, home, NEXT_DOOR)
    change(world.town, home, phone="13933333333")
    world.around()
    assert shown(world.sibling, home).facts["phone"] == "13900000000"
    (one,) = conflicts(world.county)
    assert (one.field, one.shown, one.region) == ("phone", "13900000000", NEXT_DOOR)
    assert {c.value for c in one.claims} == {"13900000000", "13933333333"}
    world.agree()
    choose(world.county, one, "13933333333")
    assert conflicts(world.county) == []
    world.around()
    assert shown(world.sibling, home).facts["phone"] == "13933333333"
    assert conflicts(world.county) == []
    world.agree()


def test_late_labels_and_remarks_are_questions_too(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    move(world.county, home, NEXT_DOOR)
    change(world.town, home, note="搬到河对岸")
    world.around()
    (one,) = conflicts(world.county)
    assert (one.field, one.shown) == ("note", "靠河")
    choose(world.county, one, "搬到河对岸")
    world.around()
    assert shown(world.sibling, home).facts["note"] == "搬到河对岸"
    world.agree()


def test_a_late_removal_is_a_question(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    move(world.county, home, NEXT_DOOR)
    with world.town.db.unit(world.town.actor, "删除户") as unit:
        register.remove_household(unit, home, "重复登记")
    world.around()
    open_ = {(one.table, one.field) for one in conflicts(world.county)}
    assert open_ == {("household", "alive"), ("person", "alive")}
    assert shown(world.sibling, home).region == NEXT_DOOR
    world.agree()


def test_a_late_visit_and_a_late_child_follow(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    move(world.county, home, NEXT_DOOR)
    visit(world.town, home, "那天还在老屋")
    with world.town.db.unit(world.town.actor, "添人") as unit:
        register.add_person(unit, home, register.PersonDraft({"name": "岳小满", "relation": "R11"}))
    world.around()
    assert visits_of(world.sibling, home) == visits_of(world.county, home) == ["那天还在老屋"]
    assert [m.name for m in shown(world.sibling, home).members] == ["岳兰", "岳兰之子", "岳小满"]
    world.agree()


def test_two_moves_that_did_not_know_of_each_other(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    move(world.town, home, OTHER_VILLAGE)
    move(world.county, home, NEXT_DOOR)
    world.around()
    (one,) = conflicts(world.county)
    assert (one.table, one.field, len(one.claims)) == ("household", "region", 2)
    assert shown(world.town, home).region == OTHER_VILLAGE
    assert shown(world.sibling, home).region == NEXT_DOOR
    change(world.town, home, phone="13944444444")
    world.around()
    (one,) = conflicts(world.county)
    place = next(c.value for c in one.claims if c.value in (NEXT_DOOR, "371602013600"))
    choose(world.county, one, place)
    world.around()
    assert seen(world.town, home) is None
    assert [m.name for m in shown(world.sibling, home).members] == ["岳兰", "岳兰之子"]
    (late,) = conflicts(world.county)
    assert (late.field, {c.value for c in late.claims}) == ("phone", {"13900000000", "13944444444"})
    world.agree()


def test_a_move_is_answered_by_another_move(world: Three) -> None:
    home = household(world.town, "岳兰")
    with world.town.db.unit(world.town.actor, "迁移") as unit:
        register.move_household(unit, home, OTHER_VILLAGE)
        key = unit.action_key
    with (
        pytest.raises(Refused, match="迁移不能整步撤销"),
        world.town.db.unit(world.town.actor, "撤销") as unit,
    ):
        undo.undo(unit, key)
    move(world.town, home, VILLAGE, "一组")
    assert (shown(world.town, home).region, shown(world.town, home).group) == (VILLAGE, "一组")
    world.around()
    world.agree()


def test_an_answer_to_a_late_edit_can_be_taken_back(world: Three) -> None:
    home = household(world.town, "岳兰")
    world.around()
    move(world.county, home, NEXT_DOOR)
    change(world.town, home, phone="13933333333")
    world.around()
    (one,) = conflicts(world.county)
    claim = next(c for c in one.claims if c.value == "13933333333")
    with world.county.db.unit(world.county.actor, "定") as unit:
        sync.choose(unit, one.row, one.field, claim.eid)
        key = unit.action_key
    with world.county.db.unit(world.county.actor, "撤销") as unit:
        undo.undo(unit, key)
    (again,) = conflicts(world.county)
    assert {c.value for c in again.claims} == {"13900000000", "13933333333"}
    world.around()
    world.agree()


def test_a_village_that_loses_a_household_keeps_its_history(world: Three, tmp_path: Path) -> None:
    village, stick = make(tmp_path, "hamlet"), world.stick
    enrol(village, world.town, stick)
    home = household(village, "岳兰")
    world.town.reads(village.writes(stick))
    move(world.town, home, OTHER_VILLAGE)
    visit(village, home, "还没有听说")
    for _ in range(2):
        world.town.reads(village.writes(stick))
        for w in sync.write_bundle(world.town.db, world.town.actor, stick, whom=VILLAGE):
            assert village.reads(w.path).quarantined == 0
    assert seen(village, home) is None
    assert len(log(village.db, f"e.row = x'{home.hex()}'")) == 2
    assert visits_of(world.town, home) == ["还没有听说"]
    for at in (village, world.town):
        assert sync.rebuild_rows(at.db, at.actor).differences == {}
        with at.db.reader(at.actor) as reader:
            assert sync.alarms(reader) == []
    village.db.close()
