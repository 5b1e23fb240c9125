"""The shipped fonts as measures: what they draw, how wide, and which font steps in for another."""

from collections.abc import Iterable
from functools import cache
from itertools import groupby

import uharfbuzz as hb

from desktop.core import resources

FILES = {
    "serif": "NotoSerifSC-Regular.ttf",
    "sans": "NotoSansSC-Regular.ttf",
    "kai": "LXGWWenKai-Regular.ttf",
    "rare": "HanaMinB.ttf",
}
# Text, headings, what is filled in: where the first font lacks a character the next one draws it.
CHAINS = {
    "song": ("serif", "kai", "sans", "rare"),
    "hei": ("sans", "serif", "kai", "rare"),
    "kai": ("kai", "serif", "sans", "rare"),
}
# Characters that ask for no ink: joiners, byte order marks, variation selectors.
_SILENT = frozenset(
    [*range(0x200B, 0x2010), 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)


def _read(name: str) -> hb.Blob:
    path = resources.path(f"fonts/{name}")
    # HarfBuzz maps the file into memory; a Chinese folder name it may misread in Windows' code page.
    return hb.Blob.from_file_path(str(path)) if str(path).isascii() else hb.Blob(path.read_bytes())


def _private(code: int) -> bool:
    """A self-made character, half of one or a lost one: a glyph there would be somebody else's."""
    return 0xD800 <= code <= 0xF8FF or code >= 0xF0000 or code == 0xFFFD


class Face:
    """One font file, read once for the whole program."""

    def __init__(self, file: str) -> None:
        self.name = file.removesuffix(".ttf")
        self.face = hb.Face(_read(file))
        self._font = hb.Font(self.face)
        self._scale: float = 1000 / self.face.upem

    def glyph(self, code: int) -> int:
        """The glyph of a code point, 0 when the font lacks it."""
        return 0 if _private(code) else (self._font.get_nominal_glyph(code) or 0)

    def advance(self, glyph: int) -> float:
        """Width in thousandths of the type size."""
        return round(float(self._font.get_glyph_h_advance(glyph)) * self._scale, 2)

    @property
    def extents(self) -> tuple[int, int]:
        found = self._font.get_font_extents("ltr")
        return round(found.ascender * self._scale), round(found.descender * self._scale)


@cache
def face(key: str) -> Face:
    return Face(FILES[key])


class _Widths(dict[str, float]):
    """Widths by character, found when first asked for."""

    def __init__(self, style: "Style") -> None:
        super().__init__()
        self._style = style

    def __missing__(self, char: str) -> float:
        found = self._style.face_of(char)
        width = self[char] = found.advance(found.glyph(ord(char))) if found else 1000.0
        return width


class Style:
    """A chain of fonts that stands for one kind of type. Only remembers what the font files say."""

    def __init__(self, chain: Iterable[str]) -> None:
        self._chain = tuple(chain)
        self._faces: dict[str, Face | None] = {}
        self._plain: set[str] = set()
        self._widths = _Widths(self)

    @property
    def main(self) -> Face:
        return face(self._chain[0])

    def face_of(self, char: str) -> Face | None:
        """The first font of the chain that draws this character, None when no font does."""
        if char not in self._faces:
            code = ord(char)
            self._faces[char] = next((face(k) for k in self._chain if face(k).glyph(code)), None)
        return self._faces[char]

    def is_plain(self, text: str) -> bool:
        """Whether the main font is known to draw all of it."""
        return self._plain.issuperset(text)

    def width(self, text: str) -> float:
        """Width in multiples of the type size."""
        if not self._plain.issuperset(text):
            text = tidy(text)
        return sum(map(self._widths.__getitem__, text)) / 1000

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """The text cut where the font changes. What no font has stays with the main one, which leaves it blank."""
        if self._plain.issuperset(text):
            return [(self.main, text)]
        text = tidy(text)
        self._plain.update(c for c in text if self.face_of(c) is self.main)
        return [(f, "".join(run)) for f, run in groupby(text, key=lambda c: self.face_of(c) or self.main)]


def tidy(text: str) -> str:
    """Without invisible characters; tabs and line ends as blanks."""
    return "".join(" " if c < " " or c == "\x7f" else c for c in text if ord(c) not in _SILENT)


STYLES = {name: Style(chain) for name, chain in CHAINS.items()}


def drawable(char: str) -> bool:
    """Whether some shipped font draws this character (one that asks for no ink counts as drawn)."""
    return all(STYLES["song"].face_of(c) is not None for c in tidy(char))


def missing(text: str) -> list[str]:
    """The characters of `text` that no shipped font draws, each once, in order."""
    if STYLES["song"].is_plain(text):
        return []
    return [c for c in dict.fromkeys(tidy(text)) if STYLES["song"].face_of(c) is None]
