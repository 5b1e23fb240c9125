"""移交工作: from whom, to whom, what goes along, and whether the first one's password ends now."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.db.unit import Unit
from desktop.core.problems import Problem
from desktop.features.office import handover, rules
from desktop.features.office.model import User
from desktop.features.office.users import Safe
from desktop.widgets.desk import Desk
from desktop.widgets.fields import CheckField, ComboField
from desktop.widgets.form_dialog import FormDialog
from desktop.widgets.parts import card, label


class HandoverDialog(FormDialog):
    """`title_of` names a region. `done` is called with what to say when all is handed over."""

    def __init__(
        self,
        desk: Desk,
        before: User,
        others: Sequence[User],
        title_of: Callable[[str], str],
        done: Callable[[str], Any],
        parent: QWidget,
    ) -> None:
        said = f"把 {before.name}（{before.login}）的工作交给另一位。做过的事仍记在原来的名下。"
        self.what = label("", wrap=True)
        super().__init__("移交工作", said, "移交", parent, card(self.what), height=420)
        self._desk, self._before, self._others = desk, before, others
        self._title_of, self._done = title_of, done
        users = [(u.login, f"{u.name}（{u.login}）") for u in others]
        self.form.add("after", "接手的人", ComboField(users, "请选择"), wide=True, required=True)
        self.form.add("stop", "", CheckField(f"同时停用 {before.name} 的用户"), wide=True)
        self.form.changed.connect(lambda _name: self.tell())
        self.tell()

    @property
    def after(self) -> User | None:
        login = self.form.values()["after"]
        return next((u for u in self._others if u.login == login), None)

    def tell(self) -> None:
        """What will go along, before anything is done."""
        before, after, drafts = self._before, self.after, self._drafts()
        roles = [r for r in before.roles if r not in rules.SEPARATE]
        lines = [f"角色：{rules.role_words(roles)}"]
        region = handover.widest(before.prefix, after.prefix) if after else before.prefix
        lines.append(f"管辖范围：{self._title_of(region)}")
        lines.append(f"未写完的草稿：{drafts} 份" if drafts else "没有未写完的草稿")
        if set(before.roles) & set(rules.SEPARATE):
            lines.append("管理员的角色不随工作移交，请另在“角色”里给。")
        self.what.setText("\n".join(lines))

    def _drafts(self) -> int:
        count = getattr(self._desk.drafts, "count_of", None)
        return int(count(self._before.id)) if count else 0

    def accept(self) -> None:
        if not self.deed.isEnabled():
            return
        after = self.after
        if after is None:
            self.form.show_problems([Problem("handover.to", "after", "请选接手的人")])
            return
        stop, safe = self.form.values()["stop"], Safe.of(self._desk.db)

        def work(unit: Unit) -> User:
            return handover.hand_over(unit, safe, self._before, after, stop=stop)

        self.work(self._desk.runner.act, work, self._finish)

    def _finish(self, after: User) -> None:
        """The drafts lie in a file of their own; they follow when the rest is written."""
        super().accept()
        give = getattr(self._desk.drafts, "hand_over", None)
        moved = give(self._before.id, after.id) if give else 0
        self._done(
            f"{self._before.name} 的工作已移交给 {after.name}" + (f"，草稿 {moved} 份" if moved else "")
        )
