"""The first steps of a new office, each with its button: find your place, import, pair the helpers, print."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.chip import Chip
from desktop.widgets.colours import Tone
from desktop.widgets.navigator import Navigator
from desktop.widgets.parts import GRID, button, card, column, empty_out, label, row


@dataclass(frozen=True, slots=True)
class Step:
    """`action` is the word on the button; "" for a step that needs none."""

    title: str
    detail: str
    is_done: bool = False
    action: str = ""
    screen: str = ""
    given: dict[str, str] = field(default_factory=dict)


class Steps(QWidget):
    """The first step that is not done has the primary button."""

    def __init__(self, navigator: Navigator) -> None:
        super().__init__()
        self._navigator = navigator
        self._cards = QVBoxLayout()
        self._cards.setSpacing(GRID)
        self.buttons: list[QPushButton] = []
        head = label("新办公室从这几步开始", "heading")
        inside = column(head, GRID, self._cards, None)
        holder = QWidget()
        holder.setMaximumWidth(760)
        holder.setLayout(inside)
        box = row(holder, None)
        box.setStretch(0, 100)
        self.setLayout(box)

    def show_steps(self, steps: Sequence[Step]) -> None:
        empty_out(self._cards)
        self.buttons = []
        next_one = next((step for step in steps if not step.is_done), None)
        for number, step in enumerate(steps, 1):
            self._cards.addWidget(self._card(number, step, step is next_one))

    def _card(self, number: int, step: Step, is_next: bool) -> QFrame:
        sign = label(f"{number}", "title")
        sign.setFixedWidth(32)
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = column(label(step.title, "strong"), label(step.detail, "quiet-text", wrap=True), gap=4)
        line = row(sign, words, gap=2 * GRID)
        line.setStretch(1, 1)
        if step.is_done:
            line.addWidget(Chip("已完成", Tone.DONE))
        elif step.action:
            line.addWidget(self._button(step, is_next))
        return card(line)

    def _button(self, step: Step, is_next: bool) -> QPushButton:
        made = button(step.action, lambda: self._navigator.go(step.screen, **step.given))
        made.setProperty("role", "primary" if is_next else "")
        self.buttons.append(made)
        if is_next:
            self.setFocusProxy(made)
        return made
