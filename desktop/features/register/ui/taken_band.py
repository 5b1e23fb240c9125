"""Above a form: the id number that was typed is somebody's already, and the way to that household."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.core.problems import Problem
from desktop.features.register import duplicates
from desktop.features.register.model import Value
from desktop.widgets.desk import Desk
from desktop.widgets.parts import GRID, button, label, row


class TakenBand(QFrame):
    """`look` finds who has the number, and shows itself only then. `wanted` gives the household to go to."""

    wanted = Signal(bytes)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._household = b""
        self.setProperty("role", "band-refusal")
        self.said = label("")
        self.go_button = button("到那一户", lambda: self.wanted.emit(self._household), role="link")
        self.go_button.setToolTip("到那一户去看；这里填的会留作草稿")
        box = row(self.said, self.go_button, None)
        box.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        self.setLayout(box)
        self.hide()

    def look(self, facts: Mapping[str, Value], besides: bytes = b"") -> list[Problem]:
        """The refusal that saving will meet, if there is one."""
        with self._desk.reader() as reader:
            found = duplicates.holders(reader, facts, besides)
        self.setVisible(bool(found))
        if not found:
            return []
        self._household = found[0].household
        self.said.setText(f"这个证件号码已登记给 {found[0].number} 户的{found[0].name}")
        return [duplicates.taken(found[0])]
