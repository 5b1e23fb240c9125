"""The page while the data is closed: what works on its files runs here, and from here it goes back to the login."""

from contextlib import AbstractContextManager
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.parts import GRID, button, card, column, label, row, scaled
from desktop.widgets.runner import Runner

_WIDTH = 760


class ClosedPage(QWidget):
    """`finished` when the clerk wants to go on at the login. Parts that the page itself has stand in `body`."""

    finished = Signal()
    crashed = Signal(object)

    def __init__(self, title: str, runner_class: type[Runner] = Runner) -> None:
        super().__init__()
        self.runner = runner_class(_no_unit, parent=self)
        self.runner.crashed.connect(self._on_crash)
        self.setWindowTitle(title)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.heading, self.sentence = label("", "heading"), label("", wrap=True)
        self.body = column(gap=2 * GRID)
        self.login_button = button("去登录", self.finished.emit)
        self.buttons = row(None, self.login_button)
        words = card(self.heading, self.sentence, self.body, GRID, self.buttons, gap=2 * GRID, edge=3 * GRID)
        words.setFixedWidth(scaled(_WIDTH))
        self.setLayout(column(None, row(None, words, None), None, None, edge=3 * GRID))
        self.resize(960, 640)

    def begin(self) -> None:
        """Start what there is to do; only with the data closed."""

    def say(self, heading: str, sentence: str) -> None:
        self.heading.setText(heading)
        self.sentence.setText(sentence)

    def offer_login(self, words: str = "去登录") -> None:
        self.login_button.setText(words)
        self.login_button.setEnabled(True)
        self.login_button.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.runner.close()
        super().closeEvent(event)

    def _on_crash(self, error: Exception) -> None:
        self.offer_login()
        self.crashed.emit(error)


def _no_unit() -> AbstractContextManager[Any]:
    raise RuntimeError("the data is closed")
