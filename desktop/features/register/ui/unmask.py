"""The eye of a household's page: numbers are shown after a reason was given and written into the audit log."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.features.office import api as office
from desktop.widgets.ask_reason import AskReason
from desktop.widgets.desk import Desk

_WHY = "查看完整的证件号码和电话会记入操作日志。"


class Unmask(QObject):
    """Stands between the eye and what the page shows. `about` says of what the numbers are."""

    def __init__(
        self,
        desk: Desk,
        eye: QAbstractButton,
        about: Callable[[], str],
        show: Callable[[], Any],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._desk, self._eye, self._about, self._show, self._page = desk, eye, about, show, page
        self._is_given = False
        eye.setVisible("data.sensitive" in desk.actor.rights)
        eye.toggled.connect(self._on_eye)

    def _on_eye(self, is_open: bool) -> None:
        if is_open and not self._is_given:
            self._eye.setChecked(False)
            dialog = AskReason("显示号码", _WHY, self._page)
            dialog.given.connect(self._note)
            dialog.open()
            return
        self._is_given = is_open
        self._show()

    def _note(self, reason: str) -> None:
        self._desk.runner.act(self._page, office.unmask, self._about(), reason, done=lambda _: self._open())

    def _open(self) -> None:
        self._is_given = True
        self._eye.setChecked(True)
