"""Chinese text in lines: no 。 at the start of a line, no （ at its end, words kept whole, nothing overflows."""

import re
from dataclasses import dataclass
from functools import lru_cache

from desktop.core.pdf.faces import STYLES, Style, tidy

_CLOSING = "。，、；：？！）》」』】〕〉”’…—～·％‰℃,.;:!?)]}%"
_OPENING = "（《「『【〔〈“‘([{"
_UNIT = re.compile(
    f"[{re.escape(_OPENING)}]*(?:[A-Za-z0-9][A-Za-z0-9.,:/_+-]*[年月日]?|.)[{re.escape(_CLOSING)}]*",
    re.DOTALL,
)
_STEP = 0.5
_NARROW = 0.75  # one line in type this much smaller is better than two


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that fit, at a type size in points. `whole` is False when something was cut off."""

    lines: tuple[str, ...]
    size: float
    whole: bool = True


def fit_line(text: str, style: str, width: float, size: float, least: float) -> Fitted:
    """One line of at most `width` points: smaller type where needed, at the end cut with …"""
    face = STYLES[style]
    ems = face.width(text)
    if ems * size <= width:
        return Fitted((text,), size)
    smaller = max(least, width / ems // _STEP * _STEP)
    if ems * smaller <= width:
        return Fitted((text,), smaller)
    return Fitted((_cut(text, face, width / least),), least, whole=False)


@lru_cache(maxsize=4096)
def fit_box(
    text: str, style: str, width: float, height: float, size: float, least: float, leading: float
) -> Fitted:
    """Lines in a box in points: smaller type where needed, at the end cut with …"""
    face = STYLES[style]
    if _room(height, size, leading) == 1 and face.width(text) * size * _NARROW <= width and "\n" not in text:
        return fit_line(text, style, width, size, least)
    while True:
        lines = wrap(text, face, width / size)
        room = _room(height, size, leading)
        # A box narrower than a character needs smaller type, however much room there is below.
        if len(lines) <= room and all(face.width(line) * size <= width + 0.01 for line in lines):
            return Fitted(tuple(lines), size)
        if size - _STEP < least:
            kept = [*lines[: room - 1], _cut("".join(lines[room - 1 :]), face, width / size)]
            return Fitted(tuple(kept), size, whole=False)
        size -= _STEP


def _room(height: float, size: float, leading: float) -> int:
    """How many lines a box takes."""
    return max(1, int((height + size * (leading - 1) + 0.01) / (size * leading)))


def wrap(text: str, face: Style, width: float) -> list[str]:
    """Lines of at most `width` ems."""
    return [line for part in text.split("\n") for line in _wrap_part(part, face, width)]


def _wrap_part(text: str, face: Style, width: float) -> list[str]:
    if face.width(text) <= width:
        return [text]
    lines, line, used = [], "", 0.0
    for unit in _units(text, face, width):
        ems = face.width(unit)
        if line and used + ems > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            unit = unit.lstrip(" ")
            ems = face.width(unit)
        line, used = line + unit, used + ems
    return [*lines, line] if line else lines


def _units(text: str, face: Style, width: float) -> list[str]:
    """What must not be broken; what is wider than a line has to be."""
    found: list[str] = []
    for unit in _UNIT.findall(tidy(text)):
        found.extend([unit] if face.width(unit) <= width else unit)
    return found


def _cut(text: str, face: Style, width: float) -> str:
    """As much of the text as fits, with … at its end."""
    room = width - face.width("…")
    for kept, char in enumerate(text):
        room -= face.width(char)
        if room < 0:
            return text[:kept].rstrip() + "…"
    return text + "…"
