"""From the first moment to the last: the application, the lock, the login or the first start, the window."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

import desktop
from desktop.core import keys, resources
from desktop.core.db import drafts, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.gc_pause import gc_settled
from desktop.core.paths import Paths
from desktop.core.remember import Remember
from desktop.core.settings import AUTO_LOCK, TEXT_SIZE, Settings
from desktop.features.office import api as office
from desktop.shell.about import About, licences
from desktop.shell.app import make_app
from desktop.shell.assemble import Opened, open_window, show_whole
from desktop.shell.closed_page import ClosedPage
from desktop.shell.crash import CrashWatch
from desktop.shell.first_run import FirstRun
from desktop.shell.lock_page import IdleWatch, Locker
from desktop.shell.login import Login
from desktop.shell.password_dialog import PasswordDialog
from desktop.shell.practice_room import OpenPractice, PracticeRoom
from desktop.shell.recovery import Recovery
from desktop.shell.rekey_page import RekeyPage
from desktop.shell.restore_page import Case, RestorePage
from desktop.widgets import say

OpenOffice = Callable[[Path, str, str], tuple[Database, Actor]]
MakeOffice = Callable[..., Any]
RekeyOffice = Callable[..., office.Rekeyed]
Hold = Callable[[Path], AbstractContextManager[None]]

_LAST = "login"
# Whoever knows such a password is not known to be the user; and it cannot be changed while the data does not open.
_FIRST_AND_DAMAGED = (
    "数据文件检查没有通过，可能已损坏；您的密码还是管理员设的，不能用它恢复",
    "请让用过自己密码登录的同事或管理员来登录，由他恢复",
)


class Program(QObject):
    """One office on one PC, from login to leaving."""

    _found_damaged = Signal(bytes, str)

    def __init__(
        self,
        root: Path,
        open_office: OpenOffice,
        make_office: MakeOffice,
        open_practice: OpenPractice | None = None,
        rekey: RekeyOffice | None = None,
    ) -> None:
        super().__init__()
        self._root, self._open, self._make = root, open_office, make_office
        self._rekey, self._open_practice = rekey, open_practice
        self.practice: PracticeRoom | None = None
        self._login: Login | None = None
        self.bundle: Path | None = None  # the file that was double-clicked, until it is shown
        self.opened: Opened | None = None
        self.locker: Locker | None = None
        self.idle: IdleWatch | None = None
        self._closed_page: ClosedPage | None = None
        self._found_damaged.connect(self._on_damaged)
        self.crash = CrashWatch(Paths(root).logs, self._front)

    def start(self) -> bool:
        """Show the login, or the first start where there is no office yet. False when the clerk closed that."""
        self.crash.install()
        if Paths(self._root).exists():
            self._show_login()
            return True
        first = FirstRun(self._root, self._make)
        first.crashed.connect(self.crash.show_page)
        if not first.exec():
            return False
        if first.was_restored:
            self._show_login()
            return True
        self._enter((first.running.db, first.running.actor))
        return True

    def _show_login(self) -> None:
        paths = Paths(self._root)
        users, last = keys.logins(paths.keys), Remember(paths.remembered).get(_LAST)
        # Four people share a PC; mostly the same one sits here.
        login = Login("请登录", self._try_open, [last] if last in users else users, desktop.__version__)
        login.entered.connect(self._enter)
        login.crashed.connect(self.crash.show_page)
        login.recovery_wanted.connect(self._recover)
        self._login = login
        login.show()

    def _try_open(self, user: str, password: str) -> tuple[Database, Actor]:
        """On the login's thread. Data that cannot be opened leads to the page that offers the latest good backup."""
        try:
            return self._open(self._root, user, password)
        except Trouble as trouble:
            if trouble.code in restore.DAMAGED:
                path = Paths(self._root).keys
                key = keys.open_with_password(path, user, password)
                if keys.is_first(path, user):
                    raise Trouble(*_FIRST_AND_DAMAGED, code="keys.first") from trouble
                self._found_damaged.emit(key, user)
            raise

    def _take_care(self, opened: Opened) -> None:
        paths, key, by = opened.desk.db.paths, opened.desk.db.key, opened.desk.actor.login
        opened.care.damaged.connect(lambda: self._offer_backup(paths, key, by))
        opened.care.restore_wanted.connect(
            lambda backup: self._on_closed(RestorePage(Case(paths, key, backup, by=by)))
        )
        if self._rekey is not None:
            rekey = partial(self._rekey, self._root)
            opened.care.rekey_wanted.connect(lambda given: self._on_closed(RekeyPage(rekey, by, given)))
        opened.care.start()
        opened.drafts.tell_damage(lambda: opened.desk.runner.trouble.emit(drafts.DAMAGED))

    def _on_damaged(self, key: bytes, by: str) -> None:
        self._offer_backup(Paths(self._root), key, by)

    def _offer_backup(self, paths: Paths, key: bytes, by: str) -> None:
        self._show_closed(RestorePage(Case(paths, key, shelf.latest(paths.backups), is_damaged=True, by=by)))

    def _on_closed(self, page: ClosedPage) -> None:
        """Close the data, then let that page work on it."""
        if self._show_closed(page):
            page.begin()

    def _show_closed(self, page: ClosedPage) -> bool:
        """What is half typed stays as drafts. False when the window had a reason to stay."""
        page.crashed.connect(self.crash.show_page)
        page.finished.connect(self._after_closed)
        self._closed_page = page
        page.show()
        for other in (self.opened.window if self.opened else None, self._login):
            if other is not None:
                other.close()
        self._login = None
        if self.opened is not None:
            page.close()
            self._closed_page = None
        return self._closed_page is not None

    def _after_closed(self) -> None:
        self._show_login()
        if self._closed_page is not None:
            self._closed_page.close()
            self._closed_page = None

    def _recover(self) -> None:
        recovery = Recovery(Paths(self._root).keys, self._login)
        if self._login is not None:
            recovery.finished.connect(self._login.take_focus)
        recovery.open()

    def _enter(self, found: tuple[Database, Actor]) -> None:
        """A password that an administrator chose is changed before anything is shown."""
        db, actor = found
        if keys.is_first(db.paths.keys, actor.login):
            dialog = PasswordDialog(db.paths.keys, actor.login, self._login, is_first=True)
            dialog.accepted.connect(lambda: self._show_window(db, actor))
            dialog.rejected.connect(db.close)
            dialog.crashed.connect(self.crash.show_page)
            dialog.open()
        else:
            self._show_window(db, actor)

    def _show_window(self, db: Database, actor: Actor) -> None:
        Remember(db.paths.remembered).put(_LAST, actor.login)
        self.opened = open_window(db, actor)
        window, runner = self.opened.window, self.opened.desk.runner
        runner.crashed.connect(self.crash.show_page)
        self._lock_when_idle(self.opened)
        window.user_action("修改密码", self._change_password)
        window.user_action("锁定（Ctrl+L）", self.lock)
        window.user_action("退出登录", self.log_out)
        if self._open_practice is not None:
            window.user_action("练习办公室", self.practise)
        window.user_action("关于本程序", self._about)
        window.user_action("退出", window.close)
        window.closing.connect(self._leave)
        QShortcut(QKeySequence("Ctrl+L"), window).activated.connect(self.lock)
        show_whole(window)
        if self.bundle is not None:
            window.go("sync", bundle=self.bundle)
            self.bundle = None
        window.build_ahead()
        self._take_care(self.opened)
        self._close_login()

    def _lock_when_idle(self, opened: Opened) -> None:
        desk = opened.desk
        opens = partial(keys.open_with_password, desk.db.paths.keys)
        self.locker = Locker(opened.window, desk.actor.name, opens, desk.actor.login)
        self.locker.crashed = self.crash.show_page
        self.locker.other_wanted = self.log_out
        self.idle = IdleWatch(lambda: desk.settings.get(AUTO_LOCK), self.lock, opened.window)

    def lock(self) -> None:
        if self.locker is not None:
            self.locker.lock()

    def log_out(self) -> None:
        """Back to the login; what was half typed stays as this user's draft."""
        if self.opened is None:
            return
        window = self.opened.window
        self._show_login()
        if not window.close():  # it had a reason to stay
            self._close_login()

    def practise(self) -> None:
        """Out of the real office, into the sample one; from there back to the login."""
        self.log_out()
        if self.opened is not None or self._login is None or self._open_practice is None:
            return
        room = self.practice = PracticeRoom(self._root, self._open_practice)
        room.crashed.connect(self.crash.show_page)
        room.shown.connect(self._close_login)
        room.left.connect(self._show_login)
        room.enter(self._login)

    def _close_login(self) -> None:
        if self._login is not None:
            self._login.close()
            self._login.deleteLater()
            self._login = None

    def _change_password(self) -> None:
        if self.opened is None:
            return
        desk, window = self.opened.desk, self.opened.window
        dialog = PasswordDialog(desk.db.paths.keys, desk.actor.login, window)
        dialog.crashed.connect(self.crash.show_page)
        dialog.accepted.connect(lambda: desk.runner.act(window, office.note_password))
        dialog.accepted.connect(lambda: window.say("密码已修改，下次登录时用新密码"))
        dialog.open()

    def _leave(self) -> None:
        if self.idle is not None:
            self.idle.deleteLater()
            self.idle = None
        if self.locker is not None:
            self.locker.close()
            self.locker = None
        if self.opened is not None:
            self.opened.leave()
            self.opened.window.deleteLater()  # whoever logs in next gets a window of his own
            self.opened = None

    def _about(self) -> None:
        changes = resources.document("CHANGES.md").read_text(encoding="utf-8")
        About(changes, licences(), self._front()).open()

    def _front(self) -> QWidget | None:
        return self.opened.window if self.opened else self._login


def run(
    root: Path,
    open_office: OpenOffice,
    make_office: MakeOffice,
    hold: Hold,
    open_practice: OpenPractice | None = None,
    bundle: Path | None = None,
    rekey: RekeyOffice | None = None,
) -> int:
    """Show the program for the office in `root` until its window is closed; gives the exit status."""
    app = make_app(percent=Settings(Paths(root).settings).get(TEXT_SIZE))
    is_new = not Paths(root).exists()
    try:
        with ExitStack() as held:
            held.enter_context(hold(root))
            program = Program(root, open_office, make_office, open_practice, rekey)
            program.bundle = bundle
            if not program.start():
                return 0
            if is_new:  # before the first start there was nothing to hold
                held.enter_context(hold(root))
            with gc_settled():
                status = app.exec()
            program.crash.uninstall()
            return status
    except Trouble as trouble:
        if bundle is not None and trouble.code == "lock.taken":
            trouble = Trouble(trouble.sentence, "请在那个窗口的“U盘交换”里读入这个数据包", code=trouble.code)
        say.tell_alone(trouble)
        return 1
