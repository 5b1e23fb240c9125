"""系统 → 数据钥匙: what opens the office's data, and a new key when somebody else may have the old one."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core import county_help, keys
from desktop.shell.backup_care import BackupCare
from desktop.shell.rekey_dialog import RekeyDialog
from desktop.widgets.desk import Desk
from desktop.widgets.parts import GRID, button, card, column, label, row

_WHAT = (
    "全部数据用一把钥匙加密。钥匙本身不写下来：用户的密码、建册时抄下的恢复码都能打开它。"
    "忘记密码不用换钥匙，请在登录页点“忘记密码”。"
)
_WHEN = (
    "电脑丢失或被盗（尤其是丢的时候没有锁定）、有人拷走过数据文件夹、恢复码被人看到、知道密码的人不再可靠时，请换一把。"
    "换好后会给出新的恢复码，在场的人密码不变，不在场的人要由管理员设新密码。"
)
_NOT_HERE = "练习办公室里不能更换"


class KeysPanel(QWidget):
    def __init__(self, desk: Desk, care: BackupCare) -> None:
        super().__init__()
        self._desk, self._care = desk, care
        self.opens = label("", wrap=True)
        self.rekey_button = button("更换数据钥匙…", self.rekey, name="lock")
        self.hint = label("", "secondary", wrap=True)
        foot = row(self.hint, None, self.rekey_button)
        now = card(label("现在能打开数据的", "heading"), label(_WHAT, "secondary", wrap=True), self.opens)
        change = card(label("更换数据钥匙", "heading"), label(_WHEN, wrap=True), foot)
        self.setLayout(column(now, change, None, gap=GRID, edge=GRID))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        path = self._desk.db.paths.keys
        users, helper = "、".join(keys.logins(path)), county_help.helper(path)
        helped = f"上级“{helper}”可以帮忙找回" if helper else "没有可以帮忙的上级，请锁好恢复码"
        self.opens.setText(f"密码：{users}\n恢复码：1 份\n忘记密码时：{helped}")
        self.rekey_button.setEnabled(self._care.can_restore)
        self.hint.setText("" if self._care.can_restore else _NOT_HERE)

    def rekey(self) -> None:
        """Ask; the rest happens when the data is closed (rekey_page.py)."""
        dialog = RekeyDialog(self._desk, self._care.runner, self.window())
        dialog.given.connect(self._care.rekey_wanted)
        dialog.open()
