"""One damaged spot on each page of a small office: the login works, or says what leads to a backup; never a bare error.

Every seventh page here, all with FULL=1.
"""

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from desktop import cli, start
from desktop.core import keys
from desktop.core.db import restore, shelf
from desktop.core.db.engine import open_engine
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office
from tests.features.office.test_users import CHEAP
from tests.office_maker import PLACES, add_household

PASSWORD, PAGE = "the first one", 4096
FULL = (pytest.mark.full, pytest.mark.timeout(1_800))


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """An office of thirty households with a backup, closed."""
    root = tmp_path / "whole"
    running, code = start.create_office(root, PLACES["township"], "admin", PASSWORD, cost=CHEAP)
    root.with_name("code").write_text(code)
    for number in range(30):
        add_household(running.db, running.actor, f"齐见山{number}")
    running.db.backup("daily")
    running.db.close()
    return root


def damaged(whole: Path, page: int) -> Path:
    root = whole.with_name("damaged")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(whole, root)
    with Paths(root).database.open("r+b") as file:
        file.seek(page * PAGE + 2_000)
        spoiled = bytes(byte ^ 255 for byte in file.read(4))
        file.seek(page * PAGE + 2_000)
        file.write(spoiled)
    return root


def pages(root: Path) -> int:
    return Paths(root).database.stat().st_size // PAGE


def held_open(path: Path) -> list[str]:
    """What of the database this process holds; Linux alone says so."""
    if sys.platform != "linux":
        return []
    folder = Path("/proc/self/fd")
    return [p for fd in os.listdir(folder) if (p := _read(folder / fd)).startswith(str(path))]


def _read(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def logs_in(root: Path) -> str:
    try:
        with start.opened(root, "admin", PASSWORD):
            return "opens"
    except Trouble as trouble:
        assert not held_open(Paths(root).database), "a restore could not take its place on Windows"
        return trouble.code


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=FULL)])
def test_damage_on_any_page_is_met_with_the_login_or_the_backup(whole: Path, step: int) -> None:
    met = Counter(logs_in(damaged(whole, page)) for page in range(0, pages(whole), step))
    assert set(met) <= {"opens", *restore.DAMAGED}
    assert met["opens"] > 3
    assert met["db.damaged"] > 3


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=FULL)])
def test_the_recovery_code_sets_a_password_whatever_page_is_damaged(whole: Path, step: int) -> None:
    code = whole.with_name("code").read_text()
    for page in range(0, pages(whole), step):
        root = damaged(whole, page)
        office.reset_by_code(root, code, "admin", "the second one", CHEAP)
        assert keys.open_with_password(Paths(root).keys, "admin", "the second one")


@pytest.mark.parametrize("step", [23, pytest.param(3, marks=FULL)])
def test_the_command_line_restores_whatever_page_is_damaged(whole: Path, step: int) -> None:
    password = whole.with_name("pw")
    password.write_text(PASSWORD)
    for page in range(0, pages(whole), step):
        root = damaged(whole, page)
        backup = shelf.latest(root / "backups")
        assert backup is not None
        words = ["restore", str(root), str(backup.path), "--password-file", str(password)]
        assert cli.main(words) == 0, page
        assert len(list((root / "backups").glob("*-damaged/office.db"))) == 1, page
        assert logs_in(root) == "opens"


def test_a_damaged_page_is_not_called_a_full_disk(whole: Path) -> None:
    """Already the connection reads the first pages."""
    root = damaged(whole, 1)
    with start.opened(whole, "admin", PASSWORD) as running:
        key = running.db.key
    met = set()
    for page in range(0, pages(whole)):
        root = damaged(whole, page)
        try:
            open_engine(Paths(root).database, key).connect().close()
        except Trouble as trouble:
            met.add(trouble.code)
    assert met == {"db.wrong_key", "db.damaged"}
