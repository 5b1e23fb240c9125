"""Asks a second person for name and password, for what one alone may not do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.widgets.fields import TextField
from desktop.widgets.form_dialog import FormDialog
from desktop.widgets.password_field import PasswordField


class AskSecond(FormDialog):
    """`given` carries what the second person typed. The dialog is gone when it was given or not given."""

    given = Signal(str, str)

    def __init__(self, title: str, why: str, parent: QWidget) -> None:
        super().__init__(title, f"{why}要两个人一起办，请另一位输入用户名和密码", "复核", parent)
        self.form.add("second", "复核人用户名", TextField(most=40), wide=True, required=True)
        self.form.add("second_password", "复核人密码", PasswordField(), wide=True, required=True)
        self.form.focus_first()

    def accept(self) -> None:
        values = self.form.values()
        if not values["second"] or not values["second_password"]:
            words = "请输入另一位的用户名和密码"
            self.form.show_problems([Problem("second.empty", "second", words)])
            return
        self.given.emit(values["second"], values["second_password"])
        super().accept()


def ask_second(title: str, why: str, error: Exception, parent: QWidget) -> AskSecond | None:
    """The dialog when it was only for want of the second person that something was refused; what was wrong with the
    last answer stands under its field."""
    fields = ("second", "second_password")
    if not isinstance(error, Refused) or not all(p.field in fields for p in error.problems):
        return None
    asked = AskSecond(title, why, parent)
    if error.code != "second.missing":
        asked.form.show_problems(error.problems)
    asked.open()
    return asked
