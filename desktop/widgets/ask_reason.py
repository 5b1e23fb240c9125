"""Asks why something hidden is to be shown; what was answered last stands there already, so that Enter is enough."""

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.problems import Problem
from desktop.widgets.fields import ComboField, TextField
from desktop.widgets.form_dialog import FormDialog

REASONS = ("联系本人", "核对身份", "办理业务", "核对名单")
_OTHER = "其他（请写明）"


class AskReason(FormDialog):
    """`given` carries the reason. The dialog is gone when it was given or not given."""

    given = Signal(str)
    _last: ClassVar[str] = REASONS[0]

    def __init__(self, title: str, why: str, parent: QWidget) -> None:
        super().__init__(title, why, title, parent)
        self.form.add("reason", "事由", ComboField([(r, r) for r in (*REASONS, _OTHER)]), wide=True)
        self.form.add("other", "其他事由", TextField(most=100), wide=True)
        self.form.set_values({"reason": AskReason._last})
        self.form.field("other").setEnabled(AskReason._last == _OTHER)
        self.form.changed.connect(lambda _name: self._follow())
        self.deed.setFocus()

    def _follow(self) -> None:
        self.form.field("other").setEnabled(self.form.values()["reason"] == _OTHER)

    def accept(self) -> None:
        values = self.form.values()
        reason = values["other"] if values["reason"] == _OTHER else values["reason"]
        if not reason:
            self.form.show_problems([Problem("reason.empty", "other", "请写明事由")])
            return
        AskReason._last = values["reason"]
        self.given.emit(reason)
        super().accept()
