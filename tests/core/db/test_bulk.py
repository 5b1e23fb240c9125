"""Bulk inserts on a real encrypted file: every row once and in order, beside the thread that makes them as well."""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, IntegrityError

from desktop.core.db import bulk
from desktop.core.db.engine import open_engine

HEAD = "INSERT INTO thing (id, name)"
ALL = "SELECT id, name FROM thing ORDER BY rowid"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(tmp_path / "things.db", bytes(32))
    with engine.connect() as held:
        held.exec_driver_sql("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> 'bad'))")
        held.commit()
        held.execution_options(write=True)
        held.begin()
        yield held
    engine.dispose()


def rows(count: int, first: int = 1) -> list[tuple[int, str]]:
    return [(n, f"第{n}行") for n in range(first, first + count)]


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2, 63, 999, 1_000, 1_001, 4_321])
def test_every_row_arrives_once_and_in_order(connection: Connection, count: int, beside: bool) -> None:
    if beside:
        bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(count))
    bulk.insert(connection, HEAD, 2, rows(7, count + 1))
    assert connection.exec_driver_sql(ALL).all() == rows(count + 7)
    connection.commit()


def test_no_statement_has_more_values_than_the_driver_takes(connection: Connection) -> None:
    names = [f"c{n}" for n in range(90)]
    connection.exec_driver_sql(f"CREATE TABLE wide ({', '.join(names)})")
    head = f"INSERT INTO wide ({', '.join(names)})"
    bulk.insert(connection, head, 90, [tuple(range(n, n + 90)) for n in range(1_234)])
    assert connection.exec_driver_sql("SELECT count(*), max(c89) FROM wide").one() == (1_234, 1_233 + 89)


def test_rows_beside_are_committed_with_the_rest(connection: Connection) -> None:
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(5_000))
    connection.commit()
    assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar_one() == 5_000
    connection.rollback()


def test_another_statement_sees_all_that_was_put_before_it(connection: Connection) -> None:
    bulk.open_lane(connection)
    for first in range(1, 20_000, 2_000):
        bulk.insert(connection, HEAD, 2, rows(2_000, first))
        assert connection.exec_driver_sql("SELECT max(id) FROM thing").scalar_one() == first + 1_999
    connection.rollback()


def test_what_an_insert_met_is_raised_as_the_toolkit_raises_it(connection: Connection) -> None:
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, [(1, "bad")])
    for _ in range(2):
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql(ALL)
    connection.rollback()
    assert connection.exec_driver_sql(ALL).all() == []


def test_a_commit_after_a_failed_insert_commits_nothing(connection: Connection) -> None:
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(10))
    bulk.insert(connection, HEAD, 2, [(1, "again")])
    with pytest.raises(IntegrityError):
        connection.commit()
    assert not [t for t in threading.enumerate() if t.name.startswith("bulk")]
    connection.close()
    with connection.engine.connect() as other:
        assert other.exec_driver_sql(ALL).all() == []


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_threads_take_turns_as_before_when_it_has_ended(connection: Connection, end: str) -> None:
    usual = sys.getswitchinterval()
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(10))
    assert sys.getswitchinterval() < usual
    getattr(connection, end)()
    assert sys.getswitchinterval() == usual


def test_taking_back_waits_for_the_thread_and_ends_it(connection: Connection) -> None:
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(20_000))
    connection.rollback()
    assert not [t for t in threading.enumerate() if t.name.startswith("bulk")]
    assert connection.exec_driver_sql(ALL).all() == []


def test_a_thread_beside_needs_a_transaction_that_ends_it(connection: Connection) -> None:
    connection.rollback()
    with pytest.raises(RuntimeError):
        bulk.open_lane(connection)


def test_the_next_action_on_the_same_file_runs_in_its_own_thread_again(connection: Connection) -> None:
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(100))
    connection.commit()
    engine = connection.engine
    connection.close()
    with engine.connect() as other:
        bulk.insert(other, HEAD, 2, rows(100, 101))
        assert not [t for t in threading.enumerate() if t.name.startswith("bulk")]
        other.rollback()


def test_an_error_of_the_world_is_not_lost_when_nothing_follows(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA max_page_count = 3")
    bulk.open_lane(connection)
    bulk.insert(connection, HEAD, 2, rows(2_000))
    with pytest.raises(DatabaseError, match="full"):
        connection.commit()
    connection.rollback()


def test_the_limit_leaves_room_for_what_every_build_of_the_engine_takes() -> None:
    most = sqlite3.connect(":memory:").getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    assert most > bulk._MOST_VALUES
