"""One running copy per data folder: a lock of the operating system, gone with the process however it ends."""

import getpass
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from desktop.core.errors import Trouble


class Lock:
    """Held from `take` until `release`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def release(self) -> None:
        # The file stays: deleting it would let two later copies lock two different files.
        self._file.close()

    def __enter__(self) -> "Lock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.release()


def take(path: Path) -> Lock:
    """Lock that file, or say that another copy of the program has it."""
    try:
        file = open(path, "a+b")  # noqa: SIM115 - held for as long as the program runs
    except OSError as cause:
        raise Trouble(
            "不能写入数据文件夹", "请检查文件夹是否只读，或 U 盘是否写保护", code="lock.folder"
        ) from cause
    try:
        _lock(file)
    except OSError as cause:
        file.close()
        raise _taken(_holder(path)) from cause
    file.seek(0)
    _say_who(path)
    return Lock(file)


def _taken(holder: str) -> Trouble:
    """All accounts of a Windows PC work on one office: the window may be one that nobody here can switch to."""
    if holder in ("", _account()):
        sentence = "这个办公室的数据已经在另一个窗口中打开"
        return Trouble(sentence, "请切换到那个窗口，或先把它关闭", code="lock.taken")
    return Trouble(
        f"这台电脑上的另一个账户“{holder}”正开着这个办公室的数据",
        "请切换到那个账户，把窗口关闭；切换不了的，请注销那个账户，或重新启动电脑",
        code="lock.other_account",
    )


def _say_who(path: Path) -> None:
    """Beside the lock: on Windows what is locked cannot be read. Without it the sentence is only less exact."""
    with suppress(OSError):
        _beside(path).write_text(_account(), encoding="utf-8")


def _holder(path: Path) -> str:
    try:
        return _beside(path).read_text(encoding="utf-8").strip()[:100]
    except (OSError, UnicodeDecodeError):
        return ""


def _beside(path: Path) -> Path:
    return path.with_suffix(".account")


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a service without an account
        return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
