"""The witness beside the database: how far it had come. Who puts an older file in its place is found out (sync.md 2.9).

Entries written after that may live on elsewhere. So the data takes a new incarnation, as after every restore: when in
doubt, one more costs a few bytes.
"""

import os
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from desktop.core.db import local
from desktop.core.paths import Paths


class Seen(msgspec.Struct, frozen=True):
    """No secret and nothing about anybody: a node's name, its incarnation, its clock."""

    node: bytes
    incarnation: bytes
    hlc: int


def now(connection: Connection) -> Seen:
    node = local.node_id_of(local.get(connection, "signing_public"))
    return Seen(node, local.get(connection, "incarnation"), int(local.get(connection, "hlc", 0)))


def read(paths: Paths) -> Seen | None:
    """What was noted here last; None when there is no note, or one that cannot be read."""
    try:
        return msgspec.json.decode(paths.witness.read_bytes(), type=Seen)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def is_older(now: Seen, seen: Seen) -> bool:
    """Whether this is not the database that was here, or an earlier state of it."""
    return (now.node, now.incarnation) != (seen.node, seen.incarnation) or now.hlc < seen.hlc


def write(path: Path, seen: Seen) -> None:
    """A note that is lost costs one incarnation, so that nobody has to wait for the disk."""
    with suppress(OSError):
        beside = path.with_suffix(".part")
        beside.write_bytes(msgspec.json.encode(seen))
        os.replace(beside, path)
