"""下级单位: which PCs there are below, what waits for each, when each was last heard of; writing to one, barring one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core.changes import Changes
from desktop.core.clock import milliseconds
from desktop.features.sync import peers
from desktop.features.sync.overview import LATE_MS
from desktop.features.sync.peers import Below
from desktop.features.sync.ui import words
from desktop.features.sync.ui.revoke_dialog import RevokeDialog
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row


class BelowTab(QWidget):
    """`write_wanted` carries the code of the office that the next bundle is for."""

    write_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._is_ready, self._now = desk, False, 0
        self._lines: Sequence[Below] = ()
        self.table = PagedTable(self._columns(), name="sync.below")
        self.table.say_empty("没有下级单位", "下级在“入网”里申请、这里受理之后，就列在这里")
        self.said = label("", "secondary", wrap=True)
        self.write_button = button("写给选中的单位", self._write, name="export", keys="Ctrl+B")
        self.revoke_button = button("停用电脑…", self.revoke)
        self.revoke_button.setVisible("bundle.enrol" in desk.actor.rights)
        tools = row(self.said, self.revoke_button, self.write_button)
        tools.setStretch(0, 1)
        self.setLayout(column(tools, self.table, gap=GRID))
        self.table.selected.connect(lambda _key: self._refresh_button())
        self.table.opened.connect(lambda _key: self._write())
        desk.keep.columns(self.table)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("office", "单位", lambda x: x.office, 180, raw=lambda x: x.office, stretch=True),
            Column("code", "区划代码", lambda x: x.code, 130, raw=lambda x: x.code),
            Column("digits", "电脑", lambda x: words.spaced(x.digits), 150, raw=lambda x: x.digits),
            Column("waiting", "待发去", _waiting, 110, align=Align.RIGHT, raw=lambda x: x.waiting),
            Column("heard", "上次收到", lambda x: words.moment(x.heard), 150, raw=lambda x: x.heard, tone=self._tone),
            Column("missing", "缺少的批次", _missing, 120, align=Align.RIGHT, raw=lambda x: x.missing),
        )  # fmt: skip

    def _tone(self, one: Below) -> Tone:
        """What has not been heard of for 28 days waits for somebody to ask."""
        if not one.heard:
            return Tone.QUIET
        return Tone.ATTENTION if self._now - one.heard > 4 * LATE_MS else Tone.DONE

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Look again while somebody sees it: with many offices below it takes a moment."""
        if self.isVisible():
            self._now = milliseconds(self._desk.db.clock.now())
            self._desk.runner.read(self, peers.listed, done=self._on_listed)

    def _on_listed(self, found: Sequence[Below]) -> None:
        self._lines = found
        self.table.set_lines(found)
        waiting = sum(bool(one.waiting) for one in found)
        self.table.say_totals(f"共 {len(found)} 台电脑，{waiting} 台有待发去的内容" if found else "")
        if found and self.table.line is None:
            self.table.select_row(0)
        self._refresh_button()

    def set_ready(self, is_ready: bool) -> None:
        """Whether there is a stick that can be written to, and nothing else is going on."""
        self._is_ready = is_ready
        self._refresh_button()

    def _refresh_button(self) -> None:
        one: Below | None = self.table.line
        self.write_button.setEnabled(self._is_ready and one is not None)
        self.revoke_button.setEnabled(one is not None)
        place = "" if self._is_ready else "插上U盘后可以写。"
        self.said.setText(f"数据包带去更正、回执和用户，也带回它自己写过的内容。{place}")

    def _write(self) -> None:
        one: Below | None = self.table.line
        if one is not None and self.write_button.isEnabled():
            self.write_wanted.emit(one.code)

    def revoke(self) -> None:
        """The second step of a lost PC; the first is a telephone call."""
        one: Below | None = self.table.line
        if one is not None and "bundle.enrol" in self._desk.actor.rights:
            others = [x for x in self._lines if x.code == one.code]
            RevokeDialog(self._desk, one, others, self._on_revoked, self).open()

    def _on_revoked(self, said: str) -> None:
        self._desk.navigator.say(said)
        # What the PC wrote after it was lost may have gone out of every list again.
        self._desk.runner.changed.emit(Changes(), self)


def _waiting(one: Below) -> str:
    return f"{one.waiting:,} 条" if one.waiting else "没有"


def _missing(one: Below) -> str:
    return f"{one.missing:,}" if one.missing else ""
