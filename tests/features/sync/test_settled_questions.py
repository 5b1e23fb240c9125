"""Hard questions of sync.md that were open for long, each with its answer."""

from desktop.core.db.entries import reversal_row
from desktop.features.register.tables import HouseholdRow
from tests.features.sync.exchange_maker import (
    GROUP,
    HOUSEHOLD,
    NEXT_DOOR,
    PERSON,
    POINTS,
    VILLAGE,
    Author,
    bring,
    bundle,
)
from tests.features.sync.forging import World, transfer


def test_a_neighbour_puts_nobody_into_anothers_household(world: World) -> None:
    author = Author(world.sibling, NEXT_DOOR)
    person = author.says("C", PERSON, {2: world.homes[VILLAGE], 3: 9}).eid
    world.county.reads(
        bundle(world.stick, world.sibling, world.county, bring(world.sibling), author.segment())
    )
    assert world.shown("person", "id", person) is None


def test_a_row_that_was_edited_elsewhere_is_not_gone(world: World) -> None:
    author = Author(world.town)
    row = author.group().eid
    deleter, editor = Author(world.town), Author(world.town)
    deleter.says("D", GROUP, {1: [False, [row]]}, row)
    editor.renames(row, "二组")
    world.takes(author.segment(), deleter.segment(), editor.segment())
    assert world.shown("village_group", "alive", row) == 1


def test_two_reversals_of_one_transfer_look_the_same_everywhere(world: World) -> None:
    days = []
    for order in (1, -1):
        author = Author(world.town)
        booked = author.says("L", POINTS, transfer(world.town, bytes(16))).eid
        world.takes(author.segment())
        segments = []
        for n, day in enumerate(("2027-01-01", "2027-02-02")):
            reverser = Author(world.town, hlc=author.hlc + (n << 20))
            reverser.says(
                "X", POINTS, {**transfer(world.town, bytes(16)), 2: booked, 6: day}, reversal_row(booked)
            )
            segments.append(reverser.segment())
        world.takes(*segments[::order])
        days.append(world.shown("points", "day", reversal_row(booked)))
    assert days == ["2027-01-01"] * 2


def test_an_edit_that_waited_is_not_lost_because_of_a_local_one(world: World) -> None:
    home = world.homes[VILLAGE]
    author, groups = Author(world.town), Author(world.town)
    group = groups.new_id()
    author.says("S", HOUSEHOLD, {2: [group[0], [home]]}, home)
    assert world.takes(author.segment()).waiting >= 1
    with world.county.db.unit(world.county.actor, "改") as unit:
        unit.change(HouseholdRow, home, phone="13800000000")
    groups.group("迟到的组", made=group)
    world.takes(groups.segment())
    assert world.shown("household", "group_id", home) == group[0]


def test_a_transfer_of_less_than_one_point(world: World) -> None:
    author = Author(world.town)
    author.says("L", POINTS, {**transfer(world.town, bytes(16)), 5: -5})
    world.refuses_segment(author.segment())


def test_a_reversal_that_is_not_the_opposite(world: World) -> None:
    author = Author(world.town)
    booked = author.says("L", POINTS, transfer(world.town, bytes(16))).eid
    opposite = {
        2: booked,
        3: bytes(16),
        4: world.town.node.node_id,
        5: 500,
        6: "2027-03-14",
        7: "reversal",
        8: "x",
    }
    author.says("X", POINTS, opposite, reversal_row(booked))
    world.county.reads(bundle(world.stick, world.town, world.county, bring(world.town), author.segment()))
    assert world.shown("points", "amount", reversal_row(booked)) != 500
