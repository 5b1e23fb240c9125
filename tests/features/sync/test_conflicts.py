"""Two offices that say different things: both answers are kept, shown with their authors, and settled by a person."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.db.undo import undo
from desktop.core.errors import Refused
from desktop.features.register.tables import HouseholdRow, PersonRow
from desktop.features.sync import api as sync
from tests.core.db.log_reading import log
from tests.features.sync.exchange_maker import HOUSEHOLD, Author, Office, bring, bundle
from tests.features.sync.test_both_ways import down, edit, up, value
from tests.office_maker import add_household


def disagree(offices: tuple[Office, Office], stick: Path, **values: tuple[object, object]) -> bytes:
    """The township says the first, the county the second, and both have read each other."""
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    edit(town, home, **{name: own for name, (own, _) in values.items()})
    edit(county, home, **{name: other for name, (_, other) in values.items()})
    up(town, county, stick)
    down(town, county, stick)
    return home


def open_at(office: Office) -> list[sync.Conflict]:
    with office.db.reader(office.actor) as reader:
        assert sync.count(reader) == len(sync.conflicts(reader))
        return sync.conflicts(reader)


def test_both_answers_are_at_both_offices(offices: tuple[Office, Office], stick: Path) -> None:
    home = disagree(offices, stick, phone=("13800000000", "13900000000"), kind=("01", "02"))
    for office in offices:
        kind, phone = sorted(open_at(office), key=lambda c: c.field)
        assert (kind.field, phone.field, phone.table, phone.row) == ("kind", "phone", "household", home)
        assert {c.value: (c.office, c.level) for c in phone.claims} == {
            "13800000000": ("里则街道", "township"),
            "13900000000": ("滨城区", "county"),
        }
        # the phone as the nearest says, the kind as the highest says
        assert (phone.shown, kind.shown) == ("13800000000", "02")
        assert (value(office, home, "phone"), value(office, home, "kind")) == ("13800000000", "02")
    township = next(c for c in open_at(offices[0])[0].claims if c.level == "township")
    assert township.user
    assert township.at
    assert township.is_clock_good


def test_settled_by_choosing_and_the_other_office_hears_of_it(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    home = disagree(offices, stick, phone=("13800000000", "13900000000"))
    (conflict,) = open_at(town)
    chosen = next(c for c in conflict.claims if c.level == "county")
    with town.db.unit(town.actor, "选") as unit:
        sync.choose(unit, home, "phone", chosen.eid)
    assert open_at(town) == []
    assert value(town, home, "phone") == "13900000000"
    up(town, county, stick)
    assert open_at(county) == []
    assert value(county, home, "phone") == "13900000000"


def test_settled_by_typing_names_all_that_was_said(offices: tuple[Office, Office], stick: Path) -> None:
    town, _ = offices
    home = disagree(offices, stick, phone=("13800000000", "13900000000"))
    claims = {c.eid for c in open_at(town)[0].claims}
    with town.db.unit(town.actor, "填") as unit:
        sync.settle(unit, home, "phone", "13700000000")
    from tests.core.db.log_reading import body

    (_, bases) = body(log(town.db)[-1])[_number("phone")]
    assert set(bases) == claims
    assert open_at(town) == []


def _number(name: str) -> int:
    from desktop.core.db import registry

    return registry.info(HouseholdRow).numbers[name]


def test_two_offices_settle_it_differently_at_the_same_time(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    home = disagree(offices, stick, phone=("13800000000", "13900000000"))
    for office, typed in ((town, "1"), (county, "2")):
        with office.db.unit(office.actor, "填") as unit:
            sync.settle(unit, home, "phone", typed)
    up(town, county, stick)
    down(town, county, stick)
    for office in offices:
        assert sorted(c.value for c in open_at(office)[0].claims) == ["1", "2"]


def test_undoing_a_settlement_opens_the_question_again(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    home = disagree(offices, stick, phone=("13800000000", "13900000000"))
    with town.db.unit(town.actor, "填") as unit:
        sync.settle(unit, home, "phone", "13700000000")
        key = unit.action_key
    with town.db.unit(town.actor, "撤销") as unit:
        undo(unit, key)
    up(town, county, stick)
    for office in offices:
        assert sorted(c.value for c in open_at(office)[0].claims) == ["13800000000", "13900000000"]
        assert value(office, home, "phone") in ("13800000000", "13900000000")
        assert sync.rebuild_rows(office.db, office.actor).differences == {}


def test_an_ordinary_edit_settles_it_too(offices: tuple[Office, Office], stick: Path) -> None:
    town, _ = offices
    home = disagree(offices, stick, phone=("13800000000", "13900000000"), kind=("01", "02"))
    edit(town, home, phone="13600000000")
    assert [c.field for c in open_at(town)] == ["kind"]


def test_what_is_an_authoritys_to_say_is_not_settled_below(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    home = disagree(offices, stick, kind=("01", "02"))
    with pytest.raises(Refused) as caught, town.db.unit(town.actor, "填") as unit:
        sync.settle(unit, home, "kind", "01")
    assert caught.value.problems[0].code == "conflict.level"
    with county.db.unit(county.actor, "填") as unit:
        sync.settle(unit, home, "kind", "01")
    assert open_at(county) == []


@pytest.mark.parametrize("typed", [5, None, [], b"x"])
def test_a_value_that_the_field_cannot_hold(
    offices: tuple[Office, Office], stick: Path, typed: object
) -> None:
    town, _ = offices
    home = disagree(offices, stick, place=(3, 4))
    if typed == 5:
        with town.db.unit(town.actor, "填") as unit:
            sync.settle(unit, home, "place", typed)
        return
    with pytest.raises(Refused), town.db.unit(town.actor, "填") as unit:
        sync.settle(unit, home, "place", typed)


def test_what_nobody_disagrees_on_any_more_is_not_settled_twice(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, _ = offices
    home = disagree(offices, stick, phone=("13800000000", "13900000000"))
    edit(town, home, phone="1")
    with pytest.raises(Refused) as caught, town.db.unit(town.actor, "填") as unit:
        sync.settle(unit, home, "phone", "2")
    assert caught.value.problems[0].code == "conflict.gone"


def removed_here_and_edited_there(offices: tuple[Office, Office], stick: Path) -> bytes:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    with town.db.unit(town.actor, "减户") as unit:
        unit.remove(HouseholdRow, home)
    edit(county, home, phone="13900000000")
    up(town, county, stick)
    down(town, county, stick)
    return home


def test_removed_here_and_edited_there(offices: tuple[Office, Office], stick: Path) -> None:
    home = removed_here_and_edited_there(offices, stick)
    for office in offices:
        assert value(office, home, "alive") == 1
        (conflict,) = open_at(office)
        assert conflict.field == "alive"
        assert sorted((c.value, c.edited) for c in conflict.claims) == [(False, ()), (True, ("phone",))]
        assert sync.rebuild_rows(office.db, office.actor).differences == {}


@pytest.mark.parametrize("keeps", [True, False])
def test_whether_it_goes_or_stays_is_settled(
    offices: tuple[Office, Office], stick: Path, keeps: bool
) -> None:
    town, county = offices
    home = removed_here_and_edited_there(offices, stick)
    with town.db.unit(town.actor, "定") as unit:
        sync.settle(unit, home, "alive", keeps)
    up(town, county, stick)
    for office in offices:
        assert (value(office, home, "alive"), open_at(office)) == (int(keeps), [])


def test_whoever_is_masked_sees_no_number(offices: tuple[Office, Office], stick: Path) -> None:
    disagree(offices, stick, phone=("13800000000", "13900000000"))
    town, _ = offices
    with town.db.reader(replace(town.actor, is_masked=True)) as reader:
        (conflict,) = sync.conflicts(reader)
    assert "13800000000" not in repr(conflict)
    assert "13900000000" not in repr(conflict)
    with town.db.reader(replace(town.actor, sees="371602012601")) as reader:
        assert sync.conflicts(reader) == []


def test_local_edits_of_every_kind_are_what_the_projection_says(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    with town.db.unit(town.actor, "各种") as unit:
        unit.change(HouseholdRow, home, phone="1", aliases=["甲", "乙"])
        unit.change(HouseholdRow, home, phone=None, aliases=["乙"])
        person = unit.add(PersonRow, "371602012600", household_id=home, position=2, name="何小寒")
        unit.remove(PersonRow, person)
        unit.change(PersonRow, person, name="何大寒")  # whoever edits what is gone leaves it gone
        other = unit.add(PersonRow, "371602012600", household_id=home, position=3, name="何三")
        unit.remove(PersonRow, other)
        unit.change(PersonRow, other, alive=True)
        key = unit.action_key
    with town.db.unit(town.actor, "撤销") as unit:
        undo(unit, key)
    assert sync.rebuild_rows(town.db, town.actor).differences == {}
    up(town, county, stick)
    assert sync.rebuild_rows(county.db, county.actor).differences == {}
    with county.db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name, alive FROM person ORDER BY position").all()
    with town.db.engine.connect() as connection:
        assert found == connection.exec_driver_sql("SELECT name, alive FROM person ORDER BY position").all()
    assert open_at(county) == []


def test_more_answers_than_one_entry_can_name(offices: tuple[Office, Office], stick: Path) -> None:
    """Somebody says a hundred things at once: who answers still writes what every office takes."""
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    segments = []
    for n in range(100):
        author = Author(town, hlc=(1 << 16) * (1_800_000_000_000 + n))
        author.says("S", HOUSEHOLD, {_number("phone"): [str(n), [home]]}, home)
        segments.append(author.segment())
    up(town, county, stick)
    taken = county.reads(bundle(stick, town, county, bring(town), *segments))
    assert taken.conflicts == 1
    for typed, left in (("13800000000", 37), ("13900000000", 0)):
        edit(county, home, phone=typed)
        assert sum(len(c.claims) for c in open_at(county)) == left
        assert sync.rebuild_rows(county.db, county.actor).differences == {}
    assert down(town, county, stick).quarantined == 0
    assert value(town, home, "phone") == "13900000000"


def test_a_form_settles_no_more_than_a_choice_does(offices: tuple[Office, Office], stick: Path) -> None:
    """What the county said of an authority's field stands, whichever screen of the township it is typed over on."""
    town, county = offices
    home = add_household(town.db, town.actor, "岳兰")
    county.reads(town.writes(stick))
    for at, kind in ((county, "H1"), (town, "H2")):
        with at.db.unit(at.actor, "改") as unit:
            unit.change(HouseholdRow, home, kind=kind)
    for w in sync.write_bundle(county.db, county.actor, stick, whom="里则街道"):
        town.reads(w.path)
    with town.db.unit(town.actor, "表单") as unit:
        unit.change(HouseholdRow, home, kind="H3")
    assert sync.rebuild_rows(town.db, town.actor).differences == {}
    with town.db.reader(town.actor) as reader:
        (one,) = sync.conflicts(reader)
    assert (one.shown, {c.value for c in one.claims}) == ("H1", {"H1", "H3"})
    county.reads(town.writes(stick))
    with county.db.unit(county.actor, "表单") as unit:
        unit.change(HouseholdRow, home, kind="H4")
    assert sync.rebuild_rows(county.db, county.actor).differences == {}
    with county.db.reader(county.actor) as reader:
        assert sync.conflicts(reader) == []
