"""A restore that is killed at any of its steps, or fails, leaves the office that was there, or the restored one."""

import shutil
import sys
from pathlib import Path

import pytest

from desktop import start
from desktop.core.crypto import Cost
from desktop.core.db import recovery_keys, restore, shelf
from desktop.core.db.shelf import Backup
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from tests.office_maker import PLACES, add_household
from tests.power import stop_points
from tests.power.judging import names

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a fork server")
CHEAP = Cost(1, 64, 1)
OLD, NEW = "pw", "another one"


def made(folder: Path) -> tuple[Backup, str]:
    """An office with 李大山 more than its backup has; gives that backup and the recovery code."""
    running, code = start.create_office(folder, PLACES["township"], "admin", OLD, cost=CHEAP)
    db, actor = running.db, running.actor
    add_household(db, actor, "张秀兰")
    backup = shelf.read(db.backup("manual"))
    assert backup is not None
    add_household(db, actor, "李大山")
    db.close()
    return backup, code


def found(root: Path, password: str) -> set[str]:
    with start.opened(root, "admin", password) as running:
        return names(running.db)


def restore_in_place(root: Path, backup: Backup, key: bytes) -> None:
    restore.take_place(Paths(root), key, backup)


def restore_with_code(root: Path, backup: Backup, code: str) -> None:
    """On a new PC, as `desktop restore --recovery-code-file` does it."""
    paths = Paths(root)
    root.mkdir(exist_ok=True)
    key, new_keys = recovery_keys.new_keys(backup.path.parent, paths.keys, code, "admin", NEW, CHEAP)
    restore.take_place(paths, key, backup, new_keys=new_keys)


def test_a_restore_killed_at_any_step_leaves_one_of_the_two(tmp_path: Path) -> None:
    backup, _ = made(tmp_path / "made")
    root, seen = tmp_path / "office", []
    with start.opened(tmp_path / "made", "admin", OLD) as running:
        key = running.db.key

    def fresh() -> tuple[Path, Backup, bytes]:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(tmp_path / "made", root)
        return root, backup, key

    for _ in stop_points.each(restore_in_place, fresh, root):
        seen.append(found(root, OLD))
        assert seen[-1] in ({"张秀兰", "李大山"}, {"张秀兰"})
        assert not Paths(root).restored.exists()
    assert seen[0] == {"张秀兰", "李大山"}
    assert seen[-1] == {"张秀兰"}
    assert len(seen) > 10


def test_a_restore_on_a_new_pc_killed_at_any_step_is_there_or_can_be_done_again(tmp_path: Path) -> None:
    backup, code = made(tmp_path / "made")
    root, there = tmp_path / "office", []

    def fresh() -> tuple[Path, Backup, str]:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        return root, backup, code

    for _ in stop_points.each(restore_with_code, fresh, root):
        there.append(Paths(root).exists())
        if not there[-1]:
            assert not Paths(root).keys.exists()
            restore_with_code(root, backup, code)
        assert found(root, NEW) == {"张秀兰"}
    assert not there[0]
    assert there[-1]
    assert len(there) > 10


@pytest.mark.parametrize("failure", ["changed", "truncated", "foreign"])
def test_a_backup_that_fails_leaves_a_new_pc_without_an_office(tmp_path: Path, failure: str) -> None:
    backup, code = made(tmp_path / "made")
    content = backup.path.read_bytes()
    if failure == "foreign":
        other, _ = made(tmp_path / "other")
        content = other.path.read_bytes()
    backup.path.write_bytes(
        {"changed": content[:-9] + bytes(9), "truncated": content[:-4096]}.get(failure, content)
    )
    root = tmp_path / "office"
    with pytest.raises(Trouble):
        restore_with_code(root, backup, code)
    assert not Paths(root).exists()
    assert list(root.iterdir()) == []
    # The folder is as good as new: an office can begin in it.
    start.create_office(root, PLACES["township"], "admin", NEW, cost=CHEAP)[0].db.close()


def test_keys_that_were_left_lying_are_not_taken_by_the_next_restore(tmp_path: Path) -> None:
    """Of a restore with the recovery code that was cut off: the office's own keys stay."""
    backup, _ = made(tmp_path / "office")
    paths = Paths(tmp_path / "office")
    with start.opened(paths.root, "admin", OLD) as running:
        key = running.db.key
    paths.keys_restored.write_text('{"version": 1, "slots": []}')
    before = paths.keys.read_bytes()
    restore.take_place(paths, key, backup)
    assert paths.keys.read_bytes() == before
    assert found(paths.root, OLD) == {"张秀兰"}
