"""删除本户: what it means, and the reason that the log keeps."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.register import actions, rules
from desktop.features.register.model import Household
from desktop.widgets.desk import Desk
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row, scaled
from desktop.widgets.saving import off_until_over, save

_WHAT = (
    "本户和全部成员从户籍册中去掉，不再出现在列表、手册和统计里。走访等记录仍保留，户编号不再给别的户。"
    "删错了可以在“系统”的操作历史里撤销。"
)


class RemoveDialog(QDialog):
    """Stands over the household's page; `done` is called when the household is gone."""

    def __init__(self, desk: Desk, household: Household, over: QWidget, done: Callable[[], Any]) -> None:
        super().__init__(over)
        self._desk, self._household, self._done = desk, household, done
        self.setWindowTitle("删除本户")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(scaled(560), scaled(330))
        self.form = Form(_check)
        self.form.section()
        hint = "如：登记重复、整户迁出、整户消亡"
        self.form.add("reason", "原因", TextField(hint, rules.MOST_REASON), wide=True, required=True)
        self.form.save_wanted.connect(self.save)
        self.save_button = button("删除本户", self.save, role="primary")
        self.save_button.setToolTip("删除本户（Ctrl+Enter）")
        self._close = button("不删", self.reject)
        self._close.setToolTip("不删（Esc）")
        what = label(f"{household.number}　{self._whose()}，{len(household.members)} 人", "heading")
        foot = row(None, self._close, self.save_button)
        self.setLayout(column(what, label(_WHAT, wrap=True), self.form, foot, gap=2 * GRID, edge=3 * GRID))
        # Enter goes from the reason to the deed, and there it deletes: never with one key out of the typing.
        QWidget.setTabOrder(self.form.field("reason"), self.save_button)
        QWidget.setTabOrder(self.save_button, self._close)
        self.form.focus_on("reason")

    def _whose(self) -> str:
        head = self._household.head
        return f"{head.name}户" if head else "没有户主的户"

    def save(self) -> None:
        reason = self.form.field("reason").value()
        if problems := rules.check_reason(reason):
            self.form.show_problems(problems)
            return
        task = save(
            self._desk, self, actions.remove_household, self._household.id, reason,
            said=f"已删除{self._whose()}", done=lambda _none: self._gone(), refused=self._refused,
        )  # fmt: skip
        off_until_over(task, self.save_button)

    def _gone(self) -> None:
        self.accept()
        self._done()

    def _refused(self, error: Refused) -> None:
        self.form.show_problems(error.problems)


def _check(values: Mapping[str, Any]) -> list[Problem]:
    return rules.check_reason(str(values["reason"]))
