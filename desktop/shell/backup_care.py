"""What is done about backups without being asked: the check at the start, the day's backup, the second copy."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.core.changes import Changes
from desktop.core.clock import day_of
from desktop.core.db import proof, second_place, shelf
from desktop.core.db.database import Database
from desktop.core.db.witness import Doubt
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.features.office import api as office
from desktop.widgets.navigator import Navigator
from desktop.widgets.runner import Runner

_FETCH = "请与上级、下级各交换一次U盘，取回他们手里的变更"
DOUBTS = {
    Doubt.OLDER: Trouble(
        "这份数据比这台电脑上次用的要旧：数据文件被换过",
        f"{_FETCH}；不是您换的，请告诉系统管理员",
        code="db.replaced",
    ),
    Doubt.ELSEWHERE: Trouble(
        "这份数据是从别的电脑或别的磁盘搬来、拷来的", f"原来那份请不要再用；{_FETCH}", code="db.moved"
    ),
    Doubt.UNKNOWN: Trouble("看不出这份数据是不是这台电脑上次用的那一份", _FETCH, code="db.unknown"),
}


@dataclass(frozen=True, slots=True)
class Morning:
    """What the care at the start of a day found and did."""

    is_whole: bool
    made: Path | None = None
    trouble: Trouble | None = None


class BackupCare(QObject):
    """Works on a thread of its own: neither the window nor what the clerk saves waits for it.

    `damaged` says that the data did not stand SQLite's check; `restore_wanted` brings the backup that the clerk chose,
    with the present data already backed up; `rekey_wanted` the passwords of those who are present for a new key.
    """

    damaged = Signal()
    restore_wanted = Signal(object)
    rekey_wanted = Signal(object)
    changed = Signal()

    def __init__(self, db: Database, runner_class: type[Runner], told: Runner, navigator: Navigator) -> None:
        super().__init__()
        self.runner = runner_class(_no_unit, parent=self)
        self.runner.crashed.connect(told.crashed)
        self.runner.trouble.connect(told.trouble)
        self.can_restore = True
        self._db, self._told, self._navigator = db, told, navigator

    def start(self) -> None:
        """To be called once, when the window is shown."""
        if self._db.doubt is not None:
            told = DOUBTS[self._db.doubt]
            self._told.act(self, office.note_replaced, told.sentence)
            self._told.trouble.emit(told)
        self.runner.job(self, self._look_after, done=self._on_looked)

    def tell_changed(self) -> None:
        """The shelf is another one: the status bar and 今日 tell of it."""
        self.changed.emit()
        self._told.changed.emit(Changes(), self)

    def close(self) -> None:
        """A half-made copy is given up and swept away; nothing of the clerk's is in it."""
        self.runner.close()

    def _look_after(self, tell: Tell) -> Morning:
        if not proof.is_whole(self._db.engine):
            return Morning(is_whole=False)
        tell(0, 0)
        try:
            return Morning(True, back_up_today(self._db, tell))
        except Trouble as trouble:
            return Morning(True, trouble=trouble)

    def _on_looked(self, found: Morning) -> None:
        if not found.is_whole:
            self.damaged.emit()
        elif found.trouble is not None:
            self._told.trouble.emit(found.trouble)
        elif found.made is not None:
            self._navigator.say("今天的备份已做好，并检查过与数据一致")
        self.tell_changed()


def back_up_today(db: Database, tell: Tell = silent) -> Path | None:
    """The day's backup, unless a good one of today is there; then the second copy. Gives what was made."""
    today, made = day_of(db.clock.now()), None
    if not any(b.is_good and b.day == today for b in shelf.all_in(db.paths.backups)):
        made = db.backup("daily", tell)
    second_place.copy_latest(db.paths, db.node.node_id, db.clock.now())
    return made


def _no_unit() -> AbstractContextManager[Any]:
    raise RuntimeError("backups write nothing into the office's data")
