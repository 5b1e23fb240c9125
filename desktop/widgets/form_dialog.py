"""FormDialog: a short form over the page, with what it is about, 取消, and the deed under Enter."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from desktop.core.errors import Refused, Trouble
from desktop.widgets import say
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row, scaled
from desktop.widgets.password_field import PasswordField
from desktop.widgets.runner import Task

SECOND, SECOND_PASSWORD = "second", "second_password"


class FormDialog(QDialog):
    """Whoever inherits adds its fields to `form`. The dialog is gone when it was answered or not.

    `more` are parts between the form and the buttons; `height` is for the text at 100 %. While its deed is being done it
    cannot be left, or nobody would hear what came of it; unless `may_leave`: nothing is changed by it.
    """

    may_leave = False

    def __init__(
        self, title: str, said: str, deed: str, over: QWidget, *more: QWidget, height: int = 330
    ) -> None:
        super().__init__(over)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(scaled(480), scaled(height))
        self.form = Form()
        self.form.section()
        self.form.save_wanted.connect(self.accept)
        self.said = label(said, "secondary", wrap=True)
        self.deed = button(deed, self.accept, role="primary")
        self.deed.setDefault(True)
        self._cancel = button("取消", self.reject)
        foot = row(None, self._cancel, self.deed)
        self.box = column(self.said, self.form, *more, foot, gap=2 * GRID, edge=2 * GRID)
        self.setLayout(self.box)

    def showEvent(self, event: QShowEvent) -> None:
        """Enter goes from the last field to the deed, and there it does it: never with one key out of the typing."""
        super().showEvent(event)
        self.form.lead_to(self.deed)
        self.setTabOrder(self.deed, self._cancel)

    def add_second(self) -> None:
        """Fields for the second person of what one alone may not do."""
        self.form.add(SECOND, "复核人用户名", TextField("另一位", 40), required=True)
        self.form.add(SECOND_PASSWORD, "复核人密码", PasswordField(), required=True)

    def work(
        self, start: Callable[..., Task], work: Callable[..., Any], done: Callable[[Any], Any], *args: Any
    ) -> Task:
        """Let a runner's `act` or `job` do it. The deed is off until the answer; refused stays under the fields."""
        self.deed.setEnabled(False)
        self._cancel.setEnabled(self.may_leave)
        return start(
            self, work, *args, done=done, refused=self.refuse, trouble=self.refuse, stopped=self.allow
        )

    def allow(self) -> None:
        self.deed.setEnabled(True)
        self._cancel.setEnabled(True)

    def reject(self) -> None:
        if self._cancel.isEnabled():
            super().reject()

    def refuse(self, error: Refused | Trouble) -> None:
        self.allow()
        if isinstance(error, Refused):
            self.form.show_problems(error.problems)
        else:
            say.tell(self, error)
