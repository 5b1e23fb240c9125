"""What a hub's database would not hold: set aside with its reason, and beside each case one that passes (sync.md 5.1)."""

from typing import Any

import pytest

from desktop.core.db import registry
from desktop.features.register.tables import HouseholdRow
from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import HOUSEHOLD, PERSON, VISIT, Author
from tests.features.sync.forging import World

_H = registry.info(HouseholdRow).numbers
# Half of a character pair is no UTF-8: the entry cannot even be decoded.
PAIR = b"\x84\x02\xc4\x10" + bytes(16) + b"\x03\x01\x14\xa3\xed\xa0\x80"


def reason(world: World) -> str:
    """Why the newest segment was set aside."""
    with world.county.db.engine.connect() as connection:
        newest = "SELECT reason FROM quarantine ORDER BY rowid DESC LIMIT 1"
        return str(connection.exec_driver_sql(newest).scalar_one())


CASES = [
    (HOUSEHOLD, {_H["address"]: "东" * 501}, {_H["address"]: "东" * 500}, "long"),
    (HOUSEHOLD, {_H["note"]: "记" * 5_001}, {_H["note"]: "记" * 5_000}, "long"),
    (HOUSEHOLD, {_H["kind"]: "A" * 13}, {_H["kind"]: "A" * 12}, "long"),
    (HOUSEHOLD, {5: ["1" * 201]}, {5: ["1" * 200]}, "long"),
    (HOUSEHOLD, {_H["data_date"]: "2027-02-29"}, {_H["data_date"]: "2028-02-29"}, "date"),
    (HOUSEHOLD, {_H["data_date"]: "0000-00-00"}, {_H["data_date"]: "1850"}, "date"),
    (HOUSEHOLD, {_H["data_date"]: "2027-3-1"}, {_H["data_date"]: "2027-03"}, "date"),
    (HOUSEHOLD, {_H["data_date"]: "٢٠٢٧"}, {_H["data_date"]: "2027"}, "date"),
    (HOUSEHOLD, {_H["stated_size"]: True}, {_H["stated_size"]: 1}, "type"),
    (HOUSEHOLD, {_H["stated_size"]: 2**63}, {_H["stated_size"]: 2**53}, "body"),
    (HOUSEHOLD, {_H["stated_size"]: 2**64 - 1}, {_H["stated_size"]: -(2**53)}, "body"),
    (HOUSEHOLD, {_H["address"]: "东街\0"}, {_H["address"]: "东街\t"}, "body"),
]


@pytest.mark.parametrize(("table", "bad", "good", "why"), CASES)
def test_a_row_that_no_hub_could_hold(
    world: World, table: int, bad: dict[int, Any], good: dict[int, Any], why: str
) -> None:
    base: dict[int, Any] = {3: 1, 4: "000009-00001"}
    author = Author(world.town)
    author.says("C", table, {**base, **bad})
    world.refuses_segment(author.segment())
    assert reason(world) == why
    twin = Author(world.town)
    twin.says("C", table, {**base, **good})
    world.takes(twin.segment())


@pytest.mark.parametrize(("table", "bad", "good", "why"), CASES)
def test_an_edit_that_no_hub_could_hold(
    world: World, table: int, bad: dict[int, Any], good: dict[int, Any], why: str
) -> None:
    for said, is_taken in ((bad, False), (good, True)):
        author = Author(world.town)
        row = author.says("C", table, {3: 1, 4: "000009-00002"}).eid
        ((number, value),) = said.items()
        author.says("S", table, {number: [[value, []] if number == 5 else value, [row]]}, row)
        if is_taken:
            world.takes(author.segment())
        else:
            world.refuses_segment(author.segment())
            assert reason(world) == why


def test_the_reason_is_told(world: World) -> None:
    for field, bad in (("address", "东" * 502), ("data_date", "2027-02-30")):
        author = Author(world.town)
        author.says("C", HOUSEHOLD, {3: 1, 4: "000009-00003", _H[field]: bad})
        world.refuses_segment(author.segment())
    with world.county.db.reader(world.county.actor) as reader:
        told = {s.reason: s.sentence for s in sync.set_aside(reader)}
    assert told["long"] == "有一项内容比这一栏能放的还长"
    assert told["date"] == "有一项日期不是有效的日期"


def test_half_a_character(world: World) -> None:
    author = Author(world.town)
    author.says("C", PERSON, PAIR)
    world.refuses_segment(author.segment())


def test_a_visit_on_a_day_that_never_was(world: World) -> None:
    home = next(iter(world.homes.values()))
    visit = {2: home, 4: "home", 5: "某", 6: "好"}
    for day, is_taken in (("2027-02-30", False), ("2027-02-28", True)):
        author = Author(world.town)
        author.says("C", VISIT, {**visit, 3: day})
        if is_taken:
            world.takes(author.segment())
        else:
            world.refuses_segment(author.segment())
