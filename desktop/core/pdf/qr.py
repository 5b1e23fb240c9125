"""A QR code as one filled outline, sharp at any size."""

from itertools import groupby
from math import isqrt

import zxingcpp

from desktop.core.pdf.page import MM, Page

_QUIET = 4  # modules of white on each side, part of the code


def draw_qr(page: Page, x: float, y: float, size: float, text: str) -> None:
    """The code of `text` in a square of `size` millimetres, its white border included."""
    if not text:
        return
    rows = modules(text)
    step = size * MM / (len(rows) + 2 * _QUIET)
    # All modules are one path: filled one by one, a screen shows hairs between them.
    path = [f"{c + _QUIET} {r + _QUIET} {n} 1 re" for r, row in enumerate(rows) for c, n in _dark(row)]
    left, top = x * MM, (page.height - y) * MM
    page.raw(f"q 0 g {step:.4f} 0 0 -{step:.4f} {left:.2f} {top:.2f} cm {' '.join(path)} f Q")


def modules(text: str) -> list[bytes]:
    """The code as rows of bytes, 0 where it is dark; without its white border."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    # An image hands out its bytes; its stub file does not say so.
    data = bytes(code.to_image(scale=1, add_quiet_zones=False))  # type: ignore[call-overload]
    width = isqrt(len(data))
    return [data[start : start + width] for start in range(0, len(data), width)]


def _dark(row: bytes) -> list[tuple[int, int]]:
    """Start and length of each dark run."""
    found, column = [], 0
    for value, run in groupby(row):
        length = len(list(run))
        if not value:
            found.append((column, length))
        column += length
    return found
