"""Whoever is shown no whole number finds none out by asking for a digit more each time. Whichever box is typed into."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core import masking
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from tests.office_maker import VILLAGE, make_office

ID_NUMBER, PHONE, HOME, ALIAS = "37160219600101123X", "13811112222", "0543-3334444", "371602196001019999"
WRITTEN = "找他女儿 13899998888"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Actor]]:
    db, actor = make_office(tmp_path_factory.mktemp("o"))
    facts = {"name": "齐见山", "relation": "R01", "phone": PHONE, "id_number": ID_NUMBER}
    member = register.PersonDraft(facts, aliases=(ALIAS,))
    with db.unit(actor, "新增") as unit:
        made = register.add_household(
            unit, register.HouseholdDraft(VILLAGE, "一组", {"phone": HOME}, (member,))
        )
        visits.record_visit(unit, visits.VisitDraft(made.id, "2027-03-01", "home", "王芳", WRITTEN))
        volunteers.add_volunteer(
            unit, volunteers.VolunteerDraft(region=VILLAGE, name="阮听涛", phone=PHONE, id_number=ID_NUMBER)
        )
    yield db, actor
    db.close()


def found(reader: Reader, typed: str) -> bool:
    return bool(
        register.search_people(reader, typed)
        or register.household_ids(reader, typed)
        or visits.visit_ids(reader, typed)
        or volunteers.volunteer_ids(reader, typed)
    )


def parts(number: str) -> list[str]:
    """Every beginning, end and middle of it that is not the whole."""
    ends = range(3, len(number))
    return [
        *(number[:n] for n in ends),
        *(number[-n:] for n in ends),
        *(number[n : n + 6] for n in range(1, len(number) - 6)),
    ]


def test_everybody_else_finds_by_any_end(office: tuple[Database, Actor]) -> None:
    """Otherwise the next tests ask for the wrong things."""
    db, actor = office
    with db.reader(actor) as reader:
        for typed in (ID_NUMBER[:9], ID_NUMBER[-5:], PHONE[:5], PHONE[-6:], "34444", "9999", "8999988"):
            assert found(reader, typed), typed


@pytest.mark.parametrize("number", [ID_NUMBER, ALIAS, PHONE, HOME.replace("-", ""), "13899998888"])
def test_no_part_of_a_number_says_whose_it_is(office: tuple[Database, Actor], number: str) -> None:
    db, actor = office
    with db.reader(replace(actor, is_masked=True)) as reader:
        told = [typed for typed in parts(number) if found(reader, typed)]
    shown = [masking.telephone(PHONE), HOME[-4:]]
    assert all(any(typed in mask for mask in shown) for typed in told), told


def test_a_whole_number_and_the_end_of_a_telephone_are_found(office: tuple[Database, Actor]) -> None:
    db, actor = office
    with db.reader(replace(actor, is_masked=True)) as reader:
        for typed in (ID_NUMBER, ID_NUMBER.lower(), PHONE, HOME, ALIAS, PHONE[-4:], HOME[-4:]):
            assert [h.name for h in register.search_people(reader, typed)] == ["齐见山"], typed
            assert len(register.household_ids(reader, f"齐见山 {typed}")) == 1
        for typed in (PHONE[-3:], PHONE[-5:], ID_NUMBER[-4:], ALIAS[-4:]):
            assert register.search_people(reader, typed) == [], typed


def test_a_household_is_found_by_its_own_number(office: tuple[Database, Actor]) -> None:
    db, actor = office
    with db.reader(replace(actor, is_masked=True)) as reader:
        (line,) = register.household_lines(reader, register.household_ids(reader))
        body = line.number.lstrip("wy")
        for typed in (line.number, body, body[:5], body[-5:], body[-3:], f"{line.number[0]}{body[:6]}"):
            assert len(register.household_ids(reader, typed)) == 1, typed


def test_what_was_written_by_hand_is_shown_without_the_number(
    office: tuple[Database, Actor], tmp_path: Path
) -> None:
    db, actor = office
    with db.reader(replace(actor, is_masked=True)) as reader:
        home = register.household_ids(reader)[0]
        said = repr([visits.visits_of(reader, home), register.household(reader, home)])
    for number in (ID_NUMBER, PHONE, HOME, ALIAS, "13899998888"):
        assert number not in said
    assert "找他女儿 ***********" in said
