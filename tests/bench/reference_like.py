"""The yardstick of the search: LIKE over one table of a SQLCipher file.

    .venv/bin/python tests/bench/reference_like.py PEOPLE QUERIES DATABASE

PEOPLE is a JSON list of [name, initials, address, numbers], QUERIES a JSON object of lists of what was typed, by
kind. One box is typed into, so every column is looked at; the first fifty are enough. Prints one JSON object:
milliseconds by kind. Not to be touched after it was committed.
"""

import json
import os
import sys
import time
from pathlib import Path

import sqlcipher3.dbapi2 as driver

FIND = """
    SELECT id, name, address FROM people
    WHERE name LIKE :q OR initials LIKE :q OR address LIKE :q OR numbers LIKE :q LIMIT 50
"""


def build(database: Path, people: list[list[str]]) -> driver.Connection:
    connection = driver.connect(str(database), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name, initials, address, numbers)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO people VALUES (NULL, ?, ?, ?, ?)", people)
    connection.execute("COMMIT")
    connection.execute(FIND, {"q": "%nobody%"}).fetchall()  # the pages are in memory from here on
    return connection


def timed(connection: driver.Connection, typed: str) -> float:
    start = time.perf_counter()
    connection.execute(FIND, {"q": f"%{typed}%"}).fetchall()
    return (time.perf_counter() - start) * 1000


def main(people: Path, queries: Path, database: Path) -> None:
    connection = build(database, json.loads(people.read_text(encoding="utf-8")))
    asked = json.loads(queries.read_text(encoding="utf-8"))
    print(json.dumps({kind: [timed(connection, typed) for typed in some] for kind, some in asked.items()}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
