"""Backups: a fresh encrypted copy of one moment, opened, checked and compared with the data before it counts."""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

import msgspec
import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

import desktop
from desktop.core import blob_copies, log
from desktop.core.db import proof, recovery_keys, shelf, snapshot
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths

# A daily backup and the one before an import may meet: the second waits.
_one_at_a_time = Lock()


def make(
    engine: Engine, paths: Paths, key: bytes, why: str, now: datetime | None = None, tell: Tell = silent
) -> Path:
    """Copy the database beside the data, prove the copy, tidy the shelf. Raises Trouble, and then nothing must go on.

    A copy that does not stand its check is kept as such (.bad), so that somebody can look at it.
    """
    with _one_at_a_time:
        now = now or datetime.now(UTC)
        target, order = _free(paths.backups, why, now), shelf.next_order(paths.backups, now)
        part = target.with_suffix(".part")
        try:
            paths.backups.mkdir(exist_ok=True)
            tell(0, 0, "正在备份")
            is_equal = _copied(engine, paths, key, part, tell)
            _prove(part, key, is_equal)
            # Before the copy counts: a row whose photo is nowhere would be half a backup.
            blob_copies.copy(paths.blobs, paths.backups / blob_copies.FOLDER)
            _put_on_shelf(part, target, order)
            recovery_keys.keep(paths.keys, paths.backups)
            shelf.tidy(paths.backups, target)
        except (driver.Error, OSError) as cause:
            log.logger.warning("backup %s failed: %s", why, type(cause).__name__)
            raise Trouble(
                "备份没有做成，所以没有继续", "请检查磁盘空间后再试", code="backup.failed"
            ) from cause
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return target


def _copied(engine: Engine, paths: Paths, key: bytes, part: Path, tell: Tell) -> bool:
    """Copy one moment; gives whether the copy on the disk equals the live data at that very moment."""
    with snapshot.moment(engine) as moment:
        snapshot.copy(moment, paths.database, part, key)
        tell(0, 0, "正在检查备份")
        if moment.is_still:
            return proof.file_digest(part) == proof.file_digest(paths.database)
        return proof.content_digest(part, key, tell) == proof.digest(moment.connection, tell)


def _put_on_shelf(part: Path, target: Path, order: int) -> None:
    """The facts first: a copy that is there is a copy that was proved."""
    facts = shelf.facts_of(target)
    beside = facts.with_suffix(".part-facts")
    said = shelf.Facts(proof.file_digest(part), desktop.__version__, order)
    beside.write_bytes(msgspec.json.encode(said))
    snapshot.to_disk(beside)
    os.replace(beside, facts)
    os.replace(part, target)
    snapshot.to_disk(target.parent)


def _prove(part: Path, key: bytes, is_equal: bool) -> None:
    """Raises Trouble for a copy that is not the data, or is not whole; it stays on the shelf as failed."""
    try:
        proof.check(part, key)
    except driver.DatabaseError:
        is_equal = False
    if not is_equal:
        os.replace(part, part.with_suffix(shelf.BAD))
        raise Trouble(
            "备份做好后当场检查没有通过，不能算数", "请检查磁盘是否有坏道，再备份一次", code="backup.bad"
        )


def _free(folder: Path, why: str, now: datetime) -> Path:
    """A moment that no copy has: a clock that stands still or was put back never overwrites one."""
    soon = [b.made_at for b in shelf.all_in(folder) if timedelta() <= b.made_at - now < timedelta(hours=1)]
    return shelf.new_path(folder, why, max(soon) + timedelta(microseconds=1) if soon else now)
