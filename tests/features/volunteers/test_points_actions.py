"""Volunteers and their points on a real file: booked, reversed, undone, summed, and never edited."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as driver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from desktop.core.db import registry
from desktop.core.db.database import Database, writing
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor, Reader
from desktop.core.errors import Refused
from desktop.features.volunteers import api as volunteers
from desktop.features.volunteers import ledger
from desktop.features.volunteers.api import Transfer, VolunteerDraft
from desktop.features.volunteers.tables import VolunteerRow
from tests.office_maker import VILLAGE, make_office

DRAFT = VolunteerDraft(VILLAGE, "何小满", "13812345678", skills="理发")


@dataclass
class Township:
    """A township with one volunteer."""

    db: Database
    actor: Actor
    he: bytes

    def does(self, action: Any, *args: Any, **options: Any) -> Any:
        with self.db.unit(self.actor, "积分") as unit:
            return action(unit, *args, **options)

    def awards(self, points: int, reason: str = "打扫院子", **options: Any) -> Transfer:
        made: Transfer = self.does(volunteers.award, self.he, points, reason, **options)
        return made

    def redeems(self, points: int) -> Transfer:
        made: Transfer = self.does(volunteers.redeem, self.he, points, "换肥皂")
        return made

    def reverses(self, transfer: Transfer) -> Transfer:
        made: Transfer = self.does(volunteers.reverse_transfer, transfer.id, "记错人")
        return made

    def undoes(self, row: bytes) -> None:
        """Take back the action that first wrote this row."""
        wanted = "SELECT a.key FROM action a JOIN log_entry e ON e.action = a.id WHERE e.row = ? ORDER BY e.hlc LIMIT 1"
        with self.db.unit(self.actor, "撤销") as unit:
            undo(unit, unit.connection.exec_driver_sql(wanted, (row,)).scalar_one())

    def reads(self) -> AbstractContextManager[Reader]:
        return self.db.reader(self.actor)

    def balance(self) -> int:
        with self.reads() as reader:
            return volunteers.balances(reader, [self.he])[self.he]

    def sum_of_all(self) -> int:
        with self.reads() as reader:
            columns = "SELECT credit FROM points UNION SELECT debit FROM points"
            accounts = list(reader.connection.exec_driver_sql(columns).scalars())
            return sum(volunteers.balances(reader, accounts).values())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Township]:
    db, actor = make_office(tmp_path)
    with db.unit(actor, "新志愿者") as unit:
        he = volunteers.add_volunteer(unit, DRAFT).id
    yield Township(db, actor, he)
    db.close()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda e: e.code == code)


def test_a_volunteer_is_read_as_written_and_belongs_to_this_pc(office: Township) -> None:
    with office.reads() as reader:
        found = volunteers.volunteer(reader, office.he)
    assert found is not None
    assert (found.name, found.phone, found.skills, found.region) == ("何小满", "13812345678", "理发", VILLAGE)
    assert found.spending_node == office.db.node.node_id


def test_a_change_writes_only_what_is_different(office: Township) -> None:
    office.does(volunteers.change_volunteer, office.he, replace(DRAFT, phone="", skills="理发、修鞋"))
    office.does(volunteers.change_volunteer, office.he, replace(DRAFT, phone="", skills="理发、修鞋"))
    with office.reads() as reader:
        found = volunteers.volunteer(reader, office.he)
        count = "SELECT count(*) FROM log_entry WHERE row = ?"
        assert reader.connection.exec_driver_sql(count, (office.he,)).scalar_one() == 2
    assert found is not None
    assert (found.name, found.phone, found.skills) == ("何小满", "", "理发、修鞋")


def test_a_volunteer_stays_where_the_points_are_booked(office: Township) -> None:
    with refused("volunteer.moved"):
        office.does(volunteers.change_volunteer, office.he, replace(DRAFT, region="371602012601"))


def test_award_and_redeem_are_two_sided(office: Township) -> None:
    award, redeem = office.awards(10, day="2027-03-01", source=b"v" * 16), office.redeems(4)
    place = volunteers.account_of_office(VILLAGE)
    assert (award.debit, award.credit, award.day, award.source) == (place, office.he, "2027-03-01", b"v" * 16)
    assert (redeem.debit, redeem.credit, redeem.day) == (office.he, place, "2027-03-14")
    with office.reads() as reader:
        assert volunteers.balances(reader, [office.he, place, b"x"]) == {office.he: 6, place: -6, b"x": 0}


def test_nothing_waits_while_no_account_is_below_zero(office: Township) -> None:
    office.awards(3)
    office.redeems(3)
    with office.reads() as reader:
        assert volunteers.due(reader, date(2027, 3, 14)) == []


def test_the_ledger_runs_newest_first(office: Township) -> None:
    office.awards(10, "打扫院子")
    office.awards(3, "补记", day="2027-01-05")
    office.redeems(4)
    with office.reads() as reader:
        lines = volunteers.ledger(reader, office.he)
    assert [(line.kind, line.points, line.balance) for line in lines] == [
        ("redeem", -4, 9),
        ("award", 3, 13),
        ("award", 10, 10),
    ]


def test_a_reversal_is_the_opposite_and_both_are_seen(office: Township) -> None:
    award = office.awards(10, day="2027-03-01")
    opposite = office.reverses(award)
    assert (opposite.debit, opposite.credit, opposite.amount) == (award.credit, award.debit, 10)
    assert (opposite.kind, opposite.day, opposite.reason) == ("reversal", "2027-03-14", "记错人")
    with office.reads() as reader:
        lines = volunteers.ledger(reader, office.he)
    assert [(x.id, x.points, x.balance, x.is_reversed, x.reverses) for x in lines] == [
        (opposite.id, -10, 0, False, award.id),
        (award.id, 10, 10, True, None),
    ]


def test_reversing_twice_and_reversing_a_reversal_are_refused(office: Township) -> None:
    award = office.awards(10)
    opposite = office.reverses(award)
    with refused("points.twice"):
        office.reverses(award)
    with refused("points.reversal"):
        office.reverses(opposite)
    assert office.balance() == 0


def test_a_spent_award_is_reversed_only_after_what_it_paid_for(office: Township) -> None:
    award = office.awards(10)
    redeem = office.redeems(4)
    with refused("points.spent"):
        office.reverses(award)
    office.reverses(redeem)
    office.reverses(award)
    assert office.balance() == 0


def test_overspending_is_refused(office: Township) -> None:
    office.awards(10)
    with refused("points.overspend"):
        office.redeems(11)
    office.redeems(10)
    assert office.balance() == 0


def test_only_the_spending_node_redeems(office: Township) -> None:
    with office.db.unit(office.actor, "移交") as unit:
        unit.change(VolunteerRow, office.he, spending_node=b"n" * 16)
    award = office.awards(10)
    with refused("points.other_node"):
        office.redeems(1)
    office.reverses(award)


def test_rights_and_their_region(office: Township) -> None:
    for actor, code in (
        (replace(office.actor, rights=frozenset({"volunteer.change"})), "right.missing"),
        (replace(office.actor, prefix="371602012601"), "right.region"),
    ):
        with refused(code), office.db.unit(actor, "积分") as unit:
            volunteers.award(unit, office.he, 1, "打扫院子")
    with refused("volunteer.gone"):
        office.does(volunteers.award, bytes(16), 1, "打扫院子")


@pytest.mark.parametrize("statement", ["UPDATE points SET amount = 1", "DELETE FROM points"])
def test_triggers_refuse_to_edit_the_ledger(office: Township, statement: str) -> None:
    office.awards(10)
    with pytest.raises((DatabaseError, driver.DatabaseError)), writing(office.db.engine) as connection:
        connection.exec_driver_sql(statement)
    assert office.balance() == 10


def test_triggers_refuse_points_that_the_log_does_not_know(office: Township) -> None:
    office.awards(10)
    columns = "region, version, debit, credit, amount, day, kind, reason"
    copied = f"INSERT INTO points (id, {columns}) SELECT randomblob(16), {columns} FROM points"
    with pytest.raises((DatabaseError, driver.DatabaseError)), writing(office.db.engine) as connection:
        connection.exec_driver_sql(copied)
    assert office.balance() == 10


def test_undo_of_an_award_is_a_reversal(office: Township) -> None:
    award = office.awards(10, day="2027-03-01")
    office.undoes(award.id)
    with office.reads() as reader:
        newest = volunteers.ledger(reader, office.he)[0]
    assert (newest.kind, newest.points, newest.balance, newest.reverses) == ("reversal", -10, 0, award.id)
    assert office.sum_of_all() == 0
    with refused("points.twice"):
        office.reverses(award)


def test_an_award_is_not_taken_back_twice(office: Township) -> None:
    award = office.awards(10)
    opposite = office.reverses(award)
    for row in (award.id, opposite.id):
        with pytest.raises(Refused):
            office.undoes(row)
    assert office.balance() == 0


def test_undo_may_not_overspend_either(office: Township) -> None:
    award = office.awards(10)
    office.redeems(4)
    with refused("points.below_zero"):
        office.undoes(award.id)
    assert office.balance() == 6


def test_what_other_pcs_booked_below_zero_is_kept_and_waits(office: Township) -> None:
    place = volunteers.account_of_office(VILLAGE)
    with writing(office.db.engine) as connection:
        unit = office.db._open(connection, office.actor, "来自别处", "")
        spent = Transfer(unit.new_id(), VILLAGE, office.he, place, 5, "2027-03-14", "redeem", "换肥皂")
        ledger.add(unit, spent)
        unit.journal.close()
        with refused("points.below_zero"):
            registry.run_hooks(connection, unit.touched)
        # An entry that came in a bundle belongs to no action of this PC.
        connection.exec_driver_sql("DROP TRIGGER log_update_log_entry")
        connection.exec_driver_sql("UPDATE log_entry SET action = NULL WHERE eid = ?", (spent.id,))
        registry.run_hooks(connection, unit.touched)
    with office.reads() as reader:
        waits = volunteers.due(reader, date(2027, 3, 14))
    assert [(d.who, d.given) for d in waits] == [("何小满", {"volunteer": office.he.hex()})]
    office.awards(2)
    assert office.balance() == -3


def test_the_list_is_filtered_as_one_types(office: Township) -> None:
    lu = office.does(
        volunteers.add_volunteer,
        VolunteerDraft("371602012601", "卢春生", "13987650000", "371699199001011239"),
    ).id
    expected = {
        "": [office.he, lu], "小满": [office.he], "hxm": [office.he], "lucs": [], "luchun": [lu],
        "5678": [office.he], "1239": [lu], "138": [], "小 何": [office.he], "何 lcs": [],
    }  # fmt: skip
    with office.reads() as reader:
        assert {text: volunteers.volunteer_ids(reader, text) for text in expected} == expected
        assert volunteers.volunteer_ids(reader, region="371602012601") == [lu]


def test_lines_have_balances_and_keep_the_order_asked_for(office: Township) -> None:
    lu = office.does(volunteers.add_volunteer, replace(DRAFT, name="卢春生")).id
    office.awards(7)
    with office.reads() as reader:
        lines = volunteers.volunteer_lines(reader, [lu, bytes(16), office.he])
    assert [(line.name, line.balance) for line in lines] == [("卢春生", 0), ("何小满", 7)]


def test_undoing_an_addition_takes_the_volunteer_off_the_list(office: Township) -> None:
    office.undoes(office.he)
    with office.reads() as reader:
        assert volunteers.volunteer_ids(reader) == []
        assert volunteers.volunteer(reader, office.he) is None
    with refused("volunteer.gone"):
        office.awards(1)


STEPS = st.lists(
    st.tuples(st.sampled_from(["award", "redeem", "reverse", "undo"]), st.integers(1, 12), st.integers(0, 9)),
    max_size=12,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_is_done_all_accounts_sum_to_zero_and_none_is_overdrawn(
    office: Township, steps: list[tuple[str, int, int]]
) -> None:
    office.he = office.does(volunteers.add_volunteer, DRAFT).id
    booked: list[Transfer] = []
    for what, points, which in steps:
        with suppress(Refused):
            booked += does(office, booked, what, points, which)
        assert office.sum_of_all() == 0
        assert office.balance() >= 0


def does(office: Township, booked: list[Transfer], what: str, points: int, which: int) -> list[Transfer]:
    if what == "award":
        return [office.awards(points)]
    if what == "redeem":
        return [office.redeems(points)]
    if booked and what == "reverse":
        return [office.reverses(booked[which % len(booked)])]
    if booked:
        office.undoes(booked[which % len(booked)].id)
    return []
