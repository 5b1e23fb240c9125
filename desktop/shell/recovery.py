"""忘记密码: the recovery code from the paper gives the user a new password. No data is touched."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.core import keys
from desktop.core.errors import Trouble
from desktop.core.problems import Problem
from desktop.shell.first_run import PasswordField
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row


def check(values: Any) -> list[Problem]:
    problems = []
    if not values.get("code"):
        problems.append(Problem("recovery.code", "code", "请输入建立办公室时抄下的恢复码"))
    if len(values.get("password", "")) < 8:
        problems.append(Problem("recovery.password", "password", "请设一个至少 8 个字符的密码"))
    if values.get("password") != values.get("again"):
        problems.append(Problem("recovery.again", "again", "两次输入的密码不一样"))
    return problems


class Recovery(QDialog):
    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.setWindowTitle("忘记密码")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, 460)
        self.form = Form(check)
        users = keys.logins(path)
        self.form.section()
        self.form.add("login", "用户名", TextField(), required=True)
        self.form.add("code", "恢复码", TextField("八组，每组四个字母或数字"), wide=True, required=True)
        self.form.add("password", "新密码", PasswordField("至少 8 个字符"), required=True)
        self.form.add("again", "再输一次", PasswordField(), required=True)
        self.form.set_values({"login": users[0] if users else ""})
        self.form.save_wanted.connect(self.save)
        self.done_label = label("", "done", wrap=True)
        self.save_button = button("设新密码", self.save, role="primary")
        self._close = close = button("关闭", self.reject)
        foot = row(self.done_label, None, close, self.save_button)
        hint = label("恢复码是建立办公室时抄在纸上的那一串字母和数字。", "secondary", wrap=True)
        self.setLayout(column(hint, self.form, foot, gap=2 * GRID, edge=3 * GRID))
        # Enter after the last field leads to saving, not out.
        self.setTabOrder(self.form.field("again"), self.save_button)
        self.setTabOrder(self.save_button, close)
        self.form.focus_on("code" if users else "login")

    def save(self) -> None:
        values = self.form.values()
        problems = check(values)
        if problems:
            self.form.show_problems(problems)
            return
        try:
            keys.reset_password(self._path, values["code"], values["login"], values["password"])
        except Trouble as trouble:
            field = "login" if trouble.code == "keys.no_user" else "code"
            self.form.show_problems([Problem(trouble.code, field, str(trouble))])
            return
        self.done_label.setText("新密码已设好，请关闭这个窗口后登录。")
        self.save_button.setEnabled(False)
        self._close.setFocus()
