"""The rows that were erased here, beside the database: a backup that is older than an order does not bring back what
the order took away. Ids and places only, nothing personal."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from desktop.core import log
from desktop.core.db import registry, snapshot

NAME = "erased.json"


class Listed(msgspec.Struct, frozen=True):
    row: str  # hexadecimal
    table: int
    region: str
    at: int  # milliseconds since 1970


_read = msgspec.json.Decoder(list[Listed]).decode
_ROW, _REGION = re.compile(r"[0-9a-fA-F]{32}"), re.compile(r"[0-9]{12}")


def read(path: Path) -> list[Listed]:
    """What is listed, of the tables that this program knows. A damaged list counts as none, a damaged line is left out:
    the database knows the same, unless an older one was restored."""
    known = registry.by_number()
    return [one for one in _readable(path) if one.table in known]


def carry(source: Path, target: Path) -> None:
    """What is listed at one place is listed at the other too."""
    if source != target and (listed := _readable(source)):
        add(target, listed)


def _readable(path: Path) -> list[Listed]:
    try:
        return _well_formed(path)
    except OSError:
        log.logger.warning("list of erased rows not readable")
        return []


def _well_formed(path: Path) -> list[Listed]:
    """The lines that can be one of ours; raises OSError. A stick brings this file as well."""
    try:
        found = _read(path.read_bytes()) if path.exists() else []
    except (msgspec.MsgspecError, UnicodeDecodeError):
        log.logger.warning("list of erased rows damaged")
        return []
    good = [one for one in found if _ROW.fullmatch(one.row) and _REGION.fullmatch(one.region)]
    if len(good) < len(found):
        log.logger.warning("lines of the list of erased rows damaged: %d", len(found) - len(good))
    return good


def add(path: Path, more: Iterable[Listed]) -> None:
    """Keep these too; the file is whole at every moment. Raises OSError: what cannot be read now is not written over."""
    known = _well_formed(path)
    fresh = [one for one in more if one not in known]
    if fresh:
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode([*known, *fresh]))
        snapshot.to_disk(part)
        os.replace(part, path)
        snapshot.to_disk(path.parent)
