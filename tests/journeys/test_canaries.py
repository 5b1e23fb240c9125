"""Canary people: 200 invented names and numbers go through everything the program does, and then every file that it
wrote is searched for them. What the clerk asked for in clear is excluded by its name, and nothing else."""

import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core import log
from desktop.core.db import rehearsal, second_place, shelf
from desktop.core.drafts import Draft
from desktop.core.idcard import checksum
from desktop.core.settings import PRINT_TWO_SIDED
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.shell.assemble import Opened, open_window
from desktop.shell.crash import CrashPage
from desktop.widgets.runner import AtOnce
from tests.features.register.workbook_maker import HEADINGS, workbook
from tests.features.sync.exchange_maker import enrol, make
from tests.office_maker import NOON

CODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gbk")
# What somebody asked for in clear: the list that was brought, the marked copy of it, the saved PDF.
IN_CLEAR = {"名单.xlsx", "存疑.xlsx", "手册.pdf"}
_FIRST, _SECOND, _THIRD = "褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏", "梓栩懿翀珩璟", "骞韬焱翊彧"


def people() -> list[tuple[str, str]]:
    """200 names that stand nowhere else, each with a number of its own."""
    chance = Random(20270314)
    names = [a + b + c for a in _FIRST for b in _SECOND for c in _THIRD]
    born = date(1950, 1, 1)
    return [
        (name, with_check(f"371602{born + timedelta(days=97 * n):%Y%m%d}{500 + n:03d}"))
        for n, name in enumerate(chance.sample(names, 200))
    ]


def with_check(first17: str) -> str:
    return first17 + checksum(first17)


PEOPLE = people()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever is written into the system's folder for temporary files is searched too."""
    made = tmp_path / "tmp"
    made.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(made))
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


@pytest.fixture
def opened(tmp_path: Path, temporary: Path, qtbot: QtBot) -> Iterator[Opened]:
    office, county = make(tmp_path, "township"), make(tmp_path, "county")
    enrol(office, county, tmp_path / "stick")
    county.db.close()
    log.start(office.db.paths.logs)
    made = open_window(office.db, office.actor, AtOnce)
    made.window.show()
    yield made
    made.window.close()
    made.close()
    log.stop()


def test_no_file_that_the_program_wrote_names_a_canary(opened: Opened, tmp_path: Path, qtbot: QtBot) -> None:
    clipboard = work_through_a_day(opened, tmp_path)
    assert wal(opened).stat().st_size > 0
    assert found_in(tmp_path) == []
    assert not any(mark in clipboard.encode() for mark in marks("utf-8"))
    opened.window.close()
    opened.close()
    assert found_in(tmp_path) == []
    assert kinds_of(tmp_path) >= {
        "office.db",
        "drafts.db",
        "desktop.log",
        "settings.json",
        "keys.json",
        ".hhb",
        ".db",
    }


def work_through_a_day(opened: Opened, folder: Path) -> str:
    """Import, look, type, print, export, exchange, back up, crash; gives what lies on the clipboard."""
    desk, window = opened.desk, opened.window
    running = start.Running(desk.db, desk.actor)
    rows = [("赵家村", f"{n}", f"{n}", name, number, "户主") for n, (name, number) in enumerate(PEOPLE)]
    listed = workbook(folder / "名单.xlsx", [HEADINGS, *rows])
    read = start.read_workbook(running, listed)
    register.write_report(read.recognised, read.plan.doubts, folder / "存疑.xlsx")
    start.apply_import(running, read.plan)
    with desk.reader() as reader:
        ids = register.household_ids(reader)
        assert register.totals(reader, ids) == len(PEOPLE)
    name, number = PEOPLE[0]
    for place in (
        "today",
        "register",
        "visits",
        "visits.missing",
        "handbook",
        "volunteers",
        "sync",
        "system",
    ):
        window.go(place)
    window.go("register.household", household=ids[0])
    window.search.setText(name[:2])
    window.go("visits.form", household=ids[0])
    desk.drafts.put(Draft("visits.form", "", {"findings": f"{name} {number}"}))
    window.go("handbook")
    opened.window.screen_shown.start()  # type: ignore[union-attr]
    start.print_document(running, folder / "手册.pdf", start.handbook.Document.HANDBOOK, village="赵家村")
    desk.settings.put(PRINT_TWO_SIDED, True)
    desk.keep.save()
    sync.write_bundle(desk.db, desk.actor, folder / "stick")
    second_place.choose(desk.db.paths, folder / "stick")
    opened.care.start()
    backup = shelf.latest(desk.db.paths.backups)
    assert backup is not None
    rehearsal.rehearse(desk.db.paths, desk.db.key, backup, NOON)
    return crash(opened, name, number)


def crash(opened: Opened, name: str, number: str) -> str:
    """A bug that quotes what was typed, with a local variable that holds it."""
    try:
        raise ValueError(f"{name} {number}")
    except ValueError as error:
        page = CrashPage(error, opened.desk.db.paths.logs, opened.window)
    log.logger.warning("a line that should not be there: %s", number)
    page.copy()
    page.close()
    return QGuiApplication.clipboard().text()


def wal(opened: Opened) -> Path:
    return opened.desk.db.paths.database.with_name("office.db-wal")


def marks(*codings: str) -> list[bytes]:
    return [word.encode(coding) for person in PEOPLE for word in person for coding in codings or CODINGS]


def found_in(folder: Path) -> list[str]:
    """The files that name somebody: as they lie, and unpacked where they are packed."""
    everybody = set(marks())
    return [
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and file.name not in IN_CLEAR and is_told(file, everybody)
    ]


def is_told(file: Path, everybody: set[bytes]) -> bool:
    contents = [file.name.encode(), *unpacked(file)]
    return any(mark in content for content in contents for mark in everybody)


def unpacked(file: Path) -> Iterator[bytes]:
    content = file.read_bytes()
    yield content
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    assert not content.startswith(b"%PDF"), f"{file.name}: a PDF that nobody asked for"
    assert not content.startswith(b"SQLite format 3"), f"{file.name}: a database without encryption"
    for at in (n for n in range(min(len(content), 64)) if content[n : n + 1] == b"\x78"):
        try:
            yield zlib.decompressobj().decompress(content[at:])
        except zlib.error:
            continue


def kinds_of(folder: Path) -> set[str]:
    files = [f for f in folder.rglob("*") if f.is_file()]
    return {f.name for f in files} | {f.suffix for f in files}


@pytest.mark.parametrize("coding", CODINGS)
def test_the_search_finds_what_is_there(tmp_path: Path, coding: str) -> None:
    """A search that finds nothing anywhere proves nothing."""
    assert len(set(PEOPLE)) == 200
    (tmp_path / "notes.txt").write_bytes(b"\x00\x01" + PEOPLE[77][0].encode(coding) + os.urandom(9))
    assert found_in(tmp_path) == ["notes.txt"]
    (tmp_path / "notes.txt").write_bytes(PEOPLE[78][1].encode(coding))
    assert found_in(tmp_path) == ["notes.txt"]


def test_the_search_finds_packed_and_unencrypted_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", PEOPLE[5][0])
    assert found_in(tmp_path) == ["list.xlsx"]
    plain = sqlite3.connect(tmp_path / "plain.db")
    plain.execute("CREATE TABLE t (a)")
    plain.commit()
    plain.close()
    with pytest.raises(AssertionError, match="without encryption"):
        found_in(tmp_path)
