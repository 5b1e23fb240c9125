"""Undo says the opposite of an action, whole or not at all, and erases nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.core.clock import FixedClock
from desktop.core.db import history, undo
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Unit
from desktop.core.errors import Refused
from desktop.features.office import api as office
from desktop.features.office import store
from desktop.features.register.tables import GroupRow, HouseholdRow, PersonRow
from desktop.features.visits.tables import VisitRow
from desktop.features.volunteers.tables import PointsRow, VolunteerRow
from tests.core.db.log_reading import differences, dump, log
from tests.office_maker import NOON, VILLAGE, make_office

Office = tuple[Database, Actor]
LOCAL = ("log_entry", "log_stream", "action", "local", "row_heads", "sqlite_sequence")


def does(office: Office, step: Any) -> bytes:
    """One action; gives its key."""
    db, actor = office
    with db.unit(actor, "一步") as unit:
        step(unit)
    return unit.action_key


def undone(office: Office, key: bytes) -> int:
    db, actor = office
    with db.unit(actor, "撤销") as unit:
        return undo.undo(unit, key)


def group(office: Office, name: str = "一组") -> bytes:
    rows: list[bytes] = []
    does(office, lambda u: rows.append(u.add(GroupRow, VILLAGE, name=name, position=1)))
    return rows[0]


def state(office: Office, table: str = "village_group") -> dict[bytes, dict[str, Any]]:
    with office[0].engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
    return {r.id: {k: v for k, v in r._mapping.items() if k not in ("id", "version")} for r in found}


def test_a_change_goes_back_to_what_was(township: Office) -> None:
    row = group(township)
    before = state(township)
    key = does(township, lambda u: u.change(GroupRow, row, name="二组", position=7))
    assert state(township) != before
    assert undone(township, key) == 1
    assert state(township) == before
    assert [e.kind for e in log(township[0], f"e.row = x'{row.hex()}'")] == ["C", "S", "S"]


def test_what_was_added_goes_and_what_was_removed_returns(township: Office) -> None:
    row = group(township)
    added = does(township, lambda u: u.add(GroupRow, VILLAGE, name="二组", position=2))
    removed = does(township, lambda u: u.remove(GroupRow, row))
    undone(township, added)
    undone(township, removed)
    assert {r["name"]: r["alive"] for r in state(township).values()} == {"一组": 1, "二组": 0}


def test_an_undo_can_be_undone(township: Office) -> None:
    row = group(township)
    key = does(township, lambda u: u.change(GroupRow, row, name="二组"))
    db, actor = township
    with db.unit(actor, "撤销") as unit:
        undo.undo(unit, key)
    undone(township, unit.action_key)
    assert state(township)[row]["name"] == "二组"


def test_a_field_that_was_empty_is_empty_again(township: Office) -> None:
    rows: list[bytes] = []
    does(township, lambda u: rows.append(u.add(HouseholdRow, VILLAGE, place=1, number="1")))
    key = does(township, lambda u: u.change(HouseholdRow, rows[0], phone="13800000000"))
    undone(township, key)
    assert state(township, "household")[rows[0]]["phone"] is None


def test_one_row_changed_twice_in_one_action(township: Office) -> None:
    row = group(township)
    before = state(township)

    def step(unit: Unit) -> None:
        unit.change(GroupRow, row, name="二组")
        unit.change(GroupRow, row, name="三组", position=3)

    assert undone(township, does(township, step)) == 2
    assert state(township) == before


def test_a_row_added_and_changed_in_one_action(township: Office) -> None:
    rows: list[bytes] = []

    def step(unit: Unit) -> None:
        rows.append(unit.add(HouseholdRow, VILLAGE, place=1, number="1"))
        unit.change(HouseholdRow, rows[0], phone="1", aliases=["a"])

    undone(township, does(township, step))
    assert state(township, "household")[rows[0]]["alive"] == 0


def test_a_bulk_action_larger_than_a_batch(township: Office) -> None:
    """A few rows of the first batch are changed again in the last one."""
    ids: list[bytes] = []

    def add(unit: Unit) -> None:
        ids.extend(unit.new_id() for _ in range(2_500))
        unit.add_many(GroupRow, ({"id": i, "region": VILLAGE, "name": "x", "position": 1} for i in ids))

    does(township, add)
    before = state(township)

    def change(unit: Unit) -> None:
        unit.change_many(GroupRow, ((i, {"position": 2}) for i in ids))
        unit.change_many(GroupRow, ((i, {"position": 3}) for i in ids[:100]))

    assert undone(township, does(township, change)) == 2_600
    assert state(township) == before


def test_a_later_change_of_the_same_field_refuses_the_whole(township: Office) -> None:
    one, other = group(township), group(township, "二组")

    def step(unit: Unit) -> None:
        unit.change(GroupRow, one, name="x")
        unit.change(GroupRow, other, name="y")

    key = does(township, step)
    does(township, lambda u: u.change(GroupRow, other, name="z"))
    before = dump(township[0])
    with pytest.raises(Refused) as caught:
        undone(township, key)
    assert caught.value.code == "undo.edited"
    assert differences(before, dump(township[0])) == []


def test_a_later_change_of_another_field_stays(township: Office) -> None:
    row = group(township)
    key = does(township, lambda u: u.change(GroupRow, row, name="x"))
    does(township, lambda u: u.change(GroupRow, row, position=9))
    undone(township, key)
    assert state(township)[row] == {"region": VILLAGE, "alive": 1, "name": "一组", "position": 9}


def test_a_row_that_was_edited_later_is_not_taken_away(township: Office) -> None:
    rows: list[bytes] = []
    key = does(township, lambda u: rows.append(u.add(GroupRow, VILLAGE, name="一组", position=1)))
    does(township, lambda u: u.change(GroupRow, rows[0], name="二组"))
    with pytest.raises(Refused) as caught:
        undone(township, key)
    assert caught.value.code == "undo.edited"


def test_undoing_twice_is_refused(township: Office) -> None:
    row = group(township)
    key = does(township, lambda u: u.change(GroupRow, row, name="x"))
    undone(township, key)
    with pytest.raises(Refused):
        undone(township, key)


def test_an_unknown_action_is_refused(township: Office) -> None:
    with pytest.raises(Refused) as caught:
        undone(township, bytes(16))
    assert caught.value.code == "undo.unknown"


def test_members_go_with_their_household(township: Office) -> None:
    def step(unit: Unit) -> None:
        home = unit.add(HouseholdRow, VILLAGE, place=1, number="1")
        unit.add(PersonRow, VILLAGE, household_id=home, position=1, name="何小满")

    assert undone(township, does(township, step)) == 2
    assert [r["alive"] for t in ("household", "person") for r in state(township, t).values()] == [0, 0]


def test_points_are_reversed_once(township: Office) -> None:
    db, _ = township
    he: list[bytes] = []
    does(township, lambda u: he.append(u.add(VolunteerRow, VILLAGE, name="x", spending_node=db.node.node_id)))
    said = {"debit": db.node.node_id, "amount": 5, "day": "2027-03-14", "kind": "award", "reason": "x"}
    key = does(township, lambda u: u.add(PointsRow, VILLAGE, credit=he[0], **said))
    undone(township, key)
    booked = sorted((r["debit"], r["credit"], r["amount"]) for r in state(township, "points").values())
    assert booked == sorted([(db.node.node_id, he[0], 5), (he[0], db.node.node_id, 5)])
    before = dump(db)
    with pytest.raises(Refused):
        undone(township, key)
    assert differences(before, dump(db)) == []


def test_a_reversal_itself_is_not_undone(township: Office) -> None:
    db, actor = township
    he: list[bytes] = []
    does(township, lambda u: he.append(u.add(VolunteerRow, VILLAGE, name="x", spending_node=db.node.node_id)))
    said = {"debit": db.node.node_id, "amount": 5, "day": "2027-03-14", "kind": "award", "reason": "x"}
    key = does(township, lambda u: u.add(PointsRow, VILLAGE, credit=he[0], **said))
    with db.unit(actor, "撤销") as unit:
        undo.undo(unit, key)
    with pytest.raises(Refused) as caught:
        undone(township, unit.action_key)
    assert caught.value.code == "undo.reversal"


def test_undo_works_when_the_clock_went_back_meanwhile(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    office = make_office(tmp_path, clock=clock)
    row = group(office)
    key = does(office, lambda u: u.change(GroupRow, row, name="x"))
    clock.moment = NOON - timedelta(days=900)
    undone(office, key)
    assert state(office)[row]["name"] == "一组"
    office[0].close()


def test_making_the_office_is_never_undone(township: Office) -> None:
    """It would lock everybody out: the first user is part of it."""
    db, actor = township
    with db.reader(actor) as reader:
        made = history.recent(reader)[-1]
    with pytest.raises(Refused) as refused, db.unit(actor, "撤销") as unit:
        undo.undo(unit, made.key)
    assert refused.value.code == "undo.never"
    with db.reader(actor) as reader:
        assert store.user(reader.connection, actor.login, office.office(reader).key) is not None


def household(office: Office, **values: Any) -> tuple[bytes, bytes]:
    """A household; gives its id, and the key of the step that made it."""
    rows: list[bytes] = []
    key = does(office, lambda u: rows.append(u.add(HouseholdRow, VILLAGE, place=1, number="1", **values)))
    return rows[0], key


def member(office: Office, home: bytes) -> tuple[bytes, bytes]:
    rows: list[bytes] = []
    said = {"position": 1, "name": "何小满"}
    key = does(office, lambda u: rows.append(u.add(PersonRow, VILLAGE, household_id=home, **said)))
    return rows[0], key


def visit(office: Office, home: bytes) -> bytes:
    said = {"day": "2027-03-14", "kind": "home", "visitor": "x", "findings": "x"}
    return does(office, lambda u: u.add(VisitRow, VILLAGE, household_id=home, **said))


def refused(office: Office, key: bytes) -> Refused:
    """The undo is refused, and everything is as it was."""
    before = dump(office[0])
    with pytest.raises(Refused) as caught:
        undone(office, key)
    assert differences(before, dump(office[0])) == []
    return caught.value


@pytest.mark.parametrize("later", [member, visit])
def test_a_row_that_later_work_points_at_is_not_taken_away(township: Office, later: Any) -> None:
    """The member, or the visit, would live on and be reached nowhere."""
    home, made = household(township)
    found = later(township, home)
    step = found[1] if isinstance(found, tuple) else found
    told = refused(township, made)
    assert told.code == "undo.needed"
    assert "“一步”（03-14 12:00）" in told.problems[0].sentence
    undone(township, step)  # what stands in the way is taken back first
    undone(township, made)
    assert state(township, "household")[home]["alive"] == 0


def test_a_group_that_another_household_uses_stays(township: Office) -> None:
    rows: list[bytes] = []

    def step(unit: Unit) -> None:
        rows.append(unit.add(GroupRow, VILLAGE, name="七组", position=7))
        unit.add(HouseholdRow, VILLAGE, place=1, number="1", group_id=rows[0])

    made = does(township, step)
    _, other = household(township, group_id=rows[0])
    assert refused(township, made).code == "undo.needed"
    undone(township, other)
    undone(township, made)


def test_who_moved_there_later_stands_in_the_way_and_who_moved_in_that_step_does_not(
    township: Office,
) -> None:
    """An older person: its row was not made after the household's."""
    old, _ = household(township)
    person, _ = member(township, old)
    rows: list[bytes] = []

    def step(unit: Unit) -> None:
        rows.append(unit.add(HouseholdRow, VILLAGE, place=2, number="2"))
        unit.change(PersonRow, person, household_id=rows[0])

    undone(township, does(township, step))
    assert state(township, "person")[person]["household_id"] == old
    home, made = household(township)
    moved = does(township, lambda u: u.change(PersonRow, person, household_id=home))
    assert refused(township, made).code == "undo.needed"
    undone(township, moved)
    undone(township, made)


def test_a_later_edit_of_a_row_of_the_step_beside_its_pointer_is_named(township: Office) -> None:
    """The step changed the person too; that it lives there now came later."""
    old, _ = household(township)
    person, _ = member(township, old)
    rows: list[bytes] = []

    def step(unit: Unit) -> None:
        rows.append(unit.add(HouseholdRow, VILLAGE, place=2, number="2"))
        unit.change(PersonRow, person, phone="13800000000")

    made = does(township, step)
    does(township, lambda u: u.change(PersonRow, person, household_id=rows[0]))
    assert "“一步”" in refused(township, made).problems[0].sentence


def test_a_removal_taken_back_and_said_again(township: Office) -> None:
    """Visits stay when their household goes: those from before do not keep it; one made since does."""
    home, _ = household(township)
    visit(township, home)
    removed = does(township, lambda u: u.remove(HouseholdRow, home))
    db, actor = township
    with db.unit(actor, "撤销") as unit:
        undo.undo(unit, removed)
    brought_back = unit.action_key
    later = visit(township, home)
    assert refused(township, brought_back).code == "undo.needed"
    undone(township, later)
    undone(township, brought_back)
    assert state(township, "household")[home]["alive"] == 0


def test_a_volunteer_with_points_stays_until_they_are_reversed(township: Office) -> None:
    """The accounts of a ledger are no foreign keys."""
    db, _ = township
    he: list[bytes] = []
    made = does(
        township, lambda u: he.append(u.add(VolunteerRow, VILLAGE, name="x", spending_node=db.node.node_id))
    )
    said = {"debit": db.node.node_id, "amount": 5, "day": "2027-03-14", "kind": "award", "reason": "x"}
    award = does(township, lambda u: u.add(PointsRow, VILLAGE, credit=he[0], **said))
    assert refused(township, made).code == "undo.needed"
    undone(township, award)
    undone(township, made)
    assert state(township, "volunteer")[he[0]]["alive"] == 0


def test_ten_minutes_are_the_logs_not_the_clocks(tmp_path: Path) -> None:
    """Whoever sets the PC's clock back does not get the ten minutes of a slip again."""
    clock = FixedClock(NOON)
    office = make_office(tmp_path, clock=clock)
    db, _ = office
    he: list[bytes] = []
    does(office, lambda u: he.append(u.add(VolunteerRow, VILLAGE, name="x", spending_node=db.node.node_id)))
    said = {"debit": db.node.node_id, "amount": 5, "day": "2027-03-14", "kind": "award", "reason": "x"}
    key = does(office, lambda u: u.add(PointsRow, VILLAGE, credit=he[0], **said))
    clock.moment = NOON - timedelta(minutes=1)
    assert refused(office, key).code == "undo.ledger"
    clock.moment = NOON + timedelta(minutes=11)
    group(office)
    clock.moment = NOON + timedelta(minutes=1)
    assert refused(office, key).code == "undo.ledger"
    db.close()
