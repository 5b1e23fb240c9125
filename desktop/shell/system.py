"""系统: the history with undo, backups, and what the office may set."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.core.changes import Changes
from desktop.core.clock import BEIJING
from desktop.core.db import history
from desktop.core.db.history import Action
from desktop.core.db.undo import undo
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.screen import Screen


def local_time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _state(action: Action) -> str:
    return "已撤销" if action.is_undone else "撤销" if action.is_undo else ""


HISTORY = (
    Column("at", "时间", lambda a: local_time(a.at), 150),
    Column("name", "做了什么", lambda a: a.name, 240, stretch=True),
    Column("entries", "变更条数", lambda a: f"{a.entries:,}", 100, align=Align.RIGHT),
    Column("state", "状态", _state, 90),
)
BACKUPS = (
    Column("at", "时间", lambda f: local_time(datetime.fromtimestamp(f.stat().st_mtime, BEIJING)), 150),
    Column("why", "为什么", lambda f: _why(f), 200, stretch=True),
    Column("size", "大小", lambda f: f"{f.stat().st_size / 1_000_000:.1f} MB", 110, align=Align.RIGHT),
)
_WHY = {"import": "导入名单之前", "migration": "程序升级之前", "manual": "手工备份"}


def _why(file: Path) -> str:
    return _WHY.get(file.stem.rsplit("-", 1)[-1], "其他")


class SystemScreen(Screen):
    """`panels` are further pages (title, widget), handed in by the shell: numbering of the register."""

    def __init__(self, desk: Desk, panels: Sequence[tuple[str, QWidget]] = ()) -> None:
        super().__init__("系统", "system")
        self._desk = desk
        self.tabs = QTabWidget()
        self.history = PagedTable(HISTORY, name="history")
        self.backups = PagedTable(BACKUPS, name="backups")
        self._add_history()
        self._add_backups()
        for title, panel in panels:
            self.tabs.addTab(panel, title)
        self.body.addWidget(self.tabs, 1)

    def _add_history(self) -> None:
        self.undo_button = button("撤销这一步", self._undo, name="undo")
        self.history.say_empty("还没有操作记录", "导入、新增、走访和积分都会记在这里")
        page = QWidget()
        hint = label(
            "撤销是再做一次相反的操作：什么都不会被抹掉。之后又被改过的内容不能整步撤销。", "secondary"
        )
        page.setLayout(column(row(hint, None, self.undo_button), self.history, edge=GRID))
        self.tabs.addTab(page, "操作历史")

    def _add_backups(self) -> None:
        self.backup_button = button("现在备份", self._back_up, name="save")
        self.backups.say_empty("还没有备份", "每次导入和升级之前会自动备份")
        page = QWidget()
        hint = label("备份是加密的，每份做好后当场检查过；保留最近 10 份。", "secondary")
        page.setLayout(column(row(hint, None, self.backup_button), self.backups, edge=GRID))
        self.tabs.addTab(page, "备份")

    def arrive(self, **given: Any) -> None:
        self._read()
        self.history.setFocus()

    def on_changed(self, changes: Changes, sender: object) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        with self._desk.reader() as reader:
            self.history.set_lines(history.recent(reader))
        self._read_backups()

    def _read_backups(self) -> None:
        self.backups.set_lines(sorted(self._desk.db.paths.backups.glob("*.db"), reverse=True))

    def _undo(self) -> None:
        action = self.history.line
        if action is None:
            return
        self.undo_button.setEnabled(False)
        self._desk.runner.act(
            self, undo, action.key, done=self._on_undone, refused=self._on_refused, stopped=self._ready
        )

    def _on_undone(self, _count: int) -> None:
        self._ready()
        self._desk.navigator.say("已撤销")
        self._read()

    def _on_refused(self, refused: Any) -> None:
        self._ready()
        self._desk.navigator.say(str(refused))

    def _ready(self) -> None:
        self.undo_button.setEnabled(True)

    def _back_up(self) -> None:
        self.backup_button.setEnabled(False)
        self._desk.runner.job(
            self,
            lambda tell: self._desk.db.backup("manual"),
            done=self._on_backed_up,
            stopped=lambda: self.backup_button.setEnabled(True),
        )

    def _on_backed_up(self, _path: Path) -> None:
        self.backup_button.setEnabled(True)
        self._desk.navigator.say("已备份，并检查过可以打开")
        self._desk.runner.changed.emit(Changes(), self)  # the status bar tells of the last backup
        self._read_backups()
