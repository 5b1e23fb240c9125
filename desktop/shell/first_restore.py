"""从备份恢复 on a PC that has no office yet: a copy from the stick, the recovery code from the safe, a new password."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from desktop.core import crypto, keys
from desktop.core.clock import BEIJING
from desktop.core.crypto import Cost
from desktop.core.db import database, recovery_keys, restore, shelf
from desktop.core.db.shelf import Backup
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import Tell
from desktop.core.paths import Paths
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.shell.ask_backup import NOT_OURS, ask_backup
from desktop.shell.restore_page import NEIGHBOURS, when
from desktop.shell.restore_wizard import WHY
from desktop.widgets.columns import Align, Column
from desktop.widgets.fields import TextField
from desktop.widgets.files import ask_folder
from desktop.widgets.form import Form
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row, scaled
from desktop.widgets.password_field import PasswordField
from desktop.widgets.progress import watch
from desktop.widgets.runner import Runner
from desktop.widgets.say import sentence_of

_ADMIN = "admin"
_OUR_FOLDERS = ("yipaiyice-*", "backups", "yipaiyice-*/backups")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is restored where, and how its user gets in afterwards."""

    root: Path
    backup: Backup
    code: str
    login: str
    password: str
    cost: Cost = crypto.FOR_OFFICES


def found_in(folder: Path) -> list[Backup]:
    """The good copies on a stick or in a folder, newest first, also in the folders that this program makes there."""
    folders = [folder, *(f for pattern in _OUR_FOLDERS for f in folder.glob(pattern))]
    found = {b.path: b for one in folders for b in shelf.all_in(one) if b.is_good}
    return sorted(found.values(), key=lambda b: (b.made_at, b.order), reverse=True)


def bring_back(wish: Wish, tell: Tell) -> bool:
    """Restore and prove it; gives whether the restored data knows the user. Raises Trouble, and then nothing is there."""
    beside, paths = wish.backup.path.parent, Paths(wish.root)
    if not (beside / recovery_keys.NAME).exists():
        raise Trouble(
            f"这份备份旁边没有 {recovery_keys.NAME}，恢复码打不开它",
            "请选放备份的整个文件夹，不要只拷出 .db 文件",
            code="restore.no_recovery",
        )
    tell(0, 0, "正在核对恢复码")
    try:
        wish.root.mkdir(parents=True, exist_ok=True)
        key, new_keys = recovery_keys.new_keys(
            beside, paths.keys, wish.code, wish.login, wish.password, wish.cost
        )
    except OSError as cause:
        raise Trouble(
            "U盘读不出来，或数据文件夹建不起来", "请检查U盘和磁盘后再试", code="restore.files"
        ) from cause
    note = office.restored_by(wish.login, wish.backup.made_at)
    restore.take_place(paths, key, wish.backup, tell, new_keys=new_keys, note=note)
    with closing(database.open_database(paths, key)) as db, db.reader(office.SYSTEM) as reader:
        is_known = office.actor_of(reader, wish.login) is not None
    if not is_known:
        keys.take_password(paths.keys, wish.login)  # a password of nobody
    return is_known


def check(values: Any) -> list[Problem]:
    problems = []
    if not values.get("login"):
        problems.append(Problem("restore.login", "login", "请输入您在本单位的用户名，第一位管理员是 admin"))
    if not values.get("code"):
        problems.append(Problem("restore.code", "code", "请输入建立办公室时抄下的恢复码"))
    problems += office.check_password(values.get("password", ""), values.get("login", ""))
    if values.get("password") != values.get("again"):
        problems.append(Problem("restore.again", "again", "两次输入的密码不一样"))
    return problems


class FirstRestore(QDialog):
    """Accepted when the data is there and proved; the login comes next."""

    crashed = Signal(object)

    def __init__(
        self,
        root: Path,
        parent: QWidget | None = None,
        runner_class: type[Runner] = Runner,
        cost: Cost = crypto.FOR_OFFICES,
    ) -> None:
        super().__init__(parent)
        self._root, self._cost = root, cost
        self._runner = runner_class(_no_unit, parent=self)
        self._runner.crashed.connect(self._on_crash)
        self.setWindowTitle("从备份恢复")
        self.resize(760, 680)
        self.sentence = label("", "refusal", wrap=True)
        self.done_text = label("", wrap=True)
        self.pages = QStackedWidget()
        for page in (self._asking(), self._done()):
            self.pages.addWidget(page)
        self.setLayout(column(self.pages, edge=3 * GRID))

    def _asking(self) -> QWidget:
        self.table = PagedTable(_COLUMNS, name="first.backups")
        self.table.say_empty(
            "还没有选备份", "请插上放备份的U盘，再选它或其中的文件夹", "选择U盘或文件夹…", self.choose_folder
        )
        self.form = Form(check)
        self.form.section()
        self.form.add("code", "恢复码", TextField("八组，每组四个字母或数字"), wide=True, required=True)
        self.form.add("login", "用户名", TextField(), wide=True, required=True)
        self.form.add("password", "新密码", PasswordField("至少 8 个字符"), required=True)
        self.form.add("again", "再输一次", PasswordField(), required=True)
        self.form.set_values({"login": _ADMIN})
        self.form.save_wanted.connect(self.restore)
        self.folder_button = button("选择U盘或文件夹…", self.choose_folder, name="folder")
        self.file_button = button("选择文件…", self.choose_file)
        self.cancel_button = button("取消", self.reject)
        self.restore_button = button("恢复", self.restore, role="primary")
        self.sentence.hide()
        why = "用恢复码打开备份，并给自己设一个新密码；别的用户以后由管理员设新密码。"
        page = QWidget()
        self.table.setMaximumHeight(scaled(200))  # the fields below need no scrolling
        page.setLayout(
            column(
                row(label("第一步：选一份备份", "heading"), None, self.folder_button, self.file_button),
                self.table,
                label("第二步：恢复码和新密码", "heading"),
                label(why, "secondary", wrap=True),
                self.form,
                self.sentence,
                row(None, self.cancel_button, self.restore_button),
            )
        )
        return page

    def _done(self) -> QWidget:
        self.login_button = button("去登录", self.accept, role="primary")
        page = QWidget()
        page.setLayout(
            column(
                label("已恢复", "title"),
                self.done_text,
                label(NEIGHBOURS, "secondary", wrap=True),
                None,
                row(None, self.login_button),
                gap=2 * GRID,
            )
        )
        return page

    def choose_folder(self) -> None:
        chosen = ask_folder(self, "放备份的U盘或文件夹")
        if chosen is not None:
            self.take_folder(chosen)

    def choose_file(self) -> None:
        chosen = ask_backup(self)
        if chosen is not None:
            self.take_file(chosen)

    def take_folder(self, folder: Path) -> None:
        found = found_in(folder)
        self._show(found)
        if not found:
            self._say(f"“{folder}”里没有本程序做的备份，请换一个U盘或文件夹。")

    def take_file(self, path: Path) -> None:
        backup = shelf.read(path)
        self._show([backup] if backup is not None else [])
        if backup is None:
            self._say(NOT_OURS)

    def _show(self, found: Sequence[Backup]) -> None:
        self._say("")
        self.table.set_lines(found)
        if found:
            self.table.select_row(0)
            self.form.focus_on("code")

    def restore(self) -> None:
        backup: Backup | None = self.table.line
        if backup is None:
            self._say("请先选一份备份。")
            self.folder_button.setFocus()
            return
        values = self.form.values()
        if problems := check(values):
            self.form.show_problems(problems)
            return
        wish = Wish(self._root, backup, values["code"], values["login"], values["password"], self._cost)
        self._say("")
        self._set_busy(True)
        task = self._runner.job(
            self, lambda tell: bring_back(wish, tell), done=lambda is_known: self._on_done(wish, is_known),
            trouble=self._on_trouble, refused=self._on_trouble, stopped=lambda: self._set_busy(False),
        )  # fmt: skip
        watch(task, self, "正在恢复")

    def _on_done(self, wish: Wish, is_known: bool) -> None:
        said = f"现在的数据就是 {when(wish.backup)} 的备份，逐项核对过，没有差别。"
        way_in = f"请用“{wish.login}”和新密码登录。" if is_known else (
            f"但其中没有“{wish.login}”这个用户：请在登录页点“忘记密码”，用恢复码给自己的用户名设新密码。"
        )  # fmt: skip
        self.done_text.setText(said + way_in)
        self.pages.setCurrentIndex(1)
        self.login_button.setFocus()

    def _on_trouble(self, error: Trouble | Refused) -> None:
        self._set_busy(False)
        self._say("".join(sentence_of(error)))
        if error.code == "keys.wrong":
            self.form.focus_on("code")

    def _on_crash(self, error: Exception) -> None:
        self._set_busy(False)
        self.crashed.emit(error)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _set_busy(self, is_busy: bool) -> None:
        for one in (self.restore_button, self.cancel_button, self.folder_button, self.file_button, self.form):
            one.setEnabled(not is_busy)

    def reject(self) -> None:
        """Not in the middle of it; and what is restored is left by its button."""
        if self.cancel_button.isEnabled() and self.pages.currentIndex() == 0:
            self._runner.close()
            super().reject()

    def accept(self) -> None:
        self._runner.close()
        super().accept()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()


_COLUMNS = (
    Column("at", "时间", lambda b: f"{b.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}", 150),
    Column("why", "为什么", lambda b: WHY.get(b.why, "其他"), 150),
    Column("where", "在哪里", lambda b: b.path.parent.name or str(b.path.parent), 200, stretch=True),
    Column("size", "大小", lambda b: f"{b.size / 1_000_000:.1f} MB", 100, align=Align.RIGHT),
)


def _no_unit() -> AbstractContextManager[Any]:
    raise RuntimeError("there is no office yet")
