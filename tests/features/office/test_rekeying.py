"""A new key for the data: whatever stops it, and whenever, the office opens with the old or with the new one."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from desktop import cli, start
from desktop.core import crypto, keys
from desktop.core.db import proof, recovery_keys, rekey, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.unit import Actor
from desktop.core.drafts import Draft
from desktop.core.errors import Refused, Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.office import audit
from desktop.features.register import api as register
from tests.core.db.test_restore import folders_fail
from tests.features.office.test_users import CHEAP, FIRST, OWN, add, settle
from tests.office_maker import PLACES, add_household

ADMIN = "the first one"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An office of two users with a household, a backup and a draft, all closed."""
    made, _ = start.create_office(tmp_path / "o", PLACES["township"], "admin", ADMIN, cost=CHEAP)
    db, admin = made.db, made.actor
    add(db, admin)
    settle(db, "lili")
    add_household(db, admin, "齐见山")
    db.backup("daily")
    add_household(db, admin, "阮听涛")
    drafts = SealedDrafts(db.paths.drafts, db.key, admin.id)
    drafts.put(Draft("visits.form", "", {"findings": "屋顶漏"}))
    drafts.close()
    db.close()
    return tmp_path / "o"


def renewed(root: Path, passwords: dict[str, str] | None = None) -> office.Rekeyed:
    with start.held(root):
        return start.rekey_office(root, "admin", passwords or {"admin": ADMIN}, cost=CHEAP)


def logged_in(root: Path, login: str = "admin", password: str = ADMIN) -> tuple[Database, Actor]:
    with start.held(root):
        return office.log_in(root, login, password)


def whole(root: Path) -> bytes:
    """The office opens and has everything; gives its key."""
    db, admin = logged_in(root)
    drafts = SealedDrafts(db.paths.drafts, db.key, admin.id)
    with db.reader(admin) as reader:
        assert len(register.household_ids(reader)) == 2
    assert [d.values for d in drafts.list()] == [{"findings": "屋顶漏"}]
    assert not drafts.was_damaged
    drafts.close()
    proof.check(db.paths.database, db.key)
    db.close()
    assert not [
        f.name for f in root.iterdir() if "rekeyed" in f.name or "renewed" in f.name or "next" in f.name
    ]
    return db.key


def test_data_drafts_and_log_come_along_and_the_old_key_opens_nothing(root: Path) -> None:
    before = whole(root)
    renewed(root)
    after = whole(root)
    assert after != before
    for file in (Paths(root).database, Paths(root).drafts):
        with pytest.raises(driver.DatabaseError), proof.opened(file, before):
            pass
    db, admin = logged_in(root)
    with db.reader(admin) as reader:
        assert len(audit.ids(reader, "", "key")) == 1
        assert audit.broken(reader.connection) == 0
    db.close()


def test_the_old_recovery_code_is_void_and_the_new_one_opens(tmp_path: Path) -> None:
    made, old = start.create_office(tmp_path / "o", PLACES["township"], "admin", ADMIN, cost=CHEAP)
    made.db.close()
    new = renewed(tmp_path / "o").recovery_code
    path = Paths(tmp_path / "o").keys
    with pytest.raises(Trouble):
        keys.open_with_recovery_code(path, old)
    assert keys.open_with_recovery_code(path, new) == keys.open_with_password(path, "admin", ADMIN)


def test_who_is_not_present_needs_a_new_password(root: Path) -> None:
    assert renewed(root).left_out == ("lili",)
    with pytest.raises(Trouble) as caught:
        logged_in(root, "lili", OWN)
    assert caught.value.code == "keys.wrong"


def test_who_is_present_keeps_the_own_password(root: Path) -> None:
    assert renewed(root, {"admin": ADMIN, "lili": OWN}).left_out == ()
    logged_in(root, "lili", OWN)[0].close()


def test_the_command_line_gives_the_new_code(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, password in (("admin", ADMIN), ("lili", OWN)):
        (root.parent / name).write_text(password, encoding="utf-8")
    words = ["rekey", str(root), "--present", "lili", str(root.parent / "lili"), "--json"]
    assert cli.main([*words, "--password-file", str(root.parent / "admin")]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["left_out"] == []
    assert Path(said["backup"]).exists()
    assert keys.open_with_recovery_code(Paths(root).keys, said["recovery_code"])
    logged_in(root, "lili", OWN)[0].close()


def test_a_wrong_or_first_password_of_somebody_present_stops_it(root: Path) -> None:
    before = whole(root)
    with pytest.raises(Trouble) as wrong:
        renewed(root, {"admin": ADMIN, "lili": "not hers"})
    assert wrong.value.code == "keys.wrong"
    keys.give_password(Paths(root).keys, before, "lili", FIRST, is_first=True, cost=CHEAP)
    with pytest.raises(Refused) as first:
        renewed(root, {"admin": ADMIN, "lili": FIRST})
    assert first.value.code == "rekey.first"
    assert whole(root) == before


def test_only_an_administrator(root: Path) -> None:
    before = whole(root)
    with start.held(root), pytest.raises(Refused):
        start.rekey_office(root, "lili", {"lili": OWN}, cost=CHEAP)
    assert whole(root) == before


@pytest.mark.parametrize("times", [1, 2])
def test_an_older_backup_is_restored_under_the_present_key(root: Path, times: int) -> None:
    for _ in range(times):
        renewed(root)
    db, _ = logged_in(root)
    old = next(b for b in shelf.all_in(db.paths.backups) if b.why == "daily")
    with db.engine.connect() as connection:
        live = connection.connection.driver_connection
        assert [a.name for a in restore.loss(live, old, db.key, db.paths).actions]
    db.close()
    restore.take_place(db.paths, db.key, old)
    again, admin = logged_in(root)
    with again.reader(admin) as reader:
        assert len(register.household_ids(reader)) == 1
    again.close()


def test_the_new_code_also_opens_older_backups_on_another_pc(root: Path, tmp_path: Path) -> None:
    code = renewed(root).recovery_code
    old = next(b for b in shelf.all_in(Paths(root).backups) if b.why == "daily")
    new = Paths(tmp_path / "new")
    new.root.mkdir()
    key, content = recovery_keys.new_keys(old.path.parent, new.keys, code, "admin", "another one", CHEAP)
    restore.take_place(new, key, old, new_keys=content)
    logged_in(new.root, "admin", "another one")[0].close()


# --- stopped at every step -----------------------------------------------------------------------------------


@pytest.fixture
def ready(root: Path, tmp_path: Path) -> Callable[[], tuple[Path, bytes, bytes]]:
    """Gives a fresh copy of the office at the moment at which its key is about to change, and both keys."""
    old, new = whole(root), crypto.random_key()
    keys.write_renewed(Paths(root).keys, rekey.next_keys(Paths(root)), old, new, {"admin": ADMIN}, CHEAP)

    def fresh() -> tuple[Path, bytes, bytes]:
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("backups", "logs"))
        return copy, old, new

    return fresh


def in_a_child(work: Callable[[], None]) -> bool:
    """Do it in another process; False when that one was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def killed_at(number: int) -> None:
    """Kill this process when it is about to do its `number`-th thing to a file."""
    count = iter(range(number))

    def on_event(event: str, _: object) -> None:
        is_file = event in (
            "open",
            "os.rename",
            "os.remove",
            "os.chmod",
            "shutil.copyfile",
            "sqlite3.connect",
        )
        if is_file and next(count, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(on_event)


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_killed_before_every_step_it_opens_with_one_of_the_keys(
    ready: Callable[[], tuple[Path, bytes, bytes]],
) -> None:
    outcomes = []
    for number in range(200):
        root, old, new = ready()

        def work(root: Path = root, old: bytes = old, new: bytes = new, number: int = number) -> None:
            killed_at(number)
            rekey.prepare(Paths(root), old, new)
            rekey.finish(Paths(root))

        is_done = in_a_child(work)
        outcomes.append(whole(root) == new)
        if is_done:
            break
    assert outcomes[0] is False
    assert outcomes[-1] is True
    assert outcomes == sorted(outcomes)  # from one moment on the new key counts
    assert 10 < len(outcomes) < 200
    assert sum(outcomes) >= 4  # also between that moment and the end


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_killed_while_any_page_is_written_the_data_is_as_before(
    ready: Callable[[], tuple[Path, bytes, bytes]],
) -> None:
    """The system kills a process that writes beyond a limit: at each size of the copy, and of its journal."""
    root, old, new = ready()
    size = Paths(root).database.stat().st_size
    killed = 0
    for limit in range(4096, size + 3 * 4096, max(4096, size // 20 // 4096 * 4096)):
        root, old, new = ready()

        def work(root: Path = root, old: bytes = old, new: bytes = new, limit: int = limit) -> None:
            import resource  # Windows has none

            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            rekey.prepare(Paths(root), old, new)

        killed += not in_a_child(work)
        with start.held(root):
            pass
        assert whole(root) in (old, new)
    assert killed > 15


def half_done(root: Path, old: bytes, new: bytes) -> Iterator[None]:
    """A copy of which the first pages are under the new key and the others under the old one, for each page."""
    path = Paths(root).database
    part = path.with_name(f"{path.name}.rekeyed")
    shutil.copyfile(path, part)
    rekey.change(part, old, new)
    before, after = path.read_bytes(), part.read_bytes()
    for done in range(0, len(before), 4096):
        part.write_bytes(after[:done] + before[done:])
        part.with_name(f"{part.name}-journal").write_bytes(b"half a journal")
        yield


def test_a_copy_that_is_half_done_is_thrown_away(ready: Callable[[], tuple[Path, bytes, bytes]]) -> None:
    root, old, new = ready()
    data = Paths(root).database.read_bytes()
    pages = 0
    for _ in half_done(root, old, new):
        assert not rekey.finish(Paths(root))
        assert Paths(root).database.read_bytes() == data
        assert not [f for f in root.iterdir() if "rekeyed" in f.name]
        pages += 1
    assert pages > 20
    assert whole(root) == old


@pytest.mark.parametrize("step", range(4))
def test_stopped_by_the_clerk_nothing_has_changed(root: Path, step: int) -> None:
    before, told = whole(root), []

    def tell(*said: object) -> None:
        told.append(said)
        if len(told) > step * 3:
            raise Trouble("stopped", code="stopped")

    with start.held(root), pytest.raises(Trouble) as caught:
        start.rekey_office(root, "admin", {"admin": ADMIN}, tell, CHEAP)
    assert caught.value.code == "stopped"
    assert whole(root) == before


def test_a_program_that_reads_the_data_stops_it(root: Path) -> None:
    before = whole(root)
    db, _ = logged_in(root)
    with db.engine.connect() as reading, start.held(root):
        reading.exec_driver_sql("SELECT count(*) FROM local").fetchone()
        with pytest.raises(Trouble) as caught:
            start.rekey_office(root, "admin", {"admin": ADMIN}, cost=CHEAP)
        assert caught.value.code == "rekey.failed"
    db.close()
    assert whole(root) == before


def test_damaged_drafts_do_not_stop_it(root: Path) -> None:
    Paths(root).drafts.write_bytes(os.urandom(8192))
    renewed(root)
    db, admin = logged_in(root)
    drafts = SealedDrafts(db.paths.drafts, db.key, admin.id)
    assert drafts.was_damaged
    drafts.close()
    db.close()


def test_a_bug_after_the_change_still_tells_the_new_code(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup under the new key meets a bug of ours: the first one, before the change, did not."""
    real, calls = Database.backup, iter([False, True])

    def backup(db: Database, *given: object) -> Path:
        if next(calls):
            raise RuntimeError("a bug")
        return real(db, *given)

    monkeypatch.setattr(Database, "backup", backup)
    done = renewed(root)
    assert "代码" in done.trouble
    assert done.backup is None
    assert keys.open_with_recovery_code(Paths(root).keys, done.recovery_code) == whole(root)


def test_a_key_file_that_cannot_be_written_is_told_and_all_stays(root: Path) -> None:
    before = whole(root)
    in_the_way = rekey.next_keys(Paths(root)).with_suffix(".part")
    in_the_way.mkdir()
    with start.held(root), pytest.raises(Trouble) as caught:
        start.rekey_office(root, "admin", {"admin": ADMIN}, cost=CHEAP)
    assert caught.value.code == "keys.write"
    in_the_way.rmdir()
    assert whole(root) == before
    logged_in(root)[0].close()


@pytest.mark.skipif(os.name != "posix", reason="only there folders are synced")
def test_what_is_said_not_to_be_changed_does_not_change_at_the_next_start(
    ready: Callable[[], tuple[Path, bytes, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would have been told the new recovery code."""
    root, old, new = ready()
    with monkeypatch.context() as patched:
        folders_fail(patched)
        with pytest.raises(Trouble, match="没有换成"):
            rekey.prepare(Paths(root), old, new)
    with start.held(root):
        pass
    assert whole(root) == old


def test_without_a_place_for_the_first_backup_the_new_code_is_told(root: Path) -> None:
    shelf_ = Paths(root).backups

    def tell(_done: int, _total: int, stage: str = "") -> None:
        if stage == "正在换上":
            shelf_.rename(root / "away")
            shelf_.write_text("no folder any more")

    with start.held(root):
        done = start.rekey_office(root, "admin", {"admin": ADMIN}, tell, CHEAP)
    assert done.backup is None
    assert "备份没有做成" in done.trouble
    assert keys.open_with_recovery_code(Paths(root).keys, done.recovery_code) == whole(root)
