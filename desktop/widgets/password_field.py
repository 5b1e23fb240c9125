"""A field for a password: its letters do not show, and blanks count."""

from typing import Any

from PySide6.QtWidgets import QLineEdit

from desktop.widgets.fields import TextField


class PasswordField(TextField):
    def __init__(self, hint: str = "") -> None:
        super().__init__(hint, 100)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def value(self) -> Any:
        return super().text()

    def text(self) -> str:
        """What a draft would keep: nothing."""
        return ""
