"""入网 as guided steps: the own twelve digits in large type, and a field for those of the other office."""

import unicodedata

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QWidget

from desktop.core.problems import Problem
from desktop.features.office.api import LEVEL_NAMES
from desktop.features.sync.overview import Asking, OnStick, Outlook
from desktop.features.sync.ui import words
from desktop.widgets.chip import Chip
from desktop.widgets.colours import DONE, Tone
from desktop.widgets.fields import TextField
from desktop.widgets.form_cell import FormCell
from desktop.widgets.parts import GRID, button, card, column, label, row, set_look, set_shown

DIGITS = 12
_STEPS = (
    "1　把申请写到U盘上",
    "2　把U盘交给上级，打电话念出上面的数字",
    "3　插回U盘，输入上级在电话里念出的数字",
)


class DigitsField(TextField):
    """Twelve digits as somebody reads them out: blanks, dashes and full-width digits do not matter."""

    def __init__(self) -> None:
        super().__init__("0000 0000 0000", 24)

    @property
    def digits(self) -> str:
        plain = unicodedata.normalize("NFKC", self.text())
        return "".join(c for c in plain if c not in " -\t")

    @property
    def is_whole(self) -> bool:
        return len(self.digits) == DIGITS and self.digits.isascii() and self.digits.isdigit()

    def problem(self) -> Problem | None:
        if self.is_whole or not self.digits:
            return None
        return Problem("enrol.digits", "digits", f"请输入 {DIGITS} 位数字，现在是 {len(self.digits)} 位")


class _Confirm(QWidget):
    """The other's digits and the button that they switch on."""

    given = Signal(str)

    def __init__(self, title: str, action: str) -> None:
        super().__init__()
        self.field = DigitsField()
        self.cell = FormCell(title, self.field, required=False, hint="")
        self.button: QPushButton = button(action, self._give)
        self._can = False
        self.field.changed.connect(self._on_typed)
        self.field.returnPressed.connect(self._give)
        # The cell is as high as its problem's sentence; the button stays beside the field.
        foot = column(label(""), self.button, None, gap=4)
        box = row(self.cell, foot)
        box.setAlignment(self.cell, Qt.AlignmentFlag.AlignTop)
        self.setLayout(box)

    def allow(self, can: bool) -> None:
        self._can = can
        self.field.setEnabled(can)
        self._refresh()

    def clear(self) -> None:
        self.field.set_text("")

    def say(self, sentence: str) -> None:
        self.cell.show_problems([Problem("enrol.refused", "digits", sentence)])

    def _refresh(self) -> None:
        self.button.setEnabled(self._can and self.field.is_whole)

    def _on_typed(self) -> None:
        self._refresh()
        # Half-typed digits are no mistake yet; too many are.
        too_many = len(self.field.digits) > DIGITS
        problem = self.field.problem()
        self.cell.show_problems([problem] if problem and too_many else [])

    def _give(self) -> None:
        problem = self.field.problem()
        if self.button.isEnabled():
            self.given.emit(self.field.digits)
        elif problem is not None:
            self.cell.show_problems([problem])


class EnrolPanel(QWidget):
    """`request_wanted`; `answer_given` and `accept_given` carry the digits that were typed."""

    request_wanted = Signal()
    answer_given = Signal(str)
    accept_given = Signal(str)

    def __init__(self, has_right: bool) -> None:
        super().__init__()
        self._has_right = has_right
        self.own = label("", "large", selectable=True)
        self.state = Chip()
        self.request_button = button("写出入网申请", self.request_wanted.emit)
        self.steps = [label(words_of, "quiet-text", wrap=bool(n)) for n, words_of in enumerate(_STEPS)]
        self.up = _Confirm("上级念出的 12 位数字", "读入答复")
        self.up.given.connect(self.answer_given)
        self.up_said, self.down_said = label("", "secondary", wrap=True), label("", wrap=True)
        self.asking = QComboBox()
        self.asking.setAccessibleName("入网申请")
        self.down = _Confirm("对方念出的 12 位数字", "受理")
        self.down.given.connect(self.accept_given)
        self._lay_out()

    def _lay_out(self) -> None:
        told = column(
            label("本机的 12 位数字", "heading"),
            label("只在电话里念给对方听，请不要写在U盘上", "secondary"),
            gap=0,
        )
        self.done_large, self.done_said = label("", "large"), label("", "strong", wrap=True)
        self.done_large.setStyleSheet(f"color: {DONE};")
        numbers = row(told, 3 * GRID, self.own, None, self.done_large, self.state, gap=2 * GRID)
        mine = card(numbers, self.done_said, gap=4, edge=GRID + 4)
        both = row(self._upwards(), self._downwards(), gap=2 * GRID)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        for part in (self.done_large, self.done_said):
            part.hide()
        self.setLayout(column(mine, both, None, gap=GRID))

    def _upwards(self) -> QFrame:
        return card(
            label("向上级入网", "heading"),
            row(self.steps[0], None, self.request_button),
            self.steps[1], self.steps[2], self.up, self.up_said, None, gap=GRID, edge=GRID + 4,
        )  # fmt: skip

    def _downwards(self) -> QFrame:
        return card(
            label("受理下级的申请", "heading"), self.asking, self.down_said, self.down,
            label("受理后把U盘交回，并在电话里念出本机的数字", "secondary", wrap=True), None,
            gap=GRID, edge=GRID + 4,
        )  # fmt: skip

    def show_state(self, outlook: Outlook, found: OnStick, has_place: bool) -> None:
        self.own.setText(words.spaced(outlook.fingerprint))
        if outlook.barred:
            self.state.show_state("请重新办理入网", Tone.ATTENTION)
        elif outlook.parent:
            self.state.show_state(f"已入网，上级是{outlook.parent}", Tone.DONE)
        elif outlook.is_pending:
            self.state.show_state("已申请，等上级答复", Tone.ATTENTION)
        else:
            self.state.show_state("还没有上级", Tone.QUIET)
        self._show_up(outlook, found, has_place)
        self._show_down(found)
        if not has_place:
            self.done_large.hide()
            self.done_said.hide()

    def _show_up(self, outlook: Outlook, found: OnStick, has_place: bool) -> None:
        is_enrolled = _is_enrolled(outlook)
        for part in (*self.steps, self.request_button, self.up):
            set_shown(part, not is_enrolled)
        now = 0 if not outlook.is_pending else 2 if found.answers else 1
        for number, step in enumerate(self.steps):
            set_look(step, "role", "strong" if number == now and not is_enrolled else "quiet-text")
        self.request_button.setEnabled(self._has_right and has_place and not is_enrolled)
        self.request_button.setText("再写一次申请" if outlook.is_pending else "写出入网申请")
        self.up.allow(self._has_right and outlook.is_pending and bool(found.answers))
        self.up_said.setText(self._about_up(outlook, found, has_place))

    def _about_up(self, outlook: Outlook, found: OnStick, has_place: bool) -> str:
        if not self._has_right:
            return "入网由系统管理员办理"
        if _is_enrolled(outlook):
            return "已经入网。如需更换上级，请联系市级管理员"
        if not has_place:
            return "请先插上U盘"
        if outlook.is_pending:
            return "U盘上有答复，请输入数字" if found.answers else "U盘上还没有上级的答复"
        return "没有上级也能受理下级、读入数据包"

    def _show_down(self, found: OnStick) -> None:
        chosen = self.asking.currentText()
        self.asking.clear()
        self.asking.addItems([_about(one) for one in found.asking])
        self.asking.setCurrentIndex(max(0, self.asking.findText(chosen)))
        self.asking.setVisible(len(found.asking) > 1)
        self.down.allow(self._has_right and bool(found.asking))
        self.down_said.setText(self._about_down(found))

    def _about_down(self, found: OnStick) -> str:
        if not found.asking:
            return "U盘上没有下级的入网申请。下级在自己的电脑上写好申请，把U盘送来即可"
        if not self._has_right:
            return "入网由系统管理员办理"
        if len(found.asking) > 1:
            return f"U盘上有 {len(found.asking)} 份申请，输入哪一家念出的数字，就受理哪一家"
        return f"{_about(found.asking[0])}申请入网。请打电话核对，不要凭U盘上的文件"

    def refuse(self, sentence: str, is_down: bool) -> None:
        """Under the field whose digits were wrong."""
        (self.down if is_down else self.up).say(sentence)

    def show_done(self, said: str, is_stick: bool) -> None:
        """A step is done; the digits that were typed have served."""
        self.done_large.setText("可以拔出U盘" if is_stick else "已办好")
        self.done_said.setText(said)
        for part in (self.done_large, self.done_said):
            part.show()
        self.up.clear()
        self.down.clear()


def _is_enrolled(outlook: Outlook) -> bool:
    """A PC that must be enrolled anew begins again."""
    return bool(outlook.parent) and not outlook.barred


def _about(asking: Asking) -> str:
    again = "，已受理过" if asking.is_answered else ""
    return f"{asking.name}（{LEVEL_NAMES[asking.level]}，{asking.key}{again}）"
