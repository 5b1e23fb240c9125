"""A copy of the database file as it is at one moment, made while the clerk goes on writing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

_BLOCK = 4 * 1024 * 1024
_TRIES, _WAIT = 4, 0.05
# Of the slower way: a megabyte, then a breath for the clerk's own work.
_PAGES, _BREATH = 256, 0.002


@dataclass(frozen=True, slots=True)
class Moment:
    """A read transaction. `is_still`: the main file alone holds what it sees, and no byte of it changes meanwhile."""

    connection: Any
    is_still: bool


@contextmanager
def moment(engine: Engine) -> Iterator[Moment]:
    """Hold one moment of the data. Writers go on: what they write gathers in the write-ahead log."""
    held = engine.raw_connection()
    try:
        connection = held.driver_connection
        is_still = any(_stand_still(engine, connection) for _ in range(_TRIES))
        if not is_still:
            _begin(connection)
        yield Moment(connection, is_still)
    finally:
        held.close()  # gives the connection back, which rolls the reading back


def copy(now: Moment, source: Path, target: Path, key: bytes) -> None:
    """Write what this moment holds into a new file under the same key, and have it on the disk.

    Encrypted pages are copied as they lie, ten times faster than through SQLite's backup, which decrypts, encrypts
    and signs each page anew; that is left for the rare moment at which a reader keeps the log from being emptied.
    """
    if now.is_still:
        _copy_file(source, target)
    else:
        _copy_pages(now.connection, target, key)
    target.chmod(0o600)
    to_disk(target)


def _stand_still(engine: Engine, connection: Any) -> bool:
    """Begin reading at a moment at which the whole log has been moved into the main file.

    Such a reader reads the main file only, and SQLite moves nothing into it as long as he reads (read mark 0 of the
    log's index). The write lock is held for as long as the rest of the log takes to be moved: milliseconds.
    """
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # most of it, holding nobody up
    lock = engine.raw_connection()
    try:
        lock.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
        _, in_log, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if in_log == moved:
            _begin(connection)
            return True
    except driver.OperationalError:
        pass  # a long import holds the lock
    finally:
        lock.close()
    time.sleep(_WAIT)
    return False


def _begin(connection: Any) -> None:
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _copy_file(source: Path, target: Path) -> None:
    # Closing a handle drops this process's POSIX locks on that file. Nothing hangs on them: the folder's own lock
    # admits one process, SQLite keeps count inside a process itself, and the log's locks lie on another file.
    with source.open("rb", buffering=0) as read, target.open("xb", buffering=0) as write:
        while block := read.read(_BLOCK):
            write.write(block)


def _copy_pages(connection: Any, target: Path, key: bytes) -> None:
    made = driver.connect(str(target))
    try:
        made.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        made.execute("PRAGMA synchronous=OFF")  # one sync at the end
        connection.backup(made, pages=_PAGES, sleep=_BREATH)
    finally:
        made.close()


def to_disk(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk before going on."""
    if path.is_dir():
        if os.name == "posix":  # Windows keeps names by itself and opens no folder
            folder = os.open(path, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return
    with path.open("r+b") as file:
        os.fsync(file.fileno())
