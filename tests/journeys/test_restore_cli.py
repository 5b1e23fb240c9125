"""Backups and restore by the command line: the day that went wrong, the dead PC, the damaged file."""

import json
import os
from pathlib import Path

import pytest

from desktop import cli
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.paths import Paths


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "pw").write_text("correct horse")
    root = tmp_path / "office"
    place = ["--office", "371602012000", "--name", "里则街道", "--level", "township"]
    assert cli.main(["init", str(root), *place, "--password-file", str(tmp_path / "pw"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    (tmp_path / "code").write_text(said["recovery_code"])
    return root


def run(office: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    password = office.parent / "pw"
    status = cli.main([*words, "--password-file", str(password), "--json"])
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def backed_up(office: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    status, told = run(office, capsys, "backup", str(office), *more)
    assert status == 0
    return str(told["path"])


def test_what_would_be_lost_is_told_before_and_the_data_is_backed_up_first(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = backed_up(office, capsys)
    status, told = run(office, capsys, "restore", str(office), backup, "--dry-run")
    assert (status, told["restored"], told["lost_actions"]) == (0, False, 0)
    assert not list((office / "backups").glob("*-restore.db"))
    status, told = run(office, capsys, "restore", str(office), backup)
    assert (status, told["restored"]) == (0, True)
    assert len(list((office / "backups").glob("*-restore.db"))) == 1


def test_a_damaged_database_is_met_with_a_sentence_and_a_restore(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = backed_up(office, capsys)
    (office / "office.db").write_bytes(os.urandom(40_960))
    status, told = run(office, capsys, "backup", str(office))
    assert (status, told["error"]) == (1, "db.wrong_key")
    status, told = run(office, capsys, "restore", str(office), backup)
    assert status == 0
    kept = list((office / "backups").glob("*-damaged/office.db"))
    assert [f.stat().st_size for f in kept] == [40_960]
    assert run(office, capsys, "backup", str(office))[0] == 0


def test_the_stick_and_the_paper_bring_a_dead_pc_back(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = office.parent / "stick"
    stick.mkdir()
    status, told = run(office, capsys, "backup", str(office), "--to", str(stick))
    assert status == 0
    new = office.parent / "new"
    words = ("restore", str(new), str(told["second"]), "--recovery-code-file", str(office.parent / "code"))
    status, _ = run(office, capsys, *words)
    assert status == 0
    assert run(office, capsys, "backup", str(new))[0] == 0


def test_a_strange_file_and_a_missing_stick_are_told(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = run(office, capsys, "restore", str(office), str(office / "office.db"))
    assert (status, told["error"]) == (1, "restore.no_backup")
    status, told = run(office, capsys, "backup", str(office), "--to", str(office.parent / "gone"))
    assert (status, told["error"]) == (1, "second.absent")


def test_only_looking_with_the_paper_writes_nothing(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup = backed_up(office, capsys)
    new, code = office.parent / "new", str(office.parent / "code")
    words = ("restore", str(new), backup, "--recovery-code-file", code)
    status, told = run(office, capsys, *words, "--dry-run")
    assert (status, told["restored"]) == (0, False)
    assert not new.exists()
    assert run(office, capsys, *words)[0] == 0


def test_a_password_that_an_administrator_chose_restores_nothing(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = backed_up(office, capsys)
    paths = Paths(office)
    key = keys.open_with_password(paths.keys, "admin", "correct horse")
    keys.give_password(paths.keys, key, "admin", "correct horse", is_first=True, cost=Cost(1, 64, 1))
    paths.database.write_bytes(b"damaged, so that nobody else asks who it is")
    status, told = run(office, capsys, "restore", str(office), backup)
    assert (status, told["error"]) == (1, "keys.first")
