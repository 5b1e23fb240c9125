"""The only module that opens files under resources/: beside the repository, or beside the frozen program."""

import sys
from pathlib import Path


def _root() -> Path:
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "resources"
    return Path(__file__).resolve().parents[2] / "resources"


def path(relative: str) -> Path:
    """The file of that name under resources/. Raises ValueError for a path that leaves the folder."""
    root = _root()
    found = (root / relative).resolve()
    if not found.is_relative_to(root.resolve()):
        raise ValueError(relative)
    return found


def text(relative: str) -> str:
    return path(relative).read_text(encoding="utf-8")


def document(relative: str) -> Path:
    """A file that is kept under packaging/ and ships beside the resources: CHANGES.md, licences/."""
    return _root().parent / "packaging" / relative
