"""CoveredField: a number in a form that is shown masked, and cannot be typed over, until somebody may look at it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent

from desktop.widgets.fields import TextField

Mask = Callable[[str], str]
_HINT = "号码已遮住；按“显示号码”（Ctrl+D）后可以查看和修改"


class CoveredField(TextField):
    """`value` and `text` are always the whole number: what was never looked at is saved and kept as it is.

    Only what is filled in is covered. What is typed here is the clerk's own and stays open until it is filled again.
    """

    wanted = Signal()  # somebody tries to type over what is covered

    def __init__(self, mask: Mask, hint: str = "", most: int = 40) -> None:
        # Before the line edit is made: it asks for its text.
        self._behind: str | None = None
        self._mask, self._is_covering = mask, False
        super().__init__(hint, most)

    @property
    def is_covered(self) -> bool:
        return self._behind is not None

    def cover(self, *, is_on: bool) -> None:
        """Cover what stands here and what will be filled in, or show it."""
        self._is_covering = is_on
        self._show(self.text())

    def masked(self, text: str) -> str:
        """How such a number is written beside the field."""
        return self._mask(text) if self._is_covering else text

    def text(self) -> str:
        return super().text() if self._behind is None else self._behind

    def set_text(self, text: str) -> None:
        self._show(text)
        self.committed.emit(text)

    def _show(self, text: str) -> None:
        self._behind = text if self._is_covering and text else None
        shown = text if self._behind is None else self._mask(text)
        # The stars are no text that anybody typed: nobody is told of them.
        was_blocked = self.blockSignals(True)
        self.setText(shown)
        self.blockSignals(was_blocked)
        self.setReadOnly(self.is_covered)
        self.setToolTip(_HINT if self.is_covered else "")
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_covered and event.text().isprintable() and event.text():
            self.wanted.emit()
        else:
            super().keyPressEvent(event)
