"""Screen: one page of the program, with its title band; what the window may ask of it. LooksAgain: what reads anew."""

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.changes import Changes
from desktop.widgets.parts import GRID, label


class Screen(QWidget):
    """Put the page's parts into `body`, its buttons into the band with `add_action`."""

    def __init__(self, title: str, name: str = "") -> None:
        super().__init__()
        self._focus_first: QWidget | None = None
        self.setObjectName(name)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.summary = label(title, "title"), label("", "quiet-text")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GRID)
        band = QHBoxLayout()
        band.setSpacing(2 * GRID)
        for part in (self.title, self.summary):
            band.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        # As high as a button, so that titles stand at one height whether a page has buttons or not.
        band.addStrut(33)
        band.addStretch(1)
        band.addLayout(self.buttons)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        page = QVBoxLayout(self)
        page.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        page.setSpacing(2 * GRID)
        page.addLayout(band)
        page.addLayout(self.body, 1)

    def add_action(self, button: QWidget) -> QWidget:
        """A button of the band; the primary one comes last."""
        self.buttons.addWidget(button)
        return button

    def focus_first_on(self, part: QWidget) -> None:
        """What gets the focus with the page. Not a focus proxy: Tab would jump to it over all that stands before."""
        self._focus_first = part
        # The focus may have come before the part was there: 今日 looks first what waits.
        if self.window().focusWidget() is self:
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._focus_first is not None:
            self._focus_first.setFocus(event.reason())

    def say(self, summary: str) -> None:
        """The sentence beside the title."""
        self.summary.setText(summary)

    def arrive(self, **given: Any) -> None:
        """The screen is being shown; `given` says what it should show."""

    def on_changed(self, changes: Changes, sender: object) -> None:
        """Something was written. Decide whether what is shown is stale."""

    def leave(self) -> bool:
        """Esc was pressed: False when the screen used it for itself (went back one step inside)."""
        return True


class LooksAgain(QWidget):
    """Comes before Screen (or alone): reads again when its tables were written to, but only while somebody sees it.

    `watches` are the tables; none means all. Whoever looks for another reason sets `is_stale` to False.
    """

    watches: ClassVar[tuple[str, ...]] = ()
    is_stale = False

    def on_changed(self, changes: Changes, sender: object) -> None:
        if not self.watches or changes.touch(*self.watches):
            self.expect_news()

    def expect_news(self) -> None:
        self.is_stale = True
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def look_again(self) -> None:
        raise NotImplementedError

    def _look(self) -> None:
        if self.is_stale and self.isVisible():
            self.is_stale = False
            self.look_again()
