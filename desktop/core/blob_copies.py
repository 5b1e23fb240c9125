"""Copies of the blobs beside the backups: what is missing is added; what was erased by order goes there too."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from desktop.core.blobs import all_in

FOLDER = "blobs"
_ERASED = "erased.txt"


def copy(source: Path, target: Path) -> int:
    """Bring to `target` what it lacks of `source`, and take away what was erased; gives how many files came.

    Files are named by their content, so one that is there is the same. Raises OSError.
    """
    erased = _erased(source) | _erased(target)
    came = 0
    for path in all_in(source):
        place = target / path.parent.name / path.name
        if path.name not in erased and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(".part")
            shutil.copyfile(path, part)
            os.replace(part, place)
            came += 1
    if erased:
        note_erased(target, erased)
    return came


def note_erased(folder: Path, names: Iterable[str]) -> None:
    """Remove these files there, and remember that they must not come back. Raises OSError."""
    gone = set(names)
    for name in gone:
        with suppress(FileNotFoundError):
            (folder / name[:2] / name).unlink()
    folder.mkdir(parents=True, exist_ok=True)
    said = "".join(f"{name}\n" for name in sorted(_erased(folder) | gone))
    beside = folder / f"{_ERASED}.new"
    beside.write_text(said, encoding="ascii")
    os.replace(beside, folder / _ERASED)


def _erased(folder: Path) -> set[str]:
    try:
        return set((folder / _ERASED).read_text(encoding="ascii").split())
    except OSError:
        return set()
