"""Locking: nothing can be read and no key works until the password opens the window again where it stood."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.shell.lock_page import IdleWatch
from desktop.shell.main import Program
from desktop.shell.password_dialog import PasswordDialog
from tests.office_maker import add_household

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
CHEAP = Cost(1, 64, 1)
PASSWORD, NEW = "对的密码 8", "另一个长密码 9"
OWN = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)


def open_office(root: Path, login: str, password: str):  # type: ignore[no-untyped-def]
    return office.log_in(root, login, password, may_be_first=True)


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    running, _ = start.create_office(tmp_path / "o", OWN, "admin", PASSWORD, cost=CHEAP)
    add_household(running.db, running.actor, "张三石")
    running.db.close()
    made = Program(tmp_path / "o", open_office, start.create_office)
    made.start()
    logs_in(qtbot, made)
    yield made
    made.crash.uninstall()
    if made.opened is not None:
        made.opened.window.close()
    made._close_login()


def logs_in(qtbot: QtBot, program: Program, password: str = PASSWORD) -> None:
    assert program._login is not None
    program._login.password.setText(password)
    program._login.enter()
    qtbot.waitUntil(lambda: program.opened is not None)
    assert program.opened is not None
    is_active(qtbot, program.opened.window)


def is_active(qtbot: QtBot, window: QWidget) -> None:
    """Without that no shortcut is heard: offscreen, no window becomes active when a dialog goes."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)


def readable(program: Program) -> str:
    assert program.opened is not None
    shown = (w for top in QApplication.topLevelWidgets() for w in [top, *top.findChildren(QLabel)])
    return " ".join(w.text() for w in shown if isinstance(w, QLabel) and w.isVisible())


def test_a_locked_window_shows_nothing_and_obeys_no_key(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    window = program.opened.window
    window.go_to_place("register")
    before = window.screen_shown
    dialog = QDialog(window)
    dialog.open()
    program.lock()
    assert not dialog.isVisible()
    assert "户籍册" not in readable(program)
    page = program.locker.page  # type: ignore[union-attr]
    assert page is not None
    assert page.geometry() == window.rect()
    is_active(qtbot, window)
    for keys_ in ("1", "k"):
        QTest.keyClick(window, keys_, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(window, keys_, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.screen_shown is before
    assert not window.centralWidget().isVisible()
    qtbot.keyClicks(page.password, "wrong")
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(page.sentence.isVisible)
    assert not window.centralWidget().isVisible()
    page.password.setText(PASSWORD)
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(window.centralWidget().isVisible)
    assert window.screen_shown is before
    is_active(qtbot, window)
    QTest.keyClick(window, "1", Qt.KeyboardModifier.AltModifier)
    assert window.screen_shown is not before


class Stubborn(QDialog):
    """As a form whose deed is being done: it does not leave."""

    def reject(self) -> None:
        pass


def test_a_dialog_that_may_not_leave_waits_unseen(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    dialog = Stubborn(program.opened.window)
    dialog.open()
    program.lock()
    assert not dialog.isVisible()
    page = program.locker.page  # type: ignore[union-attr]
    assert page is not None
    page.password.setText(PASSWORD)
    page.enter()
    qtbot.waitUntil(dialog.isVisible)


def test_what_was_half_typed_stands_there_afterwards(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    window = program.opened.window
    window.search.setText("张三")
    window.search.setFocus()
    QTest.keyClick(window.search, "l", Qt.KeyboardModifier.ControlModifier)
    page = program.locker.page  # type: ignore[union-attr]
    assert page is not None
    page.password.setText(PASSWORD)
    page.enter()
    qtbot.waitUntil(lambda: program.locker.page is None)  # type: ignore[union-attr]
    assert window.search.text() == "张三"
    assert window.search.hasFocus()


def test_the_page_follows_the_window_and_a_popup_goes(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    window = program.opened.window
    menu = QMenu(window)
    menu.addAction("x")
    menu.popup(window.pos())
    program.lock()
    assert not menu.isVisible()
    window.resize(1200, 700)
    assert program.locker.page.geometry() == window.rect()  # type: ignore[union-attr]


def test_a_note_of_a_job_that_ends_meanwhile_stays_behind_the_page(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    window = program.opened.window
    window.say("张三石已移出本户")
    assert window.toast.isVisible()
    program.lock()
    assert not window.toast.isVisible()
    window.say("张三石已移出本户")
    page = program.locker.page  # type: ignore[union-attr]
    place = window.toast.geometry().center()
    qtbot.waitUntil(lambda: window.childAt(place) in [page, *page.findChildren(QWidget)])


def test_another_user_leaves_the_office_first(qtbot: QtBot, program: Program) -> None:
    program.lock()
    program.locker.page.forgot_button.click()  # type: ignore[union-attr]
    assert program.opened is None
    assert program._login is not None
    assert program._login.isVisible()
    logs_in(qtbot, program)


def test_logging_out_and_in_again(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    db = program.opened.desk.db
    keys.give_password(db.paths.keys, db.key, "aaa", "first in the file", cost=CHEAP)
    program.log_out()
    assert program.opened is None
    assert program._login is not None
    assert program._login.user.text() == "admin"  # who sat here last
    logs_in(qtbot, program)


def test_ten_idle_minutes_lock_and_a_key_counts_as_work(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    now, window = [0.0], program.opened.window
    watch = IdleWatch(lambda: 10, program.lock, window, lambda: now[0])
    now[0] = 599
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
    now[0] = 700
    watch.look()
    assert program.locker.page is None  # type: ignore[union-attr]
    now[0] = 1199
    watch.look()
    assert program.locker.page is not None  # type: ignore[union-attr]


def test_what_an_input_method_writes_counts_as_work(qtbot: QtBot, program: Program) -> None:
    from PySide6.QtGui import QGuiApplication

    assert program.opened is not None
    now, idle = [0.0], []
    watch = IdleWatch(lambda: 10, lambda: idle.append(1), program.opened.window, lambda: now[0])
    now[0] = 599
    QGuiApplication.inputMethod().cursorRectangleChanged.emit()
    now[0] = 700
    watch.look()
    assert not idle


def test_the_own_password_is_changed_and_only_the_new_one_opens(qtbot: QtBot, program: Program) -> None:
    assert program.opened is not None
    path = program.opened.desk.db.paths.keys
    dialog = PasswordDialog(path, "admin", program.opened.window, cost=CHEAP)
    dialog.open()
    for old, new, again, field in (
        ("", NEW, NEW, "old"),
        (PASSWORD, "short", "short", "password"),
        (PASSWORD, "admin", "admin", "password"),
        (PASSWORD, NEW, "other", "again"),
        (PASSWORD, PASSWORD, PASSWORD, "password"),
    ):
        dialog.form.set_values({"old": old, "password": new, "again": again})
        dialog.save()
        assert dialog.save_button.isEnabled(), field
    dialog.form.set_values({"old": "wrong one", "password": NEW, "again": NEW})
    dialog.save()
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert dialog.isVisible()
    dialog.form.set_values({"old": PASSWORD, "password": NEW, "again": NEW})
    with qtbot.waitSignal(dialog.accepted):
        dialog.save()
    assert keys.open_with_password(path, "admin", NEW) == program.opened.desk.db.key


def test_a_password_of_an_administrator_is_changed_before_anything_is_shown(
    qtbot: QtBot, program: Program
) -> None:
    assert program.opened is not None
    db = program.opened.desk.db
    keys.give_password(db.paths.keys, db.key, "admin", "first one", is_first=True, cost=CHEAP)
    program.log_out()
    assert program._login is not None
    login = program._login
    login.password.setText("first one")
    login.enter()
    qtbot.waitUntil(lambda: bool(login.findChildren(PasswordDialog)))
    assert program.opened is None
    (dialog,) = login.findChildren(PasswordDialog)
    dialog.form.set_values({"old": "first one", "password": NEW, "again": NEW})
    dialog.save()
    qtbot.waitUntil(lambda: program.opened is not None)
    assert not keys.is_first(Paths(program._root).keys, "admin")
