"""Code lists (resources/codes/*.csv): a code for the database, its Chinese name for people, and what else means it.

What offices above change of them is laid over in core/code_edits.py."""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from desktop.core import pinyin, resources

# Lists whose names are often written without their last character: 汉 for 汉族, 男 for 男性.
_DROPPED = {"gbt3304_ethnic": "族", "gbt2261_1_sex": "性"}


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    name: str


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


class CodeList:
    """One list, in its own order. `closed` are codes that are not given any more, or not yet: they are still called
    what they were, and are offered to nobody."""

    def __init__(
        self,
        name: str,
        entries: tuple[Entry, ...],
        synonyms: Mapping[str, str],
        closed: tuple[Entry, ...] = (),
    ) -> None:
        self.entries = entries
        self._names = {e.code: e.name for e in (*closed, *entries)}
        self._closed = frozenset(e.code for e in closed)
        meant = {_plain(text): code for text, code in synonyms.items()}
        self._codes = _meanings(name, closed) | _meanings(name, entries) | meant

    def __contains__(self, code: str) -> bool:
        return code in self._names

    def is_closed(self, code: str) -> bool:
        """Whether the code is known, and not given on the day of this list."""
        return code in self._closed

    def name(self, code: str) -> str:
        """The Chinese name; an unknown code comes back as it is, so that nothing kept is ever hidden."""
        return self._names.get(code, code)

    def code(self, text: str) -> str | None:
        """What a list means by `text`: a code, a name or a synonym. None when it is not known.

        "" when the text says that none of them applies (非在校生).
        """
        found = self._codes.get(text)
        return found if found is not None else self._codes.get(_plain(text))

    def search(self, text: str) -> list[Entry]:
        """Entries by code, part of the name, or pinyin (initials or full), best first; all of them for ""."""
        wanted = _plain(text)
        ranked = [(_rank(wanted, keys), i) for i, keys in enumerate(self._keys)]
        return [self.entries[i] for rank, i in sorted(ranked) if rank < _NO_HIT]

    @cached_property
    def _keys(self) -> list[tuple[str, ...]]:
        return [(_plain(e.code), _plain(e.name), *_spoken(e.name)) for e in self.entries]


def _spoken(name: str) -> list[str]:
    # 之女 is also looked for as 女.
    forms = {name, name.removeprefix("之")}
    return [word for form in sorted(forms) for word in _spelled(form).upper().split()]


def _spelled(name: str) -> str:
    return f"{pinyin.initials(name)} {pinyin.full(name)}"


_NO_HIT = 4


def _rank(wanted: str, keys: tuple[str, ...]) -> int:
    if wanted in keys:
        return 0
    if any(key.startswith(wanted) for key in keys):
        return 1
    # In the middle of a name only: the middle of a code or of a pinyin word means nothing.
    return 2 if wanted in keys[1] else _NO_HIT


def _meanings(name: str, entries: tuple[Entry, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    dropped = _DROPPED.get(name, "\0")
    for entry in entries:
        for text in (entry.code, entry.name, entry.name.removesuffix(dropped)):
            found.setdefault(_plain(text), entry.code)
    return found


def _rows(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(resources.text(f"codes/{file}.csv").splitlines()))


@cache
def _synonyms() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in _rows("synonyms"):
        found.setdefault(row["list"], {})[row["text"]] = row["code"]
    return found


@cache
def codes(name: str) -> CodeList:
    """The list of that file name, read once."""
    entries = tuple(Entry(row["code"], row["name_zh"]) for row in _rows(name))
    return CodeList(name, entries, synonyms(name))


def synonyms(name: str) -> Mapping[str, str]:
    """What else means a code of that list."""
    return _synonyms().get(name, {})
