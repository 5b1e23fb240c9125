"""Shows one PDF file and prints that very file: what is seen is what comes out."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedLayout, QWidget

from desktop.core.errors import Trouble
from desktop.widgets import files
from desktop.widgets.empty import Empty
from desktop.widgets.fields import NumberField
from desktop.widgets.parts import GRID, button, column, label, row, shortcut
from desktop.widgets.pdf_pages import PaperPrinter, PdfPages, PrintTarget
from desktop.widgets.pdf_view import PdfView
from desktop.widgets.progress import watch
from desktop.widgets.runner import Runner

# Asks where to print; gives the target and the pages (from 0), or None when the clerk thought better of it.
Choose = Callable[[QWidget, int], tuple[PrintTarget, range] | None]

# What "/ 2,544 页" and "150%" take once a file is open.
_TOTAL_WIDTH = 64


class PdfPreview(QWidget):
    """A tool band over the pages. `choose` is the printer's dialog, handed in so that tests need no printer."""

    printed = Signal(int)
    saved = Signal(object)

    def __init__(self, runner: Runner, choose: Choose | None = None, dpi: int = 300) -> None:
        super().__init__()
        self._runner, self._choose = runner, choose or (lambda over, count: ask_printer(over, count, dpi))
        self._pages: PdfPages | None = None
        self.view, self.empty = PdfView(), Empty("还没有可预览的文件", icon="print")
        self._make_band()
        self._lay_out()
        self.view.page_changed.connect(self._show_page)
        self.view.zoom_changed.connect(lambda zoom: self.zoom.setText(f"{zoom * 100:.0f}%"))
        shortcut(self, "Ctrl+P", self.print_file)
        self.close_file()

    def _make_band(self) -> None:
        self.before = button("上一页", lambda: self.view.go(self.view.page - 1), name="left", role="quiet")
        self.after = button("下一页", lambda: self.view.go(self.view.page + 1), name="right", role="quiet")
        self.number, self.total, self.zoom = NumberField(1), label(), label()
        self.number.setMaximumWidth(72)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setAccessibleName("页码")
        self.number.returnPressed.connect(self._go_typed)
        self.smaller = button(
            "缩小", lambda: self.view.set_zoom(self.view.zoom / 1.2), name="zoom-out", role="quiet"
        )
        self.larger = button(
            "放大", lambda: self.view.set_zoom(self.view.zoom * 1.2), name="zoom-in", role="quiet"
        )
        self.fit = button("适合宽度", lambda: self.view.set_zoom(None), name="fit-width", role="quiet")
        self.save_button = button("存为 PDF", self.save_file, name="export")
        self.print_button = button("打印", self.print_file, name="print", role="primary")
        self.zoom.setMinimumWidth(48)
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _lay_out(self) -> None:
        paging = row(self.before, label("第"), self.number, self.total, self.after, gap=4)
        self._zooming = QWidget()
        self._zooming.setLayout(row(self.smaller, self.zoom, self.larger, self.fit, gap=0))
        tools = row(paging, None, self._zooming, None, self.save_button, self.print_button)
        tools.setContentsMargins(GRID, GRID, GRID, GRID)
        self.band = QFrame()
        self.band.setProperty("role", "band")
        self.band.setLayout(tools)
        self._room_wanted = tools.minimumSize().width()
        # Between two panels there is less room than all tools want: see resizeEvent.
        self.band.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.setLayout(column(self.band, body, gap=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the zoom has no buttons; Ctrl and the wheel still work."""
        super().resizeEvent(event)
        self._zooming.setVisible(self.width() >= self._room_wanted + _TOTAL_WIDTH)

    def open_file(self, path: Path) -> None:
        """Show that file from its first page. Raises Trouble when it cannot be read."""
        self.close_file()
        self.show_file(PdfPages(path))

    def show_file(self, pages: PdfPages) -> None:
        """The same for a file that was opened elsewhere: thousands of pages take a moment."""
        self.close_file()
        self._pages = pages
        self.total.setText(f"/ {self._pages.count:,} 页")
        self._stack.setCurrentWidget(self.view)
        self.band.setEnabled(True)
        self.view.show_pages(self._pages)
        self._show_page(0)

    def close_file(self) -> None:
        self.view.show_pages(None)
        if self._pages is not None:
            self._pages.close()
        self._pages = None
        self.band.setEnabled(False)
        self._stack.setCurrentWidget(self.empty)

    def print_file(self) -> None:
        """Ask for the printer, then send the pages from the runner's thread."""
        if self._pages is None:
            return
        chosen = self._choose(self, self._pages.count)
        if chosen is None:
            return
        self.print_button.setEnabled(False)
        target, pages = chosen
        task = self._runner.job(
            self, self._pages.print_to, target, pages, done=self._on_printed, trouble=self._on_trouble,
            stopped=self._free,
        )  # fmt: skip
        watch(task, self, "正在打印")

    def save_file(self) -> None:
        if self._pages is None:
            return
        chosen = files.ask_save(self, "存为 PDF", Path(self._pages.path.name), "PDF 文件 (*.pdf)")
        if chosen is None:
            return
        try:
            self._pages.save_as(chosen)
        except Trouble as trouble:
            self._runner.trouble.emit(trouble)
        else:
            self.saved.emit(chosen)

    def _on_printed(self, pages: int) -> None:
        self._free()
        self.printed.emit(pages)

    def _on_trouble(self, trouble: Trouble) -> None:
        self._free()
        self._runner.trouble.emit(trouble)

    def _free(self) -> None:
        self.print_button.setEnabled(True)

    def _go_typed(self) -> None:
        number = self.number.value()
        if number is not None:
            self.view.go(number - 1)
        self._show_page(self.view.page)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_page(self, page: int) -> None:
        count = self._pages.count if self._pages else 0
        self.number.set_text(str(page + 1) if count else "")
        self.before.setEnabled(page > 0)
        self.after.setEnabled(page < count - 1)


def ask_printer(over: QWidget, count: int, dpi: int) -> tuple[PrintTarget, range] | None:
    """The system's printer dialog, in Chinese."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(dpi)
    dialog = QPrintDialog(printer, over)
    dialog.setMinMax(1, count)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, True)
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return None
    if printer.printRange() is QPrinter.PrintRange.PageRange:
        return PaperPrinter(printer), range(max(0, printer.fromPage() - 1), min(count, printer.toPage()))
    return PaperPrinter(printer), range(count)
