"""RowForm: a small form whose fields stand in one row, to be opened inside a page instead of a dialog."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QGridLayout

from desktop.core.problems import Problem
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, card, column, label, row

Check = Callable[[Mapping[str, Any]], Sequence[Problem]]


class RowForm(Form):
    """Add fields with `add_shared`; `heading` says what is being done. 取消 asks to close it."""

    def __init__(self, words: str, check: Check | None = None, *, cancel: Callable[[], Any]) -> None:
        self.heading = label("", "strong", wrap=True)
        self.save_button = button(f"{words}（Ctrl+Enter）", self._press, role="primary")
        self._cancel_button = button("取消（Esc）", cancel)
        super().__init__(check)

    def _lay_out(self) -> None:
        self._band_text = label("", wrap=True)
        self._band = card(self._band_text, edge=GRID)
        self._band.hide()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        foot = row(self.save_button, self._cancel_button, None)
        self.setLayout(column(card(self.heading, self._band, self._grid, foot, gap=GRID)))

    def add_shared(self, name: str, title: str, field: Any, share: int = 1, *, required: bool = True) -> Any:
        """Add a field that gets `share` parts of the width."""
        self.add(name, title, field, required=required)
        if self._grid is not None:
            self._grid.setColumnStretch(self._grid.columnCount() - 1, share)
        return field

    def _next_place(self, wide: bool) -> tuple[int, int]:
        return 0, self._grid.count() if self._grid is not None else 0

    def focus_on(self, name: str) -> None:
        cell = self._cells.get(name)
        if cell is not None:
            cell.take_focus()

    def _press(self) -> None:
        self.save_wanted.emit()
