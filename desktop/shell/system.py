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
from desktop.widgets.later import Later
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.screen import Screen

_UNDO = "撤销是再做一次相反的操作：什么都不会被抹掉。之后又被改过的内容不能整步撤销。"
_NOT_YOURS = "这一步有您管辖范围以外的内容，不能由您撤销"
_FINAL = "这一步不能撤销：建立办公室、依法删除和迁移都不能整步撤销；迁移请再迁回"
_NO_UNDO = "这里只列出您能看到的操作；要撤销其中一步，请联系做这一步的经办。"


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
    """`panels` are further pages (title and how it is made), handed in by the shell; each is made when it is first
    seen. `arrive(tab=…)` opens one by its title."""

    def __init__(self, desk: Desk, panels: Sequence[tuple[str, Callable[[], QWidget]]] = ()) -> None:
        super().__init__("系统", "system")
        self._desk = desk
        self._names: dict[bytes, str] = {}
        self.tabs = QTabWidget()
        self.history = PagedTable(
            _columns(lambda a: self._names.get(a.user, "" if any(a.user) else "系统")), name="history"
        )
        self._add_history()
        for title, make in panels:
            self.tabs.addTab(Later(make), title)
        self.body.addWidget(self.tabs, 1)

    def _add_history(self) -> None:
        self.undo_button = button("撤销这一步", self._undo, name="undo")
        self.history.say_empty("还没有操作记录", "导入、新增、走访和积分都会记在这里")
        self.history.selected.connect(lambda _key: self._ready())
        may = "undo" in self._desk.actor.rights
        if not may:
            self.undo_button.hide()
        page = QWidget()
        hint = label(_UNDO if may else _NO_UNDO, "secondary", wrap=True)
        top = row(hint, self.undo_button)
        top.setStretch(0, 1)
        page.setLayout(column(top, self.history, edge=GRID))
        self.tabs.addTab(page, "操作历史")

    def arrive(self, **given: Any) -> None:
        self._read()
        titles = [self.tabs.tabText(place) for place in range(self.tabs.count())]
        if given.get("tab") in titles:
            self.tabs.setCurrentIndex(titles.index(given["tab"]))
        # Elsewhere the arrows go on along the tabs.
        (self.tabs.tabBar() if self.tabs.currentIndex() else self.history).setFocus()

    def on_changed(self, changes: Changes, sender: object) -> None:
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        with self._desk.reader() as reader:
            actions = history.recent(reader)
            self._names = office.names_of_users(reader, {a.user for a in actions})
        self.history.set_lines(actions)
        self._ready()

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
        action: Action | None = self.history.line
        self.undo_button.setEnabled(action is not None and action.may_undo and not action.is_undone)
        out_of_reach = action is not None and not action.may_undo
        why = _FINAL if action is not None and action.is_final else _NOT_YOURS
        self.undo_button.setToolTip(why if out_of_reach else "")
