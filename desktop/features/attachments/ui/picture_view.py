"""One attachment looked at: the picture, or the first page of a PDF, as large as there is room."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.core.errors import Trouble
from desktop.widgets.parts import GRID, column, label
from desktop.widgets.pdf_pages import PdfPages

_DPI = 96


class PictureView(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._picture = QPixmap()
        self.image, self.said = QLabel(), label("", "quiet-text", wrap=True)
        self.image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.image.setMinimumSize(160, 120)
        layout = column(self.said, self.image, gap=GRID, edge=2 * GRID)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def clear(self, sentence: str = "") -> None:
        self._show(QPixmap(), sentence)

    def show_small(self, thumb: bytes, sentence: str) -> None:
        """What travelled with the row, while the file itself is elsewhere or on its way."""
        picture = QPixmap()
        picture.loadFromData(thumb)
        self._show(picture, sentence)

    def show_image(self, image: QImage, sentence: str) -> None:
        self._show(QPixmap.fromImage(image), sentence)

    @property
    def has_picture(self) -> bool:
        return not self._picture.isNull()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show(self, picture: QPixmap, sentence: str) -> None:
        self._picture = picture
        self.said.setText(sentence)
        self._fit()

    def _fit(self) -> None:
        if self._picture.isNull():
            self.image.clear()
            return
        room = self.image.size()
        fits = self._picture.width() <= room.width() and self._picture.height() <= room.height()
        shown = self._picture if fits else self._picture.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )  # fmt: skip
        self.image.setPixmap(shown)


def drawn(content: bytes) -> QImage:
    """A picture, or the first page of a PDF; called away from the window's thread, because large ones take a moment."""
    if not content.startswith(b"%PDF-"):
        return QImage.fromData(content)
    try:
        pages = PdfPages(Path("附件.pdf"), content)
    except Trouble:
        return QImage()
    try:
        return pages.image(0, _DPI) if pages.count else QImage()
    finally:
        pages.close()
