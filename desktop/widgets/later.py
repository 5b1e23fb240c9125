"""Later: a part of a page that is made when it is first seen, or in a quiet moment before that (shell/ahead.py)."""

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.parts import column


class Later(QWidget):
    """Keeps the place of what `make` makes. A page of six such parts would otherwise stop the window when it opens."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make, self._box = make, column()
        self._part: QWidget | None = None
        self.setLayout(self._box)

    @property
    def made(self) -> QWidget | None:
        """What stands here, if it was made."""
        return self._part

    @property
    def is_made(self) -> bool:
        return self._part is not None

    def part(self) -> QWidget:
        """What stands here; made now if it was not."""
        if self._part is None:
            self._part = made = self._make()
            self._box.addWidget(made)
            self.setFocusProxy(made)
            made.ensurePolished()
            made.show()
        return self._part

    def showEvent(self, event: QShowEvent) -> None:
        self.part()
        super().showEvent(event)
