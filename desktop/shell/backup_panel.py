"""系统 → 备份: what lies on the shelf, the second place, the rehearsal, and the way to a restore."""

from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core.clock import BEIJING, day_of
from desktop.core.db import rehearsal, second_place, shelf
from desktop.core.db.rehearsal import Rehearsed
from desktop.core.db.shelf import Backup
from desktop.core.errors import Trouble
from desktop.shell.backup_care import BackupCare
from desktop.shell.restore_wizard import WHY, RestoreWizard
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.files import ask_folder
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row, set_look
from desktop.widgets.progress import watch


def local_time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


COLUMNS = (
    Column("at", "时间", lambda b: local_time(b.made_at), 150),
    Column("why", "为什么", lambda b: WHY.get(b.why, "其他"), 200, stretch=True),
    Column("size", "大小", lambda b: f"{b.size / 1_000_000:.1f} MB", 110, align=Align.RIGHT),
    Column(
        "state", "检查", lambda b: state(b), 140, tone=lambda b: Tone.QUIET if b.is_good else Tone.OVERDUE
    ),
)


def state(backup: Backup) -> str:
    if not backup.is_good:
        return "没有通过，不能用"
    return "与数据一致" if backup.digest else "恢复前再检查"


class BackupPanel(QWidget):
    def __init__(self, desk: Desk, care: BackupCare) -> None:
        super().__init__()
        self._desk, self._care = desk, care
        self.table = PagedTable(COLUMNS, name="backups")
        self.table.say_empty("还没有备份", "每天第一次打开时、导入和升级之前会自动备份")
        self.back_up_button = button("现在备份", self.back_up, name="save")
        self.rehearse_button = button("恢复演练", self.rehearse)
        self.restore_button = button("恢复…", self.restore)
        self._may_restore = "backup.restore" in desk.actor.rights and care.can_restore
        if not self._may_restore:
            self.restore_button.setToolTip("恢复由系统管理员来做；练习办公室里不能恢复")
        self.place_button = button("选择…", self.choose_place)
        self.copy_button = button("现在拷一份", self.copy)
        self.place_label, self.rehearsed_label = label("", wrap=True), label("", "secondary", wrap=True)
        self._lay_out()
        care.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        hint = label(
            "备份是加密的，每份做好后当场打开、检查，并与数据逐项比对；保留最近 7 天、4 周、12 个月。",
            "secondary",
            wrap=True,
        )
        buttons = row(hint, self.rehearse_button, self.restore_button, self.back_up_button)
        buttons.setStretch(0, 1)
        second = row(label("第二个地方", "strong"), self.place_label, self.copy_button, self.place_button)
        second.setStretch(1, 1)
        self.setLayout(column(buttons, self.table, second, self.rehearsed_label, edge=GRID))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        paths = self._desk.db.paths
        self.table.set_lines(shelf.all_in(paths.backups))
        place, today = second_place.chosen(paths), day_of(self._desk.db.clock.now())
        self.place_label.setText(second_words(place))
        is_late = bool(second_place.due(paths, today))
        set_look(self.place_label, "role", "refusal" if is_late else "")
        self.copy_button.setEnabled(place is not None)
        self.rehearsed_label.setText(rehearsed_words(rehearsal.last(paths)))
        has_good = shelf.latest(paths.backups) is not None
        self.rehearse_button.setEnabled(has_good)
        self.restore_button.setEnabled(self._may_restore)

    def back_up(self) -> None:
        self._busy(True)
        self._care.runner.job(
            self, lambda tell: self._desk.db.backup("manual", tell), done=self._on_backed_up, stopped=self._free,
            trouble=self._on_trouble,
        )  # fmt: skip

    def rehearse(self) -> None:
        db, newest = self._desk.db, shelf.latest(self._desk.db.paths.backups)
        backup = self.table.line if self.table.line and self.table.line.is_good else newest
        if backup is None:
            return
        self._busy(True)
        task = self._care.runner.job(
            self, lambda tell: rehearsal.rehearse(db.paths, db.key, backup, db.clock.now(), tell),
            done=self._on_rehearsed, stopped=self._free, trouble=self._on_trouble,
        )  # fmt: skip
        watch(task, self, "正在演练恢复")

    def restore(self) -> None:
        wizard = RestoreWizard(self._desk, self._care, self.table.line, self.window())
        wizard.open()

    def choose_place(self) -> None:
        chosen = ask_folder(self, "备份的第二个地方（U盘或共享文件夹）")
        if chosen is not None:
            self.take_place(chosen)

    def take_place(self, folder: Path) -> None:
        try:
            second_place.choose(self._desk.db.paths, folder)
        except Trouble as trouble:
            self._desk.navigator.say(str(trouble))
            return
        self.copy()

    def copy(self) -> None:
        db = self._desk.db
        self._busy(True)
        self._care.runner.job(
            self, lambda _tell: second_place.copy_latest(db.paths, db.node.node_id, db.clock.now()),
            done=self._on_copied, stopped=self._free, trouble=self._on_trouble,
        )  # fmt: skip

    def _on_backed_up(self, _path: Path) -> None:
        self._free()
        self._desk.navigator.say("已备份，并检查过与数据一致")

    def _on_rehearsed(self, _done: Rehearsed) -> None:
        self._free()
        self._desk.navigator.say("演练通过：这份备份可以恢复，恢复出来与备份一致")

    def _on_copied(self, target: Path | None) -> None:
        self._free()
        has_backup = shelf.latest(self._desk.db.paths.backups) is not None
        nothing = "请插上U盘或连上共享文件夹，再拷一次" if has_backup else "还没有备份，请先做一份"
        self._desk.navigator.say("已拷到第二个地方，并读回核对过" if target else nothing)

    def _on_trouble(self, trouble: Trouble) -> None:
        self._free()
        self._care.runner.trouble.emit(trouble)

    def _free(self) -> None:
        self._busy(False)
        self._care.tell_changed()

    def _busy(self, is_busy: bool) -> None:
        for one in (self.back_up_button, self.rehearse_button, self.restore_button, self.copy_button):
            one.setEnabled(not is_busy)
        self.restore_button.setEnabled(not is_busy and self._may_restore)


def second_words(place: second_place.SecondPlace | None) -> str:
    if place is None:
        return "还没有选。电脑坏了或丢了，只有另一个地方的备份能把数据找回来：请选一个U盘或共享文件夹。"
    if place.copied_at is None:
        return f"{place.folder}　还没有拷过。"
    there = "" if place.is_there else "，现在没有连上"
    return f"{place.folder}　上次拷贝 {local_time(place.copied_at)}{there}。"


def rehearsed_words(last: Rehearsed | None) -> str:
    if last is None:
        return "还没有演练过恢复。建议每季度做一次：在旁边恢复一份，比对后删掉，不动现在的数据。"
    result = "通过" if last.is_good else "没有通过，请换一份备份再演练"
    return f"上次演练 {local_time(last.at)}，用 {local_time(last.made_at)} 的备份，{result}。"
