"""A quiet note over the window's status bar: 已保存。撤销"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.widgets.parts import GRID, button, label, row, timer

UNDO = "撤销"
STAYS, STAYS_WITH_UNDO = 4_000, 10_000
_EDGE = 2


class Toast(QWidget):
    """One for each window; a new note takes the place of the old one. It never takes the focus."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sentence = label()
        self.undo_button = button(UNDO, self._undo)
        self.undo_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box = row(self.sentence, self.undo_button, gap=2 * GRID)
        box.setContentsMargins(2 * GRID, _EDGE, 2 * GRID, _EDGE)
        self.setLayout(box)
        self._call: Callable[[], Any] | None = None
        self._leave = timer(self, STAYS, self.hide, once=True)
        window.installEventFilter(self)
        self.hide()

    def say(self, sentence: str, undo: Callable[[], Any] | None = None, offer: str = UNDO) -> None:
        """Show the note; with `undo` it stays longer and offers 撤销, or what else `offer` says."""
        self._call = undo
        self.sentence.setText(sentence)
        self.undo_button.setText(offer)
        self.undo_button.setToolTip("撤销（Ctrl+Z）" if offer == UNDO else "")
        self.undo_button.setVisible(undo is not None)
        self._leave.start(STAYS if undo is None else STAYS_WITH_UNDO)
        self._place()
        self.show()
        self.raise_()

    def undo(self) -> bool:
        """Ctrl+Z of the window: undo what the note offers. False when it offers nothing."""
        if self.isHidden() or self._call is None or self.undo_button.text() != UNDO:
            return False
        self._undo()
        return True

    def _undo(self) -> None:
        call, self._call = self._call, None
        self.hide()
        if call is not None:
            call()

    def _place(self) -> None:
        """At the very bottom: there is the status bar, and never a field that one types into."""
        window = self.parentWidget()
        if window is not None:
            self.adjustSize()
            self.move((window.width() - self.width()) // 2, window.height() - self.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
