"""The age part of a bundle is age, and nothing of ours: another program opens it with the office's key."""

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from desktop.features.sync import frame, writer
from desktop.features.sync.model import Manifest
from tests.features.sync.exchange_maker import bring, bundle, repaired
from tests.features.sync.forging import World, group

pytestmark = pytest.mark.skipif(shutil.which("age") is None, reason="Debian's age is not installed here")


def opened(age: bytes, identity: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    key = folder / "key.txt"
    key.write_text(identity + "\n")
    return subprocess.run(["age", "-d", "-i", key], input=age, capture_output=True, timeout=60)


def test_debians_age_opens_a_bundle_with_the_offices_key(world: World, tmp_path: Path) -> None:
    source = group(world).segment()
    content = bundle(world.stick, world.town, world.county, bring(world.town), source).read_bytes()
    age = content[frame.HEADER : -frame.TRAILER]
    plain = opened(age, world.county.node.identity, tmp_path)
    assert plain.returncode == 0, plain.stderr
    assert len(plain.stdout) % writer.PADDING == 0
    length = int.from_bytes(plain.stdout[:4], "big")
    manifest = msgspec.msgpack.decode(plain.stdout[4 : 4 + length], type=Manifest)
    assert manifest.bundle_id == content[12:28]
    assert source.read() in plain.stdout
    assert opened(age, world.sibling.node.identity, tmp_path).returncode != 0
    assert opened(age[:-1], world.county.node.identity, tmp_path).returncode != 0


def test_what_debians_age_sealed_is_read_here(world: World, tmp_path: Path) -> None:
    """The other way round: the same plaintext, sealed by the other program."""
    content = bundle(
        world.stick, world.town, world.county, bring(world.town), group(world).segment()
    ).read_bytes()
    plain = opened(content[frame.HEADER : -frame.TRAILER], world.county.node.identity, tmp_path).stdout
    sealed = subprocess.run(
        ["age", "-r", world.county.node.recipient], input=plain, capture_output=True, timeout=60, check=True
    ).stdout
    path = world.stick / "by-age.hhb"
    path.write_bytes(repaired(content[: frame.HEADER] + sealed + bytes(frame.TRAILER)))
    assert world.county.reads(path).outcome == "applied"
