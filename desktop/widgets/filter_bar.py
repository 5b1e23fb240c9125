"""The one filter box over a list: filters as one types, on committed text only; conditions as chips beside it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.icons import icon
from desktop.widgets.line_edit import LineEdit
from desktop.widgets.parts import GRID, button, row, shortcut, timer

# Above this many rows the search runs elsewhere, and asking at every key would only queue up.
MANY_ROWS, WAIT = 20_000, 150


class FilterBar(QWidget):
    """`filtered` gives the text to filter by. Down or Enter goes to the list, Esc empties the box."""

    filtered = Signal(str)
    condition_removed = Signal(str)
    down = Signal()

    def __init__(self, hint: str = "姓名、拼音首字母、编号或号码末几位") -> None:
        super().__init__()
        self.box = _Box(hint)
        self.box.addAction(icon("search"), LineEdit.ActionPosition.LeadingPosition)
        self.box.setClearButtonEnabled(True)
        self.box.setMinimumWidth(240)
        self._said = ""
        self._wait = timer(self, 0, self._emit, once=True)
        self.box.committed.connect(lambda _text: self._wait.start())
        self.box.down.connect(self._go_down)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(GRID)
        box = row(self.box, self._chips, None)
        box.setStretch(0, 1)
        box.setStretch(2, 1)
        self._row = box
        self.setLayout(box)
        self.setFocusProxy(self.box)

    def add_tool(self, part: QWidget) -> None:
        """A button of the screen beside the box."""
        self._row.insertWidget(1, part)

    def set_size(self, rows: int) -> None:
        """How many rows the list has without a filter."""
        self._wait.setInterval(WAIT if rows > MANY_ROWS else 0)

    def claim_keys(self, screen: QWidget) -> None:
        """Ctrl+F anywhere on that screen comes here."""
        shortcut(screen, "Ctrl+F", self._take_focus)

    @property
    def text(self) -> str:
        return self.box.text().strip()

    def set_text(self, text: str) -> None:
        self.box.setText(text)

    def add_condition(self, name: str, text: str) -> None:
        """A condition that holds now, as a chip that takes it away."""
        self.remove_condition(name)
        chip = button(text, lambda: self._take_away(name), name="close")
        chip.setObjectName(f"condition-{name}")
        chip.setToolTip(f"去掉条件“{text}”")
        self._chips.addWidget(chip)

    def remove_condition(self, name: str) -> None:
        chip = self.findChild(QWidget, f"condition-{name}")
        if chip is not None:
            chip.setObjectName("")
            chip.hide()
            chip.deleteLater()

    def _take_away(self, name: str) -> None:
        self.remove_condition(name)
        self.condition_removed.emit(name)

    def _take_focus(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def _emit(self) -> None:
        if self.text != self._said and not self.box.is_composing:
            self._said = self.text
            self.filtered.emit(self._said)

    def _go_down(self) -> None:
        # What was typed last must have been filtered before the list takes the keys.
        self._wait.stop()
        self._emit()
        self.down.emit()


class _Box(LineEdit):
    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.is_composing and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text() and not self.is_composing:
            self.clear()
        else:
            super().keyPressEvent(event)
