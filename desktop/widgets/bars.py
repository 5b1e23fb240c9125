"""Bars: a few named shares as horizontal bars, drawn by hand (no Qt Charts: GPL)."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.colours import LINE, PRIMARY, SECONDARY, TEXT

_BAR, _AIR = 6, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """`part` of `whole`, with words such as 9 / 25."""

    name: str
    part: int
    whole: int
    words: str


class Bars(QWidget):
    """Name and words above each bar; the bar says how much of the whole it is."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: Sequence[Bar] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        self._bars = bars
        self.setAccessibleName("；".join(f"{b.name} {b.words}" for b in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, len(self._bars) * self._step())

    def _step(self) -> int:
        return self.fontMetrics().height() + _BAR + _AIR

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Where there is less room the last ones are left out, not cut.
        for n, bar in enumerate(self._bars[: self.height() // self._step()]):
            self._paint(painter, bar, n * self._step())
        painter.end()

    def _paint(self, painter: QPainter, bar: Bar, top: int) -> None:
        height = self.fontMetrics().height()
        line = QRectF(0, top, self.width(), height)
        painter.setPen(QColor(TEXT))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, bar.name)
        painter.setPen(QColor(SECONDARY))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, bar.words)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, share in ((LINE, 1.0), (PRIMARY, bar.part / bar.whole if bar.whole else 0.0)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(0, top + height + 1, self.width() * share, _BAR), 3, 3)
