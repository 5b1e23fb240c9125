"""Proving a copy: opened for reading only, checked by SQLCipher and SQLite, and compared by digest."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine

from desktop.core.jobs import Tell, silent

# What a restore renews on purpose (core/db/restore.py): everything else must be equal to the last bit.
RENEWED = ("incarnation", "block")
COUNTER = "_counter"
_ROWS = 400
# Of these the hash that stands in the row already says the rest (and the seal of each page was checked).
_SAID = {"log_entry": ("prev", "salt", "body", "note"), "log_segment": ("payload",)}


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[Any]:
    """A connection to a database that nobody writes: no log beside it, also on a stick that is write-protected."""
    connection = driver.connect(f"{uri(path.absolute())}?immutable=1", uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("SELECT count(*) FROM sqlite_master")
        yield connection
    finally:
        connection.close()


def uri(path: PurePath) -> str:
    """An absolute path as SQLite reads it. It takes no host: a Windows share (//server/…) belongs to the path."""
    found = path.as_uri()
    return found if found.startswith("file:///") else f"file:////{found.removeprefix('file://')}"


def check(path: Path, key: bytes) -> None:
    """Have SQLCipher and SQLite read every page of a copy. Raises driver.DatabaseError when it is not whole."""
    with opened(path, key) as connection:
        check_pages(connection)
        connection.execute("SELECT count(*) FROM local")  # an empty file is a whole database too


def check_pages(connection: Any) -> None:
    broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if broken:
        raise driver.DatabaseError(f"{len(broken)} pages with a wrong seal")
    quick_check(connection)


def key_of(path: Path, keys: Sequence[bytes]) -> bytes:
    """Which of the keys opens a copy; the first one where none does."""
    for key in keys:
        with suppress(driver.DatabaseError), opened(path, key):
            return key
    return keys[0]


def file_digest(path: Path) -> str:
    """SHA-256 of a file as it lies on the disk: read back from there, where the system lets itself be asked."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_digest(path: Path, key: bytes, tell: Tell = silent) -> str:
    with opened(path, key) as connection:
        return digest(connection, tell)


def is_whole(engine: Engine) -> bool:
    """SQLite's quick check of the data itself. It takes seconds for a county and holds nobody up."""
    held = engine.raw_connection()
    try:
        quick_check(held.driver_connection)
    except driver.DatabaseError:
        held.invalidate()  # a bad page poisons later checks of the same connection
        return False
    finally:
        held.close()
    return True


def quick_check(connection: Any) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise driver.DatabaseError("quick_check")


def digest(connection: Any, tell: Tell = silent) -> str:
    """SHA-256 over the tables' making and every row of every table, but for the index of the search, which follows
    from the rows, and what a restore renews. The rows become text inside SQLite: the window's thread is not held up."""
    found = hashlib.sha256()
    for name, made in connection.execute(
        "SELECT m.name, m.sql FROM sqlite_master m JOIN pragma_table_list t ON t.name = m.name AND t.schema = 'main' "
        "WHERE m.type = 'table' AND t.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name"
    ).fetchall():
        found.update(f"\x00{name}\x00{made}".encode())
        for rows in _texts(connection, name):
            tell(0, 0)
            found.update(rows.encode())
    return found.hexdigest()


def _texts(connection: Any, table: str) -> Iterator[str]:
    """The rows as text, some hundreds at a time, in the order in which they lie."""
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    names = [name for name in columns if name not in _SAID.get(table, ())]
    text = "||char(31)||".join(f'quote("{name}")' for name in names)
    query = (
        f"SELECT max(r), group_concat(t, char(30)) FROM "
        f'(SELECT rowid AS r, {text} AS t FROM "{table}" WHERE rowid > ? {_but(table)} ORDER BY rowid LIMIT {_ROWS})'
    )
    last = -(2**63)
    while True:
        last, rows = connection.execute(query, (last,)).fetchone()
        if rows is None:
            return
        yield rows


def _but(table: str) -> str:
    if table != "local":
        return ""
    names = ", ".join(f"'{name}'" for name in RENEWED)
    return f"AND name NOT IN ({names}) AND name NOT LIKE '%{COUNTER}'"
