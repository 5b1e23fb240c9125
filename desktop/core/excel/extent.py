"""Guards against one stray cell far below: calamine lays out every cell up to it, and would end the program."""

import re
from collections.abc import Iterator
from zipfile import ZipFile

# A county's list of monitored people has 11 million; the memory for this many is some 400 MB.
MOST_CELLS = 16_000_000
_HEAD, _CHUNK, _OVERLAP = 4_000, 1_000_000, 200
_DIMENSION = re.compile(rb'<dimension ref="[^":]+:([A-Z]{1,3})(\d{1,7})"')
# A cell with something in it; formatted empty ones end in "/>" and cost calamine nothing.
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')


def too_wide(parts: ZipFile) -> bool:
    """Whether a sheet of this .xlsx spreads over more cells than can be held."""
    names = [n for n in parts.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
    return any(_said(parts, name) > MOST_CELLS and _found(parts, name) > MOST_CELLS for name in names)


def _said(parts: ZipFile, name: str) -> int:
    """What the sheet says of itself: quick to read, and too much where whole columns were formatted."""
    with parts.open(name) as sheet:
        said = _DIMENSION.search(sheet.read(_HEAD))
    return _column(said[1]) * int(said[2]) if said else 0


def _found(parts: ZipFile, name: str) -> int:
    rows = columns = 0
    for chunk in _chunks(parts, name):
        for column, row in _FILLED.findall(chunk):
            rows, columns = max(rows, int(row)), max(columns, _column(column))
    return rows * columns


def _chunks(parts: ZipFile, name: str) -> Iterator[bytes]:
    tail = b""
    with parts.open(name) as sheet:
        while piece := sheet.read(_CHUNK):
            yield tail + piece
            tail = piece[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
