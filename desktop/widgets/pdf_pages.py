"""One PDF file in memory: page sizes, pages as pictures, and printing exactly those bytes."""

import atexit
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakSet

import pypdfium2
from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent

# PDFium may be inside one thread at a time, and printing renders on another one than the preview.
_PDFIUM = threading.Lock()
_OPEN: "WeakSet[PdfPages]" = WeakSet()
_POINTS = 72.0


class PrintTarget(Protocol):
    """Where pages go: a printer, or a test's list of pictures."""

    def begin(self, size: QSizeF) -> None:
        """A page of that size in points begins."""

    def draw(self, image: QImage) -> None: ...

    def end(self) -> None: ...

    def abort(self) -> None:
        """Nothing of what was drawn should come out."""

    @property
    def dpi(self) -> int: ...


class PdfPages:
    """The bytes are read once: what is shown and what is printed cannot differ, even if the file changes."""

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        """`content` is given for what must not lie on the disk; `path` is then only its name."""
        self.path = path
        try:
            self._bytes = path.read_bytes() if content is None else content
            with _PDFIUM:
                self._file = pypdfium2.PdfDocument(self._bytes)
                self.count = len(self._file)
                # Asked for again at every change of width: six thousand pages take a tenth of a second.
                self.sizes = [QSizeF(*self._file.get_page_size(n)) for n in range(self.count)]
                _OPEN.add(self)
        except (OSError, pypdfium2.PdfiumError) as cause:
            raise Trouble(f"打不开“{path.name}”", "请重新生成这个文件", code="pdf.open") from cause

    def size(self, page: int) -> QSizeF:
        """Width and height in points."""
        return self.sizes[page]

    def image(self, page: int, dpi: float) -> QImage:
        return _draw(self._file, page, dpi)

    def print_to(self, target: PrintTarget, pages: Iterable[int], tell: Tell = silent) -> int:
        """Send those pages (from 0) to the printer; gives how many. Runs on the runner's thread."""
        wanted = list(pages)
        # A document of its own: the preview may be closed while this goes on.
        with _PDFIUM:
            file = pypdfium2.PdfDocument(self._bytes)
        try:
            for done, page in enumerate(wanted):
                tell(done, len(wanted), "正在送往打印机")
                target.begin(_size(file, page))
                target.draw(_draw(file, page, target.dpi))
        except BaseException:
            target.abort()
            raise
        finally:
            with _PDFIUM:
                file.close()
        target.end()
        return len(wanted)

    def save_as(self, path: Path) -> None:
        """Exactly the bytes that are shown."""
        try:
            path.write_bytes(self._bytes)
        except OSError as cause:
            raise Trouble(
                f"没有存下“{path.name}”", "请检查磁盘空间，或先关闭打开着它的程序", code="pdf.save"
            ) from cause

    def close(self) -> None:
        _OPEN.discard(self)
        with _PDFIUM:
            self._file.close()


@atexit.register
def _close_all() -> None:
    """A preview may stand open when the program ends: PDFium complains on standard error of what it must close."""
    for pages in list(_OPEN):
        pages.close()


def _size(file: Any, page: int) -> QSizeF:
    with _PDFIUM:
        width, height = file.get_page_size(page)
    return QSizeF(width, height)


def _draw(file: Any, page: int, dpi: float) -> QImage:
    with _PDFIUM:
        sheet = file[page]
        bitmap = sheet.render(scale=dpi / _POINTS, prefer_bgrx=True)
        # The buffer belongs to PDFium: copy before closing.
        drawn = QImage(
            bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
        ).copy()
        bitmap.close()
        sheet.close()
    return drawn


class PaperPrinter:
    """A QPrinter that takes whole pages without margins and without JPEG."""

    def __init__(self, printer: QPrinter) -> None:
        self._printer, self._painter = printer, QPainter()
        printer.setFullPage(True)

    @property
    def dpi(self) -> int:
        return self._printer.resolution()

    def begin(self, size: QSizeF) -> None:
        """Landscape pages among upright ones keep their direction."""
        is_wide = size.width() > size.height()
        turned = QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait
        upright = size.transposed() if is_wide else size
        page = QPageSize(upright, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
        self._printer.setPageLayout(QPageLayout(page, turned, QMarginsF(0, 0, 0, 0)))
        if self._painter.isActive():
            is_ready = self._printer.newPage()
        else:
            is_ready = self._painter.begin(self._printer)
        if not is_ready:
            raise Trouble("打印机没有接受这一页", "请检查打印机是否开机、有纸、已连接", code="print.page")
        self._painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)

    def draw(self, image: QImage) -> None:
        place = self._printer.pageLayout().fullRectPixels(self._printer.resolution())
        self._painter.drawImage(QRectF(place), image, QRectF(image.rect()))

    def end(self) -> None:
        if self._painter.isActive():
            self._painter.end()

    def abort(self) -> None:
        if self._painter.isActive():
            self._printer.abort()
            self._painter.end()
