"""The rehearsal: a backup is restored beside the data, compared and deleted, so that nobody finds out too late."""

import os
import shutil
from contextlib import suppress
from datetime import datetime

import msgspec

from desktop.core.db import restore
from desktop.core.db.shelf import Backup
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths

_NAME = "rehearsal.json"


class Rehearsed(msgspec.Struct, frozen=True):
    """The last one: when, of which backup, and whether it came out equal."""

    at: datetime
    made_at: datetime
    is_good: bool


def rehearse(paths: Paths, key: bytes, backup: Backup, now: datetime, tell: Tell = silent) -> Rehearsed:
    """Do all of it in a folder beside the data, and write down how it came out. Raises Trouble when it did not."""
    try:
        _try(paths, key, backup, tell)
    except Trouble:
        _keep(paths, Rehearsed(now, backup.made_at, False))
        raise
    done = Rehearsed(now, backup.made_at, True)
    _keep(paths, done)
    return done


def last(paths: Paths) -> Rehearsed | None:
    try:
        return msgspec.json.decode((paths.backups / _NAME).read_bytes(), type=Rehearsed)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _try(paths: Paths, key: bytes, backup: Backup, tell: Tell) -> None:
    place = Paths(paths.root / "rehearsal")
    shutil.rmtree(place.root, ignore_errors=True)  # what a power cut left of the last one
    try:
        place.root.mkdir()
        restore.take_place(place, key, backup, tell)
    except OSError as cause:
        raise Trouble("演练没有做成", "请检查磁盘空间后再试", code="rehearsal.failed") from cause
    finally:
        shutil.rmtree(place.root, ignore_errors=True)


def _keep(paths: Paths, done: Rehearsed) -> None:
    with suppress(OSError):  # what counts was told
        beside = paths.backups / f"{_NAME}.new"
        beside.write_bytes(msgspec.json.encode(done))
        os.replace(beside, paths.backups / _NAME)
