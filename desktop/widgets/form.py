"""Form: sections of two columns, labels above, problems under their fields, a draft every second."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.problems import Problem, Weight
from desktop.widgets.code_field import CodeField
from desktop.widgets.fields import Field, typing_in
from desktop.widgets.form_cell import FormCell
from desktop.widgets.parts import GRID, Area, card, column, label, set_look, shortcut, timer

Check = Callable[[Mapping[str, Any]], Sequence[Problem]]
PAUSE, DRAFT_EVERY = 300, 1000


class Form(QWidget):
    """Add sections and fields, hand in a check (the rules), connect `save_wanted`.

    The form asks; what may be saved is decided by the action. `draft_due` carries the texts of all fields.
    """

    save_wanted = Signal()
    save_next_wanted = Signal()
    draft_due = Signal(dict)
    changed = Signal(str)

    def __init__(self, check: Check | None = None) -> None:
        super().__init__()
        self._check = check
        self._cells: dict[str, FormCell] = {}
        self._fields: dict[str, Field] = {}
        self._grid: QGridLayout | None = None
        self._is_filling, self._touched = False, set[str]()
        self._pause = timer(self, PAUSE, self.recheck, once=True)
        self._draft = timer(self, DRAFT_EVERY, self._emit_draft, once=True)
        self._lay_out()
        shortcut(self, "Ctrl+Return", lambda: self._want(self.save_wanted))
        shortcut(self, "Ctrl+Enter", lambda: self._want(self.save_wanted))
        shortcut(self, "Ctrl+Shift+Return", lambda: self._want(self.save_next_wanted))

    def _lay_out(self) -> None:
        self._band_text = label("", wrap=True)
        self._band = card(self._band_text)
        self._band.hide()
        self._sections = QVBoxLayout()
        self._sections.setSpacing(2 * GRID)
        inside = QWidget()
        inside.setLayout(column(self._band, self._sections, None, gap=2 * GRID, edge=0))
        self.area = Area(inside)
        self.setLayout(column(self.area))

    def _want(self, wanted: Any) -> None:
        """What is marked in an open list is meant, as with Enter."""
        focused = self.focusWidget()
        if isinstance(focused, CodeField):
            focused.settle()
        wanted.emit()

    def section(self, title: str = "") -> None:
        """Start a section; the fields that follow belong to it."""
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(2 * GRID)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        parts = [label(title, "heading")] if title else []
        self._sections.addWidget(card(*parts, self._grid, gap=2 * GRID))

    def add_below(self, *parts: QWidget | QLayout) -> None:
        """Words and buttons right under the fields of a form that does not fill its page."""
        self._sections.addLayout(column(*parts))

    def add(
        self,
        name: str,
        title: str,
        field: Any,
        *,
        wide: bool = False,
        required: bool = False,
        hint: str = "",
    ) -> Any:
        """Add a field at the next free place; `wide` takes both columns. Gives the field back."""
        if self._grid is None:
            self.section()
        cell = FormCell(title, field, required=required, hint=hint)
        self._cells[name], self._fields[name] = cell, field
        row, place = self._next_place(wide)
        grid = self._grid
        if grid is not None:
            grid.addWidget(cell, row, place, 1, 2 if wide else 1, Qt.AlignmentFlag.AlignTop)
        field.changed.connect(lambda: self._on_changed(name))
        field.installEventFilter(self)
        return field

    def _next_place(self, wide: bool) -> tuple[int, int]:
        grid = self._grid
        if grid is None or not grid.count():
            return 0, 0
        last: Any = grid.getItemPosition(grid.count() - 1)
        row, place, _rows, width = last
        return (row + 1, 0) if place + width >= 2 or wide else (row, 1)

    def field(self, name: str) -> Any:
        return self._fields[name]

    def values(self) -> dict[str, Any]:
        return {name: field.value() for name, field in self._fields.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill the form; fields that are not named are emptied. It counts as unchanged afterwards."""
        self._fill(lambda name, field: field.set_value(values.get(name)))
        self._touched.clear()
        self.show_problems([])

    def texts(self) -> dict[str, str]:
        return {name: field.text() for name, field in self._fields.items()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Fill the form from a draft; what it holds counts as changed, and only that is checked at once."""
        self._fill(lambda name, field: field.set_text(texts.get(name, "")))
        self._touched = {name for name in self._fields if texts.get(name)}
        self.recheck()

    def _fill(self, fill: Callable[[str, Field], None]) -> None:
        self._is_filling = True
        for name, field in self._fields.items():
            fill(name, field)
        self._is_filling = False
        self._pause.stop()
        self._draft.stop()

    @property
    def is_changed(self) -> bool:
        return bool(self._touched)

    def mark_saved(self) -> None:
        """What stands here is saved: no draft is due any more."""
        self._touched.clear()
        self._draft.stop()

    def typing_problems(self) -> list[Problem]:
        """What is wrong with the typing itself; while there is any of it, saving makes no sense."""
        found = [(name, field.problem()) for name, field in self._fields.items()]
        return [replace(problem, field=name) for name, problem in found if problem is not None]

    def recheck(self) -> None:
        """Show what the rules say now, under the fields that were touched: an empty form is not all red."""
        problems = self.typing_problems()
        if self._check is not None:
            problems += self._check(self.values())
        self._show(p for p in problems if p.field in self._touched and not self._is_choosing(p.field))

    def _is_choosing(self, name: str) -> bool:
        """An unfinished word is no mistake while its list is open."""
        field = self._fields.get(name)
        return isinstance(field, CodeField) and field.choices.isVisible()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show all of these, and go to the first refusal (`Refused.problems` of the action)."""
        problems = list(problems)
        self._touched |= {p.field for p in problems}
        self._show(problems)
        refused = [p.field for p in problems if p.weight is Weight.REFUSAL and p.field in self._cells]
        for name in self._cells:
            if name in refused:
                self.focus_on(name)
                break

    def _show(self, problems: Iterable[Problem]) -> None:
        problems = list(problems)
        for name, cell in self._cells.items():
            cell.show_problems([p for p in problems if p.field == name])
        rest = [p for p in problems if p.field not in self._cells]
        self._band_text.setText("\n".join(p.sentence for p in rest))
        is_refused = any(p.weight is Weight.REFUSAL for p in rest)
        set_look(self._band, "role", "band-refusal" if is_refused else "band-warning")
        self._band.setVisible(bool(rest))

    def focus_on(self, name: str) -> None:
        """Put the cursor into that field and bring it into view."""
        cell = self._cells.get(name)
        if cell is not None:
            cell.take_focus()
            self.area.ensureWidgetVisible(cell)
            # Once more when the sentence under it has its place, or it would be cut at the edge.
            QTimer.singleShot(0, cell, lambda: self.area.ensureWidgetVisible(cell))

    def focus_first(self) -> None:
        for name in self._cells:
            self.focus_on(name)
            return

    def lead_to(self, part: QWidget) -> None:
        """Tab and Enter go on there from the last field."""
        for cell in list(self._cells.values())[-1:]:
            self.setTabOrder(cell.field, part)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter moves on, but never while a word is being composed, and not in notes of several lines."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not is_enter or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if isinstance(watched, QPlainTextEdit) or not isinstance(watched, QWidget) or typing_in(watched):
            return False
        if isinstance(watched, CodeField):
            watched.settle()
        watched.focusNextChild()
        return True

    def _on_changed(self, name: str) -> None:
        if self._is_filling:
            return
        self._touched.add(name)
        self._pause.start()
        if not self._draft.isActive():
            self._draft.start()
        self.changed.emit(name)

    def _emit_draft(self) -> None:
        self.draft_due.emit(self.texts())
