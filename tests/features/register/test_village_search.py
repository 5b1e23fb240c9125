"""The filter of the list by village: initials, pinyin and Chinese names, alone and beside other words."""

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.register import api as register

Office = tuple[Database, Actor]


def found(office: Office, typed: str) -> list[register.HouseholdLine]:
    db, actor = office
    with db.reader(actor) as reader:
        return register.household_lines(reader, register.household_ids(reader, typed))


def in_village(office: Office, name: str) -> set[bytes]:
    db, actor = office
    with db.reader(actor) as reader:
        key = next(key for key, village, _ in register.villages(reader) if village == name)
        return set(register.household_ids(reader, region=key))


@pytest.mark.parametrize("typed", ["xhxc", "XHXC", "xhx", "xihaixincun", "西海新村", "西海"])
def test_a_village_is_found_by_its_name_and_initials(filled: Office, typed: str) -> None:
    assert in_village(filled, "西海新村") <= {line.id for line in found(filled, typed)}


def test_nobody_else_is_found_by_the_whole_initials(filled: Office) -> None:
    assert {line.village for line in found(filled, "bsxc")} == {"滨盛新村"}


def test_a_village_and_a_name_stand_together(filled: Office) -> None:
    home = found(filled, "xhxc")[0]
    both = found(filled, f"xhxc {home.head}")
    assert home.id in {line.id for line in both}
    assert {line.village for line in both} == {"西海新村"}
    assert len(both) < len(in_village(filled, "西海新村"))
    assert not found(filled, f"ytxc {home.number}")


def test_two_letters_are_peoples(filled: Office) -> None:
    people = {line.id for line in found(filled, "xh")}
    assert not in_village(filled, "西海新村") <= people
