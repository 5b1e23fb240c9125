"""A screen without a monitor, and hands for it: waits for windows, types, takes pictures."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from installers.common import BuildError, run

T = TypeVar("T")
SIZE = "1366x768x24"


class Screen:
    """An X server of its own, with a number that nobody else uses.

    `is_managed`: with a window manager, whose Alt+F4 closes windows. Wine brings its own.
    """

    def __init__(self, is_managed: bool = False) -> None:
        self._is_managed = is_managed
        self._manager: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Screen":
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp", "-ac"],
            pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise BuildError("Xvfb did not start")
        self.name = f":{number}"
        if self._is_managed:
            self._manager = subprocess.Popen(
                ["openbox"], env={**os.environ, **self.env}, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for process in (self._manager, self._server):
            if process is not None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)

    @property
    def env(self) -> dict[str, str]:
        return {"DISPLAY": self.name, "LC_ALL": "C.UTF-8"}

    def windows(self, title: str) -> list[str]:
        done = run(["xdotool", "search", "--onlyvisible", "--name", title], env=self.env, check=False)
        return [line for line in done.stdout.split() if line.isdigit()]

    def wait_for(self, title: str, seconds: float = 120) -> str:
        """The window with that title. Raises BuildError when it does not come."""
        found = self.until(lambda: self.windows(title), seconds)
        if not found:
            raise BuildError(f"no window “{title}” within {seconds:.0f} s")
        return found[0]

    def until(self, asked: Callable[[], T], seconds: float) -> T:
        """Ask until the answer is not empty; the last answer."""
        end = time.monotonic() + seconds
        while not (answer := asked()) and time.monotonic() < end:
            time.sleep(0.5)
        return answer

    def focus(self, window: str) -> None:
        run(["xdotool", "windowfocus", "--sync", window], env=self.env, check=False, timeout=30)

    def key(self, *keys: str) -> None:
        run(["xdotool", "key", "--delay", "80", *keys], env=self.env)

    def type(self, text: str) -> None:
        run(["xdotool", "type", "--delay", "80", text], env=self.env)

    def click(self, window: str, x: int, y: int) -> None:
        run(["xdotool", "mousemove", "--window", window, str(x), str(y), "click", "1"], env=self.env)

    def shot(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        run(["import", "-window", "root", target], env=self.env)
        return target

    def settled(self, target: Path, seconds: float = 30) -> Path:
        """A picture of the screen once it has stopped changing."""
        before = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(1.5)
            now = self.shot(target).read_bytes()
            if now == before:
                break
            before = now
        return target
