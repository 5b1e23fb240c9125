"""The fields of forms. All are wheel-safe: turning the wheel scrolls the page and never changes a value."""

import unicodedata
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QWidget

from desktop.core.problems import Problem
from desktop.widgets.line_edit import LineEdit


@runtime_checkable
class Field(Protocol):
    """What a form asks of a field. `text` is what a draft keeps, `value` what an action gets."""

    changed: Any

    def value(self) -> Any: ...

    def set_value(self, value: Any) -> None: ...

    def text(self) -> str: ...

    def set_text(self, text: str, /) -> None: ...

    def problem(self) -> Problem | None:
        """What is wrong with the typing itself (no date at all, no such code)."""


class Calm:
    """A field whose typing cannot be wrong by itself."""

    def problem(self) -> Problem | None:
        return None


class TextField(Calm, LineEdit):
    """One line of text; blanks at its ends do not count."""

    changed = Signal()

    def __init__(self, hint: str = "", most: int = 200) -> None:
        super().__init__(hint)
        self.setMaxLength(most)
        self.committed.connect(lambda _text: self.changed.emit())

    def value(self) -> Any:
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        self.set_text("" if value is None else str(value))

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.setCursorPosition(0)


class NotesField(Calm, QPlainTextEdit):
    """Several lines. Enter makes a new line, Tab goes on, Ctrl+Enter saves as everywhere."""

    changed = Signal()

    def __init__(self, hint: str = "", lines: int = 3) -> None:
        super().__init__()
        self._lines = lines
        self.is_composing = False
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._on_text)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.fontMetrics().lineSpacing() * self._lines + 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def value(self) -> Any:
        return self.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        self.set_text("" if value is None else str(value))

    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        self.setPlainText(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def _on_text(self) -> None:
        if not self.is_composing:
            self.changed.emit()


class ComboField(Calm, QComboBox):
    """A short list to choose from, as (value, words). Long lists are CodeFields."""

    changed = Signal()

    def __init__(self, choices: Sequence[tuple[Any, str]], empty: str | None = None) -> None:
        super().__init__()
        if empty is not None:
            self.addItem(empty, "")
        for value, words in choices:
            self.addItem(words, value)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def value(self) -> Any:
        return self.currentData()

    def set_value(self, value: Any) -> None:
        self.setCurrentIndex(max(0, self.findData("" if value is None else value)))

    def text(self) -> str:
        return self.currentText()

    def set_text(self, text: str) -> None:
        self.setCurrentIndex(max(0, self.findText(text)))


class NumberField(TextField):
    """A whole number; empty stands for not known, which is not nought."""

    def __init__(self, least: int = 0, most: int = 999_999, hint: str = "") -> None:
        super().__init__(hint, 12)
        self._least, self._most = least, most

    def value(self) -> Any:
        plain = unicodedata.normalize("NFKC", super().value())
        return int(plain) if plain.isdecimal() and plain.isascii() else None

    def problem(self) -> Problem | None:
        number = self.value()
        if not super().value() or (number is not None and self._least <= number <= self._most):
            return None
        return Problem("field.number", "", f"请填 {self._least} 到 {self._most:,} 之间的整数")


class CheckField(Calm, QCheckBox):
    """Yes or no."""

    changed = Signal()

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.toggled.connect(lambda _on: self.changed.emit())

    def value(self) -> Any:
        return self.isChecked()

    def set_value(self, value: Any) -> None:
        self.setChecked(bool(value))

    def set_text(self, text: str) -> None:
        self.setChecked(text == "1")

    def text(self) -> str:
        return "1" if self.isChecked() else ""


def typing_in(widget: QWidget | None) -> bool:
    """Whether a word is being composed in that widget, so that Enter belongs to the input method."""
    return bool(getattr(widget, "is_composing", False))
