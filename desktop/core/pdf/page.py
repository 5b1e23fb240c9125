"""One page, or one form drawn once for many pages: text, lines and boxes in millimetres from the top left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from desktop.core.pdf.faces import STYLES, Face
from desktop.core.pdf.fonts import IdentityFont
from desktop.core.pdf.lines import fit_box, fit_line, wrap

MM = 72 / 25.4
Align = Literal["left", "center", "right"]
Vertical = Literal["top", "middle", "bottom"]
Size = tuple[float, float]
A4: Size = (210, 297)
A5: Size = (148, 210)

# Inks, as PDF writes them: grey or red-green-blue.
BLACK = "0 g"
DARK = "0.2 g"
GREY = "0.42 g"
LINE = "0.55 g"
PALE = "0.955 g"
BLUE = "0.12 0.36 0.6 rg"

# How far below the middle of its line a Chinese character's baseline lies, in ems.
_MIDDLE = 0.38
_AIR = 0.4  # between the text of a box and its upper and lower edge
_SHARE: dict[Align, float] = {"left": 0, "center": 0.5, "right": 1}


@dataclass(frozen=True, slots=True)
class Type:
    """How text looks: "song", "hei" or "kai", points, ink; `least` is how small it may be made to fit."""

    style: str = "song"
    size: float = 10.5
    ink: str = BLACK
    bold: bool = False
    least: float = 6
    leading: float = 1.3


BODY = Type()
FILLED = Type("kai", 11, leading=1.15)
LABEL = Type("song", 9.5, DARK, leading=1.2)
NOTE = Type("song", 8.5, GREY)


class Document(Protocol):
    """What a page asks of the document it belongs to."""

    def font(self, face: Face) -> IdentityFont: ...

    def form(self, name: str, size: Size, draw: Callable[["Page"], None]) -> str: ...


def landscape(size: Size) -> Size:
    return size[1], size[0]


class Page:
    """Collects operators. Words lie above all marks and share one text object."""

    def __init__(self, document: Document, size: Size, number: int = 0) -> None:
        self.width, self.height = size
        self.number = number
        self._document = document
        self._top = self.height * MM
        self._marks: list[str] = []
        self._words: list[str] = []
        self._font: tuple[str, float] = ("", 0)
        self._pen = ("", 0.0)
        self._ink = BLACK
        self._outline = 0.0

    def text(self, x: float, y: float, text: str, look: Type = BODY, align: Align = "left") -> None:
        """One line with its baseline at `y`. Not limited in width: `line_in` and `box` are."""
        if not text:
            return
        left = x * MM
        if align != "left":
            left -= STYLES[look.style].width(text) * look.size * _SHARE[align]
        self._show(left, self._top - y * MM, text, look, look.size)

    def line_in(
        self, x: float, y: float, width: float, text: str, look: Type = BODY, align: Align = "left"
    ) -> None:
        """One line with its baseline at `y`, made smaller and at last cut with … to stay within `width`."""
        fitted = fit_line(text, look.style, width * MM, look.size, look.least)
        self._put(x + width * _SHARE[align], y, fitted.lines[0], look, fitted.size, align)

    def box(
        self, x: float, y: float, width: float, height: float, text: str, look: Type = BODY,
        align: Align = "left", valign: Vertical = "middle", pad: float = 1,
    ) -> None:  # fmt: skip
        """Text in a box: broken into lines, made smaller, at last cut with …; never outside."""
        if not text:
            return
        inner = width - 2 * pad
        fitted = fit_box(
            text, look.style, inner * MM, (height - 2 * _AIR) * MM, look.size, look.least, look.leading
        )
        em, step = fitted.size / MM, fitted.size * look.leading / MM
        spare = height - 2 * _AIR - step * (len(fitted.lines) - 1) - em
        first = y + _AIR + em / 2 + spare * {"top": 0, "middle": 0.5, "bottom": 1}[valign] + em * _MIDDLE
        for n, line in enumerate(fitted.lines):
            self._put(x + pad + inner * _SHARE[align], first + n * step, line, look, fitted.size, align)

    def paragraph(self, x: float, y: float, width: float, text: str, look: Type = BODY) -> float:
        """Lines in full size from `y` down, as many as it takes; returns where they end."""
        em, step = look.size / MM, look.size * look.leading / MM
        for line in wrap(text, STYLES[look.style], width / em):
            self.text(x, y + step / 2 + em * _MIDDLE, line, look)
            y += step
        return y

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.18, ink: str = LINE) -> None:
        self.lines([(x1, y1, x2, y2)], width, ink)

    def lines(
        self, strokes: Iterable[tuple[float, float, float, float]], width: float = 0.18, ink: str = LINE
    ) -> None:
        self._set_pen(ink, width)
        path = [f"{self._at(x1, y1)} m {self._at(x2, y2)} l" for x1, y1, x2, y2 in strokes]
        self._marks.append(" ".join(path) + " S")

    def fill(self, x: float, y: float, width: float, height: float, ink: str = PALE) -> None:
        self._marks.append(f"{ink} {self._outlined(x, y, width, height)} f")

    def frame(
        self, x: float, y: float, width: float, height: float, pen: float = 0.3, ink: str = DARK
    ) -> None:
        self._set_pen(ink, pen)
        self._marks.append(f"{self._outlined(x, y, width, height)} S")

    def form(self, name: str, draw: Callable[["Page"], None]) -> None:
        """What looks the same on many pages: `draw` runs once a document, later pages only name it."""
        self._marks.append(f"{self._document.form(name, (self.width, self.height), draw)} Do")

    def raw(self, operators: str) -> None:
        """Operators of a drawing helper (the QR code), balanced by it with q and Q."""
        self._marks.append(operators)

    def content(self) -> bytes:
        words = ["BT", *self._words, "ET"] if self._words else []
        return "\n".join([*self._marks, *words, ""]).encode("latin-1")

    def _at(self, x: float, y: float) -> str:
        return f"{x * MM:.2f} {self._top - y * MM:.2f}"

    def _outlined(self, x: float, y: float, width: float, height: float) -> str:
        return f"{self._at(x, y + height)} {width * MM:.2f} {height * MM:.2f} re"

    def _put(self, x: float, y: float, text: str, look: Type, size: float, align: Align) -> None:
        left = x * MM
        if align != "left":
            left -= STYLES[look.style].width(text) * size * _SHARE[align]
        self._show(left, self._top - y * MM, text, look, size)

    def _show(self, x: float, y: float, text: str, look: Type, size: float) -> None:
        self._set_ink(look.ink, size * 0.02 if look.bold else 0)
        style = STYLES[look.style]
        runs = style.runs(text)
        for face, run in runs:
            font = self._document.font(face)
            if self._font != (font.resource, size):
                self._font = (font.resource, size)
                self._words.append(f"{font.resource} {size:g} Tf")
            self._words.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm ({font.formatForPdf(run)}) Tj")
            if len(runs) > 1:
                x += style.width(run) * size

    def _set_ink(self, ink: str, outline: float) -> None:
        """The fonts have one weight: a heading's is made by drawing the outline as well."""
        if (ink, outline) == (self._ink, self._outline):
            return
        self._words.append(f"{ink} {ink.upper()} 2 Tr {outline:.2f} w" if outline else f"{ink} 0 Tr")
        self._ink, self._outline = ink, outline

    def _set_pen(self, ink: str, width: float) -> None:
        if self._pen != (ink, width):
            self._pen = (ink, width)
            self._marks.append(f"{ink.upper()} {width * MM:.2f} w")
