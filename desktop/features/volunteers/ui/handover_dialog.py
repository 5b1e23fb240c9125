"""积分改由哪台电脑管理: to which PC, for one volunteer or for all that the PC of before looks after, and why."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.db.unit import Unit
from desktop.features.sync.api import Pc
from desktop.features.volunteers import handing_over, rules
from desktop.features.volunteers.handing_over import Handed
from desktop.features.volunteers.model import VolunteerLine
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField, TextField
from desktop.widgets.form_dialog import FormDialog

_WHAT = (
    "每位志愿者的积分只由一台电脑兑换，免得同一笔分花两次。换了电脑，或那台已坏、丢失的，在这里改；"
    "改动随下一个数据包送到各单位，在那以前请不要在两台电脑上都兑换。"
)


class PointsHandover(FormDialog):
    """`others` are the volunteers whose points the same PC spends, `who` among them; `to` the PCs there are to choose from.
    `done` is called with what to say."""

    def __init__(
        self,
        desk: Desk,
        who: VolunteerLine,
        others: Sequence[bytes],
        to: Sequence[Pc],
        done: Callable[[str], Any],
        over: QWidget,
    ) -> None:
        super().__init__("积分改由哪台电脑管理", _WHAT, "改由它管理", over, height=430)
        self._desk, self._who, self._others, self._done = desk, who, others, done
        which = [(False, f"只是 {who.name}")]
        if len(others) > 1:
            which.append((True, f"那台电脑管理的全部 {len(others):,} 位"))
        self.form.add("all", "哪些志愿者", ComboField(which), wide=True)
        self.form.add("to", "改由哪台电脑", ComboField([(pc.node_id, pc.title) for pc in to]), wide=True)
        reason = TextField("如：旧电脑已坏，已由县里停用", rules.MOST_REASON)
        self.form.add("reason", "事由", reason, wide=True, required=True)
        self.form.focus_on("reason")

    def accept(self) -> None:
        if self.deed.isEnabled():
            values = self.form.values()
            which = self._others if values["all"] else [self._who.id]
            self.work(self._desk.runner.act, _hand_over, self._finish, which, values["to"], values["reason"])

    def _finish(self, done: Handed) -> None:
        super().accept()
        self._done(f"{done.count:,} 位志愿者的积分已改由“{done.office}”的电脑管理，请随下一个数据包送到")


def _hand_over(unit: Unit, which: Sequence[bytes], to: bytes, reason: str) -> Handed:
    return handing_over.hand_over(unit, which, to, reason)
