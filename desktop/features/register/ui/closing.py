"""Closing the window while a job runs that would be lost: asked first."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.widgets import say
from desktop.widgets.runner import Task


class AskBeforeClosing(QObject):
    """Watches the window that `screen` stands in until the task is over."""

    def __init__(self, task: Task, screen: QWidget, question: str, consequence: str, do_it: str) -> None:
        super().__init__(screen)
        self._task, self._window = task, screen.window()
        self._words = (question, consequence, do_it)
        self._window.installEventFilter(self)
        task.when_over(self._end)

    def _end(self) -> None:
        self._window.removeEventFilter(self)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Close or watched is not self._window:
            return False
        if self._task.is_over or self._task.progress.stop_asked:
            return False  # nothing is lost, or it was said before that it may be
        if say.asked(self._window, *self._words):
            self._task.stop()
            return False
        event.ignore()
        return True
