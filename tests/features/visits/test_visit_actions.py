"""Visits on a real file: recorded, corrected, listed, and who still waits for one."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.core.clock import FixedClock
from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor, Reader
from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.visits import store
from desktop.features.visits.api import Visit, VisitDraft, VisitKind
from desktop.features.visits.tables import VisitRow
from tests.office_maker import NOON, VILLAGE, add_household, make_office

OTHER_VILLAGE = "371602012601"
FOUND = "屋顶漏雨，已联系村里派人来修"
OTHER = "老人膝盖疼，下周陪去卫生院看"


@dataclass
class Township:
    """Two households in one village, one in another."""

    db: Database
    actor: Actor
    zhang: bytes
    li: bytes
    wang: bytes

    def records(self, household: bytes, day: str = "2027-03-14", **others: str) -> Visit:
        values = {"kind": "home", "visitor": "周启明", "findings": FOUND} | others
        with self.db.unit(self.actor, "记走访") as unit:
            return visits.record_visit(unit, VisitDraft(household, day, **values))

    def corrects(self, visit: Visit, why: str = "写错了", **changes: Any) -> Visit:
        with self.db.unit(self.actor, "更正走访") as unit:
            return visits.correct_visit(unit, visit.id, replace(visits.draft_of(visit), **changes), why)

    def undoes(self, visit: Visit) -> None:
        """Take back the action that wrote this visit."""
        wanted = "SELECT a.key FROM action a JOIN log_entry e ON e.action = a.id WHERE e.eid = ?"
        with self.db.unit(self.actor, "撤销") as unit:
            undo(unit, unit.connection.exec_driver_sql(wanted, (visit.id,)).scalar_one())

    def reads(self) -> AbstractContextManager[Reader]:
        return self.db.reader(self.actor)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Township]:
    db, actor = make_office(tmp_path)
    zhang, li = add_household(db, actor, "张冬青"), add_household(db, actor, "李雨禾")
    yield Township(db, actor, zhang, li, add_household(db, actor, "王石磊", OTHER_VILLAGE))
    db.close()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda e: e.code == code)


def test_a_visit_is_read_as_it_was_written(office: Township) -> None:
    made = office.records(office.zhang, request=" 想修屋顶 ", solution="")
    with office.reads() as reader:
        assert visits.visits_of(reader, office.zhang) == [made]
        assert visits.visits_of(reader, office.li) == []
    assert (made.day, made.kind, made.visitor, made.region) == ("2027-03-14", "home", "周启明", VILLAGE)
    assert (made.findings, made.request, made.solution, made.stands) == (FOUND, "想修屋顶", "", True)


def test_newest_first(office: Township) -> None:
    days = ["2027-01-05", "2027-03-14", "2026-11-30"]
    for day in days:
        office.records(office.zhang, day)
    with office.reads() as reader:
        found = [v.day for v in visits.visits_of(reader, office.zhang)]
        assert found == sorted(days, reverse=True)
        assert [line.day for line in visits.visit_lines(reader, visits.visit_ids(reader))] == found


def test_a_refused_visit_leaves_nothing(office: Township) -> None:
    with refused("visit.future"):
        office.records(office.zhang, "2027-03-15")
    with refused("visit.household"):
        office.records(bytes(16))
    with office.reads() as reader:
        assert visits.visit_ids(reader) == []


def test_rights_and_their_region(office: Township) -> None:
    draft = VisitDraft(office.zhang, "2027-03-14", "home", "周启明", FOUND)
    for actor, code in (
        (replace(office.actor, rights=frozenset()), "right.missing"),
        (replace(office.actor, prefix=OTHER_VILLAGE), "right.region"),
    ):
        with refused(code), office.db.unit(actor, "记走访") as unit:
            visits.record_visit(unit, draft)


def test_a_household_added_in_the_same_unit_can_be_visited(office: Township) -> None:
    draft = register.HouseholdDraft(VILLAGE, "", {}, (register.PersonDraft({"name": "赵一禾"}),))
    with office.db.unit(office.actor, "新户走访") as unit:
        added = register.add_household(unit, draft)
        visits.record_visit(unit, VisitDraft(added.id, "2027-03-14", "home", "周启明", FOUND))
    with office.reads() as reader:
        assert len(visits.visits_of(reader, added.id)) == 1


def test_a_correction_stands_and_the_first_stays(office: Township) -> None:
    first = office.records(office.zhang)
    second = office.corrects(first, "人记错了", findings=OTHER)
    with office.reads() as reader:
        assert visits.visits_of(reader, office.zhang) == [second]
        assert visits.visit(reader, first.id) == replace(first, replaced_by=second.id)
        both = visits.visits_of(reader, office.zhang, replaced=True)
        assert {v.id: v.stands for v in both} == {first.id: False, second.id: True}
        assert visits.visit_ids(reader) == [second.id]
        assert visits.visit_lines(reader, [second.id])[0].is_correction
    assert (second.replaces, second.why, second.findings) == (first.id, "人记错了", OTHER)


def test_a_chain_of_corrections_is_read_back_to_the_first(office: Township) -> None:
    first = office.records(office.zhang)
    second = office.corrects(first, day="2027-03-13")
    third = office.corrects(second, day="2027-03-12")
    with office.reads() as reader:
        assert [v.id for v in visits.versions(reader, third.id)] == [third.id, second.id, first.id]
        assert visits.visits_of(reader, office.zhang) == [third]


def test_correcting_a_replaced_one_is_refused(office: Township) -> None:
    first = office.records(office.zhang)
    office.corrects(first, day="2027-03-13")
    with refused("visit.replaced"):
        office.corrects(first, day="2027-03-12")


def test_a_correction_may_move_to_the_right_household(office: Township) -> None:
    first = office.records(office.zhang)
    moved = office.corrects(first, "户选错了", household_id=office.wang)
    with office.reads() as reader:
        assert visits.visits_of(reader, office.zhang) == []
        assert [v.replaced_by for v in visits.visits_of(reader, office.zhang, replaced=True)] == [moved.id]
        assert visits.visits_of(reader, office.wang) == [moved]
        assert visits.not_visited(reader, 2027, 1) == [office.zhang, office.li]
    assert moved.region == OTHER_VILLAGE


def test_an_undone_correction_gives_the_first_back(office: Township) -> None:
    first = office.records(office.zhang)
    office.undoes(office.corrects(first, day="2027-03-13"))
    with office.reads() as reader:
        assert visits.visits_of(reader, office.zhang, replaced=True) == [first]
        assert visits.visit_ids(reader) == [first.id]


def test_a_chain_whose_middle_was_undone_still_stands_once(office: Township) -> None:
    first = office.records(office.zhang, "2026-12-30")
    second = office.corrects(first, day="2026-12-31")
    third = office.corrects(second, day="2027-01-02")
    office.undoes(second)
    with office.reads() as reader:
        assert visits.visits_of(reader, office.zhang) == [third]
        assert visits.visit_ids(reader) == [third.id]
        assert [v.id for v in visits.versions(reader, third.id)] == [third.id, first.id]
        assert office.zhang in visits.not_visited(reader, 2026, 4)


def test_corrections_that_go_round_in_a_circle_end(office: Township) -> None:
    one, two = office.records(office.zhang), office.records(office.li)
    with office.db.unit(office.actor, "来自别处") as unit:
        unit.change(VisitRow, one.id, replaces=two.id, alive=False)
        unit.change(VisitRow, two.id, replaces=one.id, alive=False)
    with office.reads() as reader:
        assert visits.visit_ids(reader) == []
        assert visits.versions(reader, one.id) == []
        assert visits.visits_of(reader, office.zhang, replaced=True) == []
        assert store.successors(reader, [one.id]) == {}


def test_an_undone_visit_cannot_be_corrected(office: Township) -> None:
    made = office.records(office.zhang)
    office.undoes(made)
    with refused("visit.gone"):
        office.corrects(made, day="2027-03-13")


def test_by_visitor_and_names_for_completion(office: Township) -> None:
    office.records(office.zhang, "2027-01-10", visitor="周启明")
    office.records(office.li, "2027-02-20", visitor="周启明")
    office.records(office.wang, "2027-03-01", visitor="吴知秋")
    with office.reads() as reader:
        found = visits.by_visitor(reader, "周启明", date(2027, 1, 1), date(2027, 2, 20))
        assert [v.household_id for v in found] == [office.li, office.zhang]
        assert visits.by_visitor(reader, "周启明", date(2027, 1, 11), date(2027, 2, 19)) == []
        assert visits.visitors(reader) == ["吴知秋", "周启明"]


def test_the_list_is_filtered_as_one_types(office: Township) -> None:
    roof = office.records(office.zhang, "2027-03-02", request="想修屋顶").id
    knee = office.records(office.wang, "2026-12-30", visitor="吴知秋", findings=OTHER).id
    expected = {
        "": [roof, knee], "张冬": [roof], "zdq": [roof], "吴": [knee], "wzq": [knee], "膝盖": [knee],
        "想修": [roof], "wsl 膝盖": [knee], "zdq 膝盖": [], "周启明 屋顶": [roof], "没有": [],
    }  # fmt: skip
    with office.reads() as reader:
        assert {text: visits.visit_ids(reader, text) for text in expected} == expected
        assert visits.visit_ids(reader, region=OTHER_VILLAGE) == [knee]
        assert visits.visit_ids(reader, region="371602012") == [roof, knee]
        assert visits.visit_ids(reader, quarter=(2027, 1)) == [roof]
        assert visits.visit_ids(reader, quarter=(2026, 4)) == [knee]


def test_lines_keep_the_order_asked_for(office: Township) -> None:
    one, two = office.records(office.zhang), office.records(office.wang)
    with office.reads() as reader:
        lines = visits.visit_lines(reader, [two.id, bytes(16), one.id])
    assert [(line.id, line.head) for line in lines] == [(two.id, "王石磊"), (one.id, "张冬青")]
    assert lines[0].number.startswith("w")


def test_only_standing_home_visits_of_the_quarter_count(office: Township) -> None:
    office.records(office.zhang, "2027-01-01")
    office.records(office.li, "2026-12-31")
    office.records(office.wang, "2027-02-01", kind="phone")
    with office.reads() as reader:
        assert visits.not_visited(reader, 2027, 1) == [office.li, office.wang]
        assert visits.not_visited(reader, 2027, 1, region=OTHER_VILLAGE) == [office.wang]
        calls = {VisitKind.HOME, VisitKind.PHONE}
        assert visits.not_visited(reader, 2027, 1, counting=calls) == [office.li]
        assert visits.not_visited(reader, 2026, 4) == [office.zhang, office.wang]


def test_a_correction_into_another_quarter_counts_there_alone(office: Township) -> None:
    first = office.records(office.zhang, "2027-01-01")
    office.corrects(first, day="2026-12-31")
    with office.reads() as reader:
        assert office.zhang in visits.not_visited(reader, 2027, 1)
        assert office.zhang not in visits.not_visited(reader, 2026, 4)


def test_arrears_and_what_waits_today(office: Township) -> None:
    office.records(office.zhang, "2027-02-01")
    office.records(office.wang, "2027-02-01")
    with office.reads() as reader:
        found = visits.arrears_by_village(reader, 2027, 1)
        waits = visits.due(reader, date(2027, 3, 14))
    assert [(a.region, a.missing, a.total) for a in found] == [(VILLAGE, 1, 2), (OTHER_VILLAGE, 0, 1)]
    assert [(d.given["region"], d.since, d.until) for d in waits] == [
        (VILLAGE, date(2027, 1, 1), date(2027, 3, 31)),
    ]


def test_nothing_waits_when_all_were_visited(office: Township) -> None:
    for household in (office.zhang, office.li, office.wang):
        office.records(household, "2027-03-01")
    with office.reads() as reader:
        assert visits.due(reader, date(2027, 3, 14)) == []
        assert len(visits.due(reader, date(2027, 4, 1))) == 2


def test_a_county_is_told_by_township(tmp_path: Path) -> None:
    db, actor = make_office(tmp_path, "county")
    for region in (VILLAGE, OTHER_VILLAGE, "371602101600"):
        add_household(db, actor, "孙晚晴", region)
    with db.reader(actor) as reader:
        waits = visits.due(reader, date(2027, 3, 14))
    assert [(d.given["region"], d.who == d.given["region"]) for d in waits] == [
        ("371602012", False),
        ("371602101", False),
    ]
    db.close()


def test_the_sixteenth_household_of_a_day_is_asked_about(office: Township) -> None:
    neighbours = [add_household(office.db, office.actor, f"住户{n}") for n in range(15)]
    for household in neighbours:
        office.records(household)
    new = VisitDraft(office.zhang, "2027-03-14", "home", "周启明", OTHER)
    again = replace(new, household_id=neighbours[0])
    with office.reads() as reader:
        found = visits.check(new, reader.today, visits.facts(reader, new))
        assert visits.check(again, reader.today, visits.facts(reader, again)) == []
    assert [p.code for p in found] == ["visit.many"]
    office.records(office.zhang, findings=OTHER)


def test_copied_findings_are_seen_but_not_those_of_the_visit_being_corrected(office: Township) -> None:
    first = office.records(office.zhang)
    draft = replace(visits.draft_of(first), day="2027-03-13")
    with office.reads() as reader:
        seen = visits.check(draft, reader.today, visits.facts(reader, draft))
        correcting = visits.check(draft, reader.today, visits.facts(reader, draft, first.id))
    assert ([p.code for p in seen], correcting) == (["visit.alike"], [])


def test_today_is_the_office_s_day(office: Township) -> None:
    clock = office.db.clock
    assert isinstance(clock, FixedClock)
    clock.moment = NOON.replace(hour=0, minute=30)  # still the 13th in Greenwich
    assert office.records(office.zhang, "2027-03-14").day == "2027-03-14"
