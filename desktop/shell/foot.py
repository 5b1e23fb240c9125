"""The status bar: what exists only on this PC, the last report, the last backup. That is the clerk's real risk."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from desktop.widgets.colours import Tone
from desktop.widgets.parts import GRID, label, set_look

_ROLE = {Tone.ATTENTION: "warning", Tone.OVERDUE: "refusal"}


class Foot(QFrame):
    """Short facts from left to right, in the order in which they were first said."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "foot")
        self._facts = QHBoxLayout()
        self._facts.setSpacing(3 * GRID)
        box = QHBoxLayout(self)
        box.setContentsMargins(2 * GRID, 5, 2 * GRID, 5)
        box.addLayout(self._facts)
        box.addStretch(1)
        self._labels: dict[str, QLabel] = {}

    def say(self, name: str, text: str, tone: Tone = Tone.QUIET) -> None:
        """Set one fact; "" takes it away."""
        if name not in self._labels:
            self._labels[name] = label("", "secondary")
            self._facts.addWidget(self._labels[name])
        self._labels[name].setText(text)
        self._labels[name].setVisible(bool(text))
        set_look(self._labels[name], "role", _ROLE.get(tone, "secondary"))

    def said(self, name: str) -> str:
        return self._labels[name].text() if name in self._labels else ""
