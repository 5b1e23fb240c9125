"""The registry of screens: name -> factory, each built on first use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop.widgets.screen import Screen


@dataclass(frozen=True, slots=True)
class Entry:
    """`place` is the menu line that is marked while the screen is shown."""

    make: Callable[[], Screen]
    place: str


class Screens:
    """Names are "<feature>.<screen>" or the name of a menu place."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._built: dict[str, Screen] = {}

    def add(self, name: str, make: Callable[[], Screen], place: str = "") -> None:
        """Register a screen; its menu place is the part of its name before the dot unless given."""
        if name in self._entries:
            raise ValueError(name)
        self._entries[name] = Entry(make, place or name.partition(".")[0])

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> list[str]:
        return list(self._entries)

    def get(self, name: str) -> Screen:
        if name not in self._built:
            self._built[name] = self._entries[name].make()
        return self._built[name]

    def place_of(self, name: str) -> str:
        return self._entries[name].place

    def built(self) -> Iterator[Screen]:
        yield from self._built.values()
