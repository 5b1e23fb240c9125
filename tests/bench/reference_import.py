"""The yardstick of the import: calamine reads the workbook, executemany puts the same rows into a SQLCipher file.

    .venv/bin/python tests/bench/reference_import.py WORKBOOK DATABASE

No checks, no log, no search: what a competent developer writes who only has to get the rows in. Not to be
touched after it was committed. Prints one JSON object.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from python_calamine import CalamineWorkbook


def read(workbook: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).to_python()


def insert(database: Path, rows: list[list[object]]) -> int:
    """The headings are the columns; every other row is a row."""
    connection = driver.connect(str(database), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode=WAL")
    columns = ", ".join(f'"{heading}" TEXT' for heading in rows[0])
    connection.execute(f"CREATE TABLE people (id INTEGER PRIMARY KEY, {columns})")
    connection.execute("BEGIN")
    values = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO people VALUES (NULL, {values})", rows[1:])
    connection.execute("COMMIT")
    connection.close()
    return len(rows) - 1


def main(workbook: Path, database: Path) -> None:
    start = time.perf_counter()
    rows = read(workbook)
    between = time.perf_counter()
    count = insert(database, rows)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"rows": count, "read": between - start, "insert": end - between, "peak_mb": peak}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
