"""The waiting dialog: shown after half a second, kept for half a second, polled; Esc only asks to stop."""

from time import monotonic

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from desktop.widgets.parts import GRID, button, column, label, row, timer
from desktop.widgets.runner import Task

SHOW_AFTER, KEEP_FOR, POLL_EVERY = 500, 500, 100


class Waiting(QDialog):
    """Watches one task. Use `watch`."""

    def __init__(self, task: Task, parent: QWidget, title: str, may_stop: bool) -> None:
        super().__init__(parent)
        self._task, self._began, self._shown_at = task, monotonic(), 0.0
        self._can_stop = task.can_stop and may_stop
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(440)
        self.stage, self.bar, self.count = label(title), QProgressBar(), label("", "secondary")
        self.bar.setTextVisible(False)
        self.stop_button = button("停止", self.reject)
        self._lay_out()
        self.stop_button.setVisible(self._can_stop)
        self._poll = timer(self, POLL_EVERY, self._look)
        self._late = timer(self, SHOW_AFTER, self._appear, once=True)
        self._late.start()

    def _lay_out(self) -> None:
        foot = row(None, self.stop_button)
        self.setLayout(column(self.stage, self.bar, self.count, GRID, foot, edge=3 * GRID))

    def _appear(self) -> None:
        if not self._task.is_over:
            self._shown_at = monotonic()
            self._look()
            self._poll.start()
            self.show()

    def _look(self) -> None:
        progress = self._task.progress
        if not progress.stop_asked and progress.stage:
            self.stage.setText(progress.stage)
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.count.setText(describe(progress.done, progress.total, monotonic() - self._began))

    def finish(self) -> None:
        """The task is over: leave at once if never shown, else when half a second is full."""
        self._late.stop()
        self._poll.stop()
        shown_for = int((monotonic() - self._shown_at) * 1000)
        if not self.isVisible() or shown_for >= KEEP_FOR:
            self._leave()
        else:
            QTimer.singleShot(KEEP_FOR - shown_for, self, self._leave)

    def _leave(self) -> None:
        self.done(QDialog.DialogCode.Accepted)
        self.deleteLater()

    def reject(self) -> None:
        """Esc, the close button and 停止 ask; the dialog leaves when the work has really stopped."""
        if self._can_stop and not self._task.is_over:
            self._task.stop()
            self.stage.setText("正在停下…")
            self.stop_button.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.ignore()


def watch(task: Task, parent: QWidget, title: str, *, may_stop: bool = True) -> Waiting | None:
    """Show a waiting dialog over `parent` if that task takes long. None when it is over already. `may_stop` is False for
    a job that looks at no stop."""
    if task.is_over:
        return None
    waiting = Waiting(task, parent, title, may_stop)
    task.when_over(waiting.finish)
    return waiting


def describe(done: int, total: int, seconds: float) -> str:
    """ "318 / 759 · 约还需 1 分 40 秒"; the guess only once it is worth something."""
    if not total:
        return f"{done:,}" if done else ""
    text = f"{done:,} / {total:,}"
    if not done or seconds < 3 or done >= total:
        return text
    left = seconds * (total - done) / done
    return f"{text} · 约还需 {duration(left)}"


def duration(seconds: float) -> str:
    """A length of time in words, rounded up to something one can say."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} 秒"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分"
    return f"{minutes // 60} 小时 {minutes % 60} 分"
