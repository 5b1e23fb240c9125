"""A new PC gets its office back from a stick: the recovery code opens the copy, a new password is set, then the login."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.db import second_place
from desktop.core.errors import Trouble
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.shell import main
from desktop.shell.first_restore import FirstRestore, check, found_in
from desktop.shell.first_run import FirstRun
from desktop.shell.main import Program
from desktop.widgets.runner import AtOnce
from tests.office_maker import add_household

CHEAP = Cost(1, 64, 1)
OWN = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
OLD, NEW = "old horse 123", "new horse 456"


@pytest.fixture
def stick(tmp_path: Path) -> tuple[Path, str]:
    """What is left of an office whose PC died: the second place of its backups, and the code from the safe."""
    running, code = start.create_office(tmp_path / "old", OWN, "admin", OLD, cost=CHEAP)
    db = running.db
    add_household(db, running.actor, "张秀兰")
    (tmp_path / "stick").mkdir()
    db.backup("manual")
    second_place.choose(db.paths, tmp_path / "stick")
    assert second_place.copy_latest(db.paths, db.node.node_id, db.clock.now()) is not None
    db.close()
    shutil.rmtree(tmp_path / "old")
    return tmp_path / "stick", code


@pytest.fixture
def dialog(tmp_path: Path, qtbot: QtBot) -> FirstRestore:
    made = FirstRestore(tmp_path / "new", None, AtOnce, CHEAP)
    qtbot.addWidget(made)
    made.show()
    return made


def fill(dialog: FirstRestore, code: str, login: str = "admin", password: str = NEW) -> None:
    dialog.form.set_values({"code": code, "login": login, "password": password, "again": password})


def test_the_office_comes_back_with_a_new_password(
    dialog: FirstRestore, stick: tuple[Path, str], tmp_path: Path
) -> None:
    folder, code = stick
    dialog.take_folder(folder)
    fill(dialog, code.lower())
    dialog.restore()
    assert dialog.pages.currentIndex() == 1, dialog.sentence.text()
    assert "逐项核对过" in dialog.done_text.text()
    dialog.login_button.click()
    db, actor = office.log_in(tmp_path / "new", "admin", NEW)
    with db.reader(actor) as reader:
        assert len(register.household_ids(reader)) == 1
    with db.engine.connect() as connection:
        noted = connection.exec_driver_sql("SELECT login FROM audit WHERE event = 'restore'").scalars().all()
    assert noted == ["admin"]
    db.close()
    with pytest.raises(Trouble):
        office.log_in(tmp_path / "new", "admin", OLD)


def test_a_wrong_code_leaves_nothing_and_may_be_typed_again(
    dialog: FirstRestore, stick: tuple[Path, str], tmp_path: Path
) -> None:
    folder, code = stick
    dialog.take_folder(folder)
    fill(dialog, keys.crypto.new_recovery_code())
    dialog.restore()
    assert "恢复码不对" in dialog.sentence.text()
    assert not (tmp_path / "new" / "keys.json").exists()
    assert not (tmp_path / "new" / "office.db").exists()
    fill(dialog, code)
    dialog.restore()
    assert dialog.pages.currentIndex() == 1


def test_a_user_whom_the_data_does_not_know_is_led_to_the_code(
    dialog: FirstRestore, stick: tuple[Path, str], tmp_path: Path
) -> None:
    folder, code = stick
    dialog.take_folder(folder)
    fill(dialog, code, login="nobody")
    dialog.restore()
    assert "忘记密码" in dialog.done_text.text()
    assert keys.logins(tmp_path / "new" / "keys.json") == []
    office.reset_by_code(tmp_path / "new", code, "admin", NEW, CHEAP)
    office.log_in(tmp_path / "new", "admin", NEW)[0].close()


def test_a_copy_without_its_neighbour_says_what_is_missing(
    dialog: FirstRestore, stick: tuple[Path, str], tmp_path: Path
) -> None:
    folder, code = stick
    (copy,) = found_in(folder)
    alone = tmp_path / "alone" / copy.path.name
    alone.parent.mkdir()
    shutil.copyfile(copy.path, alone)
    dialog.take_file(alone)
    fill(dialog, code)
    dialog.restore()
    assert "整个文件夹" in dialog.sentence.text()
    assert not (tmp_path / "new" / "keys.json").exists()


def test_an_empty_stick_and_a_strange_file_are_said(dialog: FirstRestore, tmp_path: Path) -> None:
    dialog.take_folder(tmp_path)
    assert "没有本程序做的备份" in dialog.sentence.text()
    dialog.take_file(tmp_path / "strange.db")
    assert "不是本程序做的备份" in dialog.sentence.text()
    dialog.restore()
    assert "请先选一份备份" in dialog.sentence.text()


def test_what_is_missing_is_said_under_its_field() -> None:
    said = {p.field for p in check({"code": "", "login": "", "password": "short", "again": "other"})}
    assert said == {"code", "login", "password", "again"}


def test_from_the_first_start_the_way_leads_to_the_login(
    qtbot: QtBot, stick: tuple[Path, str], tmp_path: Path
) -> None:
    """The window of the first start is modal: what is done in it is done by a timer."""
    folder, code = stick
    program = Program(tmp_path / "new", office.log_in, start.create_office)

    def restores() -> None:
        first = QApplication.activeModalWidget()
        assert isinstance(first, FirstRun)
        first.restore_button.click()
        (dialog,) = first.findChildren(FirstRestore)
        dialog._cost = CHEAP
        dialog.take_folder(folder)
        fill(dialog, code)
        dialog.restore()
        qtbot.waitUntil(lambda: dialog.pages.currentIndex() == 1, timeout=30_000)
        dialog.login_button.click()

    QTimer.singleShot(200, restores)
    assert program.start()
    login = program._login
    assert login is not None
    assert login.user.text() == "admin"
    login.password.setText(NEW)
    login.enter()
    qtbot.waitUntil(lambda: program.opened is not None, timeout=30_000)
    assert program.opened is not None
    program.opened.window.close()
    program.crash.uninstall()


def test_a_second_program_is_refused_from_the_first_start_on(qtbot: QtBot, tmp_path: Path) -> None:
    root, refused = tmp_path / "new", list[str]()

    def makes() -> None:
        first = QApplication.activeModalWidget()
        assert isinstance(first, FirstRun)
        first.form.set_values({"place": OWN.key, "password": NEW, "again": NEW})
        first.form.save_wanted.emit()
        first.accept()
        QTimer.singleShot(500, tries_a_second)

    def tries_a_second() -> None:
        with pytest.raises(Trouble) as caught, start.held(root):
            pass
        refused.append(caught.value.code)
        for window in QApplication.topLevelWidgets():
            window.close()  # the last one ends the program

    def make(folder: Path, own: office.Office, login: str, password: str) -> object:
        return start.create_office(folder, own, login, password, cost=CHEAP)

    QTimer.singleShot(200, makes)
    assert main.run(root, office.log_in, make, start.held) == 0
    assert refused == ["lock.taken"]
    with start.held(root):
        pass
