"""The waiting dialog comes late, stays a while, and Esc only asks."""

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from time import monotonic, sleep
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.jobs import Tell
from desktop.widgets.progress import Waiting, describe, duration, watch
from desktop.widgets.runner import Runner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner(lambda: nullcontext(SimpleNamespace(changes=Changes())))  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def dialogs(page: QWidget) -> list[Waiting]:
    return [d for d in page.findChildren(Waiting) if d.isVisible()]


def test_quick_work_shows_no_dialog(qtbot: QtBot, runner: Runner, page: QWidget) -> None:
    over: list[bool] = []
    waiting = watch(runner.job(page, lambda tell: None, done=over.append), page, "正在读取")
    assert waiting is not None
    qtbot.waitUntil(lambda: bool(over))
    qtbot.wait(600)
    assert dialogs(page) == []


def test_esc_asks_and_the_dialog_leaves_when_the_work_has_stopped(
    qtbot: QtBot, runner: Runner, page: QWidget
) -> None:
    go_on, stopped = threading.Event(), []

    def work(tell: Tell) -> None:
        tell(3, 10, "正在排版")
        go_on.wait(5)
        tell(4, 10)

    watch(runner.job(page, work, stopped=lambda: stopped.append(1)), page, "正在打印")
    qtbot.waitUntil(lambda: bool(dialogs(page)), timeout=3000)
    dialog, shown_at = dialogs(page)[0], monotonic()
    qtbot.waitUntil(lambda: "3 / 10" in dialog.count.text())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.stop_button.isEnabled()
    assert stopped == []
    go_on.set()
    qtbot.waitUntil(lambda: bool(stopped))
    qtbot.waitUntil(lambda: not dialogs(page), timeout=3000)
    assert monotonic() - shown_at >= 0.45


def test_work_that_cannot_stop_offers_no_stop(qtbot: QtBot, runner: Runner, page: QWidget) -> None:
    over: list[object] = []
    waiting = watch(runner.act(page, lambda unit: sleep(0.7), done=over.append), page, "正在写入")
    qtbot.waitUntil(lambda: bool(dialogs(page)), timeout=3000)
    assert waiting is not None
    assert not waiting.stop_button.isVisible()
    qtbot.waitUntil(lambda: not dialogs(page), timeout=3000)
    assert over == [None]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 秒"), (59, "59 秒"), (60, "1 分"), (100, "1 分 40 秒"), (3700, "1 小时 1 分")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_guess_comes_only_when_it_is_worth_something() -> None:
    assert describe(318, 759, 1) == "318 / 759"
    assert describe(253, 759, 50) == "253 / 759 · 约还需 1 分 40 秒"
    assert describe(0, 0, 9) == ""
