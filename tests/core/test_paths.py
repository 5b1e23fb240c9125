"""Where an office lies: one for all accounts of a Windows PC, where the installer prepared that."""

import sys
from pathlib import Path

import pytest

from desktop.core import paths
from desktop.core.paths import Paths


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of the account and the one of all accounts, as the program names them."""
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "me"))
    monkeypatch.setenv("PROGRAMDATA", str(tmp_path / "all"))
    monkeypatch.setattr(sys, "platform", "win32")
    return tmp_path / "me/yipaiyice/office", tmp_path / "all/yipaiyice/office"


def test_all_accounts_share_what_the_installer_prepared(windows: tuple[Path, Path]) -> None:
    own, shared = windows
    assert paths.default_root() == own  # no installer was here
    shared.parent.mkdir(parents=True)
    assert paths.default_root() == own  # something of ours is there, and nobody gave all accounts the right
    shared.mkdir()
    assert paths.default_root() == shared


def test_an_office_that_began_in_one_account_stays_there(windows: tuple[Path, Path]) -> None:
    own, shared = windows
    shared.mkdir(parents=True)
    own.mkdir(parents=True)
    assert paths.default_root() == shared  # an empty folder is no office
    Paths(own).keys.touch()
    assert paths.default_root() == own


def test_on_linux_each_account_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert paths.default_root() == tmp_path / "yipaiyice/office"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.default_root() == tmp_path / ".local/share/yipaiyice/office"


def test_this_pcs_own_secret_lies_in_no_office(windows: tuple[Path, Path]) -> None:
    assert not any(paths.machine_file().is_relative_to(place) for place in windows)


def test_a_restored_copy_that_waits_is_an_office(tmp_path: Path) -> None:
    """The power failed before it took its place: the first start must not offer to make a new office over it."""
    found = Paths(tmp_path)
    assert not found.exists()
    found.restored.touch()
    assert found.exists()
