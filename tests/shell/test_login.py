"""Login: the wrong password is a sentence, the right one opens, the caps lock is noticed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.core.errors import Trouble
from desktop.shell.login import Login


def open_office(user: str, password: str) -> str:
    if password == "bug":
        raise KeyError(password)
    if password != "right":
        raise Trouble("密码不对", "请再输入一次", code="login.wrong")
    return f"office of {user}"


@pytest.fixture
def login(qtbot: QtBot) -> Iterator[Login]:
    made = Login("里则街道", open_office, ["admin"])
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.close_runner()


def test_the_right_password_opens(qtbot: QtBot, login: Login) -> None:
    assert login.password.hasFocus()
    qtbot.keyClicks(login.password, "right")
    with qtbot.waitSignal(login.entered) as entered:
        qtbot.keyClick(login.password, Qt.Key.Key_Return)
    assert entered.args == ["office of admin"]
    assert login.password.text() == ""


def test_the_wrong_password_is_a_sentence_and_the_next_try_is_ready(qtbot: QtBot, login: Login) -> None:
    qtbot.keyClicks(login.password, "wrong")
    login.enter()
    qtbot.waitUntil(login.sentence.isVisible)
    assert login.sentence.text() == "密码不对。请再输入一次。"
    assert login.password.hasFocus()
    assert login.password.selectedText()
    assert login.enter_button.isEnabled()
    qtbot.keyClicks(login.password, "r")
    assert not login.sentence.isVisible()


def test_no_password_is_not_tried(qtbot: QtBot, login: Login) -> None:
    with qtbot.assertNotEmitted(login.entered, wait=50):
        login.enter()
    assert login.sentence.isVisible()


def test_a_bug_frees_the_button_and_goes_to_the_crash_page(qtbot: QtBot, login: Login) -> None:
    qtbot.keyClicks(login.password, "bug")
    with qtbot.waitSignal(login.crashed):
        login.enter()
    assert login.enter_button.isEnabled()


def test_the_caps_lock_is_noticed_by_what_the_keys_give(qtbot: QtBot, login: Login) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(login.password, "A")
    assert login.caps.isVisible()
    qtbot.keyClick(login.password, "a")
    assert not login.caps.isVisible()
    qtbot.keyClick(login.password, "A", shift)
    assert not login.caps.isVisible()


def test_enter_in_the_user_field_goes_to_the_password(qtbot: QtBot, login: Login) -> None:
    login.user.setFocus()
    qtbot.keyClick(login.user, Qt.Key.Key_Return)
    assert login.password.hasFocus()
