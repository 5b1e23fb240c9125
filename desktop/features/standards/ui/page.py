"""Page: a list of what was laid down with the form that adds to it, as all parts of 代码与标准 are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QWidget

from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.widgets.columns import Column
from desktop.widgets.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row, side_by_side
from desktop.widgets.saving import off_until_over, save


class Page(QFrame):
    """`read` fills the list; `may` says whether this user may change anything here."""

    def __init__(
        self, desk: Desk, name: str, columns: Sequence[Column], *, may: bool, add: str, drop: str
    ) -> None:
        super().__init__()
        self._desk, self._may, self._refusing = desk, may, False
        self.table = PagedTable(columns, name=f"standards.{name}")
        self.form = Form(self.check)
        self.add_button = button(add, self.start_new, name="add", keys="Ctrl+N")
        self.save_button = button("保存", self.save, name="save", role="primary", keys="Ctrl+S")
        self.drop_button = button(drop, self.drop)
        self.told = label("", "secondary", wrap=True)
        self.fill_form()
        self._lay_out(bool(drop))
        self.table.selected.connect(lambda _key: self.show_line(self.table.line))
        self.form.save_wanted.connect(self.save)

    def _lay_out(self, may_drop: bool) -> None:
        tools = QWidget()
        tools.setLayout(row(self.save_button, self.drop_button, None, self.add_button))
        # Right under the fields: at the foot of a high page nobody would look for them.
        self.form.add_below(tools, self.told)
        split = side_by_side(self.table, self.form)
        box = column(split, gap=GRID)
        box.setStretch(0, 1)
        self.setLayout(box)
        split.setSizes([680, 460])
        tools.setVisible(self._may)
        self.drop_button.setVisible(may_drop)
        for name in self.form.values():
            self.form.field(name).setEnabled(self._may)

    # ---- what each page has of its own

    def fill_form(self) -> None:
        """Add the fields."""
        raise NotImplementedError

    def lines(self) -> list[Any]:
        """What stands in the list now."""
        raise NotImplementedError

    def show_line(self, line: Any) -> None:
        """The form follows the chosen line."""
        raise NotImplementedError

    def start_new(self) -> None:
        """An empty form."""
        raise NotImplementedError

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        """What is wrong while it is typed."""
        return []

    def order(self, values: Mapping[str, Any]) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        """The action that saves, what it is given, and what is said then."""
        raise NotImplementedError

    def drop(self) -> None:
        """Take back the chosen line."""

    # ---- what they share

    def read(self) -> None:
        self.table.set_lines(self.lines())
        self.after_reading()

    def after_reading(self) -> None:
        """Totals and the like."""

    def save(self) -> None:
        if not self._may or not self.save_button.isEnabled():
            return
        if problems := self.form.typing_problems():
            self.form.show_problems(problems)
            return
        action, given, said = self.order(self.form.values())
        self.act(action, *given, said=said)

    def act(self, action: Callable[..., Any], *given: Any, said: str) -> None:
        task = save(
            self._desk, self, action, *given, said=said, done=lambda _: self._done(), refused=self._refused
        )
        off_until_over(task, self.save_button, self.drop_button)

    def _done(self) -> None:
        self.form.mark_saved()
        self.read()
        self.show_line(self.table.line)

    def _refused(self, error: Refused) -> None:
        self.form.show_problems(error.problems)
