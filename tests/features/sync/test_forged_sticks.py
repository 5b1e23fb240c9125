"""What lies on a stick beside honest files: names that trick, frames of zstd that trick, parts that do not belong."""

import os
import secrets
import shutil
import struct
from pathlib import Path

import msgspec
import pytest
import zstandard

from desktop.core.errors import Trouble
from desktop.features.sync import api as sync
from desktop.features.sync import frame, quarantine
from desktop.features.sync.writer import Source
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import Author, bring, bundle, stored
from tests.features.sync.forging import World, group


def raw_segment(world: World) -> tuple[bytes, int]:
    """A good segment, unpacked."""
    source = group(world).segment()
    return zstandard.decompress(source.read()), source.piece.raw_len


def frames(raw: bytes) -> dict[str, bytes]:
    """The same content in frames that no office of ours writes."""
    plain = zstandard.compress(raw)
    half = len(raw) // 2
    skippable = struct.pack("<II", 0x184D2A50, 4) + b"skip"
    return {
        "two frames": zstandard.compress(raw[:half]) + zstandard.compress(raw[half:]),
        "an empty frame behind": plain + zstandard.compress(b""),
        "a skippable frame behind": plain + skippable,
        "a skippable frame before": skippable + plain,
        "bytes behind": plain + b"\0",
        "a bundle behind": plain + frame.MAGIC + bytes(500),
        "cut": plain[:-1],
        "cut in half": plain[: len(plain) // 2],
        "only its head": plain[:6],
    }


@pytest.mark.parametrize("kind", list(frames(b"x" * 100)))
def test_a_frame_of_zstd_that_hides_something(world: World, kind: str) -> None:
    raw, length = raw_segment(world)
    world.refuses_segment(stored(frames(raw)[kind], length))


@pytest.mark.parametrize("level", [1, 19])
@pytest.mark.parametrize("with_size", [True, False])
def test_an_honest_frame_of_any_make_passes(world: World, level: int, with_size: bool) -> None:
    """Without a size in the frame, with a checksum: other programs write it so."""
    raw, length = raw_segment(world)
    made = zstandard.ZstdCompressor(level=level, write_content_size=with_size, write_checksum=True).compress(
        raw
    )
    assert world.takes(stored(made, length)).entries == 1


@pytest.mark.parametrize("says", [1, 1_000, 32 << 20])
def test_endless_data_in_one_frame(world: World, says: int) -> None:
    """A few kilobytes that unpack to a gigabyte."""
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(1 << 30))
    assert len(bomb) < 200_000
    world.refuses_segment(stored(bomb, says))


def test_a_window_larger_than_ours(world: World) -> None:
    raw, length = raw_segment(world)
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27, write_content_size=0)
    made = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    world.refuses_segment(stored(made.compress(raw) + made.flush(), length))


def test_mix_and_match_of_the_parts_of_two_sets(world: World) -> None:
    """Parts carry what they need and are taken alone: parts of two sets together do no more than each by itself, and
    a set that says more parts than there are does not hold anybody up."""
    one, two = group(world), group(world)
    sets = [secrets.token_bytes(16), secrets.token_bytes(16)]
    paths = [
        bundle(world.stick, world.town, world.county, bring(world.town), author.segment(),
               set_id=set_id, part=part, parts=3)
        for author, set_id, part in ((one, sets[0], 1), (two, sets[1], 3))
    ]  # fmt: skip
    assert [world.county.reads(p).entries for p in paths] == [1, 1]
    assert [world.county.reads(p).outcome for p in paths] == ["nothing_new", "nothing_new"]


@pytest.mark.parametrize(("part", "parts"), [(0, 1), (2, 1), (-1, 1), (1, 0), (1, 2**63)])
def test_mix_and_match_of_a_part_that_cannot_be(world: World, part: int, parts: int) -> None:
    path = bundle(
        world.stick,
        world.town,
        world.county,
        bring(world.town),
        group(world).segment(),
        part=part,
        parts=parts,
    )
    world.refuses(path)


def test_mix_and_match_of_a_manifest_and_the_pieces_of_another_bundle(world: World) -> None:
    one, two = group(world).segment(), group(world).segment()
    swapped = Source(msgspec.structs.replace(one.piece, stored_len=two.piece.stored_len), two.read)
    world.refuses(bundle(world.stick, world.town, world.county, bring(world.town), swapped))
    assert world.takes(one, two).entries == 2


def test_rollback_to_an_old_bundle_changes_nothing(world: World) -> None:
    """A drawer stick of months ago beside the present one: its entries count, its vector does not."""
    author = group(world)
    old = bundle(world.stick, world.town, world.county, bring(world.town), author.segment(), serial=5)
    author.renames(author.said[0].eid, "二组")
    new = bundle(world.stick, world.town, world.county, bring(world.town), author.segment(), serial=6)
    assert world.county.reads(new).entries == 2
    before = dump(world.county.db)
    assert world.county.reads(old).outcome == "nothing_new"
    assert differences(before, dump(world.county.db)) in ([], ["bundle"])
    assert world.shown("village_group", "name", author.said[0].eid) == "二组"


def test_a_malicious_mirror_that_keeps_bundles_back_is_not_believed_delivered(world: World) -> None:
    """The stick never arrives: nothing counts as delivered until the county's own vector says so."""
    with world.sibling.db.unit(world.sibling.actor, "工作"):
        pass
    before = Author(world.sibling)
    assert before.said == []
    with world.sibling.db.reader(world.sibling.actor) as reader:
        waiting = sync.outlook(reader, world.sibling.db).entries
    written = sync.write_bundle(world.sibling.db, world.sibling.actor, world.stick)
    for one in written:
        one.path.unlink()
    with world.sibling.db.reader(world.sibling.actor) as reader:
        after = sync.outlook(reader, world.sibling.db)
    assert (after.entries, after.unsent) == (waiting, 0)


@pytest.mark.parametrize(
    "name",
    [
        "CON.hhb",
        "nul.hhb",
        "COM1.hhb",
        "..hhb",
        "a b.hhb",
        "x" * 200 + ".hhb",
        "数据包.hhb",
        "a:b.hhb",
        "-rf.hhb",
        ".hhb.hhb",
    ],
)
def test_a_file_of_a_name_that_tricks(world: World, name: str) -> None:
    """Read by its content; kept, when it is refused, under a name that is plain on every system."""
    good = bundle(world.stick, world.town, world.county, bring(world.town), group(world).segment())
    path = good.rename(world.stick / name)
    try:
        assert world.county.reads(path).entries == 1
        path.write_bytes(
            bundle(world.stick, world.stranger, world.county, bring(world.stranger)).read_bytes()
        )
        kept = (
            set(world.county.db.paths.quarantine.iterdir())
            if world.county.db.paths.quarantine.exists()
            else set()
        )
        assert world.county.reads(path).outcome == "not_trusted"
        new = set(world.county.db.paths.quarantine.iterdir()) - kept
        assert len(new) <= 1
        for file in new:
            assert len(file.name) <= 68
            assert file.name.isascii()
            assert file.stem.upper() not in quarantine._DEVICES
    finally:
        path.unlink()


def test_names_that_differ_only_in_capitals(world: World) -> None:
    """Two files, two bundles; capitals as old sticks write them are read too."""
    folder = world.stick / "capitals"
    folder.mkdir()
    for name in ("A.hhb", "a.HHB", "B.HHB"):
        made = bundle(world.stick, world.town, world.county, bring(world.town), group(world).segment())
        made.rename(folder / name)
    found = sync.read_bundles(world.county.db, world.county.actor, folder)
    assert len(found) == len({p.name.lower() for p in folder.iterdir()}) + (len(list(folder.iterdir())) == 3)
    assert {t.outcome for t in found} == {"applied"}
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_and_folders_that_are_called_bundles(world: World, tmp_path: Path) -> None:
    """A link is read like what it points at; one that leads nowhere, a folder and a link to itself are passed by."""
    folder = tmp_path / "links"
    folder.mkdir()
    good = bundle(world.stick, world.town, world.county, bring(world.town), group(world).segment())
    (folder / "good.hhb").symlink_to(good)
    (folder / "nowhere.hhb").symlink_to(folder / "nothing")
    (folder / "loop.hhb").symlink_to(folder / "loop.hhb")
    (folder / "up.hhb").symlink_to("..")
    (folder / "dir.hhb").mkdir()
    (folder / "null.hhb").symlink_to("/dev/null")
    found = sync.read_bundles(world.county.db, world.county.actor, folder)
    assert [(t.path.name, t.outcome) for t in found] == [("good.hhb", "applied")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_slow_retrieval_from_a_pipe_that_never_ends_is_not_begun(world: World, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.hhb"
    os.mkfifo(pipe)
    with pytest.raises(Trouble):
        world.county.reads(pipe)
    with pytest.raises(Trouble):
        sync.read_bundles(world.county.db, world.county.actor, tmp_path)


def test_slow_retrieval_can_be_stopped_at_every_step(world: World) -> None:
    """A stick that crawls: each step asks whether to go on, and stopping leaves whole segments or nothing."""

    class Stopped(Exception):
        pass

    path = bundle(
        world.stick, world.town, world.county, bring(world.town), *(group(world).segment() for _ in range(3))
    )
    told: list[str] = []
    for stop_at in range(4):
        steps = iter(range(100))

        def tell(done: int, total: int, words: str = "", stop: int = stop_at, steps: object = steps) -> None:
            told.append(words)
            if next(steps) == stop:  # type: ignore[call-overload]
                raise Stopped

        with pytest.raises(Stopped):
            sync.read_bundles(world.county.db, world.county.actor, path, tell)
    (taken,) = sync.read_bundles(world.county.db, world.county.actor, path)
    assert taken.outcome in ("applied", "nothing_new")
    assert taken.quarantined == 0


def test_wrong_recipient_and_wrong_software_of_a_good_signer(world: World) -> None:
    """Well signed, but not for this office; well signed, but by a container this program does not read; and the twin."""
    author = group(world)
    for_sibling = bundle(world.stick, world.town, world.sibling, bring(world.town), author.segment())
    world.refuses(for_sibling, "not_for_us")
    later = bundle(
        world.stick, world.town, world.county, bring(world.town), author.segment(), critical=("x",)
    )
    world.refuses(later, "newer_version")
    assert world.takes(author.segment()).entries == 1


def test_arbitrary_software_of_a_wrong_signer_is_refused_whoever_carries_it(world: World) -> None:
    """Bundle, segment and certificate by a signer nobody vouched for; the same three by the township pass."""
    stolen = group(world)
    stolen.signer = world.stranger.node
    world.refuses_segment(stolen.segment())
    author = group(world)
    path = bundle(
        world.stick, world.town, world.county, bring(world.town), author.segment(), signer=world.stranger.node
    )
    world.refuses(path)
    world.refuses(bundle(world.stick, world.stranger, world.county, bring(world.town), author.segment()))
    assert world.takes(author.segment()).entries == 1
