"""Segments signed by the wrong office, about the wrong place, or with links that do not hold; each with its legal twin."""

import secrets
from typing import Any

import msgspec
import pytest
import zstandard

from desktop.core.db import entries
from desktop.core.db.entries import reversal_row
from desktop.core.ids import entry_id
from tests.features.sync.exchange_maker import (
    GROUP,
    HOUSEHOLD,
    NEXT_DOOR,
    POINTS,
    VILLAGE,
    Author,
    bring,
    bundle,
    piece,
)
from tests.features.sync.forging import World, group, transfer


def test_what_a_township_says_of_its_own_passes(world: World) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    author.says(
        "S", HOUSEHOLD, {20: ["x", [world.homes[VILLAGE]]], 5: [[["乙"], ["甲"]], []]}, world.homes[VILLAGE]
    )
    assert world.takes(author.segment()).entries == 3
    assert world.shown("village_group", "name", author.said[0].eid) == "二组"


def test_a_segment_signed_by_another(world: World) -> None:
    for signer in (world.sibling.node, world.county.node, world.stranger.node):
        author = group(world)
        author.signer = signer
        world.refuses_segment(author.segment())


def test_a_segment_of_an_office_that_was_never_enrolled(world: World) -> None:
    author = Author(world.stranger, "371603001600")
    author.group()
    path = bundle(
        world.stick, world.town, world.county, bring(world.town), bring(world.stranger), author.segment()
    )
    world.refuses(path)


FOREIGN = [
    NEXT_DOOR,
    "371602000000",
    "371602013000",
    "371603001600",
    "",
    "37160201260O",
    "371602012",
    "3716020126000",
]


@pytest.mark.parametrize("region", FOREIGN)
def test_a_stream_of_a_region_that_is_not_the_authors(world: World, region: str) -> None:
    author = Author(world.town, region)
    author.group()
    world.refuses_segment(author.segment())


def test_a_segment_from_the_siblings_stick_is_as_good_as_its_signature(world: World) -> None:
    """A courier can carry anything that others signed."""
    author = Author(world.sibling, NEXT_DOOR)
    author.group()
    taken = world.county.reads(
        bundle(world.stick, world.town, world.county, bring(world.sibling), author.segment())
    )
    assert (taken.outcome, taken.sender) == ("applied", "里则街道")


@pytest.mark.parametrize(
    "changes",
    [{"kind": "broadcast"}, {"kind": "gossip"}, {"incarnation": b"short"}, {"incarnation": bytes(9)}],
)
def test_a_stream_of_a_wrong_kind(world: World, changes: dict[str, Any]) -> None:
    author = Author(world.town, **changes)
    author.group()
    world.refuses_segment(author.segment())


def test_a_row_of_another_region_is_not_edited(world: World) -> None:
    author = Author(world.town)
    author.renames(world.homes[f"group {NEXT_DOOR}"], "劫")
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("kind", ["S", "D", "U", "X"])
def test_no_kind_of_entry_takes_anothers_household(world: World, kind: str) -> None:
    home = world.homes[NEXT_DOOR]
    bodies: dict[str, dict[int, Any]] = {
        "S": {3: [9, [home]]},
        "D": {1: [False, [home]]},
        "U": {1: [True, [home]]},
        "X": {2: home, 3: 9, 4: "1"},
    }
    author = Author(world.town)
    author.says(kind, HOUSEHOLD, bodies[kind], home)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("order", [0, 1])
def test_an_edit_that_comes_before_the_foreign_row_counts_for_nothing(world: World, order: int) -> None:
    """Nobody can know that a row which is not there yet is another's; the projection still does not show it."""
    owner, thief = Author(world.sibling, NEXT_DOOR), Author(world.town)
    row = owner.group().eid
    owner.renames(row, "二组")
    thief.renames(row, "劫")
    if order:
        assert world.takes(thief.segment()).waiting >= 1
    path = bundle(world.stick, world.sibling, world.county, bring(world.sibling), owner.segment())
    assert world.county.reads(path).outcome == "applied"
    if not order:
        world.refuses_segment(thief.segment())
    assert world.shown("village_group", "name", row) == "二组"
    late = Author(world.sibling, NEXT_DOOR)
    late.renames(row, "三组", [owner.said[1].eid])
    world.county.reads(bundle(world.stick, world.sibling, world.county, bring(world.sibling), late.segment()))
    assert world.shown("village_group", "name", row) == "三组"


def test_a_row_id_that_is_not_the_entrys_own(world: World) -> None:
    author = Author(world.town)
    author.says("C", GROUP, {2: "x", 3: 1}, secrets.token_bytes(16))
    world.refuses_segment(author.segment())


def test_an_id_that_another_office_would_make(world: World) -> None:
    salt, hlc = secrets.token_bytes(16), 1_800_000_000_000 << 16
    eid = entry_id(hlc, world.sibling.node.node_id, world.sibling.node.incarnation, salt)
    author = Author(world.town)
    author.group(made=(eid, salt, hlc))
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "changes", [{"salt": bytes(16)}, {"hlc": 5 << 16}, {"eid": bytes(16), "row": bytes(16)}]
)
def test_a_forged_id(world: World, changes: dict[str, Any]) -> None:
    author = Author(world.town)
    author.group(**changes)
    world.refuses_segment(author.segment())


def test_two_things_under_one_id(world: World) -> None:
    """In one segment, in two of one bundle, and against what is here already."""
    author = Author(world.town)
    made = author.new_id()
    author.group("一组", made=made)
    first = author.segment()
    twice = Author(world.town, incarnation=author.incarnation)
    twice.group("一组", made=made)
    twice.group("二组", made=made)
    world.refuses_segment(twice.segment())
    other = Author(world.town, incarnation=author.incarnation)
    other.group("二组", made=made)
    path = bundle(world.stick, world.town, world.county, bring(world.town), first, other.segment())
    taken = world.county.reads(path)
    assert (taken.outcome, taken.entries, taken.quarantined) == ("applied", 1, 1)
    assert world.shown("village_group", "name", made[0]) == "一组"
    world.refuses_segment(other.segment())


def reversal(world: World, region: str, row: bytes | None = None) -> Author:
    original = world.homes[f"points {region}"]
    author = Author(world.town)
    said = {**transfer(world.town, secrets.token_bytes(16)), 2: original}
    author.says("X", POINTS, said, reversal_row(original) if row is None else row)
    return author


def test_a_reversal_of_the_own_passes_and_one_of_a_neighbour_does_not(world: World) -> None:
    world.refuses_segment(reversal(world, NEXT_DOOR).segment())
    assert world.takes(reversal(world, VILLAGE).segment()).rows == {"points": 1}


def test_a_reversal_under_another_row_id(world: World) -> None:
    for row in (secrets.token_bytes(16), world.homes[f"points {NEXT_DOOR}"], world.homes[NEXT_DOOR]):
        world.refuses_segment(reversal(world, VILLAGE, row).segment())


def test_a_reversal_that_comes_before_the_foreign_original_is_never_booked(world: World) -> None:
    owner, thief = Author(world.sibling, NEXT_DOOR), Author(world.town)
    booked = owner.says("L", POINTS, transfer(world.sibling, secrets.token_bytes(16))).eid
    row = reversal_row(booked)
    thief.says("X", POINTS, {**transfer(world.town, bytes(16)), 2: booked}, row)
    world.takes(thief.segment())
    path = bundle(world.stick, world.sibling, world.county, bring(world.sibling), owner.segment())
    assert world.county.reads(path).rows == {"points": 1}
    assert world.shown("points", "amount", row) is None


@pytest.mark.parametrize(
    ("kind", "table", "body"),
    [
        (
            "L",
            POINTS,
            {2: b"o" * 16, 3: b"d" * 16, 4: b"c" * 16, 5: 5, 6: "d", 7: "k", 8: "r"},
        ),  # a reversal as L
        ("C", POINTS, {3: b"d" * 16, 4: b"c" * 16, 5: 5, 6: "d", 7: "k", 8: "r"}),
        ("L", GROUP, {2: "x", 3: 1}),
        ("X", POINTS, {3: b"d" * 16}),
        ("X", POINTS, {2: "text"}),
        ("E", GROUP, {}),
        ("", GROUP, {}),
        ("CC", GROUP, {2: "x", 3: 1}),
    ],
)
def test_a_kind_that_does_not_fit_the_table(
    world: World, kind: str, table: int, body: dict[int, Any]
) -> None:
    author = Author(world.town)
    author.says(kind, table, body)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("kind", ["S", "D", "U"])
def test_a_transfer_is_not_edited(world: World, kind: str) -> None:
    row = world.homes[f"points {VILLAGE}"]
    author = Author(world.town)
    author.says(kind, POINTS, {5: [500, [row]]} if kind == "S" else {1: [False, [row]]}, row)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 3},
        {"count": 0},
        {"first_seq": 0},
        {"first_seq": 2},
        {"first_seq": -1},
        {"first_seq": 2**63},
        {"last_seq": 9},
        {"last_seq": 2**64 - 1},
        {"last_hash": bytes(32)},
        {"prev": b"p" * 32},
        {"prev": b""},
        {"prev": bytes(33)},
    ],
)
def test_a_header_that_does_not_fit_its_entries(world: World, changes: dict[str, Any]) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    world.refuses_segment(author.segment(**changes))


@pytest.mark.parametrize(
    "change", [{"seq": 3}, {"prev": b"p" * 32}, {"prev": b""}, {"seq": -2}, {"seq": 2**64 - 1}]
)
def test_a_link_that_does_not_hold(world: World, change: dict[str, Any]) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组", **change)
    world.refuses_segment(author.segment())


def test_an_entry_taken_out_of_a_signed_segment(world: World) -> None:
    """The signature is the author's and whole; the entries are not those that it stands for."""
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    header, signature, said = msgspec.msgpack.decode(zstandard.decompress(author.segment().read()))
    for forged in (said[:1], said[::-1], [said[0], said[0]], []):
        world.refuses_segment(piece(entries.pack([header, signature, forged])))
    changed = [said[0], [*said[1][:11], entries.pack({2: ["劫", []]}), said[1][12]]]
    world.refuses_segment(piece(entries.pack([header, signature, changed])))
    assert world.takes(piece(entries.pack([header, signature, said]))).entries == 2


def test_a_run_that_follows_something_unknown_passes(world: World) -> None:
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    author.renames(author.said[0].eid, "三组", [author.said[1].eid])
    whole = Author(world.town, incarnation=author.incarnation, said=author.said)
    tail = Author(world.town, incarnation=author.incarnation, said=author.said[1:])
    world.takes(tail.segment())
    assert world.takes(whole.segment()).entries == 1  # partly known: only what is new is added
    assert world.shown("village_group", "name", author.said[0].eid) == "三组"
