"""How slow this machine is just now: a fixed Python workload, against what it took on a quiet two-core machine."""

import time
from collections.abc import Callable

QUIET = 0.02


def slowness(clock: Callable[[], float] = time.perf_counter) -> float:
    """1 on a quiet machine, 3 on one that is busy with other things; never below 1.

    By `time.thread_time` it tells how slow the processor is for those who get it, and not how many wait for it.
    """
    best = 9.0
    for _ in range(3):
        start = clock()
        sum(len(str(number)) for number in range(100_000))
        best = min(best, clock() - start)
    return max(1.0, best / QUIET)
