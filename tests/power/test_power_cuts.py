"""The power fails at any moment of any work: nothing that was acknowledged is lost, nothing is half there.

30 cuts in every run, 1,000 with FULL=1. The seed is printed when one fails.
"""

import shutil
import sys
import time
from pathlib import Path
from random import Random

import pytest
import sqlcipher3.dbapi2 as driver

from desktop.core import keys
from desktop.core.db import shelf
from tests.power import work
from tests.power.power_cut import Cutter, cut_many

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs kill -9 and a fork server")


def test_thirty_power_cuts(tmp_path: Path) -> None:
    seed = time.time_ns()
    print("seed", seed)  # noqa: T201 - pytest shows it when the test fails
    assert sum(cut_many(tmp_path, 30, seed).values()) == 30


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_a_thousand_power_cuts(tmp_path: Path) -> None:
    seed = time.time_ns()
    print("seed", seed)  # noqa: T201 - pytest shows it when the test fails
    counts = cut_many(tmp_path, 1_000, seed)
    assert sum(counts.values()) == 1_000
    assert min(counts.values()) >= 1_000 // len(work.WORK)


def test_the_judge_sees_what_is_missing(tmp_path: Path) -> None:
    """A lost household, a broken link, a draft gone, a copy that is none: each is found."""
    cutter = Cutter("typing", tmp_path, Random(1))
    cutter.cut()
    cutter._judge()
    cutter.known.names.add("户主不在册")
    with pytest.raises(AssertionError, match="acknowledged"):
        cutter._judge()
    cutter.known.names.remove("户主不在册")
    cutter.known.drafts["99"] = "户主没有草稿"
    with pytest.raises(AssertionError):
        cutter._judge()
    del cutter.known.drafts["99"]
    cutter.known.copies["20200101-000000-000000-manual.db"] = set()
    with pytest.raises(AssertionError):
        cutter._judge()
    cutter.known.copies.clear()
    spoil(
        cutter,
        "DROP TRIGGER IF EXISTS guard_log_entry_update",
        "UPDATE log_entry SET salt = zeroblob(16) WHERE seq = 1",
    )
    with pytest.raises(AssertionError):
        cutter._judge()


def spoil(cutter: Cutter, *statements: str) -> None:
    key = keys.open_with_password(cutter.paths.keys, "admin", "pw")
    connection = driver.connect(str(cutter.paths.database), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_copy_beside_a_half_one_is_swept(tmp_path: Path) -> None:
    cutter = Cutter("backing_up", tmp_path, Random(2))
    for _ in range(3):
        cutter.cut()
    halves = list(cutter.paths.backups.glob("*.part*"))
    assert len(halves) <= 3
    key = keys.open_with_password(cutter.paths.keys, "admin", "pw")
    db = work.database.open_database(cutter.paths, key)
    db.backup("manual")
    db.close()
    assert not list(cutter.paths.backups.glob("*.part*"))
    assert all(b.digest for b in shelf.all_in(cutter.paths.backups))
    shutil.rmtree(cutter.paths.root)
