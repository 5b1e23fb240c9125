"""The eye of a page or form: numbers are shown after a reason was given and written into the audit log."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.widgets.ask_reason import AskReason
from desktop.widgets.desk import Desk
from desktop.widgets.parts import button

_WHY = "查看完整的证件号码和电话会记入操作日志。"


def eye_button() -> QAbstractButton:
    made = button("显示号码", name="eye", role="quiet")
    made.setCheckable(True)
    made.setToolTip("显示或遮住电话和证件号码（Ctrl+D）")
    made.toggled.connect(lambda on: made.setText("遮住号码" if on else "显示号码"))
    return made


class Unmask(QObject):
    """Stands between the eye and what the page shows.

    `about` says of what the numbers are; `note` is the action that writes it and the reason into the audit log.
    """

    def __init__(
        self,
        desk: Desk,
        eye: QAbstractButton,
        about: Callable[[], str],
        show: Callable[[], Any],
        page: QWidget,
        note: Callable[..., Any],
    ) -> None:
        super().__init__(page)
        self._desk, self._eye, self._about, self._show, self._page = desk, eye, about, show, page
        self._action = note
        self._is_given = False
        self.is_allowed = "data.sensitive" in desk.actor.rights
        if not self.is_allowed:  # not setVisible: without a parent yet, it would be a window of its own
            eye.hide()
        eye.toggled.connect(self._on_eye)

    def _on_eye(self, is_open: bool) -> None:
        if is_open and not self._is_given:
            self._eye.setChecked(False)
            self.ask()
            return
        self._is_given = is_open
        self._show()

    def ask(self) -> None:
        """Ask for the reason; with it the eye opens."""
        if self.is_allowed and not self._page.findChildren(AskReason):
            dialog = AskReason("显示号码", _WHY, self._page)
            dialog.given.connect(self._note)
            dialog.open()

    def _note(self, reason: str) -> None:
        self._desk.runner.act(self._page, self._action, self._about(), reason, done=lambda _: self.open())

    def open(self) -> None:
        """The reason was given and written down, here or on the page before."""
        self._is_given = self.is_allowed
        self._eye.setChecked(self.is_allowed)
