"""The global search: Ctrl+K finds anything by name, initials or number tail, and any action by its name."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.core.found import Found
from desktop.core.pinyin import initials
from desktop.widgets.icons import icon
from desktop.widgets.inline_list import InlineList
from desktop.widgets.line_edit import LineEdit
from desktop.widgets.parts import timer

Find = Callable[[str], Sequence[Found]]
_REST, _MOST_ACTIONS = 60, 4


class SearchBox(LineEdit):
    """`find` looks in the data and has to be quick; `actions` are matched here by words and initials."""

    wanted = Signal(object)
    given_up = Signal()

    def __init__(self, find: Find, actions: Sequence[Found] = ()) -> None:
        super().__init__("搜索户、人、志愿者或功能　Ctrl+K")
        self._find = find
        self._actions = [(action, _spoken(action.title)) for action in actions]
        self.results = InlineList(self)
        self.setAccessibleName("搜索")
        self.addAction(icon("search"), LineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)
        self._rest = timer(self, _REST, self._look, once=True)
        self.committed.connect(lambda _text: self._rest.start())
        self.left.connect(self.results.hide)
        self.results.chosen.connect(self._go)

    def take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_composing:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # The last keys may not have been looked for yet.
            if self._rest.isActive():
                self._look()
            self.results.take()
        elif event.key() == Qt.Key.Key_Escape and not self.results.isVisible():
            # Not on to the window: there Esc leaves the page.
            self.clear()
            self.given_up.emit()
        elif not self.results.key(event):
            super().keyPressEvent(event)

    def _look(self) -> None:
        self._rest.stop()
        text = self.text().strip()
        found = self._matching(text) if text else []
        if text and not found:
            found = [Found("", "没有找到", "请换姓名、首字母、户编号或号码末几位再试")]
        self.results.open([(_line(one), one) for one in found] if self.hasFocus() else [])

    def _matching(self, text: str) -> list[Found]:
        """Functions that begin so come first: a clerk who types 打印 wants to print, not somebody called so."""
        begin, within = self._matching_actions(text)
        return [*begin, *self._find(text), *within]

    def _matching_actions(self, text: str) -> tuple[list[Found], list[Found]]:
        """Those whose name or initials begin so, and those that have it anywhere."""
        low, begin, within = text.lower(), list[Found](), list[Found]()
        for action, spoken in self._actions:
            if action.title.startswith(text) or spoken.startswith(low):
                begin.append(action)
            elif text in action.title or low in spoken:
                within.append(action)
        return begin[:_MOST_ACTIONS], within[:_MOST_ACTIONS]

    def _go(self, found: Found) -> None:
        if found.screen:
            self.clear()
            self.wanted.emit(found)


def _spoken(title: str) -> str:
    return initials(title).lower()


def _line(found: Found) -> str:
    return "　".join(part for part in (found.kind, found.title, found.detail) if part)
