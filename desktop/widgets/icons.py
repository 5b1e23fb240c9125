"""Our line icons in the colour that their place asks for. An icon never stands without its word."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.core import resources
from desktop.widgets.colours import PRIMARY, SECONDARY

# 16 and 20 px at 100, 125, 150 and 200 %: QIcon takes the nearest, so lines stay sharp.
_SIZES = (16, 20, 24, 25, 30, 32, 40)


@cache
def icon(name: str, colour: str = SECONDARY, chosen: str = PRIMARY) -> QIcon:
    """The icon of that name under resources/icons; `chosen` colours it while its button is checked."""
    found = QIcon()
    for size in _SIZES:
        found.addPixmap(picture(name, size, colour), QIcon.Mode.Normal, QIcon.State.Off)
        found.addPixmap(picture(name, size, chosen), QIcon.Mode.Normal, QIcon.State.On)
        found.addPixmap(picture(name, size, "#A9B0BA"), QIcon.Mode.Disabled, QIcon.State.Off)
    return found


def picture(name: str, size: int, colour: str = SECONDARY) -> QPixmap:
    """One icon as a square pixmap of that many device pixels."""
    drawing = resources.text(f"icons/{name}.svg").replace(SECONDARY, colour)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
