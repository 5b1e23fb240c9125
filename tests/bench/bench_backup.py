"""Backup of a county with one year of visits, against a plain copy of the file.

    .venv/bin/python -m tests.bench.bench_backup

Limit of the issue: at most 3 times the copy, the verification not counted; a writer goes on meanwhile. The plain copy
leaves its bytes with the system, ours waits for the disk; a copy that waits too is shown beside it.
"""

import shutil
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path

from desktop.core.db import proof, snapshot
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.features.visits.tables import VisitRow
from tests.bench import county
from tests.office_maker import NOON, add_household

MOST_TIMES = 3.0
VISITS, FIRST_DAY = 12, date(2026, 3, 14)


def filled() -> tuple[Database, Actor]:
    """The county of the other benchmarks, with twelve visits a household: made once, until its sources change."""
    county.filled()[0].close()
    source = next(county.FOLDER.glob("office-*"))
    folder = county.FOLDER / source.name.replace("office", "visited")
    if not (folder / "done").exists():
        for old in county.FOLDER.glob("visited-*"):
            shutil.rmtree(old)
        shutil.copytree(source / "county", folder / "county")
        db, actor = office.log_in(folder / "county", "admin", "pw")
        _visit(db, actor)
        db.close()
        (folder / "done").touch()
    return office.log_in(folder / "county", "admin", "pw")


def _visit(db: Database, actor: Actor) -> None:
    with db.engine.connect() as connection:
        homes = connection.exec_driver_sql("SELECT id, region FROM household").all()
    with db.unit(actor, "走访") as unit:
        unit.expect_many()
        unit.add_many(
            VisitRow,
            (
                {
                    "region": home.region,
                    "household_id": home.id,
                    "day": (FIRST_DAY + timedelta(days=30 * n)).isoformat(),
                    "kind": "visit",
                    "visitor": f"干部{n % 7}",
                    "findings": f"第 {n + 1} 次上门，了解收入、住房和饮水情况，没有新的困难",
                }
                for home in homes
                for n in range(VISITS)
            ),
        )


def measure() -> dict[str, float]:
    db, actor = filled()
    with tempfile.TemporaryDirectory(dir=county.FOLDER) as name:
        target = Path(name) / "copy.db"
        reference = county.told("tests/bench/reference_file_copy.py", str(db.paths.database), str(target))
        ours = min(_backup(db, target) for _ in range(5))
        alone, beside = _longest_wait(db, actor, target)
        with snapshot.moment(db.engine) as moment:
            snapshot.copy(moment, db.paths.database, target, db.key)
            start = time.perf_counter()
            is_equal = proof.file_digest(target) == proof.file_digest(db.paths.database)
        proof.check(target, db.key)
        verified = time.perf_counter() - start
    size = db.paths.database.stat().st_size
    db.close()
    return {
        "megabytes": size / 1e6,
        "backup_seconds": ours,
        "plain_copy_seconds": reference["plain"],
        "synced_copy_seconds": reference["synced"],
        "times_the_plain_copy": ours / reference["plain"],
        "times_the_synced_copy": ours / reference["synced"],
        "verification_seconds": verified,
        "is_equal": float(is_equal),
        "slowest_save_alone_ms": alone,
        "slowest_save_beside_ms": beside,
    }


def _backup(db: Database, target: Path) -> float:
    """From the wish to the copy on the disk."""
    start = time.perf_counter()
    with snapshot.moment(db.engine) as moment:
        snapshot.copy(moment, db.paths.database, target, db.key)
    passed = time.perf_counter() - start
    target.unlink()
    return passed


def _longest_wait(db: Database, actor: Actor, target: Path) -> tuple[float, float]:
    """How many milliseconds a household takes to be saved at most: alone, and while the county is backed up."""
    waits: list[float] = []
    alone = [_write(db, actor) for _ in range(40)]
    done = threading.Event()

    def work() -> None:
        for _ in range(3):
            _backup(db, target)
        done.set()

    copier = threading.Thread(target=work)
    copier.start()
    while not done.is_set():
        waits.append(_write(db, actor))
    copier.join()
    return max(alone) * 1000, max(waits, default=0) * 1000


def _write(db: Database, actor: Actor) -> float:
    start = time.perf_counter()
    add_household(db, actor, f"户主{NOON:%H%M}")
    return time.perf_counter() - start


def main(arguments: list[str] | None = None) -> int:
    print("backup of a county, one year of visits")
    county.show(county.calibration())
    figures = measure()
    county.show(figures)
    is_good = figures["times_the_plain_copy"] <= MOST_TIMES and figures["is_equal"] == 1
    print(f"at most {MOST_TIMES:.0f} times a plain copy: {'yes' if is_good else 'NO'}")
    return int(not is_good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
