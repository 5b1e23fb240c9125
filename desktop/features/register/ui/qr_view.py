"""The QR code of a household's number, as it stands on its plaque."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.core.pdf.qr import modules

_QUIET = 2  # modules of white; the surface around is white too
_SIZE = 104


class QrView(QWidget):
    """Nothing while there is no number."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[bytes] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_number(self, number: str) -> None:
        self._rows = modules(number) if number else []
        self.setAccessibleName(f"二维码 {number}")
        self.setToolTip("户编号的二维码，与户牌上的一样")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if not self._rows:
            return
        # Whole device pixels a module: a camera reads sharp edges, and no hairs stand between them.
        ratio = self.devicePixelRatioF()
        step = max(1, int(self.width() * ratio // (len(self._rows) + 2 * _QUIET))) / ratio
        edge = (self.width() - step * len(self._rows)) / 2
        for y, row in enumerate(self._rows):
            for x, value in enumerate(row):
                if not value:
                    square = QRectF(edge + x * step, edge + y * step, step, step)
                    painter.fillRect(square, Qt.GlobalColor.black)
