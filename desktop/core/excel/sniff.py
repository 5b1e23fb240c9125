"""What a file really is, whatever its name says: offices rename, and web systems call anything `.xls`."""

import io
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from desktop.core.errors import Trouble
from desktop.core.excel import extent

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"
_REMOVE_PASSWORD = "请用 Excel 或 WPS 打开，去掉打开密码，保存后再导入"
# Old .xls: a FILEPASS record right behind the first BOF of the workbook stream, WRITEPROT may stand between.
_FILEPASS = re.compile(rb"\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<workbook")
# A county's list unpacks to 250 MB; what is far beyond that is a bomb or no list of ours.
_LIMIT = 2_000_000_000
_FILE_LIMIT = 400_000_000


class Shape(StrEnum):
    BOOK = "book"  # calamine's: .xlsx, .xls, .xlsb, .ods, most .et
    TEXT = "text"  # .csv and its like


def load(path: Path) -> bytes:
    """The file's bytes. Read at once and closed, so that the clerk may go on working in Excel."""
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise too_big(path)
        return path.read_bytes()
    except FileNotFoundError as cause:
        raise Trouble(f"找不到文件“{path.name}”", "请重新选择要导入的文件", code="excel.missing") from cause
    except PermissionError as cause:
        said = f"无法打开“{path.name}”，它可能正在别的程序里打开"
        raise Trouble(said, "请先在 Excel 或 WPS 中关闭该文件，再试一次", code="excel.locked") from cause
    except OSError as cause:
        said = f"无法读取“{path.name}”"
        raise Trouble(said, "请检查 U 盘或磁盘后再试，或换一份文件", code="excel.unreadable") from cause


def shape(path: Path, data: bytes) -> Shape:
    """Book or text. Raises `Trouble` for everything that cannot be a workbook."""
    if not data.strip(b"\0 \r\n\t"):
        raise Trouble(f"“{path.name}”是空文件", "请重新导出或另选一份文件", code="excel.empty")
    if data.startswith(_ZIP):
        _check_zip(path, data)
        return Shape.BOOK
    if data.startswith(_OLE):
        _check_ole(path, data)
        return Shape.BOOK
    if data[:400].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
        raise Trouble(f"“{path.name}”其实是网页格式的表格", _SAVE_AS, code="excel.webpage")
    if path.suffix.lower() in (".csv", ".txt", ".tsv") or _old_text_export(path, data):
        return Shape.TEXT
    raise damaged(path)


def damaged(path: Path) -> Trouble:
    if path.suffix.lower() == ".et":
        return Trouble(
            f"“{path.name}”是旧版 WPS 表格，无法直接读取",
            "请用 WPS 打开，另存为 .xlsx 后再导入",
            code="excel.et",
        )
    said = f"“{path.name}”不是表格文件，或者已经损坏"
    return Trouble(said, "请用 Excel 或 WPS 打开检查，另存为 .xlsx 后再导入", code="excel.damaged")


def too_big(path: Path) -> Trouble:
    return Trouble(f"“{path.name}”太大，无法读取", "请按乡镇或村分成几个文件再导入", code="excel.too_big")


def _check_zip(path: Path, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LIMIT:
                raise too_big(path)
            if _sealed(parts):
                raise Trouble(f"“{path.name}”设有打开密码", _REMOVE_PASSWORD, code="excel.password")
            if extent.too_wide(parts):
                raise _stray(path)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error) as cause:
        raise damaged(path) from cause


def _sealed(parts: zipfile.ZipFile) -> bool:
    """A .ods with a password keeps its zip; only the content is sealed, and the manifest says so."""
    manifest = "META-INF/manifest.xml"
    return manifest in parts.namelist() and b"encryption-data" in parts.read(manifest)


def _stray(path: Path) -> Trouble:
    advice = "请把名单复制到一个新的工作簿中，再导入"
    return Trouble(f"“{path.name}”的工作表在很远的行列里有多余内容", advice, code="excel.stray")


def _check_ole(path: Path, data: bytes) -> None:
    if _ENCRYPTED_PACKAGE in data or _FILEPASS.search(data):
        raise Trouble(f"“{path.name}”设有打开密码", _REMOVE_PASSWORD, code="excel.password")


def _old_text_export(path: Path, data: bytes) -> bool:
    """Some systems write tab-separated text and call it .xls."""
    return path.suffix.lower() == ".xls" and b"\0" not in data[:4000] and b"\t" in data[:4000]
