"""The line edit under all typed fields: it knows while a Chinese word is being composed."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class LineEdit(QLineEdit):
    """`committed` carries text that really stands there; what is still being composed is nobody's business."""

    committed = Signal(str)
    left = Signal()

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_composing = False
        self.setPlaceholderText(hint)
        self.textChanged.connect(self._on_text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        was_composing, self.is_composing = self.is_composing, bool(event.preeditString())
        super().inputMethodEvent(event)
        # The commit may have changed the text while this was still marked as composing.
        if was_composing and not self.is_composing and not event.commitString():
            self.committed.emit(self.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.is_composing = False
        super().focusOutEvent(event)
        self.left.emit()

    def _on_text(self, text: str) -> None:
        if not self.is_composing:
            self.committed.emit(text)
