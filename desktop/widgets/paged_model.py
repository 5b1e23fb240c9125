"""The model under every list: it holds the ids of all rows, and the lines of those that were painted."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.widgets.columns import Align, Column

Key = Hashable
Read = Callable[[Sequence[Any]], Mapping[Any, Any]]
Index = QModelIndex | QPersistentModelIndex

PAGE = 50
# Some thirty screens of lines: scrolling through a county must not fill the memory.
_MOST_LINES = 4_000
LINE_ROLE = Qt.ItemDataRole.UserRole
TONE_ROLE = Qt.ItemDataRole.UserRole + 1
RAW_ROLE = Qt.ItemDataRole.UserRole + 2

_ALIGN = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    Align.CENTRE: Qt.AlignmentFlag.AlignCenter,
}
_NOWHERE = QModelIndex()


class PagedModel(QAbstractTableModel):
    """Ids first, rows when painted. `read(keys)` gives a line for each key that still exists."""

    failed = Signal(object)

    def __init__(self, columns: Sequence[Column], read: Read, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self._read = read
        self._keys: list[Any] = []
        self._lines: dict[Any, Any] = {}

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._keys):
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[column.align]
        if role not in (Qt.ItemDataRole.DisplayRole, LINE_ROLE, TONE_ROLE, RAW_ROLE):
            return None
        line = self.line(index.row())
        return None if line is None else _cell(line, column, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[self.columns[section].align]
        return None

    def line(self, row: int) -> Any:
        """The line of that row, read together with its page; None when it is gone from the store."""
        key = self._keys[row]
        if key not in self._lines:
            self._read_page(row - row % PAGE)
        return self._lines.get(key)

    def _read_page(self, start: int) -> None:
        keys = self._keys[start : start + PAGE]
        if len(self._lines) > _MOST_LINES:
            self._lines.clear()
        # Marked as read before reading: after an error a repaint must not ask (and fail) for ever.
        self._lines.update(dict.fromkeys(keys))
        try:
            self._lines.update(self._read(keys))
        except Exception as error:  # raised inside Qt's painting it would be lost
            self.failed.emit(error)

    def set_keys(self, keys: Sequence[Any]) -> None:
        """All rows in their order; lines that were read before are read again when painted."""
        self.beginResetModel()
        self._keys = list(keys)
        self._lines.clear()
        self.endResetModel()

    def mark_stale(self) -> None:
        """The rows are the same but may read differently: only the visible ones are read again."""
        self._lines.clear()
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, len(self.columns) - 1))

    @property
    def keys(self) -> Sequence[Any]:
        return self._keys

    def key(self, row: int) -> Any:
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def row_of(self, key: Any) -> int:
        """The row of that key, -1 when it is not in the list."""
        # Asked once or twice for each list: a table of all rows takes ten times as long to make.
        try:
            return self._keys.index(key)
        except ValueError:
            return -1


def _cell(line: Any, column: Column, role: int) -> Any:
    if role == LINE_ROLE:
        return line
    if role == TONE_ROLE:
        return column.tone(line) if column.tone else None
    if role == RAW_ROLE:
        return (column.raw or column.value)(line)
    return column.value(line)
