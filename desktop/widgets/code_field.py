"""A choice from a long list by its code, initials or Chinese, typed inline: the list under it never takes the focus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from shiboken6 import isValid

from desktop.core.problems import Problem
from desktop.widgets.fields import TextField
from desktop.widgets.inline_list import InlineList


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
        self.choices = InlineList(self)
        self.committed.connect(self._on_typed)
        self.left.connect(self._settle)
        self.choices.chosen.connect(self._choose)

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
        # While the list is open the clerk is still choosing: an unfinished word is no mistake.
        if self._chosen is not None or not self.text().strip() or self.choices.isVisible():
            return None
        return Problem("field.code", "", f"没有“{self.text().strip()}”这一项，请从列表中选")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_composing or not self._key_for_list(event):
            super().keyPressEvent(event)

    def _key_for_list(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Down and not self.choices.isVisible():
            self._show("" if self._chosen else self.text())
            return True
        return self.choices.key(event)

    def settle(self) -> None:
        """Take the marked choice; the form calls it before Enter moves on."""
        if self.choices.isVisible():
            self.choices.take()

    def _on_typed(self, text: str) -> None:
        if self._chosen is not None and text == self._chosen.title:
            return
        self._chosen = None
        if text.strip():
            self._show(text)
        else:
            self.choices.hide()

    def _show(self, text: str) -> None:
        """Open the list; only under the clerk's hands, not while a form is being filled."""
        found = self._find(text.strip()) if self.hasFocus() else []
        self.choices.open([(f"{c.title}　{c.detail}".rstrip("　"), c) for c in found])

    def _settle(self) -> None:
        if not isValid(self.choices):
            return  # the window is being torn down around the focus
        if self._chosen is None and self.text().strip():
            found = self._find(self.text().strip())
            exact = [c for c in found if self.text().strip() in (c.title, str(c.code))]
            if len(found) == 1 or exact:
                self._choose((exact or list(found))[0])
        self.choices.hide()

    def _choose(self, choice: Choice | None) -> None:
        self._chosen = choice
        super().set_text(choice.title if choice else "")
        self.choices.hide()
        self.changed.emit()
