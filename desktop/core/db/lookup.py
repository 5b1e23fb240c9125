"""Questions to the log about thousands of ids, by the bare driver: SQLAlchemy's look at every value costs more than the
answer."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection

_PART = 500


def hashes(connection: Connection, eids: Iterable[bytes]) -> dict[bytes, bytes]:
    """Those of these entries that are in the log, with their hashes."""
    return dict(_asked(connection, "SELECT eid, hash FROM log_entry WHERE eid IN ({})", eids))


def spoken_of(connection: Connection, rows: Iterable[bytes]) -> set[bytes]:
    """Those of these rows of which more was said than the entry that made them."""
    found = _asked(connection, "SELECT row FROM log_entry WHERE row IN ({}) AND row <> eid", rows)
    return {row for (row,) in found}


def _asked(connection: Connection, statement: str, ids: Iterable[bytes]) -> Iterator[Any]:
    source = iter(ids)
    while part := tuple(islice(source, _PART)):
        yield from connection.exec_driver_sql(statement.format(",".join("?" * len(part))), part).all()
