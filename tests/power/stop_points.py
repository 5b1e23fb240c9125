"""Stopping a piece of work at each of its file operations in turn: a child that ends there as if it had been killed."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_WATCHED = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "shutil.copyfile")
_STOPPED = 9


def each(work: Callable[..., object], prepare: Callable[[], tuple[Any, ...]], place: Path) -> Iterator[int]:
    """Call `work(*prepare())` in a child again and again, stopped before its first, second, … file operation below
    `place`, until it comes to its end; gives how far it came each time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.power.work"])
    for stop in range(1, 1_000):
        child = context.Process(target=_run, args=(stop, str(place), work, prepare()))
        child.start()
        child.join()
        if child.exitcode not in (0, _STOPPED):
            raise AssertionError(f"status {child.exitcode} at file operation {stop}")
        yield stop
        if child.exitcode == 0:
            return


def _run(stop: int, place: str, work: Callable[..., object], given: tuple[Any, ...]) -> None:
    """The child's main function."""
    seen = 0

    def watch(event: str, args: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in _WATCHED and any(
            str(a).startswith(place) for a in args if isinstance(a, (str, os.PathLike))
        ):
            seen += 1
            if seen == stop:
                os._exit(_STOPPED)

    sys.addaudithook(watch)
    work(*given)
