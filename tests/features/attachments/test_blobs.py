"""Files beside the database: encrypted, named by nothing, found out when changed."""

from pathlib import Path

import pytest

from desktop.core import crypto
from desktop.core.blobs import MOST_BYTES, Blobs
from desktop.core.errors import Trouble

CONTENT = b"CANARY" * 1000


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs", bytes(range(32)))


def test_what_was_kept_comes_back_and_lies_there_in_secret(blobs: Blobs) -> None:
    sha256 = blobs.put(CONTENT)
    assert sha256 == crypto.digest(CONTENT)
    assert blobs.get(sha256) == CONTENT
    (file,) = blobs.files()
    assert b"CANARY" not in file.read_bytes()
    assert sha256.hex() not in str(file)
    blobs.put(CONTENT)
    assert len(list(blobs.files())) == 1
    blobs.remove(sha256)
    assert blobs.get(sha256) is None
    blobs.remove(sha256)


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_changed_file_is_found_out(blobs: Blobs, place: int) -> None:
    sha256 = blobs.put(CONTENT)
    (file,) = blobs.files()
    box = bytearray(file.read_bytes())
    box[place] ^= 1
    file.write_bytes(box)
    with pytest.raises(Trouble, match="损坏"):
        blobs.get(sha256)


def test_another_offices_key_opens_nothing_and_finds_nothing(blobs: Blobs) -> None:
    sha256 = blobs.put(CONTENT)
    other = Blobs(blobs.folder, bytes(32))
    assert not other.has(sha256)
    (file,) = blobs.files()
    stolen = other._path(sha256)
    stolen.parent.mkdir(exist_ok=True)
    file.rename(stolen)
    with pytest.raises(Trouble, match="损坏"):
        other.get(sha256)


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("not a folder")
    with pytest.raises(Trouble, match="磁盘"):
        Blobs(tmp_path / "blobs", bytes(32)).put(CONTENT)


def test_what_is_too_large_is_refused(blobs: Blobs) -> None:
    with pytest.raises(Trouble, match="20 MB"):
        blobs.put(bytes(MOST_BYTES + 1))
    assert list(blobs.files()) == []
