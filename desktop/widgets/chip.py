"""A state as a word on a pale ground: never colour alone."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.widgets.colours import INK, PALE, Tone
from desktop.widgets.parts import set_look

_EDGE, _HIGH = 8, 6


class Chip(QLabel):
    """One word in a rounded patch."""

    def __init__(self, text: str = "", tone: Tone = Tone.QUIET, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "chip")
        self.setProperty("tone", tone.value)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def show_state(self, text: str, tone: Tone) -> None:
        self.setText(text)
        set_look(self, "tone", tone.value)


def small(font: QFont) -> QFont:
    """The font of secondary text that belongs to that font."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 6 / 7)
    return made


def chip_size(text: str, font: QFont) -> QSize:
    metrics = QFontMetrics(small(font))
    return QSize(metrics.horizontalAdvance(text) + 2 * _EDGE, metrics.height() + _HIGH)


def paint_chip(painter: QPainter, place: QRectF, text: str, tone: Tone, font: QFont) -> None:
    """The same patch in a table's cell, at the left of `place` and in its middle."""
    size = chip_size(text, font)
    width = min(float(size.width()), place.width())
    patch = QRectF(place.left(), place.center().y() - size.height() / 2, width, size.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(PALE[tone]))
    painter.drawRoundedRect(patch, patch.height() / 2, patch.height() / 2)
    painter.setPen(QColor(INK[tone]))
    painter.setFont(small(font))
    painter.drawText(patch, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
