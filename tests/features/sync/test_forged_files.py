"""Manifests and files that are not what they say: cut, flipped, sealed otherwise, for somebody else."""

import secrets
from collections.abc import Callable
from typing import Any

import pyrage
import pytest

from desktop.core import crypto
from desktop.core.db import entries
from desktop.features.sync import frame
from desktop.features.sync.model import (
    MANIFEST_CONTEXT,
    Manifest,
    Piece,
)
from tests.features.sync.exchange_maker import (
    bring,
    bundle,
    framed,
    raw_bundle,
    repaired,
)
from tests.features.sync.forging import World, group


def test_a_bundle_for_somebody_else(world: World) -> None:
    path = bundle(world.stick, world.town, world.sibling, bring(world.town), group(world).segment())
    world.refuses(path, "not_for_us")
    assert world.sibling.reads(path).outcome != "not_for_us"


def test_a_bundle_that_a_recipient_sealed_again_for_others(world: World) -> None:
    path = bundle(
        world.stick,
        world.town,
        world.county,
        group(world).segment(),
        recipients=(world.sibling.node.node_id,),
    )
    world.refuses(path, "not_for_us")
    both = (world.sibling.node.node_id, world.county.node.node_id)
    path = bundle(
        world.stick, world.town, world.county, bring(world.town), group(world).segment(), recipients=both
    )
    assert world.county.reads(path).outcome == "applied"


def test_a_bundle_under_another_bundles_id(world: World) -> None:
    path = bundle(world.stick, world.town, world.county, bring(world.town), group(world).segment())
    content = path.read_bytes()
    path.write_bytes(repaired(content[:12] + secrets.token_bytes(16) + content[28:]))
    world.refuses(path)
    path.write_bytes(content)
    assert world.county.reads(path).outcome == "applied"


def test_a_manifest_signed_by_somebody_else(world: World) -> None:
    for signer in (world.sibling.node, world.stranger.node):
        world.refuses(bundle(world.stick, world.town, world.county, group(world).segment(), signer=signer))


def test_what_only_a_newer_program_can_read(world: World) -> None:
    path = bundle(world.stick, world.town, world.county, group(world).segment(), critical=("photos",))
    assert "photos" in world.refuses(path, "newer_version").sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": 2**63},
        {"serial": -1},
        {"incarnation": b""},
        {"blobs": ((bytes(32), 1),) * 150_000},  # a list of contents of more than four MiB
        {"incarnation": bytes(5_000)},
        {"recipients": (bytes(16),) * 9},
        {"pieces": (Piece("entries", bytes(32), 5 << 20, 1),)},
        {"pieces": (Piece("entries", bytes(32), -1, 1),)},
        {"pieces": (Piece("entries", bytes(32), 1, -1),)},
        {"pieces": (Piece("entries", bytes(32), 1, 2 << 30),) * 3},
        {"pieces": (Piece("entries", bytes(32), 0, 0),) * 65_537},
        {"pieces": tuple(Piece(f"kind {n}", bytes(32), 0, 0) for n in range(70))},
    ],
)
def test_a_manifest_out_of_bounds(world: World, changes: dict[str, Any]) -> None:
    if "recipients" in changes:
        changes = {"recipients": (world.county.node.node_id, *changes["recipients"])}
    world.refuses(bundle(world.stick, world.town, world.county, **changes))


def plaintext(world: World, manifest: bytes, signature: bytes | None = None) -> bytes:
    signature = (
        crypto.sign(world.town.node.signing_secret, MANIFEST_CONTEXT, manifest)
        if signature is None
        else signature
    )
    return len(manifest).to_bytes(4, "big") + manifest + signature


def manifest_of(world: World) -> tuple[Manifest, bytes]:
    manifest = Manifest(
        secrets.token_bytes(16),
        world.town.chain(),
        (world.county.node.node_id,),
        bytes(8),
        1,
        bytes(16),
        1,
        1,
        (),
        1,
        0,
        (),
    )
    return manifest, entries.pack(manifest)


@pytest.mark.parametrize(
    "plain",
    [
        lambda w: b"",
        lambda w: b"\0",
        lambda w: bytes(100_000),
        lambda w: b"\xff" * 100_000,
        lambda w: (4 << 20).to_bytes(4, "big") + bytes(200_000),
        lambda w: plaintext(w, b""),
        lambda w: plaintext(w, b"\xc0"),
        lambda w: plaintext(w, b"\x91" * 100_000),
        lambda w: plaintext(w, manifest_of(w)[1][:-1] + b"\x91" * 100_000),
        lambda w: plaintext(w, manifest_of(w)[1], b""),
        lambda w: plaintext(w, manifest_of(w)[1], bytes(64)),
        lambda w: plaintext(w, manifest_of(w)[1])[:-70],
    ],
)
def test_a_payload_of_nonsense(world: World, plain: Callable[[World], bytes]) -> None:
    world.refuses(raw_bundle(world.stick, world.county, plain(world)))


def test_a_payload_with_the_signature_taken_out(world: World) -> None:
    manifest, packed = manifest_of(world)
    path = raw_bundle(world.stick, world.county, len(packed).to_bytes(4, "big") + packed + bytes(4_096))
    content = path.read_bytes()
    path.write_bytes(repaired(content[:12] + manifest.bundle_id + content[28:]))
    world.refuses(path)


def test_other_kinds_of_age_file(world: World) -> None:
    secret = pyrage.passphrase.encrypt(b"x", "password")
    armoured = pyrage.encrypt(
        b"x", [pyrage.x25519.Recipient.from_str(world.county.node.recipient)], armored=True
    )
    ssh = b"age-encryption.org/v1\n-> ssh-ed25519 AAAA BBBB\nCCCC\n--- DDDD\n" + bytes(100)
    many = b"age-encryption.org/v1\n" + b"-> X25519 AAAA\nBBBB\n" * 10 + b"--- DDDD\n" + bytes(100)
    endless = b"age-encryption.org/v1\n" + b"-> X25519 AAAA\n" * 5_000
    for age in (
        secret,
        armoured,
        ssh,
        many,
        endless,
        b"",
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n--- x\n",
    ):
        world.refuses(framed(world.stick, age))


@pytest.mark.parametrize(("at", "what"), [(8, "version"), (9, "version"), (10, "suite"), (11, "suite")])
def test_a_container_of_a_newer_program(world: World, at: int, what: str) -> None:
    path = bundle(world.stick, world.town, world.county, bring(world.town))
    content = bytearray(path.read_bytes())
    content[at] += 1
    path.write_bytes(content)
    world.refuses(path, "damaged")
    path.write_bytes(repaired(bytes(content)))
    world.refuses(path, "newer_version")


@pytest.mark.parametrize(
    "content",
    [b"", b"HHB1", b"HHB1\r\n\x1a\n", b"HHB1\n\x1a\n" + bytes(200), bytes(1_000), frame.MAGIC + bytes(68)],
)
def test_a_file_that_is_no_bundle(world: World, content: bytes) -> None:
    path = world.stick / f"{secrets.token_hex(4)}.hhb"
    path.write_bytes(content)
    world.refuses(path, "damaged")


def test_a_file_too_large_to_be_one(world: World) -> None:
    path = world.stick / "huge.hhb"
    with path.open("wb") as file:
        file.write(frame.MAGIC)
        file.truncate((1 << 30) + 1)
    world.refuses(path, "damaged")
    path.unlink()


def test_a_request_given_for_a_bundle(world: World) -> None:
    path = world.stick / "x.hhb"
    path.write_bytes(frame.ENROL_MAGIC + bytes(200))
    world.refuses(path, "not_for_us")
    path.unlink()
