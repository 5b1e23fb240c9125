"""Writing a PDF file so that it is there whole or not at all: beside its name first, renamed at the end."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from desktop.core.errors import Trouble
from desktop.core.pdf.paper import Paper

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no quota


@contextmanager
def writing(target: Path, title: str, made_at: datetime | None = None) -> Iterator[Paper]:
    """A paper to draw on, put at `target` at the end; after any error what was there before is still there."""
    part = target.with_name(target.name + ".part")
    try:
        # Opened before anything is drawn: a folder that cannot be written to is found out at once.
        with _told(target), open(part, "wb"):
            pass
        paper = Paper(title, made_at)
        yield paper
        with _told(target):
            _put(paper, part)
            os.replace(part, target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _put(paper: Paper, part: Path) -> None:
    with open(part, "wb") as file:
        paper.save(file)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise _trouble(target, cause) from cause


def _trouble(target: Path, cause: OSError) -> Trouble:
    if cause.errno in _FULL:
        return Trouble(f"磁盘空间不足，没有写出“{target.name}”", "请腾出空间后再试一次", code="pdf.full")
    if isinstance(cause, FileNotFoundError | NotADirectoryError):
        return Trouble(
            f"找不到文件夹“{target.parent.name}”", "请确认U盘已插好，或另选一个文件夹", code="pdf.folder"
        )
    if isinstance(cause, PermissionError | IsADirectoryError):
        return Trouble(
            f"无法写入“{target.name}”",
            "请先关闭正在打开它的程序，或另存到别的文件夹，再试一次",
            code="pdf.open",
        )
    return Trouble(f"没有写出“{target.name}”", "请确认磁盘或U盘完好，再试一次", code="pdf.write")
