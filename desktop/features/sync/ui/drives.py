"""The sticks that are plugged in, without asking disks and network shares, which may sleep."""

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QStorageInfo

_MOUNTS = Path("/proc/self/mounts")
_WHERE_STICKS_ARE = ("/media/", "/run/media/", "/mnt/")
_REMOVABLE = 2  # DRIVE_REMOVABLE of GetDriveTypeW


@dataclass(frozen=True, slots=True)
class Place:
    """A stick, or a folder that was chosen by hand."""

    path: Path
    name: str
    free: int
    is_stick: bool
    can_write: bool

    @property
    def title(self) -> str:
        return f"{'U盘' if self.is_stick else '文件夹'} {self.name}"


def sticks() -> list[Path]:
    """Where sticks are mounted now. Cheap enough to be asked every two seconds."""
    return _windows() if sys.platform == "win32" else mounted(_mounts())


def _mounts() -> str:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def mounted(mounts: str) -> list[Path]:
    """The mount points of devices below the folders where desktops mount sticks, from the system's table."""
    found = []
    for line in mounts.splitlines():
        device, point = [*line.split(" "), "", ""][:2]
        # The kernel writes blanks in names as \040.
        point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), point)
        if device.startswith("/dev/") and point.startswith(_WHERE_STICKS_ARE):
            found.append(Path(point))
    return found


def _windows() -> list[Path]:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        bits = kernel.GetLogicalDrives()
        letters = [chr(ord("A") + n) for n in range(26) if bits >> n & 1]
        return [Path(f"{x}:\\") for x in letters if kernel.GetDriveTypeW(f"{x}:\\") == _REMOVABLE]
    return []


def place(path: Path, is_stick: bool) -> Place:
    """Its name and what is free on it. Asks the stick itself."""
    volume = QStorageInfo(str(path))
    label = volume.name() if is_stick else ""
    return Place(
        path,
        label or path.name or str(path),
        max(0, volume.bytesAvailable()),
        is_stick,
        not volume.isReadOnly() and os.access(path, os.W_OK),
    )


def seen(paths: Sequence[Path]) -> tuple[tuple[str, int], ...]:
    """What changes when a stick comes, goes, or gets another file."""
    return tuple((str(path), _changed_at(path)) for path in paths)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def dropped(given: QMimeData) -> Path | None:
    """The folder or the one bundle that is being dropped."""
    urls = given.urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and (path.suffix == ".hhb" or path.is_dir()) else None
