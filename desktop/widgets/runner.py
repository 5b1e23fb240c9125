"""The one writer thread: actions and long jobs run here in order; answers come back to the GUI thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop.core import log
from desktop.core.changes import Changes
from desktop.core.errors import Cancelled, Refused, Trouble
from desktop.core.jobs import Progress

if TYPE_CHECKING:
    from desktop.core.db.unit import Reader, Unit

OpenUnit = Callable[[], "AbstractContextManager[Unit]"]
OpenReader = Callable[[], "AbstractContextManager[Reader]"]
Hear = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Hearers:
    """What the asker wants to be told. `stopped` is also called after a bug: the button must work again."""

    done: Hear | None = None
    refused: Hear | None = None
    trouble: Hear | None = None
    stopped: Hear | None = None


class Task:
    """One piece of work: its progress and how to stop it. Not a QObject, because two threads hold it."""

    def __init__(self, sender: object, work: Callable[["Task"], Any], hear: Hearers, tell: bool) -> None:
        self.sender, self.hear, self.can_stop = sender, hear, tell
        self.progress = Progress()
        self.is_over = False
        self.changes = Changes()
        self.result: Any = None
        self.error: Exception | None = None
        self._work = work
        self._when_over: list[Callable[[], None]] = []

    def stop(self) -> None:
        """Ask the work to stop at its next `tell`; work without a Tell runs to its end."""
        if self.can_stop:
            self.progress.stop()

    def tell(self) -> tuple[Progress, ...]:
        return (self.progress,) if self.can_stop else ()

    def when_over(self, call: Callable[[], None]) -> None:
        """Call that on the GUI thread, before the asker hears the result."""
        self._when_over.append(call)

    def perform(self) -> None:
        """Runs on the worker's thread."""
        try:
            if self.progress.stop_asked:
                raise Cancelled
            self.result = self._work(self)
        except Exception as error:  # all errors travel to the GUI thread, which knows their three faces
            self.error = error

    def end(self) -> None:
        self.is_over = True
        for call in self._when_over:
            call()


class Runner(QObject):
    """Opens units and readers and runs work on them away from the GUI thread, in the order asked for.

    `act` and `job` share one writer thread; `read` has a thread of its own, so that a list can be searched
    while a long job writes. With `tell=True` the function gets a Tell as its last argument.
    """

    changed = Signal(object, object)
    refused = Signal(object)
    trouble = Signal(object)
    crashed = Signal(object)
    busy = Signal(bool)
    _performed = Signal(object)

    def __init__(
        self, open_unit: OpenUnit, open_reader: OpenReader | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_unit, self._open_reader = open_unit, open_reader
        self._writer = ThreadPoolExecutor(1, "writer")
        self._reader = ThreadPoolExecutor(1, "reader")
        self._waiting: list[Task] = []
        self._is_closed = False
        self._performed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def act(
        self,
        sender: object,
        action: Callable[..., Any],
        *args: Any,
        tell: bool = False,
        **hear: Hear | None,
    ) -> Task:
        """Call `action(unit, *args)` in one transaction; `hear` are done=, refused=, trouble=, stopped=."""

        def work(task: Task) -> Any:
            with self._open_unit() as unit:
                result = action(unit, *args, *task.tell())
            task.changes = unit.changes
            return result

        return self._start(Task(sender, work, Hearers(**hear), tell), self._writer)

    def read(
        self,
        sender: object,
        query: Callable[..., Any],
        *args: Any,
        tell: bool = False,
        **hear: Hear | None,
    ) -> Task:
        """Call `query(reader, *args)` in one read session. With a Tell it stands in the writer's line."""

        def work(task: Task) -> Any:
            if self._open_reader is None:
                raise RuntimeError("this runner was made without readers")
            with self._open_reader() as reader:
                return query(reader, *args, *task.tell())

        return self._start(Task(sender, work, Hearers(**hear), tell), self._writer if tell else self._reader)

    def job(self, sender: object, work: Callable[..., Any], *args: Any, **hear: Hear | None) -> Task:
        """Call `work(*args, tell)`, which opens for itself what it needs."""
        task = Task(sender, lambda task: work(*args, *task.tell()), Hearers(**hear), tell=True)
        return self._start(task, self._writer)

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def close(self) -> None:
        """Ask what can stop to stop, finish what is being saved, and wait. No thread is ever killed."""
        self._is_closed = True
        for task in self._waiting:
            task.stop()
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        for task in self._waiting:
            # Nobody will hear of it any more: the log at least must.
            if task.error is not None and not isinstance(task.error, Cancelled):
                log.bug(task.error)

    def _start(self, task: Task, lane: ThreadPoolExecutor) -> Task:
        if self._is_closed:
            raise RuntimeError("the runner is closed")
        self._waiting.append(task)
        if len(self._waiting) == 1:
            self.busy.emit(True)
        self._send(task, lane)
        return task

    def _send(self, task: Task, lane: ThreadPoolExecutor) -> None:
        lane.submit(self._perform, task)

    def _perform(self, task: Task) -> None:
        task.perform()
        self._performed.emit(task)

    def _deliver(self, task: Task) -> None:
        """On the GUI thread: tell the one who asked, then everybody."""
        self._waiting.remove(task)
        task.end()
        if not self._waiting:
            self.busy.emit(False)
        if self._is_closed:
            return  # the window is gone and the database is closed: nobody is there to hear it
        if task.error is not None:
            self._deliver_error(task, task.error)
            return
        self._call(task, task.hear.done, task.result)
        if task.changes.tables:
            self.changed.emit(task.changes, task.sender)

    def _deliver_error(self, task: Task, error: Exception) -> None:
        if isinstance(error, Refused):
            self._call(task, task.hear.refused or self.refused.emit, error)
        elif isinstance(error, Trouble):
            self._call(task, task.hear.trouble or self.trouble.emit, error)
        else:
            self._call(task, task.hear.stopped)
            if not isinstance(error, Cancelled):
                self.crashed.emit(error)

    def _call(self, task: Task, hear: Hear | None, *given: Any) -> None:
        """Call what the sender handed in; a sender that is gone hears nothing."""
        is_gone = isinstance(task.sender, QObject) and not isValid(task.sender)
        if hear is not None and not is_gone:
            hear(*given)


class AtOnce(Runner):
    """The same door with everything run at once on the GUI thread: for tests and for the sample pictures."""

    def _send(self, task: Task, lane: ThreadPoolExecutor) -> None:
        task.perform()
        self._deliver(task)
