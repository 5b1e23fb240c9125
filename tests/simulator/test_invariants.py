"""Each invariant can fail: after a little work of two offices something is made wrong by hand, and it is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from desktop.core.db import redo
from desktop.features.register.tables import HouseholdRow, PersonRow
from desktop.features.volunteers import api as volunteers
from tests.simulator import invariants, looking, projections
from tests.simulator.desk import Desk
from tests.simulator.faults import Mix, fingerprint
from tests.simulator.places import Mould, cheap_disks
from tests.simulator.projections import Meanings
from tests.simulator.run import Run

VILLAGE = "371602011600"


class Two:
    """A township and its county that hold the same: a household, a person, an award, a field they disagree on."""

    def __init__(self, mould: Mould, folder: Path) -> None:
        mix = replace(Mix(), seats=("县2", "镇21"))
        self.run = Run(1, Random(1), mould, folder, mix)
        folder.mkdir()
        self.run.set_up()
        self.run.world.villages = [VILLAGE]
        self.county, self.town = self.run.desks
        self._work()

    def _work(self) -> None:
        with self.town.unit("新增") as unit:
            self.home = unit.add(HouseholdRow, VILLAGE, place=1, number="000001-00001")
            self.person = unit.add(PersonRow, VILLAGE, household_id=self.home, position=1, name="甲")
            account = volunteers.add_volunteer(unit, volunteers.VolunteerDraft(VILLAGE, "岳兰")).id
            volunteers.award(unit, account, 5, "清扫")
        self.run.looked(self.town)
        self.run.round()
        for desk, phone in ((self.town, "1"), (self.county, "2")):
            with desk.unit("改") as unit:
                unit.change(HouseholdRow, self.home, phone=phone)
            self.run.looked(desk)
        self.run.round()
        self.run.round()

    def spoil(self, desk: Desk, *statements: str) -> None:
        """Past all guards of the program."""
        with desk.db.engine.connect() as raw:
            connection = raw.execution_options(write=True)
            with connection.begin(), redo.without_guards(connection):
                for statement in statements:
                    connection.exec_driver_sql(statement)


@pytest.fixture
def two(mould: Mould, memory: Path, request: pytest.FixtureRequest) -> Iterator[Two]:
    with cheap_disks():
        two = Two(mould, memory / request.node.name[:40])
        yield two
        two.run.close()


def test_nothing_is_wrong_where_nobody_made_it_wrong(two: Two) -> None:
    looking.look_at_all(two.run)
    assert list(invariants.v2_everybody_has_everything(two.run.desks)) == []


def test_v1_other_rows_of_the_same_entries(two: Two) -> None:
    two.spoil(two.town, "UPDATE person SET name = '乙'")
    assert "V1" in "".join(invariants.v1_same_entries_same_rows(two.run.desks))


def test_v2_an_entry_that_did_not_arrive(two: Two) -> None:
    with two.town.unit("改") as unit:
        unit.change(PersonRow, two.person, phone="3")
    two.town.look()
    assert "V2 县2 lacks 1" in "".join(invariants.v2_everybody_has_everything(two.run.desks))


def test_v3_a_ledger_entry_that_is_gone(two: Two) -> None:
    before = {*two.town.held.ledger, bytes(16)}
    assert "V3" in "".join(invariants.v3_ledgers_only_grow(two.town, before))
    two.spoil(two.town, "DELETE FROM points")
    assert "shown nowhere" in "".join(invariants.v3_ledgers_only_grow(two.town, set()))


def test_v4_points_that_do_not_add_up(two: Two) -> None:
    two.spoil(two.town, "UPDATE points SET amount = 6")
    assert "V4" in "".join(invariants.v4_points_add_up(two.town))


def test_v5_an_entry_of_another_place(two: Two) -> None:
    said = next(s for s in two.run.world.book.values() if s.row == two.home)
    elsewhere = said._replace(region="371603012600")
    assert "V5" in "".join(invariants.v5_nobody_oversteps(two.town, [elsewhere]))
    by_another = said._replace(region="371602013600", node=two.town.node_id)
    assert "by an author of" in "".join(invariants.v5_nobody_oversteps(two.county, [by_another]))


def test_v6_a_question_that_is_not_open(two: Two) -> None:
    two.spoil(two.town, "DELETE FROM conflict")
    assert "not open" in "".join(projections.v6_shows_what_was_said(two.town, Meanings()))


def test_v6_a_value_that_nobody_said(two: Two) -> None:
    two.spoil(two.town, "UPDATE household SET phone = '7'")
    assert "household.phone" in "".join(projections.v6_shows_what_was_said(two.town, Meanings()))


def test_v6_an_edit_that_does_not_name_what_it_saw(two: Two) -> None:
    book, held = two.run.world.book, two.town.held.rows[11, two.home]
    last = book[held[-1]]
    unseen = last._replace(node=two.town.node_id, body={110: ["3", []]})
    book[unseen.eid] = unseen
    assert "does not name" in "".join(projections.v6_edits_name_what_they_saw(two.town, [unseen]))


def test_v7_reading_again_that_changes_something(two: Two) -> None:
    before = fingerprint(two.town)
    two.spoil(two.town, "UPDATE household_index SET phone = '7'")
    assert fingerprint(two.town) != before


def test_v8_a_row_that_waits_in_vain(two: Two) -> None:
    two.spoil(two.town, "DELETE FROM person")
    two.spoil(two.town, f"INSERT INTO waiting_row VALUES (x'{two.person.hex()}', 12, x'{two.home.hex()}')")
    assert "V8" in "".join(projections.v8_nothing_waits_in_vain(two.town, Meanings()))


def test_v8_an_orphan_whose_household_somebody_holds(two: Two) -> None:
    held = two.town.held
    held.all.discard(two.home)
    del held.rows[11, two.home]
    two.spoil(two.town, f"INSERT INTO waiting_row VALUES (x'{two.person.hex()}', 12, x'{two.home.hex()}')")
    assert "V8" in "".join(projections.v8_orphans(two.run.desks, Meanings()))


def test_v9_a_fork_without_a_twin(two: Two) -> None:
    book = two.run.world.book
    said = next(s for s in book.values() if s.row == two.home)
    book[bytes(16)] = said._replace(eid=bytes(16))
    two.county.held.all.add(bytes(16))
    forked = invariants.forks(book, {})
    assert "V9" in "".join(invariants.v9_forks_need_a_twin(forked, set()))
    assert "no alarm" in "".join(invariants.v9_forks_are_alarmed(two.county, forked, {two.town.node_id}))


def test_v10_what_counts_as_delivered_and_never_arrived(two: Two) -> None:
    assert list(invariants.v10_delivered_is_proved(two.town, two.run.ever)) == []
    nothing = {two.county.node_id: set[bytes]()}
    assert "V10" in "".join(invariants.v10_delivered_is_proved(two.town, nothing))
