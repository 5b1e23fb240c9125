"""How a list's cells are painted: chips for states, words for the rest."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.widgets.chip import paint_chip
from desktop.widgets.paged_model import TONE_ROLE

EDGE = 8


class CellDelegate(QStyledItemDelegate):
    """Paints a cell whose column has a tone as a chip."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tone = index.data(TONE_ROLE)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if tone is None or not text:
            super().paint(painter, option, index)
            return
        self._paint_ground(painter, option, index)
        place = QRectF(option.rect).adjusted(EDGE, 0, -EDGE, 0)
        paint_chip(painter, place, text, tone, option.font)

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, option.widget)

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        # The row is what is chosen, not the cell: no dotted box around one cell.
        option.state &= ~QStyle.StateFlag.State_HasFocus
