"""Writing to and looking at a stick: what can go wrong there gets a sentence (sync.md 3.2)."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from desktop.core.errors import Trouble
from desktop.features.sync import frame

SECOND_COPY = 64 * 1024 * 1024
COPY = "copy"
_SPARE = 1 << 20


def ready(folder: Path, needed: int) -> None:
    """Check that the folder takes a file of `needed` bytes. Raises Trouble before anything is written."""
    probe = folder / f"~{secrets.token_hex(4)}.tmp"
    try:
        folder.mkdir(exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free >= needed + _SPARE:
            try:
                probe.write_bytes(bytes(4096))
            finally:
                probe.unlink(missing_ok=True)
    except OSError as cause:
        raise Trouble(
            f"“{folder}”写不进去", "请检查U盘是否插好、是否写保护", code="stick.unwritable"
        ) from cause
    if free < needed + _SPARE:
        raise Trouble(
            f"U盘只剩 {free // (1 << 20)} MB，需要 {needed // (1 << 20) + 1} MB",
            "请换一个U盘或清理后再写",
            code="stick.full",
        )


@contextmanager
def _speaking(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise Trouble(f"{what}时U盘出错", "请检查U盘是否插好后再做一次", code="stick.error") from cause


def write(target: Path, fill: Callable[[IO[bytes]], bytes]) -> int:
    """Write beside, read back from the stick, rename. `fill` writes the file and gives the SHA-256 it expects.

    Gives the size. Raises Trouble when the stick fails or gives back other bytes than it was given.
    """
    part = target.parent / f"~{secrets.token_hex(8)}.tmp"
    with _speaking("写入"):
        try:
            with part.open("w+b") as file:
                expected = fill(file)
                file.flush()
                os.fsync(file.fileno())
                frame.drop_cache(file)
            _read_back(part, expected)
            size = part.stat().st_size
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    return size


def _read_back(path: Path, expected: bytes) -> None:
    with path.open("rb") as file:
        if frame.hash_of(file, path.stat().st_size) != expected:
            raise Trouble(
                "U盘读回来的内容和写进去的不一样", "这个U盘不可靠，请换一个再写", code="stick.unreliable"
            )


def second_copy(path: Path) -> None:
    """A small bundle is written twice: a bad cell then costs nothing."""
    with _speaking("写第二份"):
        size = path.stat().st_size
        if size >= SECOND_COPY:
            return
        (path.parent / COPY).mkdir(exist_ok=True)

    def fill(file: IO[bytes]) -> bytes:
        with path.open("rb") as source:
            shutil.copyfileobj(source, file)
            return frame.hash_of(source, size)

    write(path.parent / COPY / path.name, fill)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # FAT on some systems has no way to sync a folder; correctness does not rest on it
    finally:
        os.close(handle)


def bundles(path: Path) -> list[Path]:
    """The bundle files that `path` means: the file itself, or those lying in the folder."""
    if path.is_dir():
        return sorted(p for p in path.iterdir() if _is_bundle(p))
    if not path.is_file():  # nor a pipe or a device, which never ends
        raise Trouble(f"找不到“{path.name}”", "请检查U盘是否插好、路径是否写对", code="stick.missing")
    return [path]


def _is_bundle(path: Path) -> bool:
    """By its name, in capitals too: some sticks know no others."""
    return path.suffix.lower() == ".hhb" and not path.name.startswith("~") and path.is_file()
