"""Reads a PDF back with programs that are not ours: poppler for text and fonts, PDFium for pixels."""

import re
import subprocess
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image


def text(path: Path, page: int = 0) -> str:
    """The text as laid out; of one page (from 1) or of all."""
    pages = ["-f", str(page), "-l", str(page)] if page else []
    return _run("pdftotext", "-layout", *pages, str(path), "-")


def words(path: Path, page: int = 0) -> str:
    """The text without any white space."""
    return re.sub(r"\s", "", text(path, page))


def fonts(path: Path) -> list[dict[str, str]]:
    """What pdffonts says of each font."""
    head, rule, *lines = _run("pdffonts", str(path)).splitlines()
    starts = [m.start() for m in re.finditer(r"-+", rule)]
    ends = [*starts[1:], len(head) + 1]
    names = [head[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    rows = [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]
    return [dict(zip(names, row, strict=True)) for row in rows]


def render(path: Path, page: int = 1, dpi: int = 100) -> Image.Image:
    document = pypdfium2.PdfDocument(str(path))
    try:
        return document[page - 1].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()


def page_count(path: Path) -> int:
    return int(re.search(r"Pages:\s+(\d+)", information(path)).group(1))  # type: ignore[union-attr]


def information(path: Path) -> str:
    return _run("pdfinfo", str(path))


def codes(path: Path, page: int = 1) -> list[str]:
    """What a reader of QR codes finds on the page."""
    picture = render(path, page, 150)
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box of all that is not white."""
    return picture.point(lambda value: 255 if value < 200 else 0).getbbox()


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    # poppler tells about a damaged file on standard error and goes on.
    if done.stderr.strip():
        raise ValueError(done.stderr)
    return done.stdout
