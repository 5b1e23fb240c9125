"""FactsForm: a form over the register's own list of fields, with the sections to jump to at its left."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from desktop.core.problems import Problem, Weight
from desktop.features.register.fields import Field, Section
from desktop.features.register.model import Value
from desktop.features.register.ui.fact_fields import field_for, is_wide, title_of
from desktop.widgets.form import Check, Form
from desktop.widgets.parts import shortcut

_SIDE_WIDTH = 136


class FactsForm(Form):
    """`unread` are the texts that a workbook left; each stays under its field until the field is filled."""

    def __init__(self, today: Callable[[], date], check: Check | None = None) -> None:
        super().__init__(check)
        self._today = today
        self._starts: list[str] = []
        self._unread: dict[str, tuple[str, Any]] = {}
        self.sections = QListWidget()
        self.sections.setFixedWidth(_SIDE_WIDTH)
        self.sections.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sections.itemClicked.connect(lambda _item: self._jump(self.sections.currentRow()))
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut(self, keys, lambda step=step: self._jump(self.sections.currentRow() + step))

    def start(self, title: str, first: str) -> None:
        """A section that stands in the list at the left; `first` is its first field."""
        self.section(title)
        self._starts.append(first)
        self.sections.addItem(title)

    def add_facts(self, fields: Iterable[Field], prefix: str = "", required: tuple[str, ...] = ()) -> None:
        """Add these fields by their sections."""
        title: Section | None = None
        for field in fields:
            name = prefix + field.name
            if field.section is not title:
                title = field.section
                self.start(title.value, name)
            self.add(
                name, title_of(field), field_for(field, self._today),
                wide=is_wide(field), required=field.name in required,
            )  # fmt: skip

    def facts(self, fields: Iterable[Field], prefix: str = "") -> dict[str, Value | None]:
        """The facts as the register keeps them; None for what is empty."""
        values = {f.name: self.field(prefix + f.name).value() for f in fields}
        return {name: None if value == "" else value for name, value in values.items()}

    def show_unread(self, unread: Mapping[str, str], prefix: str = "") -> None:
        """Say under these fields what the workbook had there. Call it after the fields were filled."""
        self._unread = {
            prefix + name: (text, self.field(prefix + name).value())
            for name, text in unread.items()
            if prefix + name in self._fields
        }
        self.show_problems([])

    def _show(self, problems: Iterable[Problem]) -> None:
        problems = list(problems)
        said = {p.field for p in problems}
        super()._show([*problems, *(p for p in self._left_unread() if p.field not in said)])

    def _left_unread(self) -> list[Problem]:
        return [
            Problem("person.unread", name, f"表中原来写的是“{text}”，没有读懂，请对照原件填写", Weight.WARNING)
            for name, (text, value) in self._unread.items()
            if self.field(name).value() == value
        ]

    def _jump(self, row: int) -> None:
        if 0 <= row < len(self._starts):
            self.sections.setCurrentRow(row)
            cell = self._cells[self._starts[row]]
            # The whole section should come into view, not only its first field.
            top = cell.mapTo(self.area.widget(), cell.rect().topLeft()).y()
            self.area.verticalScrollBar().setValue(max(0, top - 56))
            cell.take_focus()
