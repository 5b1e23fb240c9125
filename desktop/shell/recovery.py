"""忘记密码: the recovery code from the paper, or the office above, gives the user a new password. No data is touched."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QWidget

from desktop.core import county_help, keys
from desktop.core.errors import Trouble
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.widgets import files
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, card, column, label, row
from desktop.widgets.password_field import PasswordField


def check(values: Any, *, needs_code: bool = True) -> list[Problem]:
    problems: list[Problem] = []
    if needs_code and not values.get("code"):
        problems.append(Problem("recovery.code", "code", "请输入建立办公室时抄下的恢复码"))
    problems += office.check_password(values.get("password", ""), values.get("login", ""))
    if values.get("password") != values.get("again"):
        problems.append(Problem("recovery.again", "again", "两次输入的密码不一样"))
    return problems


class Recovery(QDialog):
    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._key: bytes | None = None  # what the office above gave back
        self.setWindowTitle("忘记密码")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 560)
        self.form = Form(lambda values: check(values, needs_code=self._key is None))
        users = keys.logins(path)
        self._fill_form(users[0] if users else "")
        self.done_label = label("", "done", wrap=True)
        self.save_button = button("设新密码", self.save, role="primary")
        self._close = close = button("关闭", self.reject)
        foot = row(self.done_label, None, close, self.save_button)
        hint = label("恢复码是建立办公室时抄在纸上的那一串字母和数字。", "secondary", wrap=True)
        self.setLayout(column(hint, self.form, self._help_card(), foot, gap=2 * GRID, edge=3 * GRID))
        # Enter after the last field leads to saving, not out.
        self.setTabOrder(self.form.field("again"), self.save_button)
        self.setTabOrder(self.save_button, close)
        self.form.focus_on("code" if users else "login")

    def _fill_form(self, user: str) -> None:
        self.form.section()
        self.form.add("login", "用户名", TextField(), required=True)
        self.form.add("code", "恢复码", TextField("八组，每组四个字母或数字"), wide=True, required=True)
        self.form.add("password", "新密码", PasswordField("至少 8 个字符"), required=True)
        self.form.add("again", "再输一次", PasswordField(), required=True)
        self.form.set_values({"login": user})
        self.form.save_wanted.connect(self.save)

    def _help_card(self) -> QFrame:
        """Without the paper the office above can help, if this one is enrolled there."""
        helper = county_help.helper(self._path)
        words = f"找不到恢复码时，可请“{helper}”帮忙：写一份求助文件到U盘，送去后再读入答复。"
        self.help_label = label(words, "secondary", wrap=True)
        self.ask_button = button("写求助文件…", self._choose_folder)
        self.answer_button = button("读入答复…", self._choose_answer)
        box = card(self.help_label, row(self.ask_button, self.answer_button, None))
        box.setVisible(bool(helper))
        return box

    def _choose_folder(self) -> None:
        chosen = files.ask_folder(self, "把求助文件写到哪里（U盘）")
        if chosen is not None:
            self.ask(chosen)

    def ask(self, folder: Path) -> None:
        """Write the request, and say what to read out over the telephone."""
        try:
            digits = county_help.write_request(self._path, self.form.values()["login"], folder)
        except Trouble as trouble:
            self.help_label.setText(str(trouble))
            return
        spaced = f"{digits[:4]} {digits[4:8]} {digits[8:]}"
        self.help_label.setText(
            f"已写出 {county_help.REQUEST_NAME}。请把U盘送到“{county_help.helper(self._path)}”，并在电话里念给对方："
            f"{spaced}。拿回答复后，在这台电脑上按“读入答复”。"
        )

    def _choose_answer(self) -> None:
        chosen = files.ask_open(self, "读入上级的答复", f"答复 ({county_help.ANSWER_NAME})")
        if chosen is not None:
            self.take(chosen)

    def take(self, file: Path) -> None:
        """The answer stands for the code; the password is still typed here."""
        try:
            login, key = county_help.take_answer(self._path, file)
            office.check_answer(self._path.parent, key, login)
        except Trouble as trouble:
            self.help_label.setText(str(trouble))
            return
        self._key = key
        self.form.set_values({"login": login, "code": "上级已答复，不用恢复码"})
        for name in ("login", "code"):
            self.form.field(name).setEnabled(False)
        self.help_label.setText("答复已读入，请在上面设新密码。")
        self.form.focus_on("password")

    def save(self) -> None:
        values = self.form.values()
        if problems := check(values, needs_code=self._key is None):
            self.form.show_problems(problems)
            return
        try:
            self._reset(values)
        except Trouble as trouble:
            field = "login" if trouble.code == "keys.no_user" else "code"
            self.form.show_problems([Problem(trouble.code, field, str(trouble))])
            return
        self.done_label.setText("新密码已设好，请关闭这个窗口后登录。")
        self.save_button.setEnabled(False)
        self._close.setFocus()

    def _reset(self, values: dict[str, Any]) -> None:
        root, login, password = self._path.parent, values["login"], values["password"]
        if self._key is None:
            office.reset_by_code(root, values["code"], login, password)
        else:
            office.reset_by_answer(root, self._key, login, password)
