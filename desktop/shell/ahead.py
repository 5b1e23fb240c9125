"""Builds the pages that nobody has opened yet while nobody types, so that going there later never keeps one waiting."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.widgets.parts import timer

# A page takes up to a tenth of a second to build: only after the hands have rested that long.
REST = 400
_INPUT = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)


class Ahead(QObject):
    """Calls `build` with one of `names` after each rest. It belongs to the window and ends by itself."""

    def __init__(self, window: QWidget, names: Iterable[str], build: Callable[[str], object]) -> None:
        super().__init__(window)
        self._waiting, self._build = list(names), build
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
        if self._input is not None:
            self._input.removeEventFilter(self)
        self.deleteLater()
