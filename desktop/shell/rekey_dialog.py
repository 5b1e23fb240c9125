"""更换数据钥匙: what it means, and the passwords of those who are present; they are tried before anything is closed."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core import keys
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.core.problems import Problem
from desktop.widgets.desk import Desk
from desktop.widgets.form_dialog import FormDialog
from desktop.widgets.password_field import PasswordField
from desktop.widgets.runner import Runner

_WHAT = (
    "电脑丢过、有人抄走过数据或恢复码、知道密码的人离开时，请换一把数据钥匙：旧的恢复码和不在场的人的密码从此打不开数据。"
    "先退出登录，再换；数据多时要几分钟，其间请不要关闭电脑。"
)
_ABSENT = "不在场可不填，之后由管理员设新密码"


class RekeyDialog(FormDialog):
    """`given` carries the passwords of those present by their login, the own one among them; all of them are right."""

    given = Signal(object)
    may_leave = True  # it only tries the passwords, perhaps behind the daily backup

    def __init__(self, desk: Desk, runner: Runner, over: QWidget) -> None:
        self._path, self._own, self._runner = desk.db.paths.keys, desk.actor.login, runner
        logins = keys.logins(self._path)
        super().__init__("更换数据钥匙", _WHAT, "退出登录并更换", over, height=210 + 80 * min(5, len(logins)))
        self.form.add(self._own, f"您（{self._own}）的密码", PasswordField(), wide=True, required=True)
        for login in logins:
            if login != self._own:
                self.form.add(login, f"{login} 的密码", PasswordField(_ABSENT), wide=True)
        self.form.focus_first()

    def accept(self) -> None:
        if not self.deed.isEnabled():
            return
        values = self.form.values()
        passwords = {login: typed for login, typed in values.items() if typed}
        if self._own not in passwords:
            self.form.show_problems([Problem("rekey.own", self._own, "请输入您的密码")])
            return
        self.work(self._runner.job, self._tried, self._on_tried, passwords)

    def _tried(self, passwords: Mapping[str, str], _tell: Tell) -> Mapping[str, str]:
        """Raises Refused for what is wrong, under its field: nobody is to learn it after everything was closed."""
        problems = [p for login, typed in passwords.items() if (p := self._wrong(login, typed))]
        if problems:
            raise Refused(problems)
        return passwords

    def _wrong(self, login: str, password: str) -> Problem | None:
        try:
            keys.open_with_password(self._path, login, password)
        except Trouble as trouble:
            return Problem(trouble.code, login, f"{trouble}")
        if keys.is_first(self._path, login):
            words = "这还是管理员设的密码，请本人先登录一次，换成自己的密码；或者留空"
            return Problem("rekey.first", login, words)
        return None

    def _on_tried(self, passwords: Mapping[str, str]) -> None:
        super().accept()
        self.given.emit(passwords)
