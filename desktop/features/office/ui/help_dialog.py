"""下级忘记密码: at the county, a request from a stick is answered after a telephone call, by two people."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.county_help import REQUEST_NAME, Request
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, Trouble
from desktop.features.office import helping, second
from desktop.features.office.second import Second
from desktop.widgets import files, say
from desktop.widgets.desk import Desk
from desktop.widgets.fields import TextField
from desktop.widgets.form_dialog import SECOND, SECOND_PASSWORD, FormDialog


class HelpDialog(FormDialog):
    """Shows what a request file asks, and answers it beside the file."""

    def __init__(self, desk: Desk, file: Path, request: Request, parent: QWidget) -> None:
        what = (
            f"“{request.office}”的用户 {request.login} 请求找回密码。请打电话到该单位核实是本人，"
            "并请对方念出屏幕上的 12 位数字。"
        )
        super().__init__("下级忘记密码", what, "写出答复", parent, height=360)
        self._desk, self._file = desk, file
        self.form.add("digits", "对方在电话里念的 12 位数字", TextField(most=20), wide=True, required=True)
        with desk.reader() as reader:
            self.needs_second = bool(second.reviewers(reader))
        if self.needs_second:
            self.add_second()
        self.form.focus_first()

    def accept(self) -> None:
        if self.deed.isEnabled():
            self.work(self._desk.runner.act, self._answer, self._finish, self.form.values())

    def _answer(self, unit: Unit, values: dict[str, Any]) -> Request:
        path = self._desk.db.paths.keys
        given = Second(values[SECOND], values[SECOND_PASSWORD], path) if self.needs_second else None
        return helping.answer(unit, self._file, values["digits"], given)

    def _finish(self, request: Request) -> None:
        super().accept()
        self._desk.navigator.say(f"答复已写到U盘，请交回“{request.office}”")


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
