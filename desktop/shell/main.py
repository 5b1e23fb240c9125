"""From the first moment to the last: the application, the lock, the login or the first start, the window."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core import keys, resources
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.gc_pause import gc_settled
from desktop.core.paths import Paths
from desktop.core.settings import TEXT_SIZE, Settings
from desktop.shell.about import About
from desktop.shell.app import make_app
from desktop.shell.assemble import Opened, open_window
from desktop.shell.crash import CrashWatch
from desktop.shell.first_run import FirstRun
from desktop.shell.login import Login
from desktop.shell.recovery import Recovery
from desktop.widgets import say

OpenOffice = Callable[[Path, str, str], tuple[Database, Actor]]
MakeOffice = Callable[..., Any]
Hold = Callable[[Path], AbstractContextManager[None]]

# What a title bar and the borders may take.
_FRAME = 48


class Program(QObject):
    """One office on one PC, from login to leaving."""

    def __init__(self, root: Path, open_office: OpenOffice, make_office: MakeOffice) -> None:
        super().__init__()
        self._root, self._open, self._make = root, open_office, make_office
        self._login: Login | None = None
        self.opened: Opened | None = None
        self.crash = CrashWatch(Paths(root).logs, self._front)

    def start(self) -> bool:
        """Show the login, or the first start where there is no office yet. False when the clerk closed that."""
        self.crash.install()
        if Paths(self._root).exists():
            self._show_login()
            return True
        first = FirstRun(self._root, self._make)
        if not first.exec() or first.running is None:
            return False
        self._enter((first.running.db, first.running.actor))
        return True

    def _show_login(self) -> None:
        users = keys.logins(Paths(self._root).keys)
        login = Login("请登录", lambda user, password: self._open(self._root, user, password), users)
        login.entered.connect(self._enter)
        login.crashed.connect(self.crash.show_page)
        login.recovery_wanted.connect(self._recover)
        self._login = login
        login.show()

    def _recover(self) -> None:
        recovery = Recovery(Paths(self._root).keys, self._login)
        if self._login is not None:
            recovery.finished.connect(self._login.take_focus)
        recovery.open()

    def _enter(self, found: tuple[Database, Actor]) -> None:
        self.opened = open_window(*found)
        window = self.opened.window
        window.user_action("关于本程序", self._about)
        window.user_action("退出", window.close)
        window.closing.connect(self._leave)
        self.opened.desk.runner.crashed.connect(self.crash.show_page)
        _show_whole(window)
        if self._login is not None:
            self._login.close()

    def _leave(self) -> None:
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    def _about(self) -> None:
        changes = resources.document("CHANGES.md").read_text(encoding="utf-8")
        About(changes, licences(), self._front()).open()

    def _front(self) -> QWidget | None:
        return self.opened.window if self.opened else self._login


def _show_whole(window: QWidget) -> None:
    """On a small screen the window and its frame would hang over the edge, and the status bar with it."""
    room = window.screen().availableGeometry()
    if room.width() > window.width() and room.height() > window.height() + _FRAME:
        window.show()
    else:
        window.showMaximized()


def licences() -> dict[str, str]:
    """The licence of each part that ships with the program."""
    found = sorted(resources.document("licences").glob("*.txt"))
    return {f.stem: f.read_text(encoding="utf-8", errors="replace") for f in found}


def run(root: Path, open_office: OpenOffice, make_office: MakeOffice, hold: Hold) -> int:
    """Show the program for the office in `root` until its window is closed; gives the exit status."""
    app = make_app(percent=Settings(Paths(root).settings).get(TEXT_SIZE))
    try:
        with hold(root):
            program = Program(root, open_office, make_office)
            if not program.start():
                return 0
            with gc_settled():
                status = app.exec()
            program.crash.uninstall()
            return status
    except Trouble as trouble:
        say.tell_alone(trouble)
        return 1
