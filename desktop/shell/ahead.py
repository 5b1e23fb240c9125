"""Builds pages and parts that nobody has opened yet while nobody types, so that going there later takes no time."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.widgets.later import Later
from desktop.widgets.parts import timer

# A page may take nearly a tenth of a second to build: only after the hands have rested.
REST = 400
_INPUT = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)


class Ahead(QObject):
    """After each rest calls `build` with one of `names`, later makes one part of a page that was left for later.

    It belongs to the window and ends by itself.
    """

    def __init__(self, window: QWidget, names: Iterable[str], build: Callable[[str], object]) -> None:
        super().__init__(window)
        self._window, self._waiting, self._build = window, list(names), build
        # Not the application's events: a filter in Python over all of them would slow down everything.
        self._input = window.windowHandle()
        if self._input is not None:
            self._input.installEventFilter(self)
        self._rest = timer(self, REST, self._go_on)
        self._rest.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._rest.start()
        return False

    def _go_on(self) -> None:
        if self._waiting:
            self._build(self._waiting.pop(0))
            return
        left = next((part for part in self._window.findChildren(Later) if not part.is_made), None)
        if left is not None:
            left.part()
            return
        if self._input is not None:
            self._input.removeEventFilter(self)
        self.deleteLater()
