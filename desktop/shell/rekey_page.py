"""The page while the data gets a new key: it runs with the data closed, proves it, and shows the recovery code once."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication

from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.features.office import api as office
from desktop.shell.closed_page import ClosedPage
from desktop.widgets.parts import button, label
from desktop.widgets.progress import watch
from desktop.widgets.runner import Runner
from desktop.widgets.say import sentence_of

Rekey = Callable[[str, Mapping[str, str], Tell], office.Rekeyed]
_OLD_BACKUPS = (
    "以前的备份仍能用来恢复，但它们还锁在旧钥匙下：捡到旧钥匙的人也能打开。请尽快在“备份”里把新备份拷到第二个地方，"
    "再把U盘和共享文件夹里换钥匙以前的备份删掉；丢在外面的那一份收不回来，请按数据泄露上报。"
)
_SURE = "数据已经逐项核对过，与换钥匙以前一样，并在新钥匙下做了第一份备份。"
_NO_BACKUP = "新钥匙已经生效，但第一份备份没有做成（{}），请登录后在“备份”里再做一份。"


class RekeyPage(ClosedPage):
    """`login` is who asked for it, `passwords` are of everybody who is present; `rekey` does it on another thread."""

    def __init__(
        self, rekey: Rekey, login: str, passwords: Mapping[str, str], runner_class: type[Runner] = Runner
    ) -> None:
        super().__init__("更换数据钥匙", runner_class)
        self._rekey, self._login, self._passwords = rekey, login, passwords
        self._may_close = True
        self.finished.connect(self._let_go)
        self.code = label("", "large", selectable=True)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.left_out, self.backups = label("", wrap=True), label("", "secondary", wrap=True)
        for part in (self.code, self.left_out, self.backups):
            self.body.addWidget(part)
            part.hide()
        self.copy_button = button("复制恢复码", self._copy)
        self.copy_button.hide()
        self.buttons.insertWidget(0, self.copy_button)

    def begin(self) -> None:
        self.say("正在更换数据钥匙", "请不要关闭电脑。换好以前可以停止，停止后一切照旧。")
        self.login_button.setEnabled(False)
        self._may_close = False
        task = self.runner.job(
            self, self._rekey, self._login, self._passwords, done=self._on_done, refused=self._on_failed,
            trouble=self._on_failed, stopped=self._on_stopped,
        )  # fmt: skip
        watch(task, self, "正在更换数据钥匙")

    def _on_done(self, done: office.Rekeyed) -> None:
        sure = _NO_BACKUP.format(done.trouble) if done.trouble else _SURE
        self.say("数据钥匙已换好", f"{sure}请把新的恢复码抄在纸上锁好，它只显示这一次；旧的恢复码作废：")
        self.code.setText(done.recovery_code)
        self.left_out.setText(about_left_out(done.left_out))
        self.left_out.setVisible(bool(done.left_out))
        self.backups.setText(_OLD_BACKUPS)
        for part in (self.code, self.backups, self.copy_button):
            part.show()
        self.offer_login("已抄好，去登录")
        # One Enter too many must not pass over what is shown only once.
        self.copy_button.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The new code is left by its button only: nobody could tell it a second time."""
        if self._may_close:
            super().closeEvent(event)
        else:
            event.ignore()

    def _let_go(self) -> None:
        self._may_close = True

    def _on_crash(self, error: Exception) -> None:
        self._let_go()
        self.say("没有做完", "请登录看看数据是否完好；原来的密码打不开的，请用原来的恢复码，并联系技术人员。")
        super()._on_crash(error)

    def _on_failed(self, error: Refused | Trouble) -> None:
        self._let_go()
        self.say("数据钥匙没有换", "".join(sentence_of(error)))
        self.offer_login()

    def _on_stopped(self) -> None:
        self._let_go()
        self.say("已停下，数据钥匙没有换", "数据、密码和恢复码都还是原来的。")
        self.offer_login()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())
        self.copy_button.setText("已复制")


def about_left_out(logins: tuple[str, ...]) -> str:
    if not logins:
        return ""
    return f"{'、'.join(logins)} 这次不在场，原来的密码已打不开：请管理员登录后在“用户”里给他们设新密码。"
