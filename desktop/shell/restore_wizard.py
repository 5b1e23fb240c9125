"""恢复: choose a backup, see what would be lost, agree. The rest happens when the data is closed (restore_page.py)."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from desktop.core.clock import BEIJING
from desktop.core.db import database, history, restore, second_place, shelf
from desktop.core.db.restore import Loss, Lost
from desktop.core.db.shelf import Backup
from desktop.core.errors import Refused, Trouble
from desktop.features.office import api as office
from desktop.shell.ask_backup import NOT_OURS, ask_backup
from desktop.shell.backup_care import BackupCare
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.progress import watch

_WIDTH, _HEIGHT = 760, 560
WHY = {
    "daily": "每天第一次打开时",
    "manual": "手工备份",
    "import": "导入名单之前",
    "migration": "程序升级之前",
    "restore": "恢复之前",
    "rekey": "更换钥匙之前",
}


class RestoreWizard(QDialog):
    def __init__(
        self, desk: Desk, care: BackupCare, wanted: Backup | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._care = desk, care
        self._names: dict[bytes, str] = {}
        self.setWindowTitle("用备份恢复")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(_WIDTH, _HEIGHT)
        self.sentence = label("", "refusal", wrap=True)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._choosing())
        self.pages.addWidget(self._losing())
        self.setLayout(column(self.pages, self.sentence, edge=2 * GRID))
        self._fill(wanted)

    def _choosing(self) -> QWidget:
        self.choices = PagedTable(
            (
                Column("at", "时间", lambda b: local(b), 150),
                Column("why", "为什么", lambda b: WHY.get(b.why, "其他"), 160),
                Column("where", "在哪里", self._where, 220, stretch=True),
                Column("size", "大小", lambda b: f"{b.size / 1_000_000:.1f} MB", 110, align=Align.RIGHT),
            ),
            name="restore.choices",
        )
        self.choices.say_empty("没有可用的备份", "可以从U盘或共享文件夹里选一份")
        self.choices.opened.connect(lambda _place: self.look())
        self.next_button = button("看看会丢失什么", self.look, role="primary")
        page, other = QWidget(), button("从U盘选…", self.choose_file)
        foot = row(other, None, button("取消", self.reject), self.next_button)
        page.setLayout(column(label("第一步：选一份备份", "heading"), self.choices, foot, gap=2 * GRID))
        return page

    def _losing(self) -> QWidget:
        self.summary = label("", wrap=True)
        self.lost = PagedTable(
            (
                Column("at", "时间", lambda a: f"{a.at.astimezone(BEIJING):%Y-%m-%d %H:%M}", 150),
                Column("who", "谁", self._who, 120),
                Column(
                    "what", "做了什么", lambda a: history.told(self._desk.actor, a.name), 220, stretch=True
                ),
                Column("entries", "变更条数", lambda a: f"{a.entries:,}", 100, align=Align.RIGHT),
            ),
            name="restore.lost",
        )
        self.lost.say_empty("备份之后本机没有做过别的操作", "")
        self.restore_button = button("先备份现在的数据，再恢复", self.go_on, role="primary")
        page, back = QWidget(), button("上一步", lambda: self.pages.setCurrentIndex(0))
        foot = row(None, button("取消", self.reject), back, self.restore_button)
        heading = label("第二步：看清楚恢复之后会少什么", "heading")
        page.setLayout(column(heading, self.summary, self.lost, foot, gap=2 * GRID))
        return page

    def choose_file(self) -> None:
        chosen = ask_backup(self)
        if chosen is not None:
            self.take_file(chosen)

    def take_file(self, path: Path) -> None:
        backup = shelf.read(path)
        if backup is None:
            self.sentence.setText(NOT_OURS)
        else:
            self._show([backup, *self._known()], backup)

    def look(self) -> None:
        """Open the backup and compare, away from the window's thread."""
        backup: Backup | None = self.choices.line
        if backup is None:
            return
        self.sentence.setText("")
        self.next_button.setEnabled(False)
        task = self._care.runner.job(
            self, lambda _tell: self._compare(backup), done=self._on_compared, trouble=self._on_trouble,
            refused=self._on_trouble,
            stopped=self._free,
        )  # fmt: skip
        watch(task, self, "正在对照备份")

    def go_on(self) -> None:
        """The present data first. In the writer's line, so that what is just being saved is in it."""
        self.restore_button.setEnabled(False)
        task = self._desk.runner.job(
            self, lambda _tell: self._desk.db.backup("restore"), done=self._on_saved, trouble=self._on_trouble,
            stopped=self._free,
        )  # fmt: skip
        watch(task, self, "正在备份现在的数据")

    def _compare(self, backup: Backup) -> tuple[Loss, dict[bytes, str]]:
        with database.told(), self._desk.reader() as reader:
            reader.require("backup.restore")
            live: Any = reader.connection.connection.driver_connection
            return restore.loss(live, backup, self._desk.db.key, self._desk.db.paths), office.user_names(
                reader
            )

    def _on_compared(self, found: tuple[Loss, dict[bytes, str]]) -> None:
        self._free()
        lost, self._names = found
        backup: Backup = self.choices.line
        self.summary.setText(summary(backup, lost))
        self.lost.set_lines(list(lost.actions))
        self.pages.setCurrentIndex(1)
        self.restore_button.setFocus()

    def _on_saved(self, _path: Path) -> None:
        backup = self.choices.line
        self.accept()
        self._care.restore_wanted.emit(backup)

    def _on_trouble(self, trouble: Refused | Trouble) -> None:
        self._free()
        self.sentence.setText(str(trouble))

    def _free(self) -> None:
        self.next_button.setEnabled(True)
        self.restore_button.setEnabled(True)

    def _fill(self, wanted: Backup | None) -> None:
        known = self._known()
        self._show(known, wanted if wanted in known else None)

    def _known(self) -> list[Backup]:
        """The good ones of this PC, then those of the second place that are not here any more."""
        paths = self._desk.db.paths
        found = [b for b in shelf.all_in(paths.backups) if b.is_good]
        place = second_place.chosen(paths)
        if place is not None:
            here = {b.path.name for b in found}
            away = shelf.all_in(place.shelf(self._desk.db.node.node_id))
            found += [b for b in away if b.is_good and b.path.name not in here]
        return found

    def _show(self, backups: list[Backup], wanted: Backup | None) -> None:
        self.choices.set_lines(backups)
        if backups:
            self.choices.select_row(backups.index(wanted) if wanted in backups else 0)

    def _where(self, backup: Backup) -> str:
        is_here = backup.path.parent == self._desk.db.paths.backups
        return "本机" if is_here else str(backup.path.parent)

    def _who(self, action: Lost) -> str:
        return self._names.get(action.user, "系统")


def local(backup: Backup) -> str:
    return f"{backup.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def summary(backup: Backup, lost: Loss) -> str:
    """What the clerk must know before agreeing."""
    what = f"备份做于 {local(backup)}。"
    if lost.actions:
        what += (
            f"之后在本机做的 {len(lost.actions)} 项操作（{lost.entries:,} 条变更）不在其中，恢复后要重做。"
        )
    else:
        what += "之后在本机没有做过别的操作。"
    if lost.received:
        what += f"之后从U盘读入的 {lost.received:,} 条变更也不在其中，再读一次U盘就会回来。"
    return what + "恢复之前会先备份现在的数据，所以这一步也可以反悔。"
