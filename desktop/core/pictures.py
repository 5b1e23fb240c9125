"""Photos and scans as they come: what they are, whether they are harmless, where and when they were taken, and the
small form that travels."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from desktop.core.errors import Refused
from desktop.core.problems import Problem

MOST_PIXELS = 80_000_000  # sync.md 6.3: 30,000 x 30,000 is an attack, no photo
_MOST_EDGE, _THUMB_EDGE, _THUMB_BYTES = 1_600, 160, 8 * 1024
_GOOD, _THUMB_GOOD = 80, 60
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
_STARTS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}
# JFIF, quantisation and Huffman tables, restart interval, baseline frame, scan: no EXIF, no comment, no profile.
_SCAN = 0xDA
_BARE = frozenset({0xE0, 0xDB, 0xC4, 0xDD, 0xC0, _SCAN})
SUFFIXES = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
# What Pillow raises for a file that is no picture, or one that was made to hurt.
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError)


@dataclass(frozen=True, slots=True)
class Taken:
    """When and where the camera says it was taken; empty when it says nothing."""

    at: str = ""  # 2026-11-22 08:59
    place: str = ""  # 37.3836, 118.0207


@dataclass(frozen=True, slots=True)
class Prepared:
    """`small` is what travels, without what a camera adds; `thumb` is at most 8 KiB, empty for a PDF."""

    kind: str
    small: bytes
    thumb: bytes
    taken: Taken


def kind_of(content: bytes) -> str:
    """By its first bytes, never by its name. Raises Refused for anything but JPEG, PNG and PDF."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    raise _refused("file.kind", "只能添加 JPG、PNG 图片和 PDF 文件，请转换后再添加")


def prepare(content: bytes) -> Prepared:
    """Shrink a picture and take off what the camera wrote into it; a PDF stays as it is. Raises Refused."""
    kind = kind_of(content)
    if kind == PDF:
        return Prepared(kind, content, b"", Taken())
    with _opened(content) as image:
        taken = _taken(image)
        try:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        except _BROKEN as cause:
            raise _refused("file.broken", "这张图片已损坏，打不开，请重新拍摄或扫描") from cause
    return Prepared(JPEG, _packed(upright, _MOST_EDGE, _GOOD), _thumb(upright), taken)


def is_ours(content: bytes) -> bool:
    """Whether a file that came from elsewhere is what this program makes, and nothing else besides: a JPEG without what
    a camera adds and without anything behind its end, or a PDF."""
    try:
        kind = kind_of(content)
        if kind == PDF:
            return b"%%EOF" in content[-1024:]
        if kind != JPEG or not _is_bare(content):
            return False
        with _opened(content) as image:
            image.load()
    except (Refused, *_BROKEN):
        return False
    return True


def _is_bare(content: bytes) -> bool:
    """Only the segments that Pillow writes, then the picture, then the end."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _BARE or length < 2:
            return False
        at += 2 + length
        if marker == _SCAN:
            return content.find(b"\xff\xd9", at) == len(content) - 2
    return False


def _opened(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    except Image.DecompressionBombError as cause:
        raise _too_large() from cause
    except _BROKEN as cause:
        raise _refused("file.broken", "这张图片已损坏，打不开，请重新拍摄或扫描") from cause
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise _too_large()
    return image


def _thumb(image: Image.Image) -> bytes:
    """As good as fits in 8 KiB."""
    for good in (_THUMB_GOOD, 40, 20):
        packed = _packed(image, _THUMB_EDGE, good)
        if len(packed) <= _THUMB_BYTES:
            break
    return packed


def _packed(image: Image.Image, edge: int, good: int) -> bytes:
    small = image.copy()
    small.thumbnail((edge, edge))
    target = io.BytesIO()
    small.save(target, "JPEG", quality=good, optimize=True)
    return target.getvalue()


def _taken(image: Image.Image) -> Taken:
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        said = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        return Taken(_moment(said), _place(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    except _BROKEN + (KeyError, TypeError, ZeroDivisionError):
        return Taken()


def _moment(said: Any) -> str:
    try:
        return f"{datetime.strptime(str(said).strip(), '%Y:%m:%d %H:%M:%S'):%Y-%m-%d %H:%M}"
    except ValueError:
        return ""


def _place(gps: dict[int, Any]) -> str:
    latitude, longitude = (_degrees(gps, n) for n in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude))
    return f"{latitude:.4f}, {longitude:.4f}" if latitude is not None and longitude is not None else ""


def _degrees(gps: dict[int, Any], tag: int) -> float | None:
    if tag not in gps:
        return None
    degrees, minutes, seconds = (float(part) for part in gps[tag])
    sign = -1 if str(gps.get(tag - 1, "")).upper() in ("S", "W") else 1
    return sign * (degrees + minutes / 60 + seconds / 3600)


def _refused(code: str, sentence: str) -> Refused:
    return Refused([Problem(code, "file", sentence)])


def _too_large() -> Refused:
    return _refused("file.pixels", "这张图片的尺寸太大，请缩小后再添加")
