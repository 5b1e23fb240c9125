"""Asking for a file: never in the program's own folder, and what is saved gets its ending."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget


def documents() -> Path:
    """The clerk's own documents, or the home folder of somebody who has none yet."""
    found = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return found if found.is_dir() else Path.home()


def ask_open(over: QWidget, title: str, kinds: str, folder: str = "") -> Path | None:
    """`folder` is where the dialog opens: the last one used, if there was one."""
    start = folder if folder and Path(folder).is_dir() else str(documents())
    chosen, _kind = QFileDialog.getOpenFileName(over, title, start, kinds)
    return Path(chosen) if chosen else None


def ask_folder(over: QWidget, title: str, before: str = "") -> Path | None:
    """`before` is where the dialog opens, else in the documents."""
    chosen = QFileDialog.getExistingDirectory(over, title, before or str(documents()))
    return Path(chosen) if chosen else None


def ask_save(over: QWidget, title: str, proposed: Path, kinds: str) -> Path | None:
    """`proposed` without a folder is put into the documents; its ending is given to a name typed without one."""
    start = proposed if proposed.is_absolute() else documents() / proposed
    chosen, _kind = QFileDialog.getSaveFileName(over, title, str(start), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == proposed.suffix else path.with_name(path.name + proposed.suffix)
