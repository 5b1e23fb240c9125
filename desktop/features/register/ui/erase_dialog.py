"""依法删除: what is gone for good and everywhere, the reason, the number typed once more, and the second person."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.changes import Changes
from desktop.core.db import shelf
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.jobs import Tell
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.register import leaving, rules
from desktop.features.register.model import Household, Person
from desktop.widgets.desk import Desk
from desktop.widgets.fields import TextField
from desktop.widgets.form_dialog import SECOND, SECOND_PASSWORD, FormDialog
from desktop.widgets.parts import card, label
from desktop.widgets.progress import watch

_WHAT = (
    "本人行使删除权、或法律规定要删除时才用。各级单位存的内容、历史、照片一并抹去，不能撤销，也不能用备份找回；"
    "平常的整户迁出、消亡，请用“删除本户”。"
)
_OWN = {"household": "户", "person": "人"}


class EraseDialog(FormDialog):
    """Over the household's page; `done` is called when it is gone. `person` is the one member that it is about."""

    def __init__(
        self, desk: Desk, household: Household, person: Person | None, over: QWidget, done: Callable[[], Any]
    ) -> None:
        self._desk, self._household, self._person, self._done = desk, household, person, done
        with desk.reader() as reader:
            found = leaving.what_goes(reader, household.id, person.id if person else None)
            self._needs_second = bool(office.reviewers(reader))
        self.what = label(self._about(found), "strong", wrap=True)
        super().__init__("依法删除", _WHAT, "依法删除", over, height=430)
        self.box.insertWidget(1, card(self.what))
        hint = TextField("如：本人书面申请 2026 年第 3 号", rules.MOST_REASON)
        self.form.add("reason", "事由（记入操作日志）", hint, wide=True, required=True)
        again = f"请再输一次户编号 {household.number}，确认就是这一户"
        self.form.add("number", again, TextField(most=40), wide=True, required=True)
        if self._needs_second:
            self.add_second()
        self.form.focus_on("reason")

    def _about(self, found: dict[str, int]) -> str:
        told = [f"{found[table]:,} {name}" for table, name in _OWN.items() if found.get(table)]
        rest = sum(count for table, count in found.items() if table not in _OWN)
        rest_told = [f"走访、附件等 {rest:,} 条"] if rest else []
        whose = f"{self._household.number} 的{self._person.name}" if self._person else self._whose()
        return f"{whose}：{'、'.join([*told, *rest_told])}，连同全部历史"

    def _whose(self) -> str:
        head = self._household.head
        return f"{self._household.number} {head.name if head else ''}户"

    def accept(self) -> None:
        if not self.deed.isEnabled():
            return
        values = self.form.values()
        problems = rules.check_reason(values["reason"])
        if values["number"].strip().lower() != self._household.number.lower():
            problems.append(Problem("erase.number", "number", "与这一户的户编号不符，请核对"))
        if problems:
            self.form.show_problems(problems)
            return
        desk, second = self._desk, self._second(values)
        task = self.work(
            desk.runner.job, self._erase, self._finish, desk.db, desk.actor, values["reason"], second
        )
        watch(task, self, "正在依法删除", may_stop=False)

    def _second(self, values: dict[str, Any]) -> office.Second | None:
        if not self._needs_second:
            return None
        return office.Second(values[SECOND], values[SECOND_PASSWORD], self._desk.db.paths.keys)

    def _erase(
        self, db: Database, actor: Actor, reason: str, second: office.Second | None, _tell: Tell
    ) -> int:
        if self._person is not None:
            return leaving.erase_person(db, actor, self._household.id, self._person.id, reason, second)
        return leaving.erase_household(db, actor, self._household.id, reason, second)

    def _finish(self, count: int) -> None:
        super().accept()
        backups = len(shelf.all_in(self._desk.db.paths.backups))
        more = f"；本机 {backups} 份备份里的随轮换消失" if backups else ""
        self._desk.navigator.say(f"已依法删除（{count:,} 条）。下次交换时各单位一并抹去，并送回执{more}")
        self._done()  # before the page hears of it, and misses its household
        self._desk.runner.changed.emit(
            Changes(frozenset({"household", "person", "visit", "attachment"})), None
        )
