"""The letters of household numbers by state, for the system page."""

from PySide6.QtWidgets import QFrame

from desktop.core.changes import Changes
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.register import actions, numbering, rules
from desktop.features.register.model import STATE_NAMES, State
from desktop.widgets.desk import Desk
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.saving import save

# Liuyang names the letters of two states; the others are our guess [K].
_UNVERIFIED = frozenset({State.WATCHED, State.CLEARED, State.GENERAL})
_WHY = (
    "户编号由一到两个字母和十位数字组成。数字一经给定永不改变，前面的字母随这一户的状态变化，"
    "户牌和手册下次打印时用新的字母。"
)


class NumberingPanel(QFrame):
    """A small form; the shell puts it on its page and passes on `on_changed`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.form = Form(lambda values: _problems({k: str(v) for k, v in values.items()}))
        self.form.section("户编号的字母")
        for state, words in STATE_NAMES.items():
            hint = "未核实的默认值，请按本地文件核对" if state in _UNVERIFIED else ""
            self.form.add(state.value, words, TextField(most=2), hint=hint)
        self.save_button = button("保存字母", self.save, name="save")
        may_change = "office.change" in desk.actor.rights
        why = _WHY if may_change else f"{_WHY}字母由管理员来设。"
        head = row(label(why, "quiet-text", wrap=True), self.save_button, gap=2 * GRID)
        head.setStretch(0, 1)
        self.setLayout(column(head, self.form, gap=GRID, edge=GRID))
        self.form.save_wanted.connect(self.save)
        self.form.setEnabled(may_change)
        self.save_button.setVisible(may_change)
        self.read()

    def read(self) -> None:
        """Show the letters as they are now."""
        with self._desk.reader() as reader:
            self._letters = numbering.prefixes(reader)
        self.form.set_values(self._letters)

    def save(self) -> None:
        typed = {name: str(value) for name, value in self.form.values().items()}
        if problems := _problems(typed):
            self.form.show_problems(problems)
            return
        changed = {s: letter for s, letter in typed.items() if letter != self._letters[s]}
        if changed:
            save(
                self._desk,
                self,
                _set_letters,
                changed,
                said="户编号的字母已保存",
                done=lambda _result: self.read(),
                refused=self._refused,
            )

    def _refused(self, error: Refused) -> None:
        self.form.show_problems(error.problems)

    def on_changed(self, changes: Changes, sender: object) -> None:
        if changes.touch("number_prefix") and not self.form.is_changed:
            self.read()


def _set_letters(unit: Unit, letters: dict[str, str]) -> None:
    for state, letter in letters.items():
        actions.set_prefix(unit, state, letter)


def _problems(letters: dict[str, str]) -> list[Problem]:
    found = []
    for state, letter in letters.items():
        found += [Problem(p.code, state, p.sentence, p.weight) for p in rules.check_prefix(state, letter)]
    return found
