"""The crash page: a code, nothing personal, one page at a time, whatever thread the bug was on."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.core import log
from desktop.shell.crash import CrashPage, CrashWatch


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    log.start(tmp_path / "logs")
    yield tmp_path / "logs"
    log.stop()


@pytest.fixture
def watch(qtbot: QtBot, logs: Path) -> Iterator[CrashWatch]:
    made = CrashWatch(logs)
    made.install()
    yield made
    made.uninstall()
    if made.page is not None:
        made.page.accept()


def bug() -> ValueError:
    try:
        raise ValueError("张秀兰 11010519491231002X")
    except ValueError as error:
        return error


def test_the_page_shows_the_code_of_the_log_and_nothing_personal(qtbot: QtBot, logs: Path) -> None:
    page = CrashPage(bug(), logs)
    qtbot.addWidget(page)
    assert page.code in page.details
    assert page.code in (logs / "desktop.log").read_text(encoding="utf-8")
    assert "ValueError" in page.details
    assert "秀兰" not in page.details
    assert "110105" not in page.details
    page.copy_button.click()
    assert QGuiApplication.clipboard().text() == page.details


def test_a_bug_on_another_thread_shows_the_page_on_this_one(qtbot: QtBot, watch: CrashWatch) -> None:
    def fail() -> None:
        raise ValueError

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: watch.page is not None)
    assert watch.page is not None
    assert watch.page.isVisible()


def test_a_second_bug_opens_no_second_page_but_is_logged(qtbot: QtBot, watch: CrashWatch, logs: Path) -> None:
    sys.excepthook(ValueError, bug(), None)
    qtbot.waitUntil(lambda: watch.page is not None)
    first = watch.page
    sys.excepthook(ValueError, bug(), None)
    qtbot.wait(20)
    assert watch.page is first
    assert (logs / "desktop.log").read_text(encoding="utf-8").count("bug ") == 2
    assert first is not None
    first.go_on_button.click()
    assert watch.page is None
