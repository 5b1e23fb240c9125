"""The practice office: made once, never to be mistaken for the real one, and the real one untouched by it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from desktop import practice, start
from desktop.core.crypto import Cost
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.shell.main import Program
from tests.shell.test_lock import OWN, PASSWORD, logs_in, open_office

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
CHEAP = Cost(1, 64, 1)


def files(root: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in root.iterdir() if f.is_file() and "running" not in f.name}


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    running, _ = start.create_office(tmp_path / "o", OWN, "admin", PASSWORD, cost=CHEAP)
    running.db.close()
    made = Program(
        tmp_path / "o", open_office, start.create_office, partial(practice.open_practice, cost=CHEAP)
    )
    made.start()
    logs_in(qtbot, made)
    yield made
    made.crash.uninstall()
    if made.opened is not None:
        made.opened.window.close()
    if made.practice is not None:
        made.practice.close()
    made._close_login()


def test_into_practice_and_back_to_the_login(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    program.practise()
    assert program.opened is None
    real = files(tmp_path / "o")
    room = program.practice
    assert room is not None
    qtbot.waitUntil(lambda: room.opened is not None, timeout=60_000)
    assert room.opened is not None
    window = room.opened.window
    assert window.windowTitle().startswith("【练习】")
    assert window.isMaximized()  # as large as the screen of the tests: its foot would hang over the edge
    band = window.findChild(QFrame, "practice")
    assert band is not None
    assert band.isVisible()
    assert band.width() == window.width()
    with room.opened.desk.reader() as reader:
        assert len(register.household_ids(reader)) == 60
    assert program._login is None
    window.close()
    assert room.opened is None
    assert program._login is not None
    assert program._login.isVisible()
    assert files(tmp_path / "o") == real
    logs_in(qtbot, program)


def test_it_is_made_once_and_what_was_stopped_half_way_is_made_again(tmp_path: Path) -> None:
    root = tmp_path / "o"
    half = practice.beside(root).with_name(practice.beside(root).name + ".part")
    half.mkdir()
    (half / "keys.json").write_text("{}")
    db, actor = practice.open_practice(root, cost=CHEAP)
    with db.unit(actor, "x") as unit:
        office.note(unit, office.Event.PRINT, "mine")
        key = unit.action_key
    db.close()
    db, actor = practice.open_practice(root, cost=CHEAP)
    with db.reader(actor) as reader:
        assert (
            reader.connection.exec_driver_sql("SELECT count(*) FROM action WHERE key = ?", (key,)).scalar()
            == 1
        )
    db.close()
    assert not half.exists()
    assert not root.exists()
