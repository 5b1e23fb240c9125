"""The main window: title band, left menu, one screen at a time, status bar. It is the navigator of all screens."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QMenu, QScrollArea, QStackedWidget, QWidget
from shiboken6 import isValid

from desktop.core.changes import Changes
from desktop.core.errors import Refused, Trouble
from desktop.core.found import Found
from desktop.shell.ahead import Ahead
from desktop.shell.app import NAME
from desktop.shell.foot import Foot
from desktop.shell.menu import Menu, Place
from desktop.shell.screens import Screens
from desktop.shell.search import SearchBox
from desktop.widgets import say
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.runner import Runner
from desktop.widgets.screen import Screen
from desktop.widgets.toast import UNDO, Toast

# Below this width the menu folds: the screen needs the room more.
_FOLDS_BELOW = 1100
_MOST_BACK = 50


class Window(QMainWindow):
    """Made once for each login. `closing` is emitted when the clerk closes it."""

    closing = Signal()

    def __init__(
        self,
        office: str,
        user: str,
        places: Sequence[Place],
        screens: Screens,
        find: Callable[[str], Sequence[Found]] = lambda _text: (),
        actions: Sequence[Found] = (),
    ) -> None:
        super().__init__()
        self.setWindowTitle(office)
        self.screens = screens
        self._before_search: QWidget | None = None
        self._way: list[tuple[str, dict[str, Any]]] = []
        self.search, self.menu, self.foot = SearchBox(find, actions), Menu(list(places)), Foot()
        self.user_menu = QMenu(self)
        self._pages = _Pages()
        self._stack = self._pages.stack
        self._lay_out(office, user)
        self.toast = Toast(self)
        self._connect()
        self.resize(1366, 768)

    def _lay_out(self, office: str, user: str) -> None:
        self.user_button = button(user, name="person", role="quiet")
        self.user_button.setMenu(self.user_menu)
        self.search.setMinimumWidth(280)
        self.search.setMaximumWidth(480)
        band = QFrame()
        band.setProperty("role", "band")
        top = row(label(NAME, "heading"), label(office, "quiet-text"), gap=2 * GRID)
        top.addStretch(1)
        top.addWidget(self.search, 2)
        top.addStretch(1)
        top.addWidget(self.user_button)
        top.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        band.setLayout(top)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.menu)
        middle.addWidget(self._pages, 1)
        whole = QWidget()
        whole.setLayout(column(band, middle, self.foot, gap=0))
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.menu.claim_keys(self)
        self.menu.chosen.connect(self.go_to_place)
        self.search.wanted.connect(lambda found: self.go(found.screen, **found.given))
        self.search.given_up.connect(self._out_of_search)
        for keys, call in (
            ("Ctrl+K", self._into_search),
            ("Ctrl+Z", self._undo),
            ("Alt+Left", self.back),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    def connect_runner(self, runner: Runner) -> None:
        """Let open screens hear what changed, and the clerk what went wrong."""
        runner.changed.connect(self._on_changed)
        runner.refused.connect(self.tell)
        runner.trouble.connect(self.tell)
        runner.busy.connect(self._on_busy)  # not a lambda: that would be called when the window is gone

    def _on_busy(self, is_on: bool) -> None:
        self.foot.say("busy", "正在处理…" if is_on else "")

    def go_to_place(self, name: str) -> None:
        """A menu line starts a new way: Esc does not lead back through earlier days' screens."""
        self._way.clear()
        self.go(name)

    def go(self, name: str, **given: Any) -> None:
        """Show that screen; the one before is a step back."""
        if self._way and self._way[-1][0] == name:
            self._way[-1] = (name, given)
        else:
            self._way = [*self._way[-_MOST_BACK:], (name, given)]
        self._show(name, given)

    def back(self) -> None:
        """One step back. The screen still stands where it was left: its list keeps its place."""
        if len(self._way) > 1:
            self._way.pop()
            self._show(self._way[-1][0], None)

    def say(self, sentence: str, undo: Callable[[], Any] | None = None, offer: str = UNDO) -> None:
        self.toast.say(sentence, undo, offer)

    def _into_search(self) -> None:
        before = self.focusWidget()
        if before is not self.search:
            self._before_search = before
        self.search.take_focus()

    def _out_of_search(self) -> None:
        """Back to where the clerk was typing."""
        before = self._before_search
        target = (
            before if before is not None and isValid(before) and before.isVisible() else self.screen_shown
        )
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _undo(self) -> None:
        # The offer is gone after some seconds; a key that then does nothing would look broken.
        if not self.toast.undo():
            self.toast.say("要撤销先前的操作，请到“系统”的“操作历史”")

    def tell(self, error: Refused | Trouble) -> None:
        """What nobody else told: a sentence and what to do."""
        say.tell(self, error)

    @property
    def screen_shown(self) -> Screen | None:
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def _show(self, name: str, given: dict[str, Any] | None) -> None:
        screen = self._built(name)
        self._stack.setCurrentWidget(screen)
        self.menu.mark(self.screens.place_of(name))
        screen.setFocus(Qt.FocusReason.OtherFocusReason)
        if given is not None:
            screen.arrive(**given)

    def _built(self, name: str) -> Screen:
        screen = self.screens.get(name)
        if self._stack.indexOf(screen) < 0:
            self._stack.addWidget(screen)
            screen.ensurePolished()
        return screen

    def build_ahead(self) -> None:
        """Build the other pages in quiet moments. To be called once, when the window is shown."""
        names = [name for name in self.screens.names() if self.screens.place_of(name) in self.menu.buttons]
        Ahead(self, names, self._built)

    def _on_changed(self, changes: Changes, sender: object) -> None:
        for screen in list(self.screens.built()):
            screen.on_changed(changes, sender)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc comes here when no field wanted it."""
        if event.key() == Qt.Key.Key_Escape:
            shown = self.screen_shown
            if shown is None or shown.leave():
                self.back()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.menu.fold(self.width() < _FOLDS_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if event.isAccepted():
            self.closing.emit()

    def user_action(self, text: str, call: Callable[[], Any]) -> None:
        """A line of the menu under the user's name (换密码, 退出登录, 关于)."""
        self.user_menu.addAction(text).triggered.connect(lambda _on=False: call())


class _Pages(QScrollArea):
    """One page at a time, scrolling: on a low screen a page must not push the status bar over the edge."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = QStackedWidget()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = _Holder(self.stack)
        self.setWidget(holder)
        self.stack.currentChanged.connect(lambda _place: holder.updateGeometry())


class _Holder(QWidget):
    """As small as the page that is shown can be. A stack itself takes the largest of all, and the height it likes."""

    def __init__(self, stack: QStackedWidget) -> None:
        super().__init__()
        self._stack = stack
        stack.setParent(self)

    def minimumSizeHint(self) -> QSize:
        page = self._stack.currentWidget()
        return page.minimumSizeHint() if page is not None else QSize()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # there is no layout here that would pass it on
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack.resize(event.size())
