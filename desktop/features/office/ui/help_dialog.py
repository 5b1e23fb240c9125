"""下级忘记密码: at the county, a request from a stick is answered after a telephone call, by two people."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.core.county_help import REQUEST_NAME, Request
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, Trouble
from desktop.features.office import helping, second
from desktop.features.office.second import Second
from desktop.widgets import files, say
from desktop.widgets.desk import Desk
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.password_field import PasswordField


class HelpDialog(QDialog):
    """Shows what a request file asks, and answers it beside the file."""

    def __init__(self, desk: Desk, file: Path, request: Request, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._file, self._request = desk, file, request
        self.setWindowTitle("下级忘记密码")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 420)
        self.form = Form()
        self.form.section()
        self.form.add("digits", "对方在电话里念的 12 位数字", TextField(most=20), wide=True, required=True)
        with desk.reader() as reader:
            self.needs_second = bool(second.reviewers(reader))
        if self.needs_second:
            self.form.add("second", "复核人用户名", TextField(most=40), required=True)
            self.form.add("second_password", "复核人密码", PasswordField(), required=True)
        self.answer_button = button("写出答复", self.answer, role="primary")
        what = (
            f"“{request.office}”的用户 {request.login} 请求找回密码。请打电话到该单位核实是本人，"
            "并请对方念出屏幕上的 12 位数字。"
        )
        foot = row(None, button("取消", self.reject), self.answer_button)
        self.setLayout(column(label(what, wrap=True), self.form, foot, gap=2 * GRID, edge=3 * GRID))
        self.form.save_wanted.connect(self.answer)
        self.form.focus_first()

    def answer(self) -> None:
        values, path = self.form.values(), self._desk.db.paths.keys
        given = Second(values["second"], values["second_password"], path) if self.needs_second else None
        self.answer_button.setEnabled(False)

        def work(unit: Unit) -> Request:
            return helping.answer(unit, self._file, values["digits"], given)

        self._desk.runner.act(
            self, work, done=self._done, refused=self._refused, trouble=self._refused,
            stopped=lambda: self.answer_button.setEnabled(True),
        )  # fmt: skip

    def _done(self, request: Request) -> None:
        self._desk.navigator.say(f"答复已写到U盘，请交回“{request.office}”")
        self.accept()

    def _refused(self, error: Any) -> None:
        self.answer_button.setEnabled(True)
        if isinstance(error, Refused):
            self.form.show_problems(error.problems)
        else:
            say.tell(self, error)


def help_from(desk: Desk, parent: QWidget) -> None:
    """Ask for the request file, then for the digits."""
    file = files.ask_open(parent, "下级的求助文件", f"求助文件 ({REQUEST_NAME})")
    if file is not None:
        open_help(desk, file, parent)


def open_help(desk: Desk, file: Path, parent: QWidget) -> HelpDialog | None:
    try:
        with desk.reader() as reader:
            request = helping.read_request(reader, file)
    except (Refused, Trouble) as error:
        say.tell(parent, error)
        return None
    dialog = HelpDialog(desk, file, request, parent)
    dialog.open()
    return dialog
