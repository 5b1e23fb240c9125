"""One picture of one window, taken when it has settled."""

from pathlib import Path
from time import monotonic, sleep

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.shell.window import Window

SIZE = (1366, 768)
SETTLE = 0.4  # cards are read a moment after the row is chosen


class Shots:
    """Takes the pictures of one window into one folder."""

    def __init__(self, folder: Path, app: QApplication) -> None:
        self._folder, self._app, self.count = folder, app, 0

    def take(self, widget: QWidget, name: str) -> None:
        until = monotonic() + SETTLE
        while monotonic() < until or not _is_ready(widget):
            self._app.processEvents()
            sleep(0.01)
        self._app.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # type: ignore[arg-type]
        self._app.processEvents()
        self.count += 1
        widget.grab().save(str(self._folder / f"{self.count:02d}-{name}.png"))


def _is_ready(widget: QWidget) -> bool:
    """A long form takes a few turns of the event loop until it is complete."""
    shown = widget.screen_shown if isinstance(widget, Window) else None
    return bool(getattr(shown, "is_ready", True))
