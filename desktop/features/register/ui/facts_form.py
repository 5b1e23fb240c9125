"""FactsForm: a form over the register's own list of fields, with the sections to jump to at its left."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from desktop.core.code_edits import SHIPPED
from desktop.core.problems import Problem, Weight
from desktop.features.register.fields import Field
from desktop.features.register.model import Value
from desktop.features.register.ui.fact_fields import field_for, hint_of, is_wide, title_of
from desktop.widgets.covered_field import CoveredField
from desktop.widgets.form import Check, Form
from desktop.widgets.parts import shortcut

_SIDE_WIDTH, _HEAD = 136, 56


class FactsForm(Form):
    """`unread` are the texts that a workbook left; each stays under its field until the field is filled."""

    def __init__(self, today: Callable[[], date], check: Check | None = None) -> None:
        super().__init__(check)
        self._today = today
        self.lists = SHIPPED  # whoever fills the form says how the code lists stand then and there
        self._starts: list[str] = []
        self._unread: dict[str, tuple[str, Any]] = {}
        self.sections = QListWidget()
        self.sections.setFixedWidth(_SIDE_WIDTH)
        self.sections.setSpacing(4)
        self.sections.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sections.itemClicked.connect(lambda _item: self._jump(self.sections.currentRow()))
        self.area.verticalScrollBar().valueChanged.connect(lambda _value: self._mark_section())
        shortcut(self, "Ctrl+PgDown", lambda: self._jump(self._here() + 1))
        shortcut(self, "Ctrl+PgUp", lambda: self._jump(self._here() - 1))

    def start(self, title: str, first: str) -> None:
        """A section that stands in the list at the left; `first` is its first field."""
        self.section(title)
        self._starts.append(first)
        self.sections.addItem(title)

    def add_facts(self, fields: Iterable[Field], prefix: str = "", required: str = "") -> Iterator[None]:
        """Add these fields by their sections; stops after each section, so that sixty fields block nobody."""
        for section, group in groupby(fields, attrgetter("section")):
            members = list(group)
            self.start(section.value, prefix + members[0].name)
            for field in members:
                self.add_one(field, prefix, required=field.name == required)
            yield

    def add_one(self, field: Field, prefix: str = "", *, required: bool = False) -> None:
        made = field_for(field, self._today, lambda: self.lists)
        wide, hint = is_wide(field), hint_of(field)
        self.add(prefix + field.name, title_of(field), made, wide=wide, required=required, hint=hint)

    def facts(self, fields: Iterable[Field], prefix: str = "") -> dict[str, Value | None]:
        """The facts as the register keeps them; None for what is empty."""
        values = {f.name: self.field(prefix + f.name).value() for f in fields}
        return {name: None if value == "" else value for name, value in values.items()}

    @property
    def numbers(self) -> list[CoveredField]:
        """The fields whose numbers are shown only for a reason."""
        return [f for f in self._fields.values() if isinstance(f, CoveredField)]

    @property
    def has_numbers(self) -> bool:
        """Whether there is anything to cover: a number, or what a list had in its place."""
        left = [self.field(name) for name in self._unread]
        return any(field.text() or field in left for field in self.numbers)

    def cover(self, *, is_on: bool) -> None:
        """Cover or show the numbers, those that are filled in later too."""
        for field in self.numbers:
            field.cover(is_on=is_on)

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
            Problem(
                "person.unread",
                name,
                f"表中原来写的是“{self._readable(name, text)}”，没有读懂",
                Weight.WARNING,
            )
            for name, (text, value) in self._unread.items()
            if self.field(name).value() == value
        ]

    def _readable(self, name: str, text: str) -> str:
        field = self.field(name)
        return field.masked(text) if isinstance(field, CoveredField) else text

    def focus_on(self, name: str) -> None:
        super().focus_on(name)
        self.sections.setCurrentRow(self._here())

    def _here(self) -> int:
        """The section of the field that has the focus; the marked one when none has."""
        focused, row = self.focusWidget(), 0
        for name, cell in self._cells.items():
            row = self._starts.index(name) if name in self._starts else row
            if focused is not None and cell.isAncestorOf(focused):
                return row
        return self.sections.currentRow()

    def _jump(self, row: int) -> None:
        if 0 <= row < len(self._starts):
            # The whole section should come into view, not only its first field.
            self.area.verticalScrollBar().setValue(max(0, self._top(row) - _HEAD))
            self._cells[self._starts[row]].take_focus()
            self.sections.setCurrentRow(row)

    def _top(self, row: int) -> int:
        cell, inside = self._cells[self._starts[row]], self.area.widget()
        return cell.mapTo(inside, cell.rect().topLeft()).y() if inside else 0

    def _mark_section(self) -> None:
        """The section that stands at the top of the page."""
        at = self.area.verticalScrollBar().value() + 2 * _HEAD
        passed = [row for row in range(len(self._starts)) if self._top(row) <= at]
        self.sections.setCurrentRow(passed[-1] if passed else 0)
