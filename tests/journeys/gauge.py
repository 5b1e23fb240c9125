"""Measures how long the window does not answer while others work.

What other programs take from it is no fault of ours: the time in which the window's thread was ready and got no
processor is taken off (Linux tells it; elsewhere nothing is taken off).
"""

from pathlib import Path
from threading import Event, Thread
from time import perf_counter, thread_time
from types import TracebackType

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.parts import button, card, column, label, row

EVERY = 5  # milliseconds
QUIET_PAGE = 0.009  # seconds that the small page takes on a quiet two-core machine
_SCHEDULED = Path("/proc/thread-self/schedstat")


def kept_waiting() -> float:
    """Seconds that this thread has waited for a processor since it began."""
    try:
        return int(_SCHEDULED.read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


class Gauge:
    """`worst` is the longest time in seconds between two ticks of a timer that should tick every 5 ms, as far as it was
    ours."""

    def __init__(self) -> None:
        self.worst, self.ticks = 0.0, 0
        self._clock, self._waited = QElapsedTimer(), 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> "Gauge":
        self._waited = kept_waiting()
        self._clock.start()
        self._timer.start(EVERY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._tick()  # what blocks until the end counts too
        self._timer.stop()

    def _tick(self) -> None:
        gap, waited = self._clock.nsecsElapsed() / 1e9, kept_waiting()
        self.worst = max(self.worst, gap - (waited - self._waited))
        self._waited = waited
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


def slowness_of_pages(tries: int = 3) -> float:
    """1 on a quiet machine: what building a small page takes now, against what it took then; never below 1.

    Qt suffers more than plain Python when others use the same processor's memory.
    """
    best = 9.0
    for _ in range(tries):
        start = thread_time()
        _small_page().deleteLater()
        best = min(best, thread_time() - start)
    return max(1.0, best / QUIET_PAGE)


def _small_page() -> QWidget:
    cards = [
        card(*(row(label("字段", "strong"), QLineEdit(), button("按钮")) for _ in range(5))) for _ in range(4)
    ]
    page = QWidget()
    page.setLayout(column(*cards))
    page.ensurePolished()
    return page
