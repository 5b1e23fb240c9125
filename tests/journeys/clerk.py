"""A clerk at the real window: real database, real threads, and nothing but the keyboard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTableView,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core.clock import BEIJING
from desktop.core.crypto import Cost
from desktop.features.office import api as office
from desktop.shell.assemble import PLACES, Opened, open_window
from tests.journeys.hands import answering, compose, lines

NOON = datetime(2027, 3, 14, 12, 0, tzinfo=BEIJING)
PASSWORD = "对的密码 8"
_PLACES = {place.title: number for number, place in enumerate(PLACES, 1)}
_LONG = 20_000  # milliseconds: other helpers may have both cores
_MOST_TABS = 200


class Going:
    """A clock that goes on from noon: what is written later must sort later."""

    def __init__(self) -> None:
        self._began = monotonic()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=monotonic() - self._began)


class Clerk:
    """`window` is there to be looked at; everything that is done is done by keys."""

    def __init__(self, bot: QtBot, opened: Opened) -> None:
        self.bot, self.opened, self.window = bot, opened, opened.window
        self.crashes: list[BaseException] = []
        opened.desk.runner.crashed.connect(self.crashes.append)
        self.window.show()
        self.sits_down()

    def sits_down(self) -> "Clerk":
        """At this window, when there are two."""
        self.window.activateWindow()
        self.waits_for(lambda: QApplication.activeWindow() is self.window)
        return self.settles()

    # ---- going

    def opens(self, title: str) -> "Clerk":
        """A place of the menu by Alt and its digit."""
        self.presses(f"Alt+{_PLACES[title]}").waits_for(lambda: self.title == title)
        return self.settles()

    def turns_to(self, tab: str) -> "Clerk":
        """A tab of the page, by the arrows in its bar."""
        (tabs,) = (t for t in self._shown(QTabWidget) if any(w.startswith(tab) for w in _titles(t)))
        self._tabs_until(lambda focus: focus is tabs.tabBar())
        for _ in range(tabs.count()):
            if tabs.tabText(tabs.currentIndex()).startswith(tab):
                return self.settles()
            self.presses("Right")
            if tabs.currentIndex() == tabs.count() - 1 and not _titles(tabs)[-1].startswith(tab):
                self.presses("Home")
        raise AssertionError(f"no tab {tab}: {_titles(tabs)}")

    def agrees(self, title: str) -> "Clerk":
        """Enter in the small window of that title."""
        self.waits_for(lambda: [d for d in self._shown(QDialog) if d.windowTitle() == title])
        (dialog,) = (d for d in self._shown(QDialog) if d.windowTitle() == title)
        dialog.activateWindow()  # as a desktop does with a new window
        self.waits_for(lambda: dialog.isAncestorOf(self.focus))
        return self.presses("Return").settles()

    def goes_to(self, name: str) -> "Clerk":
        """A field by its label, a button by its words: with Tab, as anybody can."""
        self._tabs_until(lambda focus: _is_called(focus, name))
        return self

    def _tabs_until(self, is_there: Callable[[QWidget], bool]) -> None:
        passed = []
        for _ in range(_MOST_TABS):
            focus = QApplication.focusWidget()
            if focus is not None and is_there(focus):
                return
            passed.append(_name(focus) if focus else "nothing")
            self.presses("Tab")
        raise AssertionError(f"Tab never came there, only to {list(dict.fromkeys(passed))}")

    # ---- typing

    def presses(self, *combinations: str) -> "Clerk":
        for combination in combinations:
            keys = QKeySequence(combination)[0]
            self.bot.keyClick(self.focus, keys.key(), keys.keyboardModifiers())
        return self

    def writes(self, text: str) -> "Clerk":
        """Latin letters and digits by keys, Chinese by the input method."""
        if text.isascii():
            self.bot.keyClicks(self.focus, text)
            return self
        compose(self.focus, text)
        return self

    def types(self, fields: dict[str, str]) -> "Clerk":
        """Into the fields of these labels, instead of what stood there; Enter takes a choice from a list."""
        for name, text in fields.items():
            self.goes_to(name).presses("Ctrl+A", "Delete").writes(text)
            if isinstance(self.focus, QLineEdit):
                self.presses("Return")
        return self

    def finds(self, text: str) -> "Clerk":
        """Filter the list, and stand in it."""
        self.presses("Ctrl+F").writes(text).presses("Return")
        self.waits_for(lambda: isinstance(self.focus, QTableView))
        return self.settles()

    def saves(self) -> "Clerk":
        return self.presses("Ctrl+Return").settles()

    def pushes(self, words: str) -> "Clerk":
        """The button of those words: Tab to it, then the space bar."""
        return self.goes_to(words).presses("Space").settles()

    def names_file(self, keys: str, path: Path) -> "Clerk":
        """A key that opens a dialog for a file or folder; its name is typed."""
        with answering(QFileDialog, lambda dialog: self._names(dialog, path)):
            self.presses(keys)
        return self.settles()

    def drops(self, path: Path) -> "Clerk":
        """A file dragged onto the page: the one thing done with the mouse."""
        given, shown = QMimeData(), self.window.screen_shown
        given.setUrls([QUrl.fromLocalFile(str(path))])
        how = (Qt.DropAction.CopyAction, given, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        assert shown is not None
        comes = QDragEnterEvent(QPoint(200, 200), *how)
        QApplication.sendEvent(shown, comes)
        assert comes.isAccepted()
        QApplication.sendEvent(shown, QDropEvent(QPointF(200, 200), *how))
        return self

    def _names(self, dialog: QFileDialog, path: Path) -> None:
        (line,) = (e for e in dialog.findChildren(QLineEdit) if e.objectName() == "fileNameEdit")
        self.bot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        compose(line, str(path))
        popup = QApplication.activePopupWidget()
        if popup is not None:  # Qt's guesses at the name
            self.bot.keyClick(popup, Qt.Key.Key_Escape)
        self.bot.keyClick(line, Qt.Key.Key_Return)

    # ---- looking

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    @property
    def title(self) -> str:
        shown = self.window.screen_shown
        return shown.title.text() if shown else ""

    def waits_for(self, happens: Callable[[], Any]) -> "Clerk":
        self.bot.waitUntil(lambda: bool(happens()), timeout=_LONG)
        return self

    def settles(self) -> "Clerk":
        """Until nothing is being read, written or built and no waiting dialog stands there."""
        self.bot.wait(1)
        self.waits_for(lambda: not self.opened.desk.runner.is_busy and not self._dialogs())
        self.waits_for(lambda: getattr(self.window.screen_shown, "is_ready", True))
        if QApplication.activeWindow() is None:
            # What a desktop does when a dialog is gone; Qt's offscreen platform does not.
            self.window.activateWindow()
        self.bot.wait(1)
        assert not self.crashes, self.crashes
        return self

    def _dialogs(self) -> list[QWidget]:
        """Waiting dialogs; a message is for the clerk to answer."""
        return [d for d in self._shown(QDialog) if not isinstance(d, QMessageBox)]

    def sees(self, words: str) -> "Clerk":
        """Those words stand on the screen, at once or soon."""
        try:
            self.waits_for(lambda: words in self.reads())
        except self.bot.TimeoutError:
            raise AssertionError(f"nowhere “{words}” in:\n{self.reads()}") from None
        return self

    def reads(self) -> str:
        """All that can be read in the window now."""
        parts: list[str] = []
        parts += [w.text() for kind in (QLabel, QAbstractButton, QLineEdit) for w in self._shown(kind)]
        parts += [w.toPlainText() for w in self._shown(QPlainTextEdit)]
        parts += [w.currentText() for w in self._shown(QComboBox)]
        parts += ["　".join(row) for view in self._shown(QTableView) for row in lines(view)]
        return "\n".join(part for part in parts if part)

    @property
    def rows(self) -> list[list[str]]:
        """The list that the clerk stands in."""
        assert isinstance(self.focus, QTableView), _name(self.focus)
        return lines(self.focus)

    def row_of(self, words: str) -> "Clerk":
        """Stand on the first row with those words, by the arrows."""
        view = self.focus
        assert isinstance(view, QTableView), _name(view)
        self.presses("Ctrl+Home")
        for row in lines(view):
            if words in "　".join(row):
                return self
            self.presses("Down")
        raise AssertionError(f"no row “{words}” in {lines(view)}")

    def _shown(self, kind: type[Any]) -> list[Any]:
        return [w for w in self.window.findChildren(kind) if w.isVisible()]

    # ---- leaving

    def leaves(self) -> None:
        """Close the window and let go of the office."""
        self.window.close()
        self.opened.close()
        self.window.deleteLater()
        self.bot.wait(1)


@contextmanager
def clerk_at(bot: QtBot, root: Path, own: office.Office) -> Iterator[Clerk]:
    """A clerk at a new office, its folder held as the program holds it."""
    running, _ = start.create_office(root, own, "admin", PASSWORD, clock=Going(), cost=Cost(1, 64, 1))
    with start.held(root):
        clerk = Clerk(bot, open_window(running.db, running.actor))
        try:
            yield clerk
        finally:
            clerk.leaves()
    assert not clerk.crashes, clerk.crashes


def _is_called(focus: QWidget, name: str) -> bool:
    return _name(focus).startswith(name) and focus.isEnabled()


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QAbstractButton) else widget.accessibleName()
    return words or type(widget).__name__


def _titles(tabs: QTabWidget) -> list[str]:
    return [tabs.tabText(i) for i in range(tabs.count())]
