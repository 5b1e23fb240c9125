"""A form dialog on a real runner: while its deed is being done nobody leaves it, and so the answer is always heard."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.errors import Refused
from desktop.core.jobs import Tell
from desktop.core.problems import Problem
from desktop.widgets.fields import TextField
from desktop.widgets.form_dialog import FormDialog
from desktop.widgets.runner import Runner


class Unit:
    changes = Changes(frozenset(), b"1")


@contextmanager
def open_unit() -> Iterator[Any]:
    yield Unit()


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(open_unit, open_unit)
    yield made
    made.close()


class Deed(FormDialog):
    """Waits until it may end; refuses the reason 否."""

    def __init__(self, runner: Runner, over: QWidget) -> None:
        super().__init__("办理", "要办的事", "办", over)
        self._runner, self.may_end, self.heard = runner, threading.Event(), []  # type: ignore[var-annotated]
        self.form.add("reason", "事由", TextField())

    def accept(self) -> None:
        if self.deed.isEnabled():
            self.work(self._runner.job, self._do, self._finish, self.form.values()["reason"])

    def _do(self, reason: str, _tell: Tell) -> str:
        self.may_end.wait(10)
        if reason == "否":
            raise Refused([Problem("no", "reason", "不行")])
        return reason

    def _finish(self, said: str) -> None:
        self.heard.append(said)
        super().accept()


@pytest.fixture
def dialog(qtbot: QtBot, runner: Runner) -> Iterator[Deed]:
    over = QWidget()
    qtbot.addWidget(over)
    over.show()
    made = Deed(runner, over)
    made.open()
    qtbot.waitExposed(made)
    yield made
    made.may_end.set()
    over.hide()


def leave(qtbot: QtBot, dialog: Deed) -> None:
    """Every way there is."""
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog._cancel.click()
    dialog.close()


def test_before_its_deed_it_may_be_left(qtbot: QtBot, dialog: Deed) -> None:
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_during_its_deed_it_stays_and_hears_the_answer(qtbot: QtBot, dialog: Deed) -> None:
    heard = dialog.heard
    dialog.accept()
    leave(qtbot, dialog)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        dialog.may_end.set()
    assert heard == [""]


def test_after_a_refusal_it_may_be_left(qtbot: QtBot, dialog: Deed) -> None:
    dialog.form.set_values({"reason": "否"})
    dialog.accept()
    dialog.may_end.set()
    qtbot.waitUntil(dialog.deed.isEnabled)
    with qtbot.waitSignal(dialog.rejected):
        leave(qtbot, dialog)


def test_one_that_changes_nothing_may_be_left_at_any_time(qtbot: QtBot, dialog: Deed) -> None:
    dialog.may_leave = True
    dialog.accept()
    with qtbot.waitSignal(dialog.rejected):
        dialog._cancel.click()
    dialog.may_end.set()
