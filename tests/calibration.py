"""How slow this machine is just now: a fixed Python workload, against what it took on a quiet two-core machine."""

import time

QUIET = 0.02


def slowness() -> float:
    """1 on a quiet machine, 3 on one that is busy with other things; never below 1."""
    best = 9.0
    for _ in range(3):
        start = time.perf_counter()
        sum(len(str(number)) for number in range(100_000))
        best = min(best, time.perf_counter() - start)
    return max(1.0, best / QUIET)
