"""锁定: a page over the whole window until the user's password opens it again, at the same place."""

from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget
from shiboken6 import isValid

from desktop.shell.login import Login, Open
from desktop.widgets.parts import timer
from desktop.widgets.progress import Waiting

_LOOK_EVERY = 5_000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class LockPage(Login):
    """The login of one user only; another one leaves the office first."""

    other_wanted = Signal()

    def __init__(self, who: str, open_office: Open, login: str) -> None:
        super().__init__(f"{who} 已锁定，输入密码回到原处", open_office, [login])
        self.user.setReadOnly(True)
        self.user.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.enter_button.setText("解锁")
        self.forgot_button.setText("换一个用户（退出登录）")
        self.recovery_wanted.connect(self.other_wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Nothing that is typed here reaches the window below."""
        event.accept()


class IdleWatch(QObject):
    """Calls `idle` when nobody touched keyboard or mouse for that many minutes.

    It looks at what the system tells the program's windows. A filter over all events of the application would cost
    every paint a call into Python.
    """

    def __init__(
        self,
        minutes: Callable[[], int],
        idle: Callable[[], Any],
        parent: QObject,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._minutes, self._idle, self._seconds = minutes, idle, seconds
        self._touched = seconds()
        self._timer = timer(self, _LOOK_EVERY, self.look)
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
        # What an input method composes never comes by as keys.
        QGuiApplication.inputMethod().cursorRectangleChanged.connect(self.touched)
        self._watch(QGuiApplication.focusWindow())

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.touched()
        return False

    def touched(self) -> None:
        self._touched = self._seconds()

    def look(self) -> None:
        if self._seconds() - self._touched >= self._minutes() * 60:
            self._idle()


class Locker(QObject):
    """Locks and unlocks one window. While it is locked nothing of it can be read, and none of its keys works."""

    def __init__(self, window: QMainWindow, who: str, open_office: Open, login: str) -> None:
        super().__init__(window)
        self._window, self._given = window, (who, open_office, login)
        self._page: LockPage | None = None
        self._shortcuts: list[QShortcut] = []
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self.other_wanted: Callable[[], Any] = window.close
        self.crashed: Callable[[Exception], Any] | None = None

    @property
    def _content(self) -> QWidget:
        return self._window.centralWidget() or self._window

    @property
    def page(self) -> LockPage | None:
        return self._page

    def lock(self) -> None:
        if self._page is not None:
            return
        self._focus = self._window.focusWidget()
        self._clear_desk()
        self._shortcuts = [s for s in self._window.findChildren(QShortcut) if s.isEnabled()]
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
        self._content.hide()
        self._show_page()

    def _clear_desk(self) -> None:
        """Whatever stands before the window goes: lists and questions are given up, other windows wait unseen."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for part in self._others():
            part.hide()  # a note at the bottom, a list under a field
            part.installEventFilter(self)
        for one in QApplication.topLevelWidgets():
            # The dialog of a long job shows numbers only, and its end must not be stopped by a lunch break.
            if one is self._window or not one.isVisible() or isinstance(one, Waiting):
                continue
            if isinstance(one, QDialog):
                one.reject()
            if one.isVisible():  # no dialog, or one whose deed is being done
                one.hide()
                self._hidden.append(one)

    def _others(self) -> list[QWidget]:
        """What floats over the window besides its content: it would float over the page, too."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        found = self._window.findChildren(QWidget, options=direct)
        return [w for w in found if w is not self._content and not w.isWindow()]

    def _show_page(self) -> None:
        page = LockPage(*self._given)
        page.setParent(self._window)
        page.setGeometry(self._window.rect())
        page.entered.connect(lambda _opened: self.unlock())
        page.other_wanted.connect(lambda: self.other_wanted())
        page.crashed.connect(self._on_crash)
        self._window.installEventFilter(self)
        self._page = page
        page.show()
        page.raise_()
        page.take_focus()

    def unlock(self) -> None:
        """Everything stands where it stood."""
        page, self._page = self._page, None
        if page is None:
            return
        self._window.removeEventFilter(self)
        for part in self._others():
            part.removeEventFilter(self)
        page.hide()
        page.close_runner()
        page.deleteLater()
        self._content.show()
        for shortcut in self._shortcuts:
            if isValid(shortcut):
                shortcut.setEnabled(True)
        for one in self._hidden:
            with suppress(RuntimeError):
                one.show()
        self._shortcuts, self._hidden = [], []
        if self._focus is not None and isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def close(self) -> None:
        """The window goes: the page's thread with it."""
        if self._page is not None:
            self._page.close_runner()

    def _on_crash(self, error: Exception) -> None:
        if self.crashed is not None:
            self.crashed(error)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._page is None:
            return False
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._page.setGeometry(self._window.rect())
        elif watched is not self._window and event.type() == QEvent.Type.Show:
            self._page.raise_()
            QTimer.singleShot(0, self._page, self._page.raise_)  # it raises itself after it is shown
        return False
