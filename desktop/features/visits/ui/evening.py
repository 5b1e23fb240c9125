"""What was booked in this sitting: how many, how long it took, and the lines, to look at again."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.clock import BEIJING
from desktop.core.db.unit import Reader
from desktop.features.visits import store
from desktop.features.visits.ui.columns import BOOKED
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import column, label

_EVENING = 17


class Evening(QWidget):
    """Counts what this program booked since it was started; what was taken back is not counted.

    `wanted` gives the visit that the clerk wants to put right.
    """

    wanted = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: list[bytes] = []
        self._began: datetime | None = None
        self.count = label("", "strong")
        self.table = PagedTable(BOOKED, name="visits.booked")
        self.table.say_empty("还没有录入", "保存后在这里列出，回车可以更正")
        self.table.opened.connect(self._open)
        self.setLayout(column(self.count, self.table))
        self._say(0)

    def booked(self, visit_id: bytes) -> None:
        if self._began is None:
            self._began = self._desk.db.clock.now()
        self._ids.insert(0, visit_id)
        self.refresh()

    def refresh(self) -> None:
        """Read them again: some may have been taken back or corrected since."""
        with self._desk.reader() as reader:
            lines = store.visit_lines(reader, _standing(reader, self._ids))
        self.table.set_lines(lines)
        self._say(len(lines))

    def _say(self, count: int) -> None:
        now = self._desk.db.clock.now()
        when = "今晚" if now.astimezone(BEIJING).hour >= _EVENING else "今天"
        minutes = round((now - self._began).total_seconds() / 60) if self._began else 0
        took = f"，用时 {minutes} 分" if minutes else ""
        self.count.setText(f"{when}已录 {count} 条{took}")

    def _open(self, row: int) -> None:
        line = self.table.model.line(row)
        if line is not None:
            self.wanted.emit(line.id)


def _standing(reader: Reader, ids: Sequence[bytes]) -> list[bytes]:
    """The versions of these visits that stand now."""
    newer, known = store.successors(reader, ids), set(ids)
    while newer and known.isdisjoint(newer.values()):
        ids = [newer.get(i, i) for i in ids]
        known |= set(newer.values())
        newer = store.successors(reader, ids)
    return list(dict.fromkeys(ids))
