"""Backups open with the key alone, are checked, and nothing readable lies in any file of the data folder."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
import sqlcipher3.dbapi2 as driver

from desktop.core import log
from desktop.core.crypto import random_key
from desktop.core.db import backup, database, proof, shelf, snapshot
from desktop.core.db.database import Database
from desktop.core.db.engine import open_engine
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.register import api as register
from tests.core.db.log_reading import differences, dump
from tests.office_maker import NOON, VILLAGE, add_household, make_office

Office = tuple[Database, Actor]
CANARY = "鹮丹顶朱翠"
NUMBER = "371602198702293417"
CODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "unicode_escape")


def marks() -> list[bytes]:
    """The canary as a file could hold it."""
    return [word.encode(coding) for word in (CANARY, NUMBER) for coding in CODINGS]


def test_a_backup_is_the_same_database(township: Office) -> None:
    db, actor = township
    add_household(db, actor, CANARY)
    before = dump(db)
    copy = db.backup("import")
    again = Database(Paths(copy.parent), db.key, open_engine(copy, db.key), db.node, db.clock)
    assert differences(before, dump(again)) == []
    again.close()
    assert copy.name.endswith("-import.db")


def test_a_backup_opens_with_its_key_only(township: Office) -> None:
    db, _ = township
    copy = db.backup("import")
    for key in (random_key(), bytes(32)):
        with pytest.raises(Trouble) as caught:
            open_engine(copy, key).connect()
        assert caught.value.code == "db.wrong_key"
    plain = driver.connect(str(copy))
    with pytest.raises(driver.DatabaseError):
        plain.execute("SELECT count(*) FROM sqlite_master")
    plain.close()


def test_an_office_restored_from_its_backup_opens(township: Office) -> None:
    db, actor = township
    add_household(db, actor, CANARY)
    copy = db.backup("import")
    restored = Paths(db.paths.root.parent / "restored")
    restored.root.mkdir()
    shutil.copy(copy, restored.database)
    again = database.open_database(restored, db.key, db.clock)
    assert differences(dump(db), dump(again)) == ["local"]  # nobody saw it there before: a new incarnation
    again.close()


def copies(db: Database) -> list[Path]:
    return sorted(db.paths.backups.glob("*.db"))


def test_ten_of_one_day_are_kept_and_the_newest_last(township: Office) -> None:
    db, _ = township
    made = [db.backup("import") for _ in range(12)]
    assert copies(db) == made[2:]


def test_a_half_copy_of_a_crash_goes_with_the_next_backup(township: Office) -> None:
    db, _ = township
    db.paths.backups.mkdir()
    (db.paths.backups / "20200101-000000-000000-import.part").write_bytes(b"half")
    made = db.backup("import")
    assert copies(db) == [made]
    assert not list(db.paths.backups.glob("*.part*"))


def test_the_digest_beside_a_copy_is_that_of_the_data(township: Office) -> None:
    db, actor = township
    first, again = shelf.read(db.backup("manual")), shelf.read(db.backup("manual"))
    add_household(db, actor, CANARY)
    changed = shelf.read(db.backup("manual"))
    assert first is not None
    assert again is not None
    assert changed is not None
    assert len(first.digest) == 64
    assert first.digest == again.digest != changed.digest


def test_recovery_slots_lie_beside_the_copies_and_no_password(township: Office) -> None:
    db, _ = township
    db.backup("manual")
    kept = json.loads((db.paths.backups / "recovery.json").read_text())
    assert [slot["kind"] for slot in kept["slots"]] == ["recovery"]


def test_a_backup_that_cannot_be_made_is_trouble_and_leaves_nothing(township: Office) -> None:
    db, _ = township
    db.paths.backups.write_text("a file where the folder should be")
    with pytest.raises(Trouble) as caught:
        db.backup("import")
    assert caught.value.code == "backup.failed"


def test_a_damaged_copy_does_not_count(township: Office) -> None:
    db, actor = township
    add_household(db, actor, CANARY)
    copy = db.backup("import")
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    with pytest.raises(driver.DatabaseError):
        proof.check(copy, db.key)


def test_a_copy_that_fails_its_check_is_kept_as_failed_and_told(
    township: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that writes something else than it was given: one byte of the copy is turned before the check."""
    db, _ = township
    good = db.backup("manual")
    written = snapshot.copy

    def bad_disk(now: snapshot.Moment, source: Path, target: Path, key: bytes) -> None:
        written(now, source, target, key)
        content = bytearray(target.read_bytes())
        content[9_000] ^= 4
        target.write_bytes(content)

    monkeypatch.setattr(snapshot, "copy", bad_disk)
    with pytest.raises(Trouble) as caught:
        db.backup("manual")
    assert caught.value.code == "backup.bad"
    found = shelf.all_in(db.paths.backups)
    assert [b.is_good for b in found] == [False, True]
    latest = shelf.latest(db.paths.backups)
    assert latest is not None
    assert latest.path == good


def test_no_file_of_the_office_holds_anything_readable(tmp_path: Path) -> None:
    """Database, write-ahead log, backups, keys, settings and log files, while it is open and after."""
    db, actor = make_office(tmp_path)
    log.start(db.paths.logs)
    member = register.PersonDraft({"name": CANARY, "relation": "R01", "id_number": NUMBER})
    with db.unit(actor, "新增一户", reason=CANARY) as unit:
        register.add_household(unit, register.HouseholdDraft(VILLAGE, CANARY, {"address": CANARY}, (member,)))
    db.backup("import")
    log.bug(ValueError(CANARY))
    assert list(db.paths.logs.iterdir())
    assert (db.paths.root / "office.db-wal").stat().st_size > 0
    assert found_in(tmp_path) == []
    db.close()
    log.stop()
    assert found_in(tmp_path) == []


def found_in(folder: Path) -> list[str]:
    files = [f for f in folder.rglob("*") if f.is_file()]
    assert any(f.name == "office.db" for f in files)
    assert any(f.parent.name == "backups" for f in files)
    found = [f.name for f in files for mark in marks() if mark in f.read_bytes() or mark in f.name.encode()]
    # A search that finds nothing anywhere proves nothing: it finds a canary that is there.
    (folder / "canary.txt").write_text(f"x{CANARY}x", encoding="gb18030")
    assert any(mark in (folder / "canary.txt").read_bytes() for mark in marks())
    (folder / "canary.txt").unlink()
    return found


def made_at(db: Database, moment: datetime) -> Path:
    return backup.make(db.engine, db.paths, db.key, "daily", moment)


def test_a_clock_that_was_put_back_takes_no_copy_away(township: Office) -> None:
    db, _ = township
    db.paths.backups.mkdir()
    for n in range(14):
        shelf.new_path(db.paths.backups, "daily", NOON - timedelta(days=31 * n)).write_bytes(b"older")
    made = made_at(db, datetime(2010, 1, 1, tzinfo=UTC))
    newest = shelf.latest(db.paths.backups)
    assert newest is not None
    assert (newest.path, newest.made_at.year) == (made, 2010)


def test_one_start_in_2099_is_not_the_newest_for_ever(township: Office) -> None:
    db, _ = township
    made_at(db, datetime(2099, 1, 1, tzinfo=UTC))
    made = [made_at(db, NOON + timedelta(minutes=n)) for n in range(3)]
    assert [b.path for b in shelf.all_in(db.paths.backups)][:3] == made[::-1]


def test_a_copy_that_is_held_open_does_not_fail_the_backup(township: Office) -> None:
    db, _ = township
    db.paths.backups.mkdir()
    (db.paths.backups / "x.part").mkdir()  # stands for a file that Windows does not let go
    assert db.backup("import").exists()


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PureWindowsPath(r"\\srv\备份\a b.db"), "file:////srv/%E5%A4%87%E4%BB%BD/a%20b.db"),
        (PureWindowsPath(r"E:\a.db"), "file:///E:/a.db"),
        (PurePosixPath("/srv/a?.db"), "file:///srv/a%3F.db"),
    ],
)
def test_a_path_as_sqlite_reads_it(path: PureWindowsPath | PurePosixPath, uri: str) -> None:
    assert proof.uri(path) == uri


def test_four_slashes_open_a_file(township: Office) -> None:
    """SQLite refuses a host; a path with two slashes in front is one to it."""
    db, _ = township
    copy = db.backup("manual").as_posix()
    found = driver.connect(f"file:///{copy}?immutable=1", uri=True)
    found.execute(f"PRAGMA key = \"x'{db.key.hex()}'\"")
    assert found.execute("SELECT count(*) FROM local").fetchone()[0] > 0
    found.close()
    with pytest.raises(driver.OperationalError):
        driver.connect("file://srv/a.db?immutable=1", uri=True)
