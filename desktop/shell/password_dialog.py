"""修改密码: the old one, the new one twice. The first login with a password that an administrator chose leads here."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from desktop.core import crypto, keys
from desktop.core.crypto import Cost
from desktop.core.errors import Refused, Trouble
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.password_field import PasswordField
from desktop.widgets.runner import Runner

_FIRST = "这是管理员给您设的密码。请换成只有您自己知道的密码，再开始使用。"
_LATER = "新密码从下次登录起使用。请不要写在别人看得到的地方。"


def check(values: Any, login: str) -> list[Problem]:
    problems = office.check_password(values.get("password", ""), login)
    if not values.get("old"):
        problems.append(Problem("password.old", "old", "请输入现在的密码"))
    elif values.get("old") == values.get("password"):
        problems.append(Problem("password.same", "password", "新密码与现在的一样，请换一个"))
    if values.get("password") != values.get("again"):
        problems.append(Problem("password.again", "again", "两次输入的密码不一样"))
    return problems


class PasswordDialog(QDialog):
    """Deriving two keys takes a while, so it runs on a thread. Accepted when the password was changed."""

    crashed = Signal(object)

    def __init__(
        self,
        path: Path,
        login: str,
        parent: QWidget | None = None,
        *,
        is_first: bool = False,
        cost: Cost = crypto.FOR_OFFICES,
    ) -> None:
        super().__init__(parent)
        self._path, self._user, self._cost = path, login, cost
        self._runner = Runner(_no_unit, parent=self)
        self._runner.crashed.connect(self.crashed)
        self.setWindowTitle("修改密码")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(560, 380)
        self.form = Form(lambda values: check(values, login))
        self.form.section(f"用户 {login}")
        self.form.add("old", "现在的密码", PasswordField(), wide=True, required=True)
        self.form.add("password", "新密码", PasswordField("至少 8 个字符"), required=True)
        self.form.add("again", "再输一次", PasswordField(), required=True)
        self.form.save_wanted.connect(self.save)
        self.save_button = button("修改密码", self.save, role="primary")
        close = button("退出" if is_first else "取消", self.reject)
        hint = label(_FIRST if is_first else _LATER, "secondary", wrap=True)
        self.setLayout(
            column(hint, self.form, row(None, close, self.save_button), gap=2 * GRID, edge=3 * GRID)
        )
        self.setTabOrder(self.form.field("again"), self.save_button)
        self.setTabOrder(self.save_button, close)
        self.form.focus_on("old")

    def save(self) -> None:
        values = self.form.values()
        if problems := check(values, self._user):
            self.form.show_problems(problems)
            return
        self.save_button.setEnabled(False)
        self._runner.job(
            self, self._change, values["old"], values["password"], done=lambda _: self.accept(),
            trouble=self._refuse, stopped=lambda: self.save_button.setEnabled(True),
        )  # fmt: skip

    def _change(self, old: str, new: str, _tell: object) -> None:
        keys.change_password(self._path, self._user, old, new, self._cost)

    def _refuse(self, error: Refused | Trouble) -> None:
        self.save_button.setEnabled(True)
        self.form.show_problems([Problem("password.refused", "old", f"{error}")])

    def done(self, result: int) -> None:
        self._runner.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._runner.close()
        super().closeEvent(event)


def _no_unit() -> Any:
    raise RuntimeError("passwords lie beside the database")
