"""Bundles cut, flipped and with sectors lost (sync.md 6.2): never accepted, always one of the four outcomes, and nothing
in the database moves.

Every test has a short form over chosen places; all places with FULL=1 (marked full). The small bundle has no padding,
so that every one of its bytes means something. Run in full on 2026-11-22: 43,472 spoiled files (2,360 cuts, 18,880 flips,
these with the trailer put right, 1,452 with lost sectors), none accepted, 1,150 seconds beside other work.
"""

import hashlib
import io
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from desktop.core import crypto
from desktop.core.db import entries
from desktop.core.jobs import silent
from desktop.features.sync import frame, taking, writer
from desktop.features.sync.model import Manifest, PieceKind
from desktop.features.sync.writer import Source
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import HOUSEHOLD, Author, bring, bundle, repaired
from tests.features.sync.forging import World, group

REFUSED = {"damaged", "not_trusted", "not_for_us", "newer_version"}
BLOCKS = (512, 4_096)
FULL = (pytest.mark.full, pytest.mark.timeout(3_600))


def unpadded(world: World, *sources: Source) -> bytes:
    """A bundle of the township as the writer makes it, without the bytes that only hide its size."""
    manifest = Manifest(
        secrets.token_bytes(16), world.town.chain(), (world.county.node.node_id,), world.town.node.incarnation, 7,
        bytes(16), 1, 1, (), 1, 0, tuple(s.piece for s in sources),
    )  # fmt: skip
    *parts, _ = writer.payload(world.town.node, manifest, sources)
    out = io.BytesIO()
    crypto.seal([world.county.node.recipient], io.BytesIO(b"".join(parts)), out)
    age = out.getvalue()
    start = frame.header(manifest.bundle_id) + age
    return start + frame.trailer(len(age), hashlib.sha256(start).digest())


@pytest.fixture(scope="module")
def small(world: World) -> bytes:
    """Of every kind of piece one, and of every kind of stream."""
    data, told = group(world), Author(world.town, "371602012000", "broadcast")
    told.says("C", 9_999, {2: "x"}, schema=9)
    vector = writer.small(PieceKind.VECTOR, entries.pack(((), (), b"")))
    trust = writer.small(PieceKind.TRUST, entries.pack(()))
    return unpadded(world, bring(world.town), trust, vector, data.segment(), told.segment())


@pytest.fixture(scope="module")
def large(world: World) -> bytes:
    """With the padding and some blocks, as it lies on a stick."""
    author = Author(world.town)
    for n in range(400):
        author.says("C", HOUSEHOLD, {3: 1, 4: f"{n:010d}", 5: [f"甲{n}", secrets.token_hex(20)]})
    path = bundle(world.stick, world.town, world.county, bring(world.town), author.segment())
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture
def outcomes(world: World) -> Iterator[Callable[[Iterable[bytes]], list[str]]]:
    """Reads each of them at the county. Afterwards nothing has changed there but what is set aside."""
    before = dump(world.county.db, "quarantine")
    path = world.stick / "attempt.hhb"

    def read(contents: Iterable[bytes]) -> list[str]:
        found = []
        for content in contents:
            path.write_bytes(content)
            taken = taking.take(world.county.db, path, silent)
            assert (taken.entries, taken.rows) == (0, {})
            assert taken.sentence
            found.append(taken.outcome.value)
        return found

    yield read
    assert differences(before, dump(world.county.db, "quarantine")) == []


def some(length: int, step: int) -> list[int]:
    """Close together at the head and the tail, and some between."""
    ends = {*range(0, min(length, 120), 6), *range(max(length - 60, 0), length, 5)}
    return sorted({*ends, *range(0, length, step)})


def flipped(content: bytes, bit: int) -> bytes:
    at = bit // 8
    return content[:at] + bytes([content[at] ^ (1 << bit % 8)]) + content[at + 1 :]


def cut_and_repaired(small: bytes, offsets: Iterable[int]) -> Iterator[bytes]:
    return (repaired(small[:n] + bytes(frame.TRAILER)) for n in offsets if n >= frame.HEADER)


Read = Callable[[Iterable[bytes]], list[str]]


@pytest.mark.parametrize("step", [151, pytest.param(1, marks=FULL)])
def test_a_cut_at_every_byte_is_damage(small: bytes, outcomes: Read, step: int) -> None:
    offsets = some(len(small), step) if step > 1 else range(len(small))
    found = outcomes(small[:n] for n in offsets)
    assert set(found) == {"damaged"}
    assert len(found) == len(list(offsets))


@pytest.mark.parametrize("step", [97, pytest.param(1, marks=FULL)])
def test_a_cut_at_every_byte_with_the_trailer_put_right(small: bytes, outcomes: Read, step: int) -> None:
    body = len(small) - frame.TRAILER
    offsets = some(body, step) if step > 1 else range(body)
    found = outcomes(cut_and_repaired(small, offsets))
    assert set(found) <= REFUSED
    assert len(found) == sum(n >= frame.HEADER for n in offsets)


@pytest.mark.parametrize("step", [293, pytest.param(1, marks=FULL)])
def test_every_bit_flipped_is_damage(small: bytes, outcomes: Read, step: int) -> None:
    bits = some(len(small) * 8, step) if step > 1 else range(len(small) * 8)
    assert set(outcomes(flipped(small, bit) for bit in bits)) == {"damaged"}


@pytest.mark.parametrize("step", [211, pytest.param(1, marks=FULL)])
def test_every_bit_flipped_with_the_trailer_put_right(small: bytes, outcomes: Read, step: int) -> None:
    length = (len(small) - frame.TRAILER) * 8
    bits = some(length, step) if step > 1 else range(length)
    found = outcomes(repaired(flipped(small, bit)) for bit in bits)
    assert set(found) <= REFUSED
    assert {"not_trusted", "newer_version"} <= set(found)


def with_block(content: bytes, at: int, block: bytes) -> bytes:
    return content[:at] + block + content[at + len(block) :]


def lost_sectors(content: bytes, stale: bytes, size: int) -> Iterator[bytes]:
    """One block zeroed, filled with ones, of an older file, or exchanged for its neighbour; and all blocks from
    one on never written."""
    starts = range(0, len(content) - 1, size)
    for at in starts:
        block = content[at : at + size]
        following = content[at + size : at + 2 * size]
        yield with_block(content, at, bytes(len(block)))
        yield with_block(content, at, b"\xff" * len(block))
        yield with_block(content, at, stale[at : at + len(block)].ljust(len(block), b"\0"))
        yield content[:at] + bytes(len(content) - at)
        if len(following) == size:
            yield content[:at] + following + block + content[at + 2 * size :]


@pytest.mark.parametrize("size", BLOCKS)
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=FULL)])
def test_lost_sectors_are_damage(world: World, large: bytes, outcomes: Read, size: int, every: int) -> None:
    stale = bundle(
        world.stick, world.town, world.county, bring(world.town), group(world).segment()
    ).read_bytes()
    torn = [c for c in lost_sectors(large, stale, size) if c != large]
    assert set(outcomes(torn[::every])) == {"damaged"}


@pytest.mark.parametrize("size", BLOCKS)
@pytest.mark.parametrize("every", [11, pytest.param(1, marks=FULL)])
def test_lost_sectors_with_the_trailer_put_right(
    world: World, large: bytes, outcomes: Read, size: int, every: int
) -> None:
    stale = bundle(
        world.stick, world.town, world.county, bring(world.town), group(world).segment()
    ).read_bytes()
    torn = [repaired(c) for c in lost_sectors(large, stale, size)]
    found = outcomes(c for c in torn[::every] if c != large)
    assert set(found) <= REFUSED


def test_bytes_behind_the_end_are_damage(small: bytes, outcomes: Read) -> None:
    assert set(outcomes(small + tail for tail in (b"\0", bytes(512), small))) == {"damaged"}


def test_the_files_that_all_these_were_made_of_are_good(world: World, small: bytes, large: bytes) -> None:
    """The twin; it comes last, because it is taken."""
    path: Path = world.stick / "good.hhb"
    for content, count in ((small, 2), (large, 400)):
        path.write_bytes(content)
        taken = world.county.reads(path)
        assert (taken.outcome, taken.entries, taken.quarantined) == ("applied", count, 0)
        assert world.county.reads(path).outcome == "nothing_new"
