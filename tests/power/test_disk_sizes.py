"""Disks and sticks of 1 to 64 MiB, used until they are full: a sentence, nothing lost or half, and it goes on with room.

The two smallest in every run, all with FULL=1.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from desktop import start
from desktop.core.db import database, proof, second_place, shelf
from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.unit import Actor
from desktop.core.drafts import Draft
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.register import api as register
from tests.features.sync.exchange_maker import enrol, make
from tests.office_maker import NOON, add_household, make_office
from tests.power import work
from tests.power.judging import names, whole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs mount")
MIB = 1 << 20
SMALL, LARGE = [1, 2], [3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
SIZES = [*SMALL, *(pytest.param(size, marks=pytest.mark.full) for size in LARGE)]
Disk = Callable[[int], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes a file system of so many MiB; called again it grows."""
    place = tmp_path / "disk"
    place.mkdir()

    def of(size: int) -> Path:
        options = f"{'remount,' if os.path.ismount(place) else ''}size={size}m"
        if subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True
        ).returncode:
            pytest.skip("may not mount here")
        return place

    yield of
    subprocess.run(["umount", "-l", place], capture_output=True, check=False)


def until_told(call: Callable[[], object]) -> str:
    with pytest.raises(Trouble) as caught:
        for _ in range(3_000):
            call()
    assert caught.value.sentence
    assert caught.value.what_to_do
    return caught.value.code


def fill(place: Path, leave: int) -> Path:
    found, path = os.statvfs(place), place / "filling"
    path.write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - leave)))
    return path


def begun(place: Path, disk: Disk, size: int) -> tuple[Database, Actor, int]:
    """An office on it. A disk that is too small even for that is told, left empty, and made larger."""
    try:
        return (*make_office(place), size)
    except Trouble as trouble:
        assert trouble.code in ("db.full", "db.disk", "office.folder")  # noqa: PT017 - both ways are right
    assert not Paths(place / "township").exists()
    disk(size + 1)
    return (*make_office(place), size + 1)


@pytest.mark.parametrize("size", SIZES)
def test_an_office_until_its_disk_is_full(disk: Disk, tmp_path: Path, size: int) -> None:
    """Lists, each after a backup, then forms, then drafts: until nothing fits any more. Then the disk grows."""
    place = disk(size)
    db, actor, size = begun(place, disk, size)
    kept: set[str] = set()

    def read_list() -> None:
        new = [work.new_name() for _ in range(200)]
        work._workbook(tmp_path / "list.xlsx", new)
        with db.reader(actor) as reader:
            plan = register.read_workbook(reader, tmp_path / "list.xlsx").plan
        start.apply_import(start.Running(db, actor), plan)
        kept.update(new)

    def type_one() -> None:
        name = work.new_name()
        add_household(db, actor, name)
        kept.add(name)

    assert until_told(read_list) in ("db.full", "backup.failed", "backup.bad")
    assert until_told(type_one) == "db.full"
    written, drafts = count(), SealedDrafts(db.paths.drafts, db.key)
    long = {"findings": "张" * 9_000}
    told = until_told(lambda: drafts.put(Draft("visits.form", f"{next(written)}", long)))
    assert told == "draft.full"
    assert len(drafts.list()) >= next(written) - 2
    drafts.close()
    assert names(db) == kept
    for copy in shelf.all_in(db.paths.backups):
        if copy.is_good:
            proof.check(copy.path, db.key)
            assert proof.file_digest(copy.path) == copy.digest
    db.close()
    disk(2 * size + 16)
    again = database.open_database(db.paths, db.key, db.clock)
    assert names(again) == kept
    assert whole(again)
    add_household(again, actor, "张秀兰")
    again.backup("manual")
    assert names(again) == {*kept, "张秀兰"}
    again.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_second_place_that_is_full(disk: Disk, tmp_path: Path, size: int) -> None:
    place = disk(size)
    db, actor = make_office(tmp_path)
    add_household(db, actor, "张秀兰")
    first = db.backup("manual")
    second_place.choose(db.paths, place)
    for leave in (0, 4_096, first.stat().st_size // 2, first.stat().st_size - 1):
        filling = fill(place, leave)
        told = until_told(lambda: second_place.copy_latest(db.paths, db.node.node_id, NOON))
        assert told == "second.failed"
        assert [p.name for p in place.rglob("*") if p.is_file() and p != filling] == []
        filling.unlink()
    if first.stat().st_size + 64 * 1024 < size * MIB:
        copied = second_place.copy_latest(db.paths, db.node.node_id, NOON)
        assert copied is not None
        assert copied.read_bytes() == first.read_bytes()
    db.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_stick_that_is_full(disk: Disk, tmp_path: Path, size: int) -> None:
    """With nothing left, with too little, and with what a bundle may take; then with room."""
    town, county = make(tmp_path, "township"), make(tmp_path, "county")
    enrol(town, county, tmp_path / "stick")
    for _ in range(5):
        add_household(town.db, town.actor, work.new_name())
    place = disk(size)
    for leave in (0, 4_096, 40_000, 900_000):
        filling = fill(place, leave)
        assert until_told(lambda: town.writes(place)) == "stick.full"
        assert [p.name for p in place.rglob("*") if p.is_file() and p != filling] == []
        filling.unlink()
    place = disk(size + 1)  # it keeps a megabyte free
    path = town.writes(place)
    assert county.reads(path).entries > 0
    assert names(county.db) == names(town.db)
    town.db.close()
    county.db.close()
