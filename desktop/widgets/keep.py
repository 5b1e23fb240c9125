"""Remembers window geometry and list columns by name, through core/remember."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject
from PySide6.QtWidgets import QSplitter, QWidget
from shiboken6 import isValid

from desktop.core.remember import Remember
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import timer

# Dragging a column sends a hundred changes; one write when the hand rests is enough.
_REST = 800


class Keep(QObject):
    """One for the whole program; hand it each window, list and splitter once."""

    def __init__(self, remember: Remember, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._remember = remember
        self._windows: dict[QObject, str] = {}
        self._changed: dict[str, tuple[QWidget, Callable[[], Any]]] = {}
        self._rest = timer(self, _REST, self.save, once=True)

    def geometry(self, window: QWidget, name: str) -> bool:
        """Restore that window's place now and remember it whenever it closes."""
        self._windows[window] = f"geometry.{name}"
        window.installEventFilter(self)
        kept = self._remember.get(f"geometry.{name}", "")
        return bool(kept) and window.restoreGeometry(QByteArray.fromBase64(str(kept).encode()))

    def columns(self, table: PagedTable, name: str = "") -> None:
        """Restore that list's columns and remember every later change."""
        name = f"columns.{name or table.objectName()}"
        kept = self._remember.get(name)
        if isinstance(kept, list):
            table.header.restore_layout(kept)
        table.header.layout_changed.connect(lambda: self._note(name, table, table.header.kept_layout))

    def splitter(self, splitter: QSplitter, name: str) -> None:
        name = f"splitter.{name}"
        kept = self._remember.get(name)
        if isinstance(kept, list) and len(kept) == splitter.count():
            splitter.setSizes([int(size) for size in kept])
        splitter.splitterMoved.connect(lambda *_: self._note(name, splitter, splitter.sizes))

    def recall(self, name: str, default: Any = None) -> Any:
        """A small thing a screen noted by itself: the last folder, the last speed. Never personal data."""
        return self._remember.get(name, default)

    def note(self, name: str, value: Any) -> None:
        self._remember.put(name, value)

    def save(self) -> None:
        """Write what changed since the last time."""
        self._rest.stop()
        for name, (part, read) in self._changed.items():
            if isValid(part):
                self._remember.put(name, read())
        self._changed.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close and watched in self._windows and isinstance(watched, QWidget):
            kept = watched.saveGeometry().toBase64().toStdString()
            self._remember.put(self._windows[watched], kept)
            self.save()
        return False

    def _note(self, name: str, part: QWidget, read: Callable[[], Any]) -> None:
        self._changed[name] = (part, read)
        self._rest.start()
