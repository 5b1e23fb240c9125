"""Navigator: how a screen asks for another one without knowing the window."""

from collections.abc import Callable
from typing import Any, Protocol


class Navigator(Protocol):
    def go(self, name: str, **given: Any) -> None:
        """Show that screen ("visits.form") and hand it what it should show."""

    def back(self) -> None:
        """Return to the screen before; its place in the list is kept."""

    def say(self, sentence: str, undo: Callable[[], Any] | None = None, offer: str = "撤销") -> None:
        """A quiet note at the bottom ("已保存"), with 撤销 when `undo` is given, or with another `offer`."""
