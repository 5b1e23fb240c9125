"""Our line icons in the colour that their place asks for. An icon never stands without its word."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.core import resources
from desktop.widgets.colours import PRIMARY, SECONDARY

# 16 and 20 px at 100, 125, 150 and 200 %: QIcon takes the nearest, so lines stay sharp.
_SIZES = (16, 20, 24, 25, 30, 32, 40)
_OFF = "#A9B0BA"


@cache
def icon(name: str, colour: str = SECONDARY, chosen: str = PRIMARY) -> QIcon:
    """The icon of that name under resources/icons; `chosen` colours it while its button is checked."""
    found = QIcon()
    states = (
        (colour, QIcon.Mode.Normal, QIcon.State.Off),
        (chosen, QIcon.Mode.Normal, QIcon.State.On),
        (_OFF, QIcon.Mode.Disabled, QIcon.State.Off),
    )
    for shade, mode, state in states:
        drawing = _drawing(name, shade)
        for size in _SIZES:
            found.addPixmap(_drawn(drawing, size), mode, state)
    return found


def picture(name: str, size: int, colour: str = SECONDARY) -> QPixmap:
    """One icon as a square pixmap of that many device pixels."""
    return _drawn(_drawing(name, colour), size)


def _drawing(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace(SECONDARY, colour).encode()))


@cache
def _source(name: str) -> str:
    # Each size and colour of each icon from the file again was half the time that a page took to build.
    return resources.text(f"icons/{name}.svg")


def _drawn(drawing: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
