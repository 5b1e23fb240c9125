"""Backups: a fresh encrypted copy made by the database itself, opened and checked before it counts."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

from desktop.core.errors import Trouble
from desktop.core.paths import Paths

KEPT = 10


def make(engine: Engine, paths: Paths, key: bytes, why: str) -> Path:
    """Copy the database beside the data, check the copy, drop the oldest beyond ten. Raises Trouble.

    `why` is "import" or "migration" and stands in the file's name; no name of a person or place does.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    target = paths.backups / f"{stamp}-{why}.db"
    part = target.with_suffix(".part")
    try:
        paths.backups.mkdir(exist_ok=True)
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is None:
                raise RuntimeError("no driver connection")
            raw.execute("VACUUM INTO ?", (str(part),))
        _check(part, key)
        _to_disk(part)
        os.replace(part, target)
    except (driver.Error, OSError) as cause:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Trouble("备份没有做成，所以没有继续", "请检查磁盘空间后再试", code="backup.failed") from cause
    for old in [*sorted(paths.backups.glob("*.db"))[:-KEPT], *paths.backups.glob("*.part*")]:
        old.unlink(missing_ok=True)
    return target


def _to_disk(path: Path) -> None:
    """VACUUM INTO leaves its bytes with the system; the older copies go only when the new one lies on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _check(path: Path, key: bytes) -> None:
    """Open the copy with its key and have SQLite check it. Raises driver.Error when it is not whole."""
    copy = driver.connect(str(path))
    try:
        copy.execute("PRAGMA cipher_log_level=NONE")
        copy.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise driver.DatabaseError(found)
    finally:
        copy.close()
