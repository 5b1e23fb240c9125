"""Choosing a village of the office, and a group in it that may be new."""

from collections.abc import Sequence
from typing import Any

from desktop.core import pinyin
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.widgets.code_field import Choice, CodeField


class VillageField(CodeField):
    """The villages of the office by name, initials or the beginning of their code."""

    def __init__(self) -> None:
        self._known: list[tuple[Choice, tuple[str, ...]]] = []
        self._titles: dict[str, str] = {}
        super().__init__(self._matching, self._title, "村名、首字母或代码")

    def set_places(self, places: Sequence[tuple[office.Place, str]]) -> None:
        """The villages to choose from, each with the name of its township."""
        names = [place.name for place, _ in places]
        self._known, self._titles = [], {}
        for place, township in places:
            title = f"{township}{place.name}" if names.count(place.name) > 1 else place.name
            self._titles[place.key] = title
            self._known.append((Choice(place.key, title, township), _spelt(title, place.key)))

    def _title(self, key: Any) -> str:
        return self._titles.get(key, str(key))

    def _matching(self, typed: str) -> list[Choice]:
        return _ranked(self._known, typed)


class GroupField(CodeField):
    """A group of the village; what is not in the list is a new group."""

    def __init__(self) -> None:
        self._known: list[tuple[Choice, tuple[str, ...]]] = []
        super().__init__(self._matching, str, "如 1组；可以写新的组名")

    def set_groups(self, names: Sequence[str]) -> None:
        self._known = [(Choice(name, name), _spelt(name)) for name in names]

    def value(self) -> Any:
        typed = super().value() or self.text().strip()
        # A clerk who writes 9 means 9组, unless the village has a group that is called just 9.
        is_known = any(choice.code == typed for choice, _ in self._known)
        return f"{typed}组" if typed.isdecimal() and not is_known else typed

    def problem(self) -> Problem | None:
        return None

    def _matching(self, typed: str) -> list[Choice]:
        return _ranked(self._known, typed)

    def _settle(self) -> None:
        # "1" is a group of its own here, not the only hit "11组".
        if self.text().strip() != (meant := self.value()):
            self.set_text(meant)
        self.choices.hide()


def _spelt(name: str, *more: str) -> tuple[str, ...]:
    spoken = f"{pinyin.initials(name)} {pinyin.full(name)}".lower().split()
    return (name.lower(), *spoken, *more)


def _ranked(known: Sequence[tuple[Choice, tuple[str, ...]]], typed: str) -> list[Choice]:
    wanted = typed.strip().lower()
    first = [c for c, keys in known if any(k.startswith(wanted) for k in keys)]
    return first + [c for c, keys in known if c not in first and wanted in keys[0]]
