"""The pages of one PDF under each other; only those in sight are drawn, and few are kept."""

from bisect import bisect_right
from collections import OrderedDict

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea

from desktop.widgets.colours import LINE, SECONDARY, SURFACE
from desktop.widgets.parts import timer
from desktop.widgets.pdf_pages import PdfPages

GAP, EDGE = 12, 16
_KEPT = 12
_SCREEN_DPI = 96.0


class PdfView(QAbstractScrollArea):
    """`zoom` 1.0 is life size on a 96 dpi screen; None fits the width."""

    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._pages: PdfPages | None = None
        self._zoom: float | None = None
        self._tops: list[int] = []
        self._sizes: list[tuple[int, int]] = []
        self._kept: OrderedDict[int, QImage] = OrderedDict()
        self._page = 0
        self._draw: QTimer = timer(self, 0, self._draw_next, once=True)
        self.setProperty("role", "paper")
        self.viewport().setProperty("role", "paper")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(self._on_scroll)

    def show_pages(self, pages: PdfPages | None) -> None:
        self._pages, self._page = pages, 0
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self.page_changed.emit(0)

    @property
    def zoom(self) -> float:
        """The zoom that is in force, also while it follows the width."""
        return self._zoom if self._zoom is not None else self._zoom_of_width()

    def set_zoom(self, zoom: float | None) -> None:
        page = self._page
        self._zoom = None if zoom is None else min(4.0, max(0.25, zoom))
        self._lay_out()
        self.go(page)

    @property
    def page(self) -> int:
        return self._page

    def go(self, page: int) -> None:
        """Bring that page (from 0) to the top."""
        if self._tops:
            page = min(max(page, 0), len(self._tops) - 1)
            self.verticalScrollBar().setValue(self._tops[page] - EDGE)
            self._set_page(page)

    def _zoom_of_width(self) -> float:
        if self._pages is None or not self._pages.count:
            return 1.0
        room = self.viewport().width() - 2 * EDGE
        return float(min(1.5, max(0.25, room / (self._pages.size(0).width() * _SCREEN_DPI / 72))))

    def _lay_out(self) -> None:
        """Where each page stands. Sizes are known without reading the pages: thousands are no matter."""
        self._tops, self._sizes, top = [], [], EDGE
        scale = self.zoom * _SCREEN_DPI / 72
        for size in self._pages.sizes if self._pages else ():
            width, height = round(size.width() * scale), round(size.height() * scale)
            self._tops.append(top)
            self._sizes.append((width, height))
            top += height + GAP
        self._kept.clear()
        self._set_ranges(top - GAP + EDGE)
        self.zoom_changed.emit(self.zoom)
        self.viewport().update()

    def _set_ranges(self, height: int) -> None:
        width = max((w for w, _ in self._sizes), default=0) + 2 * EDGE
        room = self.viewport().size()
        for bar, whole, part in (
            (self.verticalScrollBar(), height, room.height()),
            (self.horizontalScrollBar(), width, room.width()),
        ):
            bar.setRange(0, max(0, whole - part))
            bar.setPageStep(part)
            bar.setSingleStep(48)

    def _on_scroll(self, value: int) -> None:
        # The page that fills the upper third is the one the clerk looks at.
        third = value + self.viewport().height() // 3
        self._set_page(max(0, bisect_right(self._tops, third) - 1))
        self.viewport().update()

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    def _place(self, page: int) -> QRect:
        width, height = self._sizes[page]
        left = max(EDGE, (self.viewport().width() - width) // 2) - self.horizontalScrollBar().value()
        return QRect(left, self._tops[page] - self.verticalScrollBar().value(), width, height)

    def _in_sight(self) -> list[int]:
        top = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, top) - 1)
        last = bisect_right(self._tops, top + self.viewport().height())
        return list(range(first, last))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._in_sight():
            place = self._place(page)
            painter.fillRect(place, QColor(SURFACE))
            if page in self._kept:
                painter.drawImage(place, self._kept[page])
            else:
                painter.setPen(QColor(SECONDARY))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"第 {page + 1} 页")
                self._draw.start()
            painter.setPen(QColor(LINE))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.end()

    def _draw_next(self) -> None:
        """One page at a time between events, so that scrolling stays smooth."""
        missing = [page for page in self._in_sight() if page not in self._kept]
        if self._pages is None or not missing:
            return
        sharp = self.devicePixelRatioF()
        self._kept[missing[0]] = self._pages.image(missing[0], self.zoom * _SCREEN_DPI * sharp)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        page = self._page
        self._lay_out()
        if self._zoom is None:
            self.go(page)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.zoom * (1.1 if event.angleDelta().y() > 0 else 1 / 1.1))
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._tops) - 1
        moves = {
            Qt.Key.Key_PageDown: self._page + 1,
            Qt.Key.Key_PageUp: self._page - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = moves.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self.go(target)
