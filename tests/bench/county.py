"""What the benchmarks of import and search share: the county's workbook, an office that has read it, a calibration."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.sample import people, workbooks
from tests.office_maker import make_office

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var/bench"
# What the contents of the office's file follow from; it is made again when one of them changed.
SOURCES = ("core/db", "core/pinyin.py", "features/register", "features/office", "sample")


def workbook() -> Path:
    """45,000 households and 120,000 people in layout 1: made once, in about a minute."""
    path = FOLDER / "county.xlsx"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        workbooks.write_layout1(path.with_suffix(".part"), people.county())
        path.with_suffix(".part").rename(path)
    return path


def read_in(folder: Path) -> tuple[Database, Actor]:
    """A new county office in `folder` that has read the workbook."""
    db, actor = make_office(folder, "county")
    with db.reader(actor) as reader:
        plan = register.read_workbook(reader, workbook()).plan
    with db.unit(actor, "导入") as unit:
        register.apply_import(unit, plan)
    return db, actor


def filled() -> tuple[Database, Actor]:
    """An office that has read it, kept until a source changes."""
    folder = FOLDER / f"office-{_digest()}"
    if not (folder / "done").exists():
        for old in FOLDER.glob("office-*"):
            shutil.rmtree(old)
        read_in(folder)[0].close()
        (folder / "done").touch()
    return office.log_in(folder / "county", "admin", "pw")


def _digest() -> str:
    found = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / "desktop" / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            found.update(file.read_bytes())
    return found.hexdigest()[:12]


def calibration() -> dict[str, float]:
    """How fast this machine is just now: a Python loop and a SQLite insert, in seconds."""
    start = time.perf_counter()
    total = 0
    for n in range(3_000_000):
        total += n & 7
    between = time.perf_counter()
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", ((n, f"row {n}") for n in range(200_000)))
    connection.commit()
    return {"python_loop": between - start, "sqlite_insert": time.perf_counter() - between}


def told(*command: str) -> Any:
    """What another Python process printed as JSON."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *command], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    return json.loads(done.stdout)


def show(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        print(f"{name:34}{value:14,.2f}")
