"""The first page: which office this is, who sits here, the password."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.core.errors import Refused, Trouble
from desktop.shell.app import NAME
from desktop.widgets.line_edit import LineEdit
from desktop.widgets.parts import GRID, button, card, column, label, row
from desktop.widgets.runner import Runner
from desktop.widgets.say import sentence_of

# Opens the office for (user, password); a wrong password is Refused or Trouble with its sentence.
Open = Callable[[str, str], Any]


class Login(QWidget):
    """Deriving the key takes a while, so opening runs on a thread; `entered` brings what `open_office` gave."""

    entered = Signal(object)
    recovery_wanted = Signal()
    crashed = Signal(object)

    def __init__(self, office: str, open_office: Open, users: Sequence[str] = (), version: str = "") -> None:
        super().__init__()
        self._open = open_office
        self._runner = Runner(_no_unit, parent=self)
        self._runner.crashed.connect(self._on_crash)
        self.setWindowTitle("登录")
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.user, self.password = LineEdit("用户名"), PasswordBox()
        self.user.setText(users[0] if users else "")
        self.sentence, self.caps = label("", "refusal", wrap=True), label("大写锁定已打开", "warning")
        self.enter_button = button("进入", self.enter, role="primary")
        self.forgot_button = button("忘记密码", self.recovery_wanted.emit, role="link")
        self._idle_words = self.enter_button.text()
        self._lay_out(office, version)
        self._connect()
        self.resize(960, 640)

    def _lay_out(self, office: str, version: str) -> None:
        self.caps.hide()
        self.sentence.hide()
        fields = card(
            label("用户名"), self.user, GRID, label("密码"), self.password, self.caps, self.sentence, GRID,
            self.enter_button, row(None, self.forgot_button), gap=6, edge=3 * GRID,
        )  # fmt: skip
        fields.setFixedWidth(360)
        names = column(label(NAME, "large"), label(office, "heading"), gap=4)
        foot = label(f"版本 {version}" if version else "", "secondary")
        middle = column(None, names, 2 * GRID, fields, None, None)
        self.setLayout(column(row(None, middle, None), row(None, foot, None), edge=3 * GRID))

    def _connect(self) -> None:
        self.user.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.enter)
        self.password.caps_seen.connect(self.caps.setVisible)
        self.password.textEdited.connect(lambda _text: self.sentence.hide())
        self.take_focus()

    def take_focus(self) -> None:
        """Where the clerk goes on: at the password, once a name stands there."""
        (self.password if self.user.text() else self.user).setFocus()

    def enter(self) -> None:
        """Try what was typed."""
        if not self.enter_button.isEnabled():
            return
        if not self.password.text():
            self._say("请输入密码。")
            self.password.setFocus()
            return
        self._set_busy(True)
        self._runner.job(
            self, self._open_it, self.user.text().strip(), self.password.text(), done=self._on_open,
            refused=self._on_refused, trouble=self._on_refused, stopped=lambda: self._set_busy(False),
        )  # fmt: skip

    def close_runner(self) -> None:
        self._runner.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_runner()
        super().closeEvent(event)

    def _open_it(self, user: str, password: str, _tell: object) -> Any:
        return self._open(user, password)

    def _on_open(self, opened: Any) -> None:
        self._set_busy(False)
        self.password.clear()
        self.entered.emit(opened)

    def _on_refused(self, error: Refused | Trouble) -> None:
        self._set_busy(False)
        self._say("".join(sentence_of(error)))
        self.password.setFocus()
        self.password.selectAll()

    def _on_crash(self, error: Exception) -> None:
        self.crashed.emit(error)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _set_busy(self, is_busy: bool) -> None:
        if is_busy:
            self._idle_words = self.enter_button.text()
        self.enter_button.setEnabled(not is_busy)
        self.enter_button.setText("正在打开…" if is_busy else self._idle_words)
        self.user.setEnabled(not is_busy)
        self.password.setEnabled(not is_busy)
        if is_busy:
            self.sentence.hide()


class PasswordBox(QLineEdit):
    """Notices the caps lock by what the keys give: Qt does not tell its state on every system."""

    caps_seen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName("密码")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if len(text) == 1 and text.isascii() and text.isalpha():
            self.caps_seen.emit(text.isupper() != has_shift)
        elif event.key() == Qt.Key.Key_CapsLock:
            self.caps_seen.emit(False)
        super().keyPressEvent(event)


def _no_unit() -> AbstractContextManager[Any]:
    raise RuntimeError("there is no office yet")
