"""Sticks that are full, locked, gone or lying. A real small file system where the tests may mount one."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from desktop.core.errors import Trouble
from desktop.features.sync import sticks
from tests.features.sync.exchange_maker import Office, enrol, make
from tests.office_maker import add_household

ROOM = 2 << 20


@pytest.fixture
def small_stick(tmp_path: Path) -> Iterator[Path]:
    """A file system of two MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount")
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], capture_output=True
    ).returncode:
        pytest.skip("this machine does not allow a mount")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Office]:
    office, county = make(tmp_path, "township"), make(tmp_path, "county")
    enrol(office, county, tmp_path / "stick")
    add_household(office.db, office.actor, "何小满")
    yield office
    office.db.close()
    county.db.close()


def content(size: int) -> bytes:
    return bytes(n % 251 for n in range(1_000)) * (size // 1_000 + 1)


def fill_with(data: bytes, said: bytes | None = None) -> object:
    def fill(file: IO[bytes]) -> bytes:
        file.write(data)
        return hashlib.sha256(data if said is None else said).digest()

    return fill


def test_a_file_is_written_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    data = content(300_000)
    assert sticks.write(tmp_path / "x.hhb", fill_with(data)) == len(data)  # type: ignore[arg-type]
    sticks.second_copy(tmp_path / "x.hhb")
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {"x.hhb", "copy/x.hhb"}
    assert (tmp_path / "copy" / "x.hhb").read_bytes() == data


def test_a_stick_that_gives_back_other_bytes_is_found_out(tmp_path: Path) -> None:
    """The hash expected is that of other bytes: as if the stick had changed them."""
    (tmp_path / "x.hhb").write_bytes(b"the older one")
    with pytest.raises(Trouble) as caught:
        sticks.write(tmp_path / "x.hhb", fill_with(content(10_000), content(20_000)))  # type: ignore[arg-type]
    assert caught.value.code == "stick.unreliable"
    assert [p.name for p in tmp_path.iterdir()] == ["x.hhb"]
    assert (tmp_path / "x.hhb").read_bytes() == b"the older one"


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def pulled(file: IO[bytes]) -> bytes:
        file.write(b"half")
        raise OSError(5, "Input/output error")

    with pytest.raises(Trouble) as caught:
        sticks.write(tmp_path / "x.hhb", pulled)
    assert caught.value.code == "stick.error"
    assert list(tmp_path.iterdir()) == []


def test_a_full_stick_is_known_before_writing(small_stick: Path, town: Office) -> None:
    (small_stick / "film.mp4").write_bytes(bytes(ROOM - (1 << 19)))
    with pytest.raises(Trouble) as caught:
        town.writes(small_stick)
    assert caught.value.code == "stick.full"
    assert [p.name for p in small_stick.iterdir()] == ["film.mp4"]


def test_a_stick_that_fills_up_while_it_is_written(small_stick: Path) -> None:
    with pytest.raises(Trouble) as caught:
        sticks.write(small_stick / "x.hhb", fill_with(content(2 * ROOM)))  # type: ignore[arg-type]
    assert caught.value.code == "stick.error"
    assert list(small_stick.iterdir()) == []


def test_a_stick_without_room_for_the_second_copy(small_stick: Path) -> None:
    sticks.write(small_stick / "x.hhb", fill_with(content(ROOM * 2 // 3)))  # type: ignore[arg-type]
    with pytest.raises(Trouble):
        sticks.second_copy(small_stick / "x.hhb")
    assert [p.name for p in (small_stick / "copy").iterdir()] == []
    assert (small_stick / "x.hhb").stat().st_size > ROOM // 2


def test_a_bundle_fits_on_a_small_stick(small_stick: Path, town: Office) -> None:
    path = town.writes(small_stick)
    assert (small_stick / "copy" / path.name).read_bytes() == path.read_bytes()


def test_a_stick_with_its_lock_on(small_stick: Path, town: Office) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_stick], check=True)
    for step in (town.writes, lambda f: sticks.ready(f, 1)):
        with pytest.raises(Trouble) as caught:
            step(small_stick)
        assert caught.value.code == "stick.unwritable"
    assert list(small_stick.iterdir()) == []


def test_a_stick_that_is_not_there(tmp_path: Path, town: Office) -> None:
    with pytest.raises(Trouble) as caught:
        sticks.ready(tmp_path / "media" / "stick", 1)
    assert caught.value.code == "stick.unwritable"
    with pytest.raises(Trouble) as caught:
        sticks.bundles(tmp_path / "nothing")
    assert caught.value.code == "stick.missing"
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble) as caught:
        sticks.ready(tmp_path / "file", 1)
    assert caught.value.code == "stick.unwritable"


def test_which_files_are_bundles(tmp_path: Path) -> None:
    for name in ("b.hhb", "a.hhb", "~a.hhb", "a.hhb.part", "a.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "c.hhb").mkdir()
    assert [p.name for p in sticks.bundles(tmp_path)] == ["a.hhb", "b.hhb"]
    assert sticks.bundles(tmp_path / "a.txt") == [tmp_path / "a.txt"]


def test_nothing_on_the_stick_says_who_wrote_it(town: Office, tmp_path: Path) -> None:
    path = town.writes(tmp_path / "stick")
    data = path.read_bytes()
    for word in ("何小满", "里则", "滨城", "371602", "admin"):
        assert word.encode() not in data
        assert word not in path.name
    assert (len(data) - 28 - 48) > 64 * 1024  # padded: its size says little
