"""Household numbers: never twice, the body for ever, the letter by the state and the office's table."""

from pathlib import Path

import pytest

from desktop.core.db import local
from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.register import numbering
from desktop.features.register.model import State
from desktop.features.register.store import found_households
from tests.features.register.lists import own_list, read_in, reader
from tests.features.sync.exchange_maker import enrol, make
from tests.office_maker import VILLAGE, add_household, make_office

Office = tuple[Database, Actor]


def homes(office: Office) -> list[register.Household]:
    with reader(office) as found:
        return register.households(found, register.household_ids(found))


def home(office: Office, household_id: bytes) -> register.Household:
    with reader(office) as found:
        (one,) = register.households(found, [household_id])
        return one


def test_a_number_is_the_block_and_a_counter(township: Office) -> None:
    db, _ = township
    ids = [add_household(*township, f"户主{n}") for n in range(3)]
    with db.engine.connect() as connection:
        block = local.get(connection, "block")
    bodies = [home(township, i).body for i in ids]
    assert bodies == [f"{block:06d}{n:04d}" for n in (1, 2, 3)]


def test_two_offices_never_give_the_same_number(tmp_path: Path) -> None:
    offices = [make_office(tmp_path / name) for name in ("one", "two")]
    rows = [["蔡园董村", "", "", "", f"户主{n}", "", "户主"] for n in range(40)]
    for office in offices:
        read_in(office, own_list(tmp_path / "a.xlsx", *rows))
    bodies = [h.body for office in offices for h in homes(office)]
    assert len(set(bodies)) == len(bodies) == 80
    for db, _ in offices:
        db.close()


def test_a_number_is_used_up_even_when_the_household_is_taken_back(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "新增户") as unit:
        draft = register.HouseholdDraft(
            "371602012221", "", {}, (register.PersonDraft({"name": "甲", "relation": "R01"}),)
        )
        first = register.add_household(unit, draft).body
        key = unit.action_key
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert home(township, add_household(*township, "乙")).body > first


def test_a_refused_household_uses_up_no_number(township: Office) -> None:
    db, actor = township
    first = home(township, add_household(*township, "甲")).body
    with pytest.raises(Refused), db.unit(actor, "新增户") as unit:
        register.add_household(unit, register.HouseholdDraft("371602012221", "", {}))
    assert int(home(township, add_household(*township, "乙")).body) == int(first) + 1


def test_the_letter_follows_the_state_and_the_body_stays(township: Office) -> None:
    db, actor = township
    one = add_household(*township, "甲")
    body, seen = home(township, one).body, []
    for values in (
        {"kind": "A05"},
        {"kind": "A01"},
        {"kind": None, "monitor_class": "M02"},
        {"risk_removed": 1},
    ):
        with db.unit(actor, "改") as unit:
            seen.append(register.change_household(unit, one, values))
    assert [h.state for h in seen] == [State.POOR, State.OUT, State.WATCHED, State.CLEARED]
    assert [h.number for h in seen] == ["w" + body, "y" + body, "w" + body, "y" + body]
    with reader(township) as found:
        (line,) = register.household_lines(found, [one])
    assert (line.number, line.state) == ("y" + body, State.CLEARED)


def test_a_household_is_found_by_any_number_it_ever_had(township: Office, tmp_path: Path) -> None:
    read_in(township, own_list(tmp_path / "a.xlsx", ["蔡园董村", "", "y0012", "", "甲", "", "户主"]))
    (one,) = homes(township)
    with reader(township) as found:
        for number in (one.number, one.body, "y" + one.body, "w" + one.body, "y0012", f" {one.number} "):
            assert register.by_number(found, number) == [one.id], number
        for number in ("", "0012", "y", one.body[:-1], "y0013", one.body + "1"):
            assert register.by_number(found, number) == [], number
        for typed in (one.number, one.body[-4:], "w" + one.body[-4:], "y0012", "0012"):
            assert [hit.name for hit in register.search_people(found, typed)] == ["甲"], typed


def test_the_office_changes_a_letter_for_all_its_households(township: Office) -> None:
    db, actor = township
    one = add_household(*township, "甲")
    for letter in ("g", "yb"):
        with db.unit(actor, "改前缀") as unit:
            register.set_prefix(unit, "general", letter)
            key = unit.action_key
        assert home(township, one).number == letter + home(township, one).body
        with reader(township) as found:
            assert register.by_number(found, home(township, one).number) == [one]
            assert register.prefixes(found)["general"] == letter
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert home(township, one).number[0] == "g"


def test_a_letter_taken_back_can_be_given_again(township: Office) -> None:
    db, actor = township
    one = add_household(*township, "甲")
    with db.unit(actor, "改前缀") as unit:
        register.set_prefix(unit, "general", "g")
        key = unit.action_key
    with db.unit(actor, "撤销") as unit:
        undo(unit, key)
    assert home(township, one).number[0] == "w"
    with db.unit(actor, "改前缀") as unit:
        register.set_prefix(unit, "general", "k")
    assert home(township, one).number[0] == "k"


@pytest.mark.parametrize(
    ("state", "prefix"), [("general", "W"), ("general", ""), ("general", "abc"), ("no", "w"), ("out", "1")]
)
def test_a_letter_that_cannot_be_is_refused(township: Office, state: str, prefix: str) -> None:
    db, actor = township
    with pytest.raises(Refused), db.unit(actor, "改前缀") as unit:
        register.set_prefix(unit, state, prefix)


def test_what_ends_a_plaque_finds_its_household_before_whose_telephone_ends_alike(township: Office) -> None:
    ids = [add_household(*township, f"户主{n}") for n in range(12)]
    bodies = [home(township, i).body for i in ids]
    with reader(township) as found:
        for typed in (bodies[2][-4:], bodies[2], "w" + bodies[2][-3:], f" {bodies[2][-4:]} "):
            assert register.numbered(found, typed) == [ids[2]], typed
        ending_1 = sorted(b for b in bodies if b.endswith("01"))
        assert [home(township, i).body for i in register.numbered(found, "01")] == ending_1
        for typed in ("", "1", "户主1", bodies[2] + "1", "％0"):
            assert register.numbered(found, typed) == [], typed


def test_a_typed_number_puts_its_household_first_and_the_rest_stay_in_order(township: Office) -> None:
    db, actor = township
    ids = [add_household(*township, f"户主{n}") for n in range(4)]
    tail = home(township, ids[3]).body[-4:]
    with db.unit(actor, "改") as unit:
        register.change_household(unit, ids[1], {"phone": f"1380000{tail}"})
        register.change_household(unit, ids[0], {"phone": "13800007788"})
    draft = register.HouseholdDraft(
        VILLAGE, "", {}, (register.PersonDraft({"name": "别名", "relation": "R01"}),), ("37160000007788",)
    )
    with db.unit(actor, "加") as unit:
        named = register.add_household(unit, draft).id
    with reader(township) as found:
        for typed in (tail, "w" + tail, "W" + tail):
            assert found_households(found, typed)[0][0] == ids[3]
        assert found_households(found, tail)[0] == [ids[3], ids[1]]
        assert found_households(found, "7788")[0] == [named, ids[0]]
        assert found_households(found, "37160000007788")[0] == [named]
        assert found_households(found, tail, order="head")[0] == [ids[1], ids[3]]
        assert found_households(found, "hz")[0] == ids


def test_each_office_has_its_own_letters() -> None:
    """What the county says holds where no office nearer to the household says anything else."""
    letters = numbering.Letters(
        {
            "371602000000": {"general": "c", "out": "o"},
            "371602012000": {"general": "t"},
            "371602013000": {"general": "s"},
        }
    )
    assert [letters.of(r)["general"] for r in (VILLAGE, "371602013600", "371602099600", "371699001600")] == [
        "t", "s", "c", "w",
    ]  # fmt: skip
    assert letters.of(VILLAGE)["out"] == "o"
    assert letters.of("371602000000")["general"] == "c"


def test_a_county_shows_the_number_that_the_township_prints(tmp_path: Path) -> None:
    town, county, stick = make(tmp_path, "township"), make(tmp_path, "county"), tmp_path / "stick"
    enrol(town, county, stick)
    home = add_household(town.db, town.actor, "甲")
    for at, letter in ((county, "c"), (town, "t")):
        with at.db.unit(at.actor, "改前缀") as unit:
            register.set_prefix(unit, "general", letter)
    county.reads(town.writes(stick))
    for at, own in ((town, "t"), (county, "c")):
        with at.db.reader(at.actor) as found:
            (line,) = register.household_lines(found, [home])
            shown = register.household(found, home)
            assert shown is not None
            assert line.number == shown.number == "t" + shown.body
            assert register.prefixes(found)["general"] == own
    town.db.close()
    county.db.close()
