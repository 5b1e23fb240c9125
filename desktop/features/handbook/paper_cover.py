"""The handbook's cover: whose it is, its number as a QR code, and from when."""

from desktop.core.pdf import Page, Type, draw_qr
from desktop.core.pdf.page import BLUE, DARK
from desktop.features.handbook.model import Book

_CENTER = 105.0
_TITLE = Type("hei", 44, DARK, bold=True)
_OFFICE = Type("song", 16, DARK)
_NUMBER = Type("hei", 15, DARK)
_LABEL = Type("song", 14, DARK)
_VALUE = Type("kai", 16, least=9)
_LINES = ("户　　主", "家庭住址", "首次发放日期", "印制单位")
_LABEL_X, _VALUE_X, _VALUE_WIDTH, _FIRST, _STEP = 44.0, 82.0, 84.0, 206.0, 15.0


def cover_frame(page: Page) -> None:
    for n, char in enumerate("帮扶手册"):
        page.text(_CENTER + (n - 1.5) * 25, 86, char, _TITLE, "center")
    page.fill(_CENTER - 14, 97, 28, 0.9, BLUE)
    page.text(_CENTER, 108, "一户一册", _OFFICE, "center")
    for n, label in enumerate(_LINES):
        y = _FIRST + n * _STEP
        page.text(_VALUE_X - 4, y, label, _LABEL, "right")
        page.line(_VALUE_X, y + 2, _VALUE_X + _VALUE_WIDTH, y + 2, 0.25, DARK)


def fill_cover(page: Page, book: Book) -> None:
    page.line_in(30, 52, 150, book.county + book.township, _OFFICE, "center")
    draw_qr(page, _CENTER - 24, 124, 48, book.number)
    page.line_in(60, 178, 90, f"户编号　{book.number}", _NUMBER, "center")
    place = "".join((book.village, book.group)) or book.address
    for n, value in enumerate((book.head, place, book.first_issued, book.issuer)):
        page.line_in(_VALUE_X + 1, _FIRST + n * _STEP, _VALUE_WIDTH - 2, value, _VALUE, "center")
