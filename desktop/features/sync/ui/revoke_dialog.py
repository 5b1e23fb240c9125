"""停用下级的电脑: which one, why, and what it means; it cannot be taken back."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.jobs import Tell
from desktop.core.problems import Problem
from desktop.features.sync import actions
from desktop.features.sync.peers import Below
from desktop.features.sync.ui import words
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField, TextField
from desktop.widgets.form_dialog import FormDialog

_WHAT = (
    "电脑丢失、被盗，或换下来不再用时，请停用它。已经读入的内容都保留；停用以后它再写出的数据包，各单位都不采纳。"
    "不能撤销：这家单位要用另一台电脑（或这一台）重新办理入网。"
)
_ALL = "all"


class RevokeDialog(FormDialog):
    """`done` is called with the sentence to say. `of_office` are all PCs of the office, the chosen one among them."""

    def __init__(
        self, desk: Desk, chosen: Below, of_office: Sequence[Below], done: Callable[[str], Any], over: QWidget
    ) -> None:
        super().__init__("停用电脑", _WHAT, "停用", over, height=360)
        self._desk, self._chosen, self._done = desk, chosen, done
        which = [(chosen.node_id.hex(), f"{chosen.office} 的这一台（{words.spaced(chosen.digits)}）")]
        if len(of_office) > 1:
            which.append((_ALL, f"{chosen.office} 的全部 {len(of_office)} 台"))
        self.form.add("which", "停用哪一台", ComboField(which), wide=True)
        hint = TextField("如：电脑失窃，已报案", actions.MAX_REASON)
        self.form.add(
            "reason", "事由（记入操作日志，也随停用名单告诉各单位）", hint, wide=True, required=True
        )
        self.form.set_values({"which": chosen.node_id.hex()})
        self.form.focus_on("reason")

    def accept(self) -> None:
        if not self.deed.isEnabled():
            return
        values = self.form.values()
        if not values["reason"].strip():
            self.form.show_problems([Problem("revoke.reason", "reason", "请写明停用的事由")])
            return
        whom = self._chosen.code if values["which"] == _ALL else values["which"]
        desk = self._desk
        self.work(desk.runner.job, _revoke, self._finish, desk.db, desk.actor, whom, values["reason"])

    def _finish(self, offices: Sequence[str]) -> None:
        super().accept()
        self._done(
            f"已停用“{'、'.join(offices)}”的电脑。请尽快给上级和其他下级各写一个数据包，把停用名单带到"
        )


def _revoke(db: Database, actor: Actor, whom: str, reason: str, _tell: Tell) -> Sequence[str]:
    return actions.revoke(db, actor, whom, reason)
