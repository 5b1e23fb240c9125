"""The empty state: what would stand here, and the action that fills it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.widgets.icons import picture
from desktop.widgets.parts import GRID, button, column, label, row, set_shown


class Empty(QWidget):
    """A calm sentence in the middle, and one button if something can be done."""

    def __init__(
        self,
        sentence: str = "",
        hint: str = "",
        action: str = "",
        call: Callable[[], Any] | None = None,
        icon: str = "list",
    ) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture, self.sentence, self.hint = (
            QLabel(),
            label("", "strong"),
            label("", "quiet-text", wrap=True),
        )
        self.button = button("", self._press, role="")
        self._call: Callable[[], Any] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the keys of the page work here too
        for part in (self._picture, self.sentence, self.hint):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        foot = row(None, self.button, None)
        self.setLayout(column(None, self._picture, self.sentence, self.hint, GRID, foot, None, edge=3 * GRID))
        self.show_state(sentence, hint, action, call, icon)

    def show_state(
        self,
        sentence: str,
        hint: str = "",
        action: str = "",
        call: Callable[[], Any] | None = None,
        icon: str = "list",
    ) -> None:
        ratio = self.devicePixelRatioF()
        drawn = picture(icon, round(32 * ratio), "#8A93A1")
        drawn.setDevicePixelRatio(ratio)
        self._picture.setPixmap(drawn)
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        set_shown(self.hint, bool(hint))
        self.button.setText(action)
        set_shown(self.button, bool(action))
        self.setFocusProxy(self.button if action else None)  # type: ignore[arg-type]
        self._call = call

    def _press(self) -> None:
        if self._call is not None:
            self._call()
