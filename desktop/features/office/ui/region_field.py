"""Choosing how far a user's rights reach: the whole office, one of its townships, or one village."""

from collections.abc import Callable, Sequence
from functools import cached_property

from desktop.core import pinyin
from desktop.features.office.model import DIGITS, Level, Place
from desktop.features.office.places import Places
from desktop.widgets.code_field import Choice, CodeField


def prefix_of(place: Place) -> str:
    """What the keys of all places in that place begin with."""
    return place.key[: DIGITS[Level(place.level)]]


class RegionField(CodeField):
    """`value` is the prefix of region keys. The places are read when they are first needed: a county has hundreds."""

    def __init__(self, read: Callable[[], Places]) -> None:
        self._read = read
        super().__init__(self._matching, self.title, "整个单位、乡镇或村")

    @cached_property
    def _choices(self) -> list[Choice]:
        places = self._read()
        own = places.office
        below = [p for p in [*places.townships(), *places.villages()] if len(prefix_of(p)) > len(own.prefix)]
        whole = Choice(own.prefix, own.name, "整个单位")
        return [whole, *(Choice(prefix_of(p), p.name, _above(places, p)) for p in below)]

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {str(c.code): c.title for c in self._choices}

    def title(self, prefix: str) -> str:
        """How that place is called."""
        return self._titles.get(prefix, prefix)

    def _matching(self, typed: str) -> Sequence[Choice]:
        wanted = typed.strip().lower()
        return [c for c in self._choices if not wanted or _is_meant(c, wanted)]


def _above(places: Places, place: Place) -> str:
    return places.by_key[place.parent].name if place.parent in places.by_key else ""


def _is_meant(choice: Choice, wanted: str) -> bool:
    spoken = f"{pinyin.initials(choice.title)} {pinyin.full(choice.title)}".lower().split()
    return wanted in choice.title or any(s.startswith(wanted) for s in [*spoken, str(choice.code)])
