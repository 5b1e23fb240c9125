"""Tell: how long work reports its progress and learns that it should stop. No threads in here."""

from typing import Protocol

from desktop.core.errors import Cancelled


class Tell(Protocol):
    def __call__(self, done: int, total: int, stage: str = "") -> None:
        """Report `done` of `total` (0 = not known). Raises `Cancelled` once a stop was asked for."""


def silent(done: int, total: int, stage: str = "") -> None:
    """A Tell for work that nobody watches."""


class Progress:
    """A Tell that another thread may look at and stop."""

    def __init__(self) -> None:
        self.done, self.total, self.stage = 0, 0, ""
        self.stop_asked = False

    def __call__(self, done: int, total: int, stage: str = "") -> None:
        if self.stop_asked:
            raise Cancelled
        self.done, self.total, self.stage = done, total, stage

    def stop(self) -> None:
        self.stop_asked = True
