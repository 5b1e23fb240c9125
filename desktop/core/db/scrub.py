"""After a lawful erasure: no page of the database, free ones and the write-ahead log included, holds what is gone."""

from collections.abc import Set
from contextlib import closing, suppress
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine

from desktop.core.db.database import writing
from desktop.core.errors import Trouble

# Whole pages that were freed are overwritten here; what was deleted inside a page is zeroed at once (engine.py).
_CHUNK = 64 * 1024 * 1024
_INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"


def scrub(engine: Engine) -> None:
    """Overwrite what the file still holds of deleted rows. Raises Trouble when the disk is full or the file is held,
    also when somebody reads meanwhile: what he reads lies in the log and cannot go yet."""
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        try:
            for name in connection.exec_driver_sql(_INDEXES).scalars().all():
                # A full-text index only marks what was deleted, until its parts are merged.
                connection.exec_driver_sql(f'INSERT INTO "{name}" ("{name}") VALUES (\'optimize\')')
            _use_free_pages(connection)
        finally:
            connection.exec_driver_sql("PRAGMA secure_delete=FAST")
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        done = cursor.fetchone()
        if done is None or done[0]:
            raise Trouble("数据库正被占用，抹去的痕迹下次启动时再清", code="db.busy")


def _use_free_pages(connection: Connection) -> None:
    """Take every free page into use and free it again, which zeroes it."""
    pages = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
    size = int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    connection.exec_driver_sql("CREATE TABLE scrub (filler BLOB)")
    left = pages * size
    while left > 0:
        connection.exec_driver_sql("INSERT INTO scrub VALUES (zeroblob(?))", (min(left, _CHUNK),))
        left -= _CHUNK
    connection.exec_driver_sql("DROP TABLE scrub")


def forget_drafts(path: Path, key: bytes, erased: Set[str]) -> None:
    """Take out the drafts about these ids (hexadecimal), whoever's they are. Damaged drafts are put aside elsewhere."""
    if not path.exists():
        return
    with suppress(driver.DatabaseError), closing(driver.connect(str(path), isolation_level=None)) as file:
        file.execute("PRAGMA cipher_log_level=NONE")
        file.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        file.execute("PRAGMA secure_delete=ON")
        known = [row[0] for row in file.execute("SELECT DISTINCT about FROM drafts").fetchall()]
        gone = [(about,) for about in known if not erased.isdisjoint(about.split("/"))]
        file.executemany("DELETE FROM drafts WHERE about=?", gone)
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
