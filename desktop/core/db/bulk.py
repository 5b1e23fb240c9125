"""Bulk inserts: hundreds of rows a statement, and for a very large action beside the thread that makes the rows.

One statement for many rows is a third faster than executemany, and the driver lets go of the interpreter for as long
as it runs: with executemany it asks for it back at every row.
"""

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

_MOST_VALUES = 32_000  # SQLite takes 32,766 in one statement
_MOST_ROWS = 1_000
_LANE = "bulk_lane"
# Seconds after which a thread that computes is asked to let another one on. The usual 5 ms, twice a statement, would keep
# the inserts waiting for half of the time.
_SWITCH = 0.0001
_WAITING = 96  # portions that may lie in memory: what a thousand households make
Row = Sequence[Any]


def insert(connection: Connection, head: str, width: int, rows: Sequence[Row]) -> None:
    """`head` is the statement up to VALUES; each of `rows` has `width` values as the bare driver takes them."""
    lane: Lane | None = connection.get_execution_options().get(_LANE)
    for statement, values in _portions(head, width, rows):
        if lane is None:
            connection.exec_driver_sql(statement, values)
        else:
            lane.put(statement, values)


def open_lane(connection: Connection) -> None:
    """From here to the end of the transaction inserts run beside this thread; any other statement waits for them.

    Raises RuntimeError outside a transaction: its end is what ends the thread.
    """
    if not connection.in_transaction():
        raise RuntimeError("a lane needs a transaction")
    connection.execution_options(**{_LANE: Lane(connection)})


def _portions(head: str, width: int, rows: Sequence[Row]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The last portions are of round sizes, so that few different statements are compiled and kept."""
    size = max(1, min(_MOST_ROWS, _MOST_VALUES // width))
    at = 0
    while at < len(rows):
        while size > len(rows) - at:
            size = size // 4 or 1
        yield _statement(head, width, size), tuple(chain.from_iterable(rows[at : at + size]))
        at += size


@lru_cache(256)
def _statement(head: str, width: int, count: int) -> str:
    row = f"({','.join('?' * width)})"
    return f"{head} VALUES {','.join([row] * count)}"


class Lane:
    """One thread that runs the inserts of a transaction in their order."""

    def __init__(self, connection: Connection) -> None:
        self._driver: Any = connection.connection.driver_connection
        self._pool = ThreadPoolExecutor(1, "bulk")
        self._running: deque[Future[None]] = deque()
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        event.listen(connection, "before_cursor_execute", self._before)
        event.listen(connection, "commit", self._commit)
        event.listen(connection, "rollback", self._rollback)

    def put(self, statement: str, values: tuple[Any, ...]) -> None:
        """Raises what an earlier insert met, as any later use of the connection does until all is taken back."""
        while len(self._running) >= _WAITING:
            self._finish()
        self._running.append(self._pool.submit(self._run, statement, values))

    def wait(self) -> None:
        while self._running:
            self._finish()

    def _run(self, statement: str, values: tuple[Any, ...]) -> None:
        try:
            self._driver.execute(statement, values).close()
        except driver.Error as cause:
            raise DBAPIError.instance(statement, None, cause, driver.Error, hide_parameters=True) from cause

    def _finish(self) -> None:
        """An insert that failed stays the first in the line: nothing may be committed after it."""
        self._running[0].result()
        self._running.popleft()

    def _before(self, *_: Any) -> None:
        self.wait()

    def _commit(self, _: Connection) -> None:
        try:
            self.wait()
        except BaseException:
            self._end()
            self._driver.rollback()  # the toolkit takes a commit that failed for the end of the transaction
            raise
        self._end()

    def _rollback(self, _: Connection) -> None:
        """Nothing of it stays, whatever it met."""
        self._end()
        self._running.clear()

    def _end(self) -> None:
        """The thread must be out of the driver before anybody else is in it."""
        self._pool.shutdown(cancel_futures=True)
        sys.setswitchinterval(self._switch)
