"""Comma, semicolon or tab separated text as rows of text, in UTF-8, UTF-16 or GB 18030."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from desktop.core.excel import sniff

_DELIMITERS = ("\t", ",", ";")


def rows(path: Path, data: bytes) -> Iterator[list[str]]:
    text = _decode(path, data)
    if text.count("\0"):
        raise sniff.damaged(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for row in reader:
            yield [_bare(cell) for cell in row]
    except csv.Error as cause:
        raise sniff.damaged(path) from cause


def _decode(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise sniff.damaged(path)


def _delimiter(text: str) -> str:
    head = text[:20_000].splitlines()[:20]
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in head))


def _bare(cell: str) -> str:
    """`="3716…"` is how careful exporters keep Excel from eating digits."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell
