"""The hash of a place: the same as long as the disk is the same, and nothing can be read from it."""

import os
import stat
import sys
from pathlib import Path

import pytest

from desktop.core import whereabouts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a disk is told otherwise there")


def as_disk(folder: Path, name: str, device: int) -> None:
    try:
        os.mknod(folder / name, stat.S_IFBLK | 0o600, device)
    except PermissionError:
        pytest.skip("may not make a device here")


def test_it_stays_and_is_short(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    found = whereabouts.of(tmp_path)
    assert found == whereabouts.of(tmp_path) == whereabouts.of(tmp_path / "office")
    assert len(found) == 16
    assert whereabouts._system() not in found


def test_another_disk_is_another_place_whatever_linux_calls_it_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, volumes = tmp_path.stat().st_dev, tmp_path / "by-uuid"
    volumes.mkdir()
    monkeypatch.setattr(whereabouts, "_VOLUMES", volumes)
    unknown = whereabouts.of(tmp_path)
    as_disk(volumes, "0000-0001", ours + 1)
    assert whereabouts.of(tmp_path) == unknown
    as_disk(volumes, "0000-0002", ours)
    known = whereabouts.of(tmp_path)
    assert known != unknown
    (volumes / "0000-0002").rename(volumes / "0000-0003")
    assert whereabouts.of(tmp_path) != known


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert whereabouts.of(tmp_path / "nowhere")
