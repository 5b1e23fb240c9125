"""The rows that were erased here, beside the database: a backup that is older than an order does not bring back what
the order took away. Ids and places only, nothing personal."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from desktop.core import log
from desktop.core.db import snapshot

NAME = "erased.json"


class Listed(msgspec.Struct, frozen=True):
    row: str  # hexadecimal
    table: int
    region: str
    at: int  # milliseconds since 1970


_read = msgspec.json.Decoder(list[Listed]).decode


def read(path: Path) -> list[Listed]:
    """What is listed. A damaged list counts as none: the database knows the same, unless an older one was restored."""
    try:
        return _read(path.read_bytes()) if path.exists() else []
    except (msgspec.MsgspecError, UnicodeDecodeError):
        log.logger.warning("list of erased rows damaged")
        return []


def carry(source: Path, target: Path) -> None:
    """What is listed at one place is listed at the other too."""
    if source != target and (listed := read(source)):
        add(target, listed)


def add(path: Path, more: Iterable[Listed]) -> None:
    """Keep these too; the file is whole at every moment."""
    known = read(path)
    fresh = [one for one in more if one not in known]
    if fresh:
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode([*known, *fresh]))
        snapshot.to_disk(part)
        os.replace(part, path)
        snapshot.to_disk(path.parent)
