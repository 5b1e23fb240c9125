"""PagedTable: every list of the program. Ids first, rows when painted, an empty state, totals in the footer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QTableView, QWidget

from desktop.core.errors import Trouble
from desktop.widgets import say
from desktop.widgets.cells import CellDelegate
from desktop.widgets.columns import Column, sorted_lines
from desktop.widgets.empty import Empty
from desktop.widgets.header import Header
from desktop.widgets.paged_model import PagedModel
from desktop.widgets.parts import column as stacked
from desktop.widgets.parts import label

# Row height over the text's height: about 32 px at 100 % with the shipped font.
_AIR = 11


class PagedTable(QWidget):
    """A list of lines known by their keys.

    Either `set_keys` (the store sorts: connect `order_wanted`) or `set_lines` (a short list held here).
    """

    selected = Signal(object)
    opened = Signal(object)
    order_wanted = Signal(str, bool)

    def __init__(
        self,
        columns: Sequence[Column],
        read: Callable[[Sequence[Any]], Mapping[Any, Any]] | None = None,
        name: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._held: list[Any] = []
        self.model = PagedModel(columns, read or self._read_held, self)
        self.view = _View(self)
        self.header = Header(self.model.columns, self.view)
        self.empty, self.footer = Empty("还没有内容"), label("", "secondary")
        self.empty.setProperty("role", "card")
        # A list may be low: what stands in it while it is empty must not make the window too high for the screen.
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._lay_out()
        self._connect()
        self._show_emptiness()

    def _lay_out(self) -> None:
        self.view.setHorizontalHeader(self.header)
        self.view.setModel(self.model)
        self.header.set_up()
        self.footer.setContentsMargins(8, 4, 8, 4)
        for part in (self.view, self.footer):
            part.hide()
        box = stacked(self.view, self.empty, self.footer, gap=0)
        box.setStretch(0, 1)
        box.setStretch(1, 1)
        self.setLayout(box)

    def _connect(self) -> None:
        # Queued: a dialog must not open in the middle of painting.
        self.model.failed.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self.view.selectionModel().currentRowChanged.connect(self._on_current)
        self.view.doubleClicked.connect(lambda index: self.opened.emit(self.model.key(index.row())))
        self.header.sorted_by.connect(self._on_order)

    def set_keys(self, keys: Sequence[Any]) -> None:
        """Show these rows. The selected one stays selected if it is still there, else its neighbour."""
        key, row = self.key, self.view.currentIndex().row()
        bar = self.view.verticalScrollBar()
        stood_at_top, offset = bar.value() == 0, bar.value() - max(row, 0)
        self.model.set_keys(keys)
        self._show_emptiness()
        found = self.model.row_of(key) if key is not None else -1
        target = found if found >= 0 else min(row, len(keys) - 1)
        if target >= 0:
            self.select_row(target)
            # What is new comes in at the top of most lists: there it must be seen, not pushed out above.
            bar.setValue(0 if stood_at_top and target < bar.pageStep() else target + offset)
        elif key is not None:
            self.selected.emit(None)

    def set_lines(self, lines: Sequence[Any]) -> None:
        """Show a short list that is held in memory; its keys are the places in it."""
        self._held = list(lines)
        self.header.clear_order()
        self.set_keys(range(len(self._held)))

    def mark_stale(self) -> None:
        """Read the visible rows again; the rows themselves stay."""
        self.model.mark_stale()

    def say_empty(
        self, sentence: str, hint: str = "", action: str = "", call: Callable[[], Any] | None = None
    ) -> None:
        """What stands here while there is no row, and what can be done about it."""
        self.empty.show_state(sentence, hint, action, call)

    def say_totals(self, text: str) -> None:
        """The footer, such as 筛选出 318 户 702 人."""
        self.footer.setText(text)
        self.footer.setVisible(bool(text))

    @property
    def key(self) -> Any:
        """The key of the selected row, or None."""
        return self.model.key(self.view.currentIndex().row())

    @property
    def line(self) -> Any:
        """The line of the selected row, or None."""
        row = self.view.currentIndex().row()
        return self.model.line(row) if row >= 0 else None

    def select(self, key: Any) -> bool:
        """Select the row of that key and bring it into view. False when it is not in the list."""
        row = self.model.row_of(key)
        if row >= 0:
            self.select_row(row)
            self.view.scrollTo(self.model.index(row, 0))
        return row >= 0

    def select_row(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(self.model.index(row, self.view.first_shown()), flags)

    def _read_held(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        return {key: self._held[key] for key in keys}

    def _show_emptiness(self) -> None:
        shown, other = (self.view, self.empty) if self.model.keys else (self.empty, self.view)
        # Not a stack: it dresses what it shows, and every page around would dress it once more while it is built.
        if shown.isHidden():
            focus = self.window().focusWidget()
            has_keys = focus is other or (focus is not None and other.isAncestorOf(focus))
            shown.show()
            if has_keys:  # what is hidden loses the keyboard, and it would go anywhere
                shown.setFocus()
            other.hide()
        # Tab gets stuck at a proxy that is hidden.
        self.setFocusProxy(shown)

    def _tell(self, error: Exception) -> None:
        """Rows that could not be read; what is no trouble of the world is our bug, and goes to the crash page."""
        if not isinstance(error, Trouble):
            raise error
        say.tell(self, error)

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.selected.emit(self.model.key(now.row()))

    def _on_order(self, name: str, descending: bool) -> None:
        if not self._held:
            order = next((c.sort for c in self.model.columns if c.name == name), "")
            self.order_wanted.emit(order, descending)
        elif name:
            column = next(c for c in self.model.columns if c.name == name)
            self.set_keys(sorted_lines(self._held, column, descending))
        else:
            self.set_keys(range(len(self._held)))


class _View(QTableView):
    """Whole rows, one at a time; Enter opens; Tab leaves the list instead of walking its cells."""

    def __init__(self, table: PagedTable) -> None:
        super().__init__(table)
        self._table = table
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(CellDelegate(self))
        self.verticalHeader().hide()
        self._set_row_height()

    def _set_row_height(self) -> None:
        height = self.fontMetrics().height() + _AIR
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)

    def first_shown(self) -> int:
        """The first visible column: a current cell in a hidden one would scroll the list sideways."""
        header = self.horizontalHeader()
        shown = [i for i in range(header.count()) if not header.isSectionHidden(i)]
        return min(shown, key=header.visualIndex, default=0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt gives a list that gets the focus a current row without marking it: the clerk must see which."""
        super().focusInEvent(event)
        row = self.currentIndex().row()
        if row >= 0 and not self.selectionModel().hasSelection():
            self._table.select_row(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CHORDS:
            if self._table.key is not None:
                self._table.opened.emit(self._table.key)
            return
        super().keyPressEvent(event)


_CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
