"""A choice from a long list by its code, initials or Chinese, typed inline: the list under it never takes the focus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.core.problems import Problem
from desktop.widgets.fields import TextField

_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """`detail` is shown in grey beside the title, and helps to tell two of one name apart."""

    code: Any
    title: str
    detail: str = ""


Find = Callable[[str], Sequence[Choice]]


class CodeField(TextField):
    """`find("")` gives all choices (or the likeliest), `find(typed)` the best first; `value` is the code."""

    def __init__(self, find: Find, title_of: Callable[[Any], str], hint: str = "代码、首字母或汉字") -> None:
        super().__init__(hint)
        self._find, self._title_of = find, title_of
        self._chosen: Choice | None = None
        self.choices = _Choices(self)
        self.committed.connect(self._on_typed)
        self.left.connect(self._settle)
        self.choices.itemClicked.connect(lambda _item: self._take(self.choices.current))

    def value(self) -> Any:
        return "" if self._chosen is None else self._chosen.code

    def set_value(self, value: Any) -> None:
        is_empty = value is None or value == ""
        self._choose(None if is_empty else Choice(value, self._title_of(value)))

    def set_text(self, text: str) -> None:
        """From a draft: takes the choice of exactly that title, else keeps the words with their problem."""
        super().set_text(text)
        self._chosen = next((c for c in self._find(text) if c.title == text), None) if text else None
        self.choices.hide()

    def problem(self) -> Problem | None:
        if self._chosen is not None or not self.text().strip():
            return None
        return Problem("field.code", "", f"没有“{self.text().strip()}”这一项，请从列表中选")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_composing or not self._key_for_list(event):
            super().keyPressEvent(event)

    def _key_for_list(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Down and not self.choices.isVisible():
            self._show("" if self._chosen else self.text())
        elif not self.choices.isVisible():
            return False
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.choices.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.choices.hide()
        else:
            return False
        return True

    def settle(self) -> None:
        """Take the marked choice; the form calls it before Enter moves on."""
        if self.choices.isVisible():
            self._take(self.choices.current)

    def _on_typed(self, text: str) -> None:
        if self._chosen is not None and text == self._chosen.title:
            return
        self._chosen = None
        self._show(text)

    def _show(self, text: str) -> None:
        found = self._find(text.strip()) if text.strip() or not self.text() or self._chosen else []
        self.choices.show_under(self, found if self.hasFocus() else [])

    def _settle(self) -> None:
        if self._chosen is None and self.text().strip():
            found = self._find(self.text().strip())
            exact = [c for c in found if self.text().strip() in (c.title, str(c.code))]
            if len(found) == 1 or exact:
                self._choose((exact or list(found))[0])
        self.choices.hide()

    def _take(self, choice: Choice | None) -> None:
        if choice is not None:
            self._choose(choice)
        self.choices.hide()

    def _choose(self, choice: Choice | None) -> None:
        self._chosen = choice
        super().set_text(choice.title if choice else "")
        self.choices.hide()
        self.changed.emit()


class _Choices(QListWidget):
    """A plain child of the window: inside a popup window Chinese cannot be typed on Windows."""

    def __init__(self, field: CodeField) -> None:
        super().__init__()
        self._field, self._found = field, list[Choice]()
        self._window: QWidget | None = None
        self.setProperty("role", "choices")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        field.destroyed.connect(self.deleteLater)
        self.hide()

    @property
    def current(self) -> Choice | None:
        row = self.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def step(self, by: int) -> None:
        self.setCurrentRow(max(0, min(len(self._found) - 1, self.currentRow() + by)))

    def show_under(self, field: CodeField, found: Sequence[Choice]) -> None:
        self._found = list(found)
        self.clear()
        for choice in self._found:
            self.addItem(QListWidgetItem(f"{choice.title}　{choice.detail}".rstrip("　")))
        if not self._found:
            self.hide()
            return
        self.setCurrentRow(0)
        self._attach(field.window())
        self._place(field)
        self.show()
        self.raise_()

    def _attach(self, window: QWidget) -> None:
        if self._window is not window:
            self.setParent(window)
            window.installEventFilter(self)
            self._window = window

    def _place(self, field: CodeField) -> None:
        rows = min(len(self._found), _MOST_SHOWN)
        height = rows * max(self.sizeHintForRow(0), 24) + 8
        at = field.mapTo(field.window(), QPoint(0, field.height() + 2))
        # No room below: stand above the field.
        if at.y() + height > field.window().height():
            at = field.mapTo(field.window(), QPoint(0, -height - 2))
        self.setGeometry(at.x(), max(at.y(), 0), max(field.width(), 240), height)

    def sizeHint(self) -> QSize:
        return QSize(240, 100)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate):
            self.hide()
        return False
