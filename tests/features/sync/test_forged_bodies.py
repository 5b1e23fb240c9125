"""Entries whose bodies no table can hold, and pieces that are no segments."""

import math
import secrets
from typing import Any

import msgspec
import pytest
import zstandard

from desktop.core.db import entries
from desktop.features.sync.writer import Source
from tests.features.sync.exchange_maker import (
    GROUP,
    HOUSEHOLD,
    NEXT_DOOR,
    VILLAGE,
    Author,
    bring,
    bundle,
    piece,
    stored,
)
from tests.features.sync.forging import World, group

NESTED = b"\x81\x02" + b"\x91" * 50_000 + b"\x01"


@pytest.mark.parametrize(
    "body",
    [
        {2: 7, 3: 1},
        {2: b"bytes", 3: 1},
        {2: ["x"], 3: 1},
        {2: "x", 3: "1"},
        {2: "x", 3: 1.0},
        {2: "x", 3: math.nan},
        {2: "x", 3: math.inf},
        {2: "x", 3: 2**53 + 1},
        {2: "x", 3: -(2**63)},
        {2: "x", 3: 2**64 - 1},
        {2: "x" * (64 * 1024 + 1), 3: 1},
        {2: None, 3: 1},
        {1: 5, 2: "x", 3: 1},
        {1: None, 2: "x", 3: 1},
        {2: "x", 3: 1, 99: [[[["too deep"]]]]},
        {2: "x", 3: 1, **{n: 1 for n in range(100, 360)}},
        b"",
        b"\xc0",
        b"\x81",
        b"\x81\x02\xa3\xff\xfe\xfd",  # no UTF-8
        b"\x81\xa1x\x01",
        b"\x80\x80",
        b"\xdf\xff\xff\xff\xff",
        NESTED,
        b"\x81\x02\xc7\xff\xff\xff\xff\x01",
        b"\xc1" * 100,
    ],
)
def test_a_body_that_the_table_cannot_hold(world: World, body: dict[int, Any] | bytes) -> None:
    author = Author(world.town)
    author.says("C", GROUP, body)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("labels", ["x", 5, [1, "a"], [["a"]], [None], {"a": 1}, [b"a"]])
def test_labels_that_are_none(world: World, labels: Any) -> None:
    author = Author(world.town)
    author.says("C", HOUSEHOLD, {3: 1, 4: "1", 5: labels})
    world.refuses_segment(author.segment())
    home = world.homes[VILLAGE]
    shapes: list[Any] = [labels, [labels, []], [[], labels], [[]], [[], [], []]]
    for said in shapes:
        author = Author(world.town)
        author.says("S", HOUSEHOLD, {5: [said, [home]]}, home)
        world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "said",
    [
        "x",
        ["x"],
        ["x", 5],
        ["x", [b"short"]],
        ["x", ["text"]],
        ["x", [b"b" * 16] * 65],
        ["x", [], []],
        [5, []],
    ],
)
def test_an_edit_of_a_wrong_shape(world: World, said: Any) -> None:
    author = group(world)
    author.says("S", GROUP, {2: said}, author.said[0].eid)
    world.refuses_segment(author.segment())


def test_an_edit_that_names_itself_as_seen(world: World) -> None:
    author = group(world)
    made = author.new_id()
    author.says("S", GROUP, {2: ["x", [made[0]]]}, author.said[0].eid, made=made)
    world.refuses_segment(author.segment())


def test_edits_that_name_each_other_as_seen_break_nothing(world: World) -> None:
    author = group(world)
    row, (one, two) = author.said[0].eid, (author.new_id(), author.new_id())
    author.says("S", GROUP, {2: ["甲", [two[0], row]]}, row, made=one)
    author.says("S", GROUP, {2: ["乙", [one[0], row]]}, row, made=two)
    world.takes(author.segment())
    assert world.shown("village_group", "name", row) == "乙"
    for labels in ("丙", "丁"):
        author.renames(row, labels, [one[0], two[0]])
    late = Author(world.town, incarnation=author.incarnation, said=author.said)
    world.takes(late.segment())


def test_an_edit_may_name_versions_that_are_not_here(world: World) -> None:
    author = group(world)
    author.renames(
        author.said[0].eid, "二组", [author.said[0].eid, *(secrets.token_bytes(16) for _ in range(63))]
    )
    world.takes(author.segment())
    assert world.shown("village_group", "name", author.said[0].eid) == "二组"


def test_what_a_newer_program_says_is_kept_and_not_shown(world: World) -> None:
    author = Author(world.town)
    author.says("C", GROUP, {2: "一组", 3: 1, 200: "new field"}, schema=9)
    author.says("C", 9_999, {2: [["anything"], 5]}, schema=9)
    assert world.takes(author.segment()).rows == {"village_group": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": 2**63},
        {"schema": -1},
        {"table": 2**64 - 1},
        {"table": -1},
        {"clock_flag": 2**63},
        {"clock_flag": -1},
        {"user": b""},
        {"user": bytes(100_000)},
        {"note": b""},
        {"note": NESTED},
        {"note": entries.pack([5, 5])},
        {"note": entries.pack([bytes(16), "长" * 5_000])},
        {"salt": b""},
        {"row": b""},
        {"row": bytes(17)},
        {"eid": b""},
        {"body": bytes(256 * 1024)},
    ],
)
def test_an_entry_out_of_bounds(world: World, changes: dict[str, Any]) -> None:
    author = Author(world.town)
    author.group()
    author.said = [msgspec.structs.replace(author.said[0], **changes)]
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xc0",
        b"\x93\xc4\x00\xc4\x00\x90",
        b"\x93\xc4\x00\xc4\x00\xdd\xff\xff\xff\xff",
        b"\x94\xc4\x00\xc4\x00\x90" + b"\x91" * 60_000,
        b"\x93\xc4\x01\x91\xc4\x40" + bytes(64) + b"\x90",
    ],
)
def test_a_segment_of_nonsense(world: World, raw: bytes) -> None:
    world.refuses_segment(piece(raw))


def test_too_many_entries_are_not_even_made(world: World) -> None:
    author = group(world)
    author.said *= 20_001
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "raw_len", [0, 100, 10**6, entries.MAX_SEGMENT_RAW, entries.MAX_SEGMENT_RAW + 1, 2**40]
)
def test_a_piece_that_is_larger_or_smaller_than_it_says(world: World, raw_len: int) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(200 << 20))
    assert len(bomb) < 1 << 20
    path = bundle(world.stick, world.town, world.county, bring(world.town), stored(bomb, raw_len))
    world.refuses(path)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"no zstd",
        b"\x28\xb5\x2f\xfd",
        b"\x50\x2a\x4d\x18\xff\xff\xff\xff",  # a skippable frame
        b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8 + b"\x00" * 4,  # a frame that promises a terabyte
        b"\x28\xb5\x2f\xfd\x00\xf8" + bytes(40),  # a window of two gigabytes
        b"\x28\xb5\x2f\xfd\x23\x01\x02\x03\x04\x05" + bytes(40),  # a dictionary
    ],
)
def test_a_piece_that_is_no_zstd_of_ours(world: World, payload: bytes) -> None:
    world.refuses_segment(stored(payload, 1_000))


@pytest.mark.parametrize("difference", [-1, 1, 5_000])
def test_a_good_segment_that_says_a_wrong_length(world: World, difference: int) -> None:
    good = group(world).segment()
    wrong = msgspec.structs.replace(good.piece, raw_len=good.piece.raw_len + difference)
    world.refuses_segment(Source(wrong, good.read))
    assert world.takes(good).entries == 1


def test_a_piece_exchanged_for_another_of_the_same_length(world: World) -> None:
    one, two = group(world).segment(), group(world).segment()
    length = min(one.piece.stored_len, two.piece.stored_len)
    spliced = Source(one.piece, lambda: two.read()[:length].ljust(one.piece.stored_len, b"\0"))
    world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), spliced))


def test_pieces_that_are_not_there(world: World) -> None:
    whole = group(world).segment()
    for missing in (
        Source(whole.piece, bytes),
        Source(msgspec.structs.replace(whole.piece, stored_len=200_000), whole.read),
    ):
        world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), missing))


def test_a_good_segment_beside_a_bad_one_is_taken_and_the_file_kept(world: World) -> None:
    good, bad = group(world), Author(world.town, NEXT_DOOR)
    bad.group("劫")
    path = bundle(world.stick, world.town, world.county, bring(world.town), bad.segment(), good.segment())
    taken = world.county.reads(path)
    assert (taken.outcome, taken.entries, taken.quarantined) == ("applied", 1, 1)
    assert "不合规定" in taken.sentence
    assert (world.county.db.paths.quarantine / path.name).read_bytes() == path.read_bytes()
    assert world.shown("village_group", "name", bad.said[0].eid) is None


def test_a_piece_of_a_newer_program_is_passed_over(world: World) -> None:
    path = bundle(
        world.stick,
        world.town,
        world.county,
        bring(world.town),
        stored(b"later", 5, "photos"),
        group(world).segment(),
    )
    assert world.county.reads(path).outcome == "applied"
