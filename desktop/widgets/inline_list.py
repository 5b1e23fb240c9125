"""A list that opens under a line edit without being a popup: there, Chinese cannot be typed on Windows."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

_MOST_SHOWN = 10


class InlineList(QListWidget):
    """A plain child of the owner's window, raised above its neighbours; the focus stays in the line edit."""

    chosen = Signal(object)

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._owner, self._things = owner, list[Any]()
        self._window: QWidget | None = None
        self.setProperty("role", "choices")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.itemClicked.connect(lambda _item: self.take())
        owner.destroyed.connect(self.deleteLater)
        self.hide()

    @property
    def current(self) -> Any:
        """The marked thing, or None."""
        row = self.currentRow()
        return self._things[row] if 0 <= row < len(self._things) else None

    def open(self, lines: Sequence[tuple[str, Any]]) -> None:
        """Show these lines with the first one marked; nothing to show closes the list."""
        self._things = [thing for _, thing in lines]
        self.clear()
        for text, _ in lines:
            self.addItem(QListWidgetItem(text))
        if not lines:
            self.hide()
            return
        self._attach(self._owner.window())
        self.setCurrentRow(0)
        self._place()
        self.show()
        self.raise_()

    def take(self) -> None:
        """The marked thing is chosen."""
        thing = self.current
        self.hide()
        if thing is not None:
            self.chosen.emit(thing)

    def key(self, event: QKeyEvent) -> bool:
        """Let the open list use a key of the line edit. True when it did."""
        if not self.isVisible():
            return False
        last = self.count() - 1
        if event.key() == Qt.Key.Key_Down:
            self.setCurrentRow(min(last, self.currentRow() + 1))
        elif event.key() == Qt.Key.Key_Up:
            self.setCurrentRow(max(0, self.currentRow() - 1))
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def _attach(self, window: QWidget) -> None:
        if self._window is not window:
            self.setParent(window)
            window.installEventFilter(self)
            self._window = window

    def _place(self) -> None:
        owner, window = self._owner, self._owner.window()
        height = min(self.count(), _MOST_SHOWN) * max(self.sizeHintForRow(0), 24) + 8
        at = owner.mapTo(window, QPoint(0, owner.height() + 2))
        # No room below: stand above the line edit.
        if at.y() + height > window.height():
            at = owner.mapTo(window, QPoint(0, -height - 2))
        width = max(owner.width(), 240)
        self.setGeometry(min(at.x(), max(0, window.width() - width)), max(at.y(), 0), width, height)

    def sizeHint(self) -> QSize:
        return QSize(240, 100)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.hide()
        return super().eventFilter(watched, event)
