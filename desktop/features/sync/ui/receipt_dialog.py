"""回执: the slip for the person who carries the stick, shown and printed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.features.office import api as office
from desktop.features.sync.model import Taken, Written
from desktop.features.sync.overview import ReadResult
from desktop.features.sync.papers import Receipt, print_receipt
from desktop.features.sync.ui import words
from desktop.widgets.desk import Desk
from desktop.widgets.parts import GRID, column
from desktop.widgets.pdf_pages import PdfPages
from desktop.widgets.pdf_preview import PdfPreview


class ReceiptDialog(QDialog):
    """The drawn file is read into memory and gone before the dialog is seen."""

    def __init__(self, desk: Desk, receipt: Receipt, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(receipt.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 620)
        self.preview = PdfPreview(desk.runner)
        self.setLayout(column(self.preview, edge=GRID))
        self.preview.printed.connect(lambda _pages: self.accept())
        with tempfile.TemporaryDirectory() as folder:
            self.preview.show_file(PdfPages(print_receipt(receipt, Path(folder) / "回执.pdf")))
        self.finished.connect(lambda _result: self.preview.close_file())


def receipt_of(desk: Desk, done: Sequence[Written] | ReadResult) -> Receipt:
    """What the slip says of a writing or a reading."""
    with desk.reader() as reader:
        own, now = office.office(reader).name, reader.now
    if isinstance(done, ReadResult):
        said = f"{own}：{words.about_taken(done.taken)}"
        return Receipt("数据包读入回执", said, _codes(done.taken), own, now)
    return Receipt("数据包交接单", f"{own}{words.about_written(done)}", _codes(done), own, now)


def _codes(files: Sequence[Written] | Sequence[Taken]) -> tuple[str, ...]:
    return tuple(one.path.stem[:8] for one in files)
