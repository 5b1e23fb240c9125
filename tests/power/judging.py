"""What the tests of power and disks ask of an office afterwards."""

from typing import Any

from desktop.core.db.database import Database


def names(db: Database) -> set[str]:
    """Everybody in the register."""
    with db.engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT name FROM person WHERE alive").scalars())


def whole(db: Database) -> bool:
    """Every page, by SQLCipher and by SQLite."""
    raw = db.engine.raw_connection()
    try:
        connection: Any = raw.driver_connection
        sealed = connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        return sealed and connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        raw.close()
