"""Draws resources/app.svg at every size that Windows and Linux ask for: run it after changing the picture."""

import os
import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parents[1]
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
PNG_FROM = 128  # small pictures are plain bitmaps: the oldest readers know only those


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication(sys.argv)
    picture = QSvgRenderer(str(ROOT / "resources/app.svg"))
    drawn = {size: _draw(picture, size) for size in SIZES}
    (ROOT / "packaging/windows/app.ico").write_bytes(_ico(drawn))
    _welcome(picture).save(str(ROOT / "packaging/windows/welcome.bmp"))
    (ROOT / "packaging/linux/app.png").write_bytes(_png(drawn[256]))
    app.quit()


def _draw(picture: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    picture.render(painter)
    painter.end()
    return image


def _welcome(picture: QSvgRenderer) -> QImage:
    """The left edge of the installer's first and last page, in the size that NSIS wants."""
    image = QImage(164, 314, QImage.Format.Format_RGB888)
    image.fill(QColor("#E4EDF6"))
    painter = QPainter(image)
    picture.render(painter, QRectF(34, 42, 96, 96))
    painter.end()
    return image


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs say bytes, the call wants str
    return bytes(data.data())


def _bitmap(image: QImage) -> bytes:
    """A device-independent bitmap: bottom line first, then a mask that nobody needs beside an alpha channel."""
    size = image.width()
    head = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    pixels = bytes(memoryview(image.constBits()))
    lines = [pixels[4 * size * y : 4 * size * (y + 1)] for y in reversed(range(size))]
    return head + b"".join(lines) + bytes((size + 31) // 32 * 4 * size)


def _ico(drawn: dict[int, QImage]) -> bytes:
    bodies = {size: _png(image) if size >= PNG_FROM else _bitmap(image) for size, image in drawn.items()}
    at, entries = 6 + 16 * len(bodies), b""
    for size, body in bodies.items():
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(body), at)
        at += len(body)
    return struct.pack("<HHH", 0, 1, len(bodies)) + entries + b"".join(bodies.values())


if __name__ == "__main__":
    main()
