"""Workbooks dragged onto a page."""

from pathlib import Path

from PySide6.QtCore import QMimeData

SUFFIXES = (".xlsx", ".xls", ".csv", ".et", ".xlsm", ".ods")


def dropped_workbook(given: QMimeData) -> Path | None:
    """The first file that may be a list; what it really is, reading will say."""
    paths = [Path(url.toLocalFile()) for url in given.urls() if url.isLocalFile()]
    return next((p for p in paths if p.suffix.lower() in SUFFIXES), None)
