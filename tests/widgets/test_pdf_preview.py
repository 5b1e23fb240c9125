"""The preview shows a file and prints those very bytes, through whatever printer is handed in."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from desktop.core.errors import Cancelled, Trouble
from desktop.widgets.pdf_pages import PaperPrinter, PdfPages
from desktop.widgets.pdf_preview import PdfPreview
from desktop.widgets.runner import AtOnce


class PictureTarget:
    """A printer that keeps its pages as pictures."""

    dpi = 100

    def __init__(self) -> None:
        self.pages: list[tuple[QSizeF, QImage]] = []
        self.ended = self.aborted = False

    def begin(self, size: QSizeF) -> None:
        self._size = size

    def draw(self, image: QImage) -> None:
        self.pages.append((self._size, image))

    def end(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.aborted = True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "books.pdf"
    draw(path, pages=30, shade=0.0)
    return path


def draw(path: Path, pages: int, shade: float) -> None:
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(pages):
        canvas.setPageSize(landscape(A4) if page == 1 else A4)
        canvas.setFillGray(shade)
        canvas.rect(100, 100, 200, 200, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()


@pytest.fixture
def target() -> PictureTarget:
    return PictureTarget()


@pytest.fixture
def preview(qtbot: QtBot, target: PictureTarget) -> Iterator[PdfPreview]:
    runner = AtOnce(nullcontext)  # type: ignore[arg-type]
    made = PdfPreview(runner, choose=lambda over, count: (target, range(count)))
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    yield made
    made.close_file()
    runner.close()


def is_black(image: QImage, x: float, y: float) -> bool:
    return image.pixelColor(int(image.width() * x), int(image.height() * y)).lightness() < 40


def test_pages_are_drawn_only_when_in_sight(qtbot: QtBot, preview: PdfPreview, file: Path) -> None:
    preview.open_file(file)
    qtbot.waitUntil(lambda: 0 in preview.view._kept)
    assert len(preview.view._kept) <= 3
    assert is_black(preview.view._kept[0], 0.3, 0.8)
    assert "30" in preview.total.text()


def test_paging_by_button_key_and_number(qtbot: QtBot, preview: PdfPreview, file: Path) -> None:
    preview.open_file(file)
    assert not preview.before.isEnabled()
    preview.after.click()
    assert (preview.view.page, preview.number.text()) == (1, "2")
    qtbot.keyClick(preview.view, Qt.Key.Key_PageDown)
    assert preview.view.page == 2
    preview.number.set_text("17")
    qtbot.keyClick(preview.number, Qt.Key.Key_Return)
    assert preview.view.page == 16
    qtbot.keyClick(preview.view, Qt.Key.Key_End)
    assert preview.view.page == 29
    assert not preview.after.isEnabled()
    preview.number.set_text("999")
    qtbot.keyClick(preview.number, Qt.Key.Key_Return)
    assert preview.number.text() == "30"


def test_zoom_keeps_the_page(preview: PdfPreview, file: Path) -> None:
    preview.open_file(file)
    preview.view.go(7)
    before = preview.view.zoom
    preview.larger.click()
    assert preview.view.zoom == pytest.approx(before * 1.2)
    assert preview.view.page == 7
    preview.fit.click()
    assert preview.view.zoom == pytest.approx(before)


def test_few_drawn_pages_are_kept(qtbot: QtBot, preview: PdfPreview, file: Path) -> None:
    preview.open_file(file)
    for page in range(30):
        preview.view.go(page)
        qtbot.waitUntil(lambda page=page: page in preview.view._kept)
    assert len(preview.view._kept) <= 12


def test_prints_the_very_file_that_is_shown(
    qtbot: QtBot, preview: PdfPreview, file: Path, target: PictureTarget
) -> None:
    preview.open_file(file)
    draw(file, pages=1, shade=0.9)
    with qtbot.waitSignal(preview.printed) as printed:
        preview.print_button.click()
    assert printed.args == [30]
    assert len(target.pages) == 30
    assert target.ended
    assert all(is_black(image, 0.3, 0.8) for size, image in target.pages if size.width() < size.height())
    assert [size.width() > size.height() for size, _ in target.pages[:3]] == [False, True, False]
    assert target.pages[0][1].width() == round(A4[0] / 72 * 100)


def test_stopping_prints_nothing_more(file: Path, target: PictureTarget) -> None:
    def tell(done: int, total: int, stage: str = "") -> None:
        if done == 3:
            raise Cancelled

    pages = PdfPages(file)
    with pytest.raises(Cancelled):
        pages.print_to(target, range(30), tell)
    assert (len(target.pages), target.aborted, target.ended) == (3, True, False)
    pages.close()


def test_the_printer_gets_full_pages_in_their_direction(qtbot: QtBot, file: Path, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setResolution(100)
    pages = PdfPages(file)
    pages.print_to(PaperPrinter(printer), range(3))
    pages.close()
    printed = PdfPages(tmp_path / "printed.pdf")
    assert printed.count == 3
    for page, wanted in enumerate([A4, landscape(A4), A4]):
        assert printed.size(page).width() == pytest.approx(wanted[0], abs=2)
        assert printed.size(page).height() == pytest.approx(wanted[1], abs=2)
    # The black square is where it was: nothing was scaled or moved by margins.
    image = printed.image(0, 72)
    assert is_black(image, 105 / A4[0], 1 - 105 / A4[1])
    assert not is_black(image, 95 / A4[0], 1 - 95 / A4[1])
    printed.close()


def test_a_file_that_is_no_pdf_is_trouble(preview: PdfPreview, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no")
    for path in (broken, tmp_path / "missing.pdf"):
        with pytest.raises(Trouble) as refused:
            preview.open_file(path)
        assert refused.value.code == "pdf.open"
    assert preview.empty.isVisible()


def test_saved_is_byte_for_byte_what_is_shown(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    pages = PdfPages(file)
    file.write_bytes(b"changed")
    pages.save_as(tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == before
    with pytest.raises(Trouble):
        pages.save_as(tmp_path / "missing" / "copy.pdf")
    pages.close()


def test_a_narrow_place_hides_the_zoom_and_clips_nothing(
    qtbot: QtBot, preview: PdfPreview, file: Path
) -> None:
    preview.open_file(file)
    assert preview.larger.isVisible()
    preview.resize(640, 500)
    assert not preview.larger.isVisible()
    for part in (preview.before, preview.after, preview.save_button, preview.print_button):
        qtbot.waitUntil(lambda part=part: part.width() >= part.sizeHint().width())
    assert preview.print_button.geometry().right() <= preview.band.width()


@pytest.mark.parametrize("over", ["", "pages = None"])
def test_nothing_is_said_of_a_preview_that_stands_open_at_the_end(file: Path, over: str) -> None:
    # What is finalised before PDFium is loaded keeps PDFium's own tidying from coming first.
    program = f"""
import weakref
from pathlib import Path
weakref.finalize(Path, print, end="")
from desktop.widgets.pdf_pages import PdfPages
pages = PdfPages(Path({str(file)!r}))
pages.image(0, 20)
{over}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
