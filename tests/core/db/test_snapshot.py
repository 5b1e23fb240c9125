"""A copy of one moment while others write: complete, consistent, and nobody waits for it."""

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from desktop.core.db import proof, snapshot
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from tests.calibration import slowness
from tests.office_maker import add_household

Office = tuple[Database, Actor]


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_main_file_stands_still_while_others_write_and_empty_the_log(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    with snapshot.moment(db.engine) as now:
        assert now.is_still
        before = content(db.paths.database)
        for n in range(30):
            add_household(db, actor, f"户主{n}")
        with db.engine.connect() as other:
            busy, in_log, moved = other.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
        assert in_log > 0
        assert moved == 0
        assert content(db.paths.database) == before
    add_household(db, actor, "李大山")
    with db.engine.connect() as other:
        other.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    assert content(db.paths.database) != before  # the test can see a file that changes


@pytest.mark.parametrize("is_still", [True, False])
def test_the_copy_is_the_moment_whatever_is_written_meanwhile(
    township: Office, tmp_path: Path, is_still: bool
) -> None:
    """Both ways: the file as it lies, and page by page where a reader keeps the log from being emptied."""
    db, actor = township
    target = tmp_path / "copy.db"
    reader = db.engine.connect()
    if not is_still:
        reader.exec_driver_sql("SELECT count(*) FROM household")
        add_household(db, actor, "张秀兰")
    with snapshot.moment(db.engine) as now:
        assert now.is_still == is_still
        wanted = proof.digest(now.connection)
        stop, written = threading.Event(), []

        def write() -> None:
            while not stop.is_set():
                start = time.perf_counter()
                add_household(db, actor, "李大山")
                written.append(time.perf_counter() - start)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        while len(written) < 3 and writer.is_alive():
            time.sleep(0.01)
        snapshot.copy(now, db.paths.database, target, db.key)
        assert (content(target) == content(db.paths.database)) == is_still
        time.sleep(0.2)
        stop.set()
        writer.join()
        assert proof.digest(now.connection) == wanted
    reader.close()
    proof.check(target, db.key)
    assert proof.content_digest(target, db.key) == wanted
    assert len(written) > 3


def test_where_the_system_copies_no_files_the_program_does(
    township: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows; in pieces that are smaller than the file, and waiting for the disk now and then."""
    db, actor = township
    add_household(db, actor, "张秀兰")
    monkeypatch.delattr(os, "sendfile")
    monkeypatch.setattr(snapshot, "_PIECE", 10_000)
    monkeypatch.setattr(snapshot, "_AT_ONCE", 100_000)
    with snapshot.moment(db.engine) as now:
        assert now.is_still
        snapshot.copy(now, db.paths.database, tmp_path / "copy.db", db.key)
        assert content(tmp_path / "copy.db") == content(db.paths.database)


def test_a_writer_does_not_wait_for_a_backup(township: Office) -> None:
    """Saving takes about as long beside a backup as alone: whoever had to wait for its end would wait ten times that."""
    db, actor = township

    def save() -> float:
        start = time.perf_counter()
        add_household(db, actor, "李大山")
        return time.perf_counter() - start

    alone = sorted(save() for _ in range(20))[10]
    beside: list[float] = []
    with snapshot.moment(db.engine):
        beside += [save() for _ in range(20)]
    stop = threading.Event()

    def back_up() -> None:
        while not stop.is_set():
            db.backup("manual")

    copier = threading.Thread(target=back_up, daemon=True)
    copier.start()
    beside += [save() for _ in range(40)]
    stop.set()
    copier.join()
    assert sorted(beside)[30] < 3 * alone + 0.1 * slowness()


def test_an_action_that_holds_the_write_lock_keeps_no_backup_waiting(
    township: Office, tmp_path: Path
) -> None:
    """A county's import takes half a minute, and has thousands of pages in the log before it is kept."""
    db, actor = township
    add_household(db, actor, "张秀兰")
    with db.engine.connect() as other, other.execution_options(write=True).begin() as import_:
        other.exec_driver_sql("PRAGMA cache_size=10")  # so that it cannot keep its pages in memory
        other.exec_driver_sql("CREATE TABLE filling (content BLOB)")
        for _ in range(200):
            other.exec_driver_sql("INSERT INTO filling VALUES (randomblob(20000))")
        start = time.perf_counter()
        with snapshot.moment(db.engine) as now:
            assert now.is_still
            snapshot.copy(now, db.paths.database, tmp_path / "copy.db", db.key)
        assert time.perf_counter() - start < 2 * slowness()
        import_.commit()
    with proof.opened(tmp_path / "copy.db", db.key) as copy:
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'filling'").fetchone() == (0,)
        assert copy.execute("SELECT name FROM person").fetchall() == [("张秀兰",)]


def test_a_log_that_another_thread_is_moving_is_no_still_moment(township: Office, tmp_path: Path) -> None:
    """Somebody moves the log and waits for a reader: how far it is moved is not known then (SQLite says -1 of -1)."""
    db, actor = township
    add_household(db, actor, "张秀兰")
    old = db.engine.connect()
    old.exec_driver_sql("SELECT count(*) FROM household")
    add_household(db, actor, "李大山")

    def move() -> None:
        with db.engine.connect() as other:
            other.exec_driver_sql("PRAGMA wal_checkpoint(RESTART)")

    mover = threading.Thread(target=move, daemon=True)
    mover.start()
    time.sleep(0.5)
    with snapshot.moment(db.engine) as now:
        assert not now.is_still
        snapshot.copy(now, db.paths.database, tmp_path / "copy.db", db.key)
    old.close()
    mover.join()
    with proof.opened(tmp_path / "copy.db", db.key) as copy:
        assert copy.execute("SELECT count(*) FROM person").fetchone() == (2,)
