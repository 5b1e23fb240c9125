"""A copy of the database file as it is at one moment, made while the clerk goes on writing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

# The disk gets its work in pieces: what a clerk saves meanwhile waits for one of them, never for the whole copy.
_PIECE, _AT_ONCE = 8 * 1024 * 1024, 32 * 1024 * 1024
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
        connection: Any = held.driver_connection
        is_still = any(_stand_still(engine, connection) for _ in range(_TRIES))
        if not is_still:
            _begin(connection)
        yield Moment(connection, is_still)
        connection.execute("ROLLBACK")
        # What gathered in the log meanwhile is moved now; else the clerk's next save would have to do it.
        with suppress(driver.Error):  # a disk without room for it says so at that save
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
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
    """Begin reading, then have the log moved into the main file; gives whether all of it was.

    SQLite moves nothing that is newer than what somebody reads. So when the whole log was moved although this reader
    stands there, nobody wrote since his moment: the main file holds just that, and stays so for as long as he reads.
    No writer waits for it, and no import that holds the write lock for minutes keeps it from being done.
    """
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # most of it, before the moment counts
    _begin(connection)
    other = engine.raw_connection()
    try:
        busy, in_log, moved = other.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # type: ignore[union-attr]
    finally:
        other.close()
    if not busy and in_log == moved:
        return True
    connection.execute("ROLLBACK")
    time.sleep(_WAIT)
    return False


def _begin(connection: Any) -> None:
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _copy_file(source: Path, target: Path) -> None:
    # Closing a handle drops this process's POSIX locks on that file. Nothing hangs on them: the folder's own lock
    # admits one process, SQLite keeps count inside a process itself, and the log's locks lie on another file.
    with source.open("rb", buffering=0) as read, target.open("xb", buffering=0) as write:
        size, at, kept = os.fstat(read.fileno()).st_size, 0, 0
        while at < size and (piece := _copy_piece(read, write, at)):
            at += piece
            if at - kept >= _AT_ONCE:
                os.fsync(write.fileno())
                kept = at


def _copy_piece(read: FileIO, write: FileIO, at: int) -> int:
    """Gives how many bytes it were."""
    if hasattr(os, "sendfile"):  # not on Windows
        piece = os.sendfile(write.fileno(), read.fileno(), at, _PIECE)  # no way through this program's memory
        os.posix_fadvise(write.fileno(), at, piece, os.POSIX_FADV_DONTNEED)  # the disk begins with it at once
        return piece
    read.seek(at)  # a write may take less than it was given
    return write.write(read.read(_PIECE)) or 0


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
