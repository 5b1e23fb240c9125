"""The disk is full in the middle of any work: a sentence, nothing lost, and it goes on when there is room again.

On a small file system of its own where root may mount one, otherwise under a limit of file sizes.
"""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop import start
from desktop.core import keys
from desktop.core.db import database, proof, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.drafts import Draft
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.register import api as register
from tests.office_maker import add_household, make_office
from tests.power import work
from tests.power.judging import names, whole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs mount or resource limits")
SIZE = 6 * 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], capture_output=True
    )
    if made.returncode:
        pytest.skip("may not mount here; the limit of file sizes is tested below")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Leave so many bytes."""
    free = os.statvfs(disk)
    path = disk / "filling"
    path.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
    return path


def is_told(call: Callable[[], object]) -> str:
    """Until the disk is full: gives the code of the sentence."""
    with pytest.raises(Trouble) as caught:
        for _ in range(3_000):
            call()
    assert caught.value.sentence
    assert caught.value.what_to_do
    return caught.value.code


@pytest.mark.parametrize("leave", [0, 4_096, 40_000, 150_000])
def test_typing_on_a_full_disk(disk: Path, leave: int) -> None:
    db, actor = make_office(disk)
    kept = {"张秀兰"}
    add_household(db, actor, "张秀兰")
    filling = fill(disk, leave)

    def type_one() -> None:
        name = work.new_name()
        add_household(db, actor, name)
        kept.add(name)

    assert is_told(type_one) == "db.full"
    assert names(db) == kept
    filling.unlink()
    type_one()
    assert names(db) == kept
    assert whole(db)
    db.close()


def test_drafts_on_a_full_disk_are_told_and_go_on_with_room(disk: Path) -> None:
    db, _ = make_office(disk)
    drafts = SealedDrafts(db.paths.drafts, db.key)
    drafts.put(Draft("register.form", "", {"name": "张秀兰"}))
    filling = fill(disk, 0)
    assert is_told(lambda: drafts.put(Draft("register.form", "", {"name": "张" * 2_000}))) == "draft.full"
    drafts.remove("register.form", "")  # may fail, and must not raise
    drafts.close()
    filling.unlink()
    again = SealedDrafts(db.paths.drafts, db.key)
    again.put(Draft("register.form", "", {"name": "李大山"}))
    assert [d.values for d in again.list()] == [{"name": "李大山"}]
    again.close()
    db.close()


@pytest.mark.parametrize("leave", [0, 4_096, 20_000, 40_000, 120_000])
def test_drafts_that_a_full_disk_does_not_let_open_are_not_taken_for_damaged(disk: Path, leave: int) -> None:
    db, _ = make_office(disk)
    before = SealedDrafts(db.paths.drafts, db.key)
    before.put(Draft("register.form", "", {"name": "张秀兰"}))
    before.close()
    filling = fill(disk, leave)
    full = SealedDrafts(db.paths.drafts, db.key)
    full.list()
    assert is_told(lambda: full.put(Draft("register.form", "1", {"name": "张" * 90_000}))) == "draft.full"
    assert not full.was_damaged
    full.close()
    filling.unlink()
    again = SealedDrafts(db.paths.drafts, db.key)
    assert not again.was_damaged
    found = again.get("register.form", "")
    assert found is not None
    assert found.values == {"name": "张秀兰"}
    again.close()
    db.close()


@pytest.mark.parametrize("leave", [0, 100_000, 700_000, 1_100_000])
def test_a_backup_on_a_full_disk(disk: Path, leave: int) -> None:
    db, actor = make_office(disk)
    add_household(db, actor, "张秀兰")
    filling = fill(disk, leave)
    code = is_told(lambda: add_and_back_up(db))
    assert code in ("backup.failed", "backup.bad")
    assert not list(db.paths.backups.glob("*.part*"))
    for copy in shelf.all_in(db.paths.backups):
        if copy.is_good:
            proof.check(copy.path, db.key)
            assert proof.file_digest(copy.path) == copy.digest
    filling.unlink()
    assert whole(db)
    assert names(db) == {"张秀兰"}
    db.close()


def add_and_back_up(db: Database) -> None:
    db.backup("manual")


@pytest.mark.parametrize("leave", [0, 300_000, 900_000, 1_200_000])
def test_an_import_on_a_full_disk_is_there_whole_or_not_at_all(
    disk: Path, tmp_path: Path, leave: int
) -> None:
    db, actor = make_office(disk)
    add_household(db, actor, "张秀兰")
    many = [work.new_name() for _ in range(600)]
    work._workbook(tmp_path / "list.xlsx", many)
    with db.reader(actor) as reader:
        plan = register.read_workbook(reader, tmp_path / "list.xlsx").plan
    filling = fill(disk, leave)
    try:
        start.apply_import(start.Running(db, actor), plan)
        code, expected = "", {"张秀兰", *many}
    except Trouble as trouble:
        code, expected = trouble.code, {"张秀兰"}
    assert code in ("", "db.full", "backup.failed", "backup.bad")
    assert names(db) == expected
    filling.unlink()
    assert whole(db)
    db.close()


@pytest.mark.parametrize("leave", [0, 100_000, 300_000])
def test_a_migration_on_a_full_disk_leaves_the_old_data(
    disk: Path, leave: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, actor = make_office(disk)
    for _ in range(30):
        add_household(db, actor, work.new_name())
    before = names(db)
    db.close()
    monkeypatch.setattr(work.migrate, "config", work.migrate.config)  # put back at the end
    work.use_later_version(db.paths.root)
    filling = fill(disk, leave)
    with pytest.raises(Trouble) as caught:
        database.open_database(db.paths, db.key)
    assert caught.value.code in ("db.full", "db.disk", "backup.failed", "backup.bad")
    filling.unlink()
    again = database.open_database(db.paths, db.key)
    assert names(again) == before
    assert whole(again)
    again.close()


@pytest.mark.parametrize("leave", [0, 100_000, 250_000])
def test_a_restore_on_a_full_disk_leaves_the_data_as_it_was(disk: Path, leave: int) -> None:
    db, actor = make_office(disk)
    add_household(db, actor, "张秀兰")
    backup = shelf.read(db.backup("manual"))
    assert backup is not None
    add_household(db, actor, "李大山")
    db.close()
    filling = fill(disk, leave)
    with pytest.raises(Trouble) as caught:
        restore.take_place(db.paths, db.key, backup)
    assert caught.value.code in ("restore.failed", "restore.unreadable", "restore.differs")
    filling.unlink()
    again, _ = office.log_in(db.paths.root, "admin", "pw")
    assert names(again) == {"张秀兰", "李大山"}
    assert not list(db.paths.root.glob("*.part*"))
    again.close()


def test_a_limit_of_file_sizes_is_told_like_a_full_disk(tmp_path: Path) -> None:
    """For who may not mount: in a child, because the limit cannot be lifted again."""
    db, _ = make_office(tmp_path)
    db.close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.power.work"])
    ours, its = context.Pipe(duplex=False)
    child = context.Process(target=type_under_a_limit, args=(db.paths.root, its))
    child.start()
    its.close()
    kept, code = set(ours.recv()), ours.recv()
    child.join()
    assert code == "db.full"
    assert len(kept) > 3
    again = database.open_database(
        Paths(db.paths.root), keys.open_with_password(db.paths.keys, "admin", "pw")
    )
    assert names(again) == kept
    assert whole(again)
    again.close()


def type_under_a_limit(root: Path, channel: Any) -> None:
    """The child's main function."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    db, actor = office.log_in(root, "admin", "pw")
    limit = db.paths.database.stat().st_size + 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    kept: list[str] = []
    try:
        while True:
            name = work.new_name()
            add_household(db, actor, name)
            kept.append(name)
    except Trouble as trouble:
        channel.send(kept)
        channel.send(trouble.code)
