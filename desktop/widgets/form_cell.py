"""One field of a form with its label above and its problem below."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.core.problems import Problem, Weight
from desktop.widgets.parts import column, label, row, set_look, set_shown

_ROLE = {Weight.REFUSAL: "refusal", Weight.WARNING: "warning", Weight.HINT: "secondary"}


class FormCell(QWidget):
    """The heaviest problem is shown, in one sentence."""

    def __init__(self, title: str, field: QWidget, *, required: bool, hint: str) -> None:
        super().__init__()
        self.field, self._hint = field, hint
        self.title, self.needed = label(title), label("必填" if required else "", "secondary")
        self.note = label(hint, "secondary", wrap=True)
        self.title.setBuddy(field)
        field.setAccessibleName(title)
        # A form may have eighty cells: what is empty is not put into them.
        head = row(self.title, self.needed, None, gap=6) if required else self.title
        box = column(head, field, self.note, gap=4)
        box.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setLayout(box)
        # Not before it has a parent: shown alone it would be a window of its own for a moment.
        set_shown(self.note, bool(hint))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        worst = max(problems, key=lambda p: p.weight, default=None)
        # A word before the sentence: red and amber alone say nothing to some eyes.
        words = {Weight.REFUSAL: "", Weight.WARNING: "请核对：", Weight.HINT: ""}
        text = f"{words[worst.weight]}{worst.sentence}" if worst else self._hint
        self.note.setText(text)
        self.note.setVisible(bool(text))
        set_look(self.note, "role", _ROLE[worst.weight] if worst else "secondary")
        set_look(self.field, "weight", worst.weight.name.lower() if worst else "")

    def take_focus(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self.field, QLineEdit):
            self.field.selectAll()
