"""The witness beside the database: how far it had come, and on which PC and disk (sync.md 2.9).

Who puts an older file in its place is found out, and who copies or moves the folder, witness and all. Entries that this
data does not know may live on elsewhere. So it takes a new incarnation, as after every restore: when in doubt, one more
costs a few bytes. The office above is asked for what is missing here without a word: the vector in the next bundle
lists less than that office knows of this one.
"""

import os
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from desktop.core import whereabouts
from desktop.core.db import local
from desktop.core.paths import Paths

_DOUBT = "doubt"


class Seen(msgspec.Struct, frozen=True):
    """No secret and nothing about anybody: a node's name, its incarnation, its clock, a hash of the place."""

    node: bytes
    incarnation: bytes
    hlc: int
    place: str


class Doubt(Enum):
    """Why this data may not go on as the one that was here."""

    OLDER = auto()
    ELSEWHERE = auto()
    UNKNOWN = auto()  # nothing was noted, so it may be either


def now(connection: Connection, paths: Paths) -> Seen:
    return Seen(
        local.own_id(connection),
        local.get(connection, "incarnation"),
        int(local.get(connection, "hlc", 0)),
        whereabouts.of(paths.root),
    )


def read(paths: Paths) -> Seen | None:
    """What was noted here last; None when there is no note, or one that cannot be read."""
    try:
        return msgspec.json.decode(paths.witness.read_bytes(), type=Seen)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def doubt(now: Seen, seen: Seen | None) -> Doubt | None:
    """None for the database that was here, as it was or further. An older one that was copied too is an older one."""
    if seen is None:
        return Doubt.UNKNOWN
    if (now.node, now.incarnation) != (seen.node, seen.incarnation) or now.hlc < seen.hlc:
        return Doubt.OLDER
    return Doubt.ELSEWHERE if now.place != seen.place else None


def keep_doubt(connection: Connection, doubt: Doubt | None) -> None:
    """Until somebody was told: a command may open the data before the window does. None: it was told."""
    local.put(connection, {_DOUBT: doubt.name if doubt else ""})


def kept_doubt(connection: Connection) -> Doubt | None:
    return Doubt.__members__.get(local.get(connection, _DOUBT, ""))


def write(path: Path, seen: Seen) -> None:
    """A note that is lost costs one incarnation, so that nobody has to wait for the disk."""
    with suppress(OSError):
        beside = path.with_suffix(".part")
        beside.write_bytes(msgspec.json.encode(seen))
        os.replace(beside, path)
