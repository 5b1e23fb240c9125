"""Values that hurt: amounts, texts and lists that no clerk types; each beside one that passes."""

import math
from typing import Any

import msgspec
import pytest

from desktop.core.db import entries
from desktop.features.sync import vectors, writer
from desktop.features.sync.model import PieceKind
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import (
    GROUP,
    NEXT_DOOR,
    PERSON,
    POINTS,
    VILLAGE,
    Author,
    bring,
    bundle,
    stored,
)
from tests.features.sync.forging import World, group, transfer


@pytest.mark.parametrize(
    "amount",
    [
        0,
        -1,
        -(2**53),
        2**53 + 1,
        2**63 - 1,
        -(2**63),
        2**64 - 1,
        1.5,
        5.0,
        math.nan,
        math.inf,
        "5",
        None,
        [5],
        b"5",
    ],
    ids=repr,
)
def test_an_amount_that_is_no_whole_number_above_zero(world: World, amount: Any) -> None:
    account = Author(world.town).new_id()[0]
    author = Author(world.town)
    author.says("L", POINTS, {**transfer(world.town, account), 5: amount})
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("amount", [1, 5, 2**53], ids=repr)
def test_an_amount_that_is_one_passes(world: World, amount: int) -> None:
    account = Author(world.town).new_id()[0]
    author = Author(world.town)
    row = author.says("L", POINTS, {**transfer(world.town, account), 5: amount}).eid
    world.takes(author.segment())
    assert world.shown("points", "amount", row) == amount


@pytest.mark.parametrize(
    "name",
    ["何\0小满", "\0", "x" * (64 * 1024 + 1), b"\xff\xfe", ["何"], 5],
    ids=["nul", "only nul", "too long", "bytes", "list", "number"],
)
def test_a_text_that_is_none(world: World, name: Any) -> None:
    author = Author(world.town)
    author.group(name)
    world.refuses_segment(author.segment())
    author = group(world)
    author.renames(author.said[0].eid, name)
    world.refuses_segment(author.segment())


@pytest.mark.parametrize("raw", [b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80", b"\xc0\x80", b"\xff"])
def test_a_text_that_is_no_utf8(world: World, raw: bytes) -> None:
    """A cut character, a surrogate, five bytes, a NUL written long, nothing at all."""
    author = Author(world.town)
    author.says("C", GROUP, b"\x82\x02" + bytes([0xA0 + len(raw)]) + raw + b"\x03\x01")
    world.refuses_segment(author.segment())


@pytest.mark.parametrize(
    "name",
    [
        "何\u202e小满",  # written from right to left
        "何\u200b小满",  # a space that nobody sees
        "何\u2060\ufeff小满",
        "\u041d\u0435",  # cyrillic letters that look like latin ones
        "𠮷野",  # outside the basic plane
        "何\u0301",  # with an accent put on
        '=HYPERLINK("x")',
        "@SUM(1)",
        "+1",
        "-1",
        "<script>",
        "'; DROP TABLE person; --",
        "%s{0}",
        "..\\..\\x",
    ],
)
def test_a_name_that_only_looks_strange_is_taken_as_it_is(world: World, name: str) -> None:
    """By rule: a text is a text. What makes a formula of it is kept out where workbooks are written
    (tests/core/excel), and nobody's name is refused for its characters."""
    author = Author(world.town)
    row = author.says("C", PERSON, {2: world.homes[VILLAGE], 3: 1, 20: name}).eid
    assert world.takes(author.segment()).rows["person"] == 1
    assert world.shown("person", "name", row) == name


def points(count: int) -> tuple[tuple[bytes, int], ...]:
    return tuple((n.to_bytes(32, "big"), n + 1) for n in range(count))


def vector(world: World, heads: Any, wants: Any = ()) -> bytes:
    stream = (world.town.node.node_id, bytes(8), VILLAGE, "data")
    return entries.pack((((stream, heads, wants),), (), b""))


def with_vector(world: World, packed: bytes) -> Any:
    piece = writer.small(PieceKind.VECTOR, packed)
    return bundle(world.stick, world.town, world.county, bring(world.town), piece)


@pytest.mark.parametrize("where", ["heads", "wants"])
def test_endless_data_in_a_vector(world: World, where: str) -> None:
    """A hundred thousand heads, and as many wants: what a vector may hold is counted before it is made."""
    flood = points(100_000)
    packed = vector(world, flood) if where == "heads" else vector(world, (), flood)
    world.refuses(with_vector(world, packed))
    few = points(4_000)
    packed = vector(world, few) if where == "heads" else vector(world, points(1), few)
    assert world.county.reads(with_vector(world, packed)).outcome == "nothing_new"


def test_extraneous_dependencies_make_nobody_wait(world: World) -> None:
    """Wants for what nobody ever wrote, and a run that follows something that does not exist: nothing is held up, and
    nothing is sent that is not there."""
    path = with_vector(world, vector(world, points(3), points(2)))
    assert world.county.reads(path).outcome == "nothing_new"
    with world.county.db.engine.connect() as connection:
        scope = vectors.Scope("371602012")
        there = vectors.of_peer(connection, world.town.node.node_id)
        assert vectors.lacking(connection, scope, there)  # everything, and no more than there is
    author = group(world)
    author.renames(author.said[0].eid, "二组")
    detached = msgspec.structs.replace(author.said[1], prev=b"\1" * 32)
    author.said = [detached]
    assert world.takes(author.segment()).waiting >= 0
    assert world.takes(group(world).segment()).entries == 1


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\xc1",
        b"\x91",
        b"\x91" * 60_000,
        b"\x93\xdd\xff\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff",
        b"\x93\x90\x90\xc0",
    ],
)
def test_a_vector_of_nonsense(world: World, packed: bytes) -> None:
    before = dump(world.county.db, "quarantine", "bundle", "peer")
    taken = world.county.reads(with_vector(world, packed))
    assert taken.outcome in ("not_trusted", "nothing_new")
    assert differences(before, dump(world.county.db, "quarantine", "bundle", "peer")) == []


def test_keys_said_twice_in_a_body(world: World) -> None:
    """The last one counts for everybody alike, and it must be good."""
    author = Author(world.town)
    author.says("C", GROUP, b"\x83\x02\xa3bad\x03\x01\x02\x07")
    world.refuses_segment(author.segment())
    author = Author(world.town)
    row = author.says("C", GROUP, b"\x83\x02\x07\x03\x01\x02\xa4good").eid
    world.takes(author.segment())
    assert world.shown("village_group", "name", row) == "good"


@pytest.mark.parametrize("depth", [5, 60, 5_000, 200_000])
def test_nesting_that_is_deep(world: World, depth: int) -> None:
    author = Author(world.town)
    author.says("C", GROUP, b"\x83\x02\xa1x\x03\x01\x04" + b"\x91" * depth + b"\x01")
    world.refuses_segment(author.segment())


def test_nesting_that_is_not_passes(world: World) -> None:
    author = Author(world.town)
    author.says("C", GROUP, {2: "一组", 3: 1, 99: [["a"], ["b"]]}, schema=9)
    assert world.takes(author.segment()).entries == 1


def test_more_fields_and_versions_seen_than_a_row_may_have(world: World) -> None:
    """The limits themselves pass; one more does not."""
    row = group(world)
    world.takes(row.segment())
    there = row.said[0].eid
    for bases, fields, passes in ((64, 256, True), (65, 1, False), (1, 257, False)):
        author = Author(world.town)
        seen = [n.to_bytes(16, "big") for n in range(1, bases)] + [there]
        author.says(
            "S", GROUP, {n: ["x", seen[:2] if n > 2 else seen] for n in range(100, 100 + fields)}, there
        )
        if not passes and bases > 64:
            author = Author(world.town)
            author.says("S", GROUP, {100: ["x", seen]}, there)
        if passes:
            author = Author(world.town)
            author.says("S", GROUP, {n: ["x", seen[:4]] for n in range(100, 100 + fields)}, there)
            world.takes(author.segment())
        else:
            world.refuses_segment(author.segment())


def test_a_body_as_large_as_may_be_and_one_byte_larger(world: World) -> None:
    """The limit is of the packed entry; four texts together reach it."""
    room = entries.MAX_ENTRY - entries.MAX_NOTE - 200
    for size, passes in ((room - 64 * 1024 * 3 - 64, True), (entries.MAX_STRING, False)):
        author = Author(world.town)
        said = {2: "一组", 3: 1, **{n: "x" * entries.MAX_STRING for n in (100, 101, 102)}, 103: "x" * size}
        author.says("C", GROUP, said)
        if passes:
            world.takes(author.segment())
        else:
            world.refuses_segment(author.segment())


@pytest.mark.parametrize("kind", ["entries", "vector", "certificates", "trust", "orders", "new keys"])
def test_a_piece_of_every_kind_that_is_random_bytes(world: World, kind: str) -> None:
    before = dump(world.county.db, "quarantine", "bundle", "peer")
    piece = stored(bytes(range(256)) * 4, 1_024, kind)
    taken = world.county.reads(bundle(world.stick, world.town, world.county, bring(world.town), piece))
    assert taken.outcome in ("not_trusted", "nothing_new")
    assert taken.entries == 0
    assert differences(before, dump(world.county.db, "quarantine", "bundle", "peer")) == []


def test_an_entry_for_a_neighbours_row_inside_an_allowed_stream(world: World) -> None:
    """The stream is the township's own, the row is not; its twin is a row of the township."""
    for region, passes in ((NEXT_DOOR, False), (VILLAGE, True)):
        author = Author(world.town)
        author.renames(world.homes[f"group {region}"], "劫")
        if passes:
            world.takes(author.segment())
        else:
            world.refuses_segment(author.segment())
