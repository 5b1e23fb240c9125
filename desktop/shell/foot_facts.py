"""The facts of the status bar: what exists only on this PC, the last report, the last backup."""

from datetime import datetime

from PySide6.QtCore import QObject

from desktop.core.clock import BEIJING, milliseconds
from desktop.core.db import shelf
from desktop.features.sync.api import Outlook
from desktop.shell.foot import Foot
from desktop.shell.menu import Menu
from desktop.shell.today import Today, Waiting
from desktop.widgets.colours import Tone
from desktop.widgets.desk import Desk


class FootFacts(QObject):
    """Status bar and menu counts, from what 今日 found: one look after each change serves all three."""

    def __init__(self, desk: Desk, foot: Foot, menu: Menu, today: Today) -> None:
        super().__init__(foot)
        self._desk, self._foot, self._menu = desk, foot, menu
        today.looked.connect(self.show)

    def show(self, found: Waiting) -> None:
        self._menu.set_count("today", len(found.dues))
        self._menu.set_count("visits", sum(d.screen.startswith("visits") for d in found.dues))
        if (outlook := found.outlook) is not None:
            words = f"仅在本机：{outlook.only_here:,} 条变更"
            self._foot.say("unsent", words, _tone(outlook, self._desk.db.clock.now()))
            self._foot.say("sent", f"上次上报 {_when(outlook.last_written)}")
        self._foot.say("backup", f"上次备份 {self._backup()}")

    def _backup(self) -> str:
        newest = shelf.latest(self._desk.db.paths.backups)
        return _when(milliseconds(newest.made_at) if newest else 0)


def _tone(outlook: Outlook, now: datetime) -> Tone:
    """Red when a change has existed nowhere else for seven days."""
    if not outlook.only_here:
        return Tone.QUIET
    return Tone.OVERDUE if outlook.is_late(milliseconds(now)) else Tone.ATTENTION


def _when(milliseconds: int) -> str:
    if not milliseconds:
        return "还没有"
    return datetime.fromtimestamp(milliseconds / 1000, BEIJING).strftime("%m-%d %H:%M")
