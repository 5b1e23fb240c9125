"""Moves and orders to erase that nobody may give, each beside its nearest legal twin."""

import secrets
from typing import Any

import msgspec
import pytest

from desktop.core.db import entries
from desktop.features.sync.writer import Source
from tests.features.sync.exchange_maker import GROUP, NEXT_DOOR, VILLAGE, Author, Office, bring, bundle
from tests.features.sync.forging import World

OTHER = "371602012601"
ELSEWHERE = "371603001600"


def own_group(world: World, region: str = VILLAGE) -> tuple[Author, bytes]:
    author = Author(world.town, region)
    return author, author.group().eid


def move_out(author: Author, row: bytes, to: Any = OTHER, **changes: Any) -> None:
    body = {0: secrets.token_bytes(16), 1: [row], 2: [row], 3: to} | changes.pop("body", {})
    author.says("MO", GROUP, body, row, **changes)


def move_in(author: Author, row: bytes, origin: Any = VILLAGE, **changes: Any) -> None:
    body = {0: [secrets.token_bytes(16), origin], 1: True, 2: "一组", 3: 1} | changes.pop("body", {})
    author.says("MI", GROUP, body, row, **changes)


def moved(world: World, mover: Office, to: str) -> tuple[Source, ...]:
    author, row = own_group(world)
    out, into = Author(mover, VILLAGE), Author(mover, to)
    move_out(out, row, to)
    move_in(into, row)
    return author.segment(), out.segment(), into.segment()


def test_a_township_moves_within_its_region(world: World) -> None:
    taken = world.takes(*moved(world, world.town, OTHER))
    assert taken.entries == 3


def test_a_county_moves_between_its_townships(world: World) -> None:
    path = bundle(
        world.stick, world.town, world.county, bring(world.town, *world.county.chain()),
        *moved(world, world.county, NEXT_DOOR),
    )  # fmt: skip
    taken = world.county.reads(path)
    assert (taken.outcome, taken.quarantined) == ("applied", 0)


@pytest.mark.parametrize("to", [NEXT_DOOR, ELSEWHERE, "371602000000"])
def test_a_township_sends_nobody_out_of_its_region(world: World, to: str) -> None:
    author, row = own_group(world)
    move_out(author, row, to)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("origin", [NEXT_DOOR, ELSEWHERE])
def test_a_township_fetches_nobody_into_its_region(world: World, origin: str) -> None:
    author = Author(world.town)
    move_in(author, world.homes[f"group {NEXT_DOOR}"], origin)
    world.refuses_segment(author.segment())


def test_a_township_fetches_nobody_by_a_false_origin(world: World) -> None:
    """It says that its neighbour's row came from its own other village."""
    author = Author(world.town)
    move_in(author, world.homes[f"group {NEXT_DOOR}"], OTHER)
    world.refuses_segment(author.segment())


def test_a_township_fetches_nobody_by_moves_that_vouch_for_each_other(world: World) -> None:
    row = world.homes[f"group {NEXT_DOOR}"]
    one, other = Author(world.town), Author(world.town, OTHER)
    move_in(one, row, OTHER)
    move_in(other, row, VILLAGE)
    world.refuses_segment(one.segment(), other.segment())


def test_a_sibling_moves_nothing_of_its_neighbours(world: World) -> None:
    author = Author(world.sibling, VILLAGE)
    move_out(author, world.homes[f"group {VILLAGE}"], NEXT_DOOR)
    path = bundle(world.stick, world.sibling, world.county, bring(world.sibling), author.segment())
    world.refuses(path)


@pytest.mark.parametrize(
    "body",
    [
        {3: VILLAGE}, {3: ""}, {3: "37160201260x"}, {3: 5}, {0: b"x"}, {1: []}, {1: [b"x"]}, {1: 7}, {2: [5]}, {2: None},
        {4: 1},
    ],
)  # fmt: skip
def test_a_move_out_has_its_shape(world: World, body: dict[int, Any]) -> None:
    author, row = own_group(world)
    move_out(author, row, body=body)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "said", [None, 5, [], [bytes(16)], [b"x", OTHER], [bytes(16), 5], [bytes(16), VILLAGE]]
)
def test_a_move_in_says_where_it_comes_from(world: World, said: Any) -> None:
    author = Author(world.town)
    move_in(author, secrets.token_bytes(16), body={0: said})
    world.refuses_segment(author.segment())


def test_a_move_in_says_what_the_fields_can_hold(world: World) -> None:
    author = Author(world.town, OTHER)
    move_in(author, secrets.token_bytes(16), body={3: "zwei"})
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("kind", ["MO", "MI", "E"])
def test_accounts_and_users_are_neither_moved_nor_erased(world: World, kind: str) -> None:
    """The twin stands above: a group may be."""
    body: dict[int, Any] = {
        "MO": {0: bytes(16), 1: [bytes(16)], 2: [], 3: OTHER},
        "MI": {0: [bytes(16), OTHER]},
        "E": {},
    }[kind]
    for table, stream in ((31, "data"), (1, "office"), (13, "broadcast")):
        author = Author(world.county, VILLAGE if stream == "data" else "371602000000", stream)
        author.says(kind, table, body, secrets.token_bytes(16))
        path = bundle(
            world.stick, world.town, world.county, bring(world.town, *world.county.chain()), author.segment()
        )
        world.refuses(path)


def ordered(world: World, giver: Office, row: bytes, body: Any = None) -> Any:
    author = Author(giver)
    author.says("E", GROUP, {} if body is None else body, row)
    more = world.county.chain()
    return bundle(world.stick, world.town, world.county, bring(world.town, *more), author.segment())


def test_an_order_comes_from_the_county_or_above(world: World) -> None:
    author, row = own_group(world)
    world.takes(author.segment())
    world.refuses(ordered(world, world.town, row))
    world.refuses(ordered(world, world.county, row, {2: "x"}))
    assert world.shown("village_group", "name", row) == "一组"
    assert world.county.reads(ordered(world, world.county, row)).outcome == "applied"
    assert world.shown("village_group", "name", row) is None


@pytest.mark.parametrize("change", [{"note": b"x"}, {"body": bytes(31)}, {"body": b""}])
def test_a_blanked_entry_holds_its_commitment_and_nothing_else(world: World, change: dict[str, Any]) -> None:
    author = Author(world.town)
    author.group()
    blank = {"salt": b"", "body": bytes(32), "note": b"", **change}
    author.said = [msgspec.structs.replace(author.said[0], **blank)]
    world.refuses_segment(author.segment())


def test_a_blanked_entry_comes_with_its_order(world: World) -> None:
    author, row = own_group(world)
    author.said = [entries.redacted(e) for e in author.said]
    world.refuses_segment(author.segment())
    order = Author(world.county)
    order.says("E", GROUP, {}, row)
    path = bundle(
        world.stick, world.town, world.county, bring(world.town, *world.county.chain()),
        author.segment(), order.segment(),
    )  # fmt: skip
    taken = world.county.reads(path)
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
