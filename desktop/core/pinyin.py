"""Pinyin of names, for search only: every reading of every character, without tones, ü as v."""

from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from desktop.core import resources

MOST_INITIALS = 16
MOST_FULL = 8
_MOST_SPELLINGS = 24
_MOST_WAYS = 8
_MOST_LETTERS = 40
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class _Table(NamedTuple):
    readings: dict[str, tuple[str, ...]]
    surnames: dict[str, str]


@cache
def _table() -> _Table:
    first: dict[str, tuple[str, ...]] = {}
    others: list[tuple[str, str]] = []
    surnames: dict[str, str] = {}
    for line in resources.text("pinyin.txt").splitlines():
        reading, chars = line.split(" ")
        if reading[0] == "!":
            surnames[chars] = reading[1:]
        elif reading[0] == "+":
            others.append((reading[1:], chars))
        else:
            first.update(dict.fromkeys(chars, (reading,)))
    for reading, chars in others:
        for char in chars:
            first[char] += (reading,)
    return _Table(first, surnames)


def readings(char: str) -> tuple[str, ...]:
    """All readings, the commonest first: 单 -> ("dan", "chan", "shan"). Empty for what has none."""
    return _table().readings.get(char, ())


@lru_cache(20_000)
def _as_syllables(char: str, surname: bool) -> tuple[str, ...]:
    found = readings(char)
    if not found:
        small = char.lower()
        return (small,) if small in _LETTERS else ("",)
    first = _table().surnames.get(char) if surname else None
    return tuple(sorted(found, key=lambda r: r != first)) if first else found


@lru_cache(20_000)
def _as_initials(char: str, surname: bool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r[:1] for r in _as_syllables(char, surname)))


def _joined(parts: list[tuple[str, ...]], most: int) -> str:
    count = 1
    for part in parts:
        count *= len(part)
    if count == 1:
        return "".join([part[0] for part in parts])
    found = ["".join(one) for one in (_likeliest(parts, most) if count > most else product(*parts))]
    return " ".join(dict.fromkeys(found))


def _likeliest(parts: list[tuple[str, ...]], most: int) -> list[list[str]]:
    # Grown character by character; when there are too many, those with the fewest rare readings stay.
    grown: list[tuple[int, list[str]]] = [(0, [])]
    for part in parts:
        more = [(rare + i, [*one, reading]) for rare, one in grown for i, reading in enumerate(part)]
        grown = sorted(more, key=lambda pair: pair[0])[:most]
    return [one for _, one in grown]


def initials(name: str) -> str:
    """The sets of initials a name may be found by, most likely first: 单晓 -> "sx dx cx"."""
    return _joined([_as_initials(char, i == 0) for i, char in enumerate(name)], MOST_INITIALS)


def full(name: str) -> str:
    """The whole pinyin, one word for each way of reading it: 张秀兰 -> "zhangxiulan"."""
    return _joined([_as_syllables(char, i == 0) for i, char in enumerate(name)], MOST_FULL)


@cache
def _syllables() -> frozenset[str]:
    return frozenset(r for found in _table().readings.values() for r in found)


_INITIALS = frozenset([*"abcdefghjklmnopqrstwxyz", "zh", "ch", "sh"])


@lru_cache(2000)
def _spellings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Ways to cut what was typed into syllables or initials, whole syllables first; the last may be unfinished."""
    found: list[tuple[str, ...]] = [] if letters else [()]
    for size in range(min(6, len(letters)), 0, -1):
        head, rest = letters[:size], letters[size:]
        if head in _INITIALS or head in _syllables() or (not rest and _begins(head)):
            found += ((head, *tail) for tail in _spellings(rest))
    return tuple(found[:_MOST_SPELLINGS])


def _begins(head: str) -> bool:
    return any(syllable.startswith(head) for syllable in _syllables())


@lru_cache(8)
def _spoken(alphabet: frozenset[str]) -> dict[str, str]:
    by_reading: dict[str, list[str]] = {}
    for char in sorted(alphabet):
        for reading in readings(char):
            by_reading.setdefault(reading, []).append(char)
    return {reading: "".join(chars) for reading, chars in by_reading.items()}


def pattern(letters: str, alphabet: frozenset[str]) -> str:
    """A regular expression for the Chinese text (made of `alphabet`) that `letters` may stand for; "" if none.

    "lzjd", "lizejiedao" and "lizejd" all find 里则街道.
    """
    spoken = _spoken(alphabet)
    spellings = sorted(_spellings(letters.lower()[:_MOST_LETTERS]), key=len)
    ways = [_way(spelling, spoken) for spelling in spellings[:_MOST_WAYS]]
    return "|".join(way for way in ways if way)


def _way(spelling: tuple[str, ...], spoken: dict[str, str]) -> str:
    last = len(spelling) - 1
    classes = [_said(spoken, head, open_end=i == last) for i, head in enumerate(spelling)]
    return "".join(f"[{chars}]" for chars in classes) if all(classes) else ""


def _said(spoken: dict[str, str], head: str, open_end: bool) -> str:
    if head in _INITIALS or open_end:
        return "".join(chars for reading, chars in spoken.items() if reading.startswith(head))
    return spoken.get(head, "")
