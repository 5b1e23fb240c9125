"""What a picture of the program's window shows: the code on a household's page, and the place that the menu marks."""

from pathlib import Path

import zxingcpp
from PIL import Image

_EDGE = 8  # the mark lies at the window's left edge
_LEAST = 25  # pixels: less is no mark


def code(picture: Path) -> str:
    """The text of the one code in it; empty when there is none."""
    found = zxingcpp.read_barcodes(_opened(picture))
    return found[0].text if len(found) == 1 else ""


def mark(picture: Path) -> tuple[int, int] | None:
    """Bottom and height of the menu's mark, the longest run of blue at the edge; None before there is a menu."""
    image = _opened(picture)
    bottom, height = max((_longest_blue(image, x) for x in range(_EDGE)), key=lambda run: run[1])
    return (bottom, height) if height >= _LEAST else None


def place(first: Path, picture: Path) -> int:
    """How many places below that of the picture `first` the mark stands; -1 when there is none."""
    before, now = mark(first), mark(picture)
    return round((now[0] - before[0]) / now[1]) if before and now else -1


def _longest_blue(image: Image.Image, x: int) -> tuple[int, int]:
    column = image.crop((x, 0, x + 1, image.height))
    run, best = 0, (0, 0)
    for y, (red, blue) in enumerate(
        zip(column.getchannel("R").tobytes(), column.getchannel("B").tobytes(), strict=True)
    ):
        run = run + 1 if blue - red > 80 else 0
        best = max(best, (y, run), key=lambda found: found[1])
    return best


def _opened(picture: Path) -> Image.Image:
    with Image.open(picture) as image:
        return image.convert("RGB")
