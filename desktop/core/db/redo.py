"""For making tables again beside what was there: copies to compare with, and the guards out of the way meanwhile.

All of it inside one transaction: whoever looks meanwhile sees nothing of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection


def copy(connection: Connection, names: Iterable[str]) -> None:
    """Keep what these tables hold beside."""
    for name in names:
        connection.exec_driver_sql(f'CREATE TEMP TABLE "was_{name}" AS SELECT * FROM "{name}"')


def empty(connection: Connection, names: Iterable[str]) -> None:
    for name in names:
        connection.exec_driver_sql(f'DELETE FROM "{name}"')


def drop_copies(connection: Connection, names: Iterable[str]) -> None:
    for name in names:
        connection.exec_driver_sql(f'DROP TABLE temp."was_{name}"')


def different(connection: Connection, name: str, columns: Sequence[str]) -> int:
    """How many rows of a table are not as they were, by these columns; the first says which row it is."""
    said = ", ".join(f'"{c}"' for c in columns)
    now, was = f'SELECT {said} FROM "{name}"', f'SELECT {said} FROM "was_{name}"'
    both = f"SELECT * FROM ({now} EXCEPT {was}) UNION ALL SELECT * FROM ({was} EXCEPT {now})"
    found = connection.exec_driver_sql(f'SELECT count(DISTINCT "{columns[0]}") FROM ({both})')
    return int(found.scalar_one())


@contextmanager
def without_guards(connection: Connection) -> Iterator[None]:
    """The triggers refuse what the log does not know; here every row goes, and comes back from the log."""
    guards = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in guards:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, made in guards:
        connection.exec_driver_sql(made)
