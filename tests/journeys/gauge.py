"""Measures how long the window does not answer while others work."""

from threading import Event, Thread
from time import perf_counter
from types import TracebackType

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from pytestqt.qtbot import QtBot

EVERY = 5  # milliseconds


class Gauge:
    """`worst` is the longest time in seconds between two ticks of a timer that should tick every 5 ms."""

    def __init__(self) -> None:
        self.worst, self.ticks = 0.0, 0
        self._clock = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> "Gauge":
        self._clock.start()
        self._timer.start(EVERY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._tick()  # what blocks until the end counts too
        self._timer.stop()

    def _tick(self) -> None:
        self.worst = max(self.worst, self._clock.nsecsElapsed() / 1e9)
        self.ticks += 1
        self._clock.start()


def worst_beside_busy_thread(bot: QtBot, milliseconds: int = 1_500) -> float:
    """What this machine gives a window at this moment, with nothing but a thread of plain Python beside it."""
    over = Event()
    thread = Thread(target=_work, args=(over,))
    thread.start()
    with Gauge() as gauge:
        bot.wait(milliseconds)
    over.set()
    thread.join()
    return gauge.worst


def _work(over: Event) -> None:
    until, found = perf_counter() + 10, dict[int, str]()
    while not over.is_set() and perf_counter() < until:
        for number in range(2_000):
            found[number] = f"{number:>12}"
