"""系统: the history with undo, and the pages that the shell hands in: backups, users, numbering, settings."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.core.changes import Changes
from desktop.core.clock import BEIJING
from desktop.core.db import history
from desktop.core.db.history import Action
from desktop.core.db.undo import undo
from desktop.features.office import api as office
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.screen import Screen


def local_time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _state(action: Action) -> str:
    return "已撤销" if action.is_undone else "撤销" if action.is_undo else ""


def _columns(who: Callable[[Action], str]) -> tuple[Column, ...]:
    return (
        Column("at", "时间", lambda a: local_time(a.at), 150),
        Column("who", "谁", who, 100),
        Column("name", "做了什么", lambda a: a.name, 240, stretch=True),
        Column("entries", "变更条数", lambda a: f"{a.entries:,}", 100, align=Align.RIGHT),
        Column("state", "状态", _state, 90),
    )


class SystemScreen(Screen):
    """`panels` are further pages (title, widget), handed in by the shell. `arrive(tab=…)` opens one by its title."""

    def __init__(self, desk: Desk, panels: Sequence[tuple[str, QWidget]] = ()) -> None:
        super().__init__("系统", "system")
        self._desk = desk
        self._names: dict[bytes, str] = {}
        self.tabs = QTabWidget()
        self.history = PagedTable(_columns(lambda a: self._names.get(a.user, "")), name="history")
        self._add_history()
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

    def arrive(self, **given: Any) -> None:
        self._read()
        titles = [self.tabs.tabText(place) for place in range(self.tabs.count())]
        if given.get("tab") in titles:
            self.tabs.setCurrentIndex(titles.index(given["tab"]))
        else:
            self.history.setFocus()

    def on_changed(self, changes: Changes, sender: object) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        with self._desk.reader() as reader:
            actions = history.recent(reader)
            self._names = office.names_of_users(reader, {a.user for a in actions})
        self.history.set_lines(actions)

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
