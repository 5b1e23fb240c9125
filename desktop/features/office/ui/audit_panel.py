"""系统 → 操作日志: the audit log, newest first, searched by words, event and days; exported; its chain proved."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame

from desktop.core.db.unit import Reader, Unit
from desktop.features.office import audit
from desktop.features.office.model import EVENT_NAMES, Event, Noted
from desktop.widgets import files
from desktop.widgets.columns import Column
from desktop.widgets.date_field import DateField
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.progress import watch


def _who(line: Noted) -> str:
    """管理员（admin）; at a wrong password only the name that was typed is known."""
    if line.name and line.login:
        return f"{line.name}（{line.login}）"
    return line.name or line.login or "不是用户的名字"


COLUMNS = (
    Column("at", "时间", lambda n: n.at, 160),
    Column("who", "谁", _who, 150),
    Column("event", "事项", lambda n: EVENT_NAMES.get(n.event, n.event), 90),
    Column("about", "内容", lambda n: n.about, 320, stretch=True),
    Column("reason", "事由", lambda n: n.reason, 200),
)


class AuditPanel(QFrame):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.may_read = "audit.read" in desk.actor.rights
        self.filter = FilterBar("用户、内容或事由里的字")
        self.kind = ComboField([(e.value, EVENT_NAMES[e]) for e in Event], "全部事项")
        self.since, self.until = (DateField(lambda: desk.today, past=True, hint="如 3.14") for _ in range(2))
        self.table = PagedTable(COLUMNS, self._lines, "office.audit")
        self.said = label("", "secondary", wrap=True)
        self.said.hide()
        self.check_button = button("核对日志", self.check)
        self.export_button = button("导出…", self.export, name="export")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        if not self.may_read:
            self.table.say_empty("您没有查看操作日志的权限", "操作日志由审计管理员（乡镇为管理员）查看")
        else:
            self.table.say_empty("没有符合条件的记录")
        days = row(label("从"), self.since, label("到"), self.until)
        bar = row(self.filter, self.kind, days, self.check_button, self.export_button)
        bar.setStretch(0, 1)
        self.setLayout(column(bar, self.table, self.said, edge=GRID))
        for part in (self.filter, self.kind, self.since, self.until, self.check_button, self.export_button):
            part.setEnabled(self.may_read)
        self.since.setMaximumWidth(130)
        self.until.setMaximumWidth(130)

    def _connect(self) -> None:
        self.filter.filtered.connect(lambda _text: self.read())
        self.filter.down.connect(self.table.setFocus)
        for field in (self.kind, self.since, self.until):
            field.changed.connect(self.read)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def read(self) -> None:
        if not self.may_read:
            return
        with self._desk.reader() as reader:
            days = [day.isoformat() if (day := f.value()) else "" for f in (self.since, self.until)]
            found = audit.ids(reader, self.filter.text, self.kind.value() or "", *days)
        self.table.set_keys(found)
        self.table.say_totals(f"{len(found):,} 条")

    def _lines(self, wanted: Sequence[bytes]) -> Mapping[bytes, Noted]:
        with self._desk.reader() as reader:
            return audit.lines(reader, wanted)

    def check(self) -> None:
        """Prove the chain: every line is what its entry says, and follows the one before."""
        task = self._desk.runner.read(self, _check, done=self._tell)
        watch(task, self, "正在核对日志")

    def _tell(self, broken: int) -> None:
        self.said.show()
        if broken:
            self.said.setText(
                f"有 {broken} 条记录对不上：有人绕过程序改过日志。请立即报告上级，并保留这台电脑的原样。"
            )
        else:
            self.said.setText("日志完整：每一条都与前一条相扣，没有被改动、抽走或插入。")

    def export(self) -> None:
        day = self._desk.today.isoformat()
        target = files.ask_save(self, "导出操作日志", Path(f"操作日志-{day}.xlsx"), "Excel 工作簿 (*.xlsx)")
        if target is not None:
            self.write(target)

    def write(self, target: Path) -> None:
        wanted = list(self.table.model.keys)
        self._desk.runner.act(self, _export, wanted, target, done=lambda n: self._exported(n, target))

    def _exported(self, count: int, target: Path) -> None:
        self._desk.navigator.say(f"已导出 {count:,} 条到“{target.name}”")
        self.read()


def _check(reader: Reader) -> int:
    reader.require("audit.read")
    return audit.broken(reader.connection)


def _export(unit: Unit, wanted: Sequence[bytes], target: Path) -> int:
    count = audit.export(unit, wanted, target)
    audit.note(unit, Event.EXPORT, f"导出操作日志 {count:,} 条")
    return count
