"""Citizen id numbers (GB 11643): reading and checking. Domain.md 2.4."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECKS = "10X98765432"
_EARLIEST = date(1900, 1, 1)
# 83 is not in the list of provinces: the residence permit of people from Taiwan begins so.
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
_KNOWN = frozenset(_PROVINCES.split())
# 20: the card of a disabled person (class and level after the id); 22: renewed, two digits more.
_DISABLED = (20, 22)


@dataclass(frozen=True, slots=True)
class Card:
    """`sex` is the code of GB/T 2261.1: "1" male, "2" female. `area` is where the number was given first."""

    birth: date
    sex: str
    area: str


def normalise(text: str) -> str:
    """Half width, no spaces, no leading apostrophe or G, capital X: what lists do to id numbers, undone."""
    if text.isascii() and text.isdigit():
        return text
    joined = "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c.isprintable())
    # `.upper()` first: a leading g comes in both cases.
    return joined.lstrip("'’‘`").upper().removeprefix("G")


def checksum(first17: str) -> str:
    if len(first17) != len(_WEIGHTS):
        raise ValueError("seventeen digits")
    # the hot loop of an import: the characters' codes are the digits and 48
    return _CHECKS[(sum(map(mul, first17.encode("ascii"), _WEIGHTS)) - _ZEROS) % 11]


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@lru_cache(50_000)
def _birth(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def problem(number: str, today: date) -> str | None:
    """What is wrong with a normalised number: length, characters, region, birthday, checksum or old15."""
    if len(number) == 15 and _is_digits(number):
        return "old15"
    if len(number) != 18 and len(number) not in _DISABLED:
        return "length"
    if not _is_digits(number[:17]) or not (_is_digits(number[17]) or number[17] == "X"):
        return "characters"
    if len(number) > 18 and disability(number) is None:
        return "characters"
    return _problem_inside(number, today)


def _problem_inside(number: str, today: date) -> str | None:
    if number[:2] not in _KNOWN:
        return "region"
    birth = _birth(number[6:14])
    if birth is None or not _EARLIEST <= birth <= today:
        return "birthday"
    return None if checksum(number[:17]) == number[17] else "checksum"


def read(number: str) -> Card | None:
    """What a sound number says; None for one that is not sound. An old one of 15 digits is not read."""
    if problem(number, date.max) is not None:
        return None
    birth = _birth(number[6:14])
    if birth is None:
        return None
    return Card(birth, "1" if int(number[16]) % 2 else "2", number[:6])


def disability(number: str) -> tuple[str, str] | None:
    """Class (1 to 7) and level (1 to 4) that the number of a disabled person's card ends with."""
    tail = number[18:]
    if (
        len(number) not in _DISABLED
        or not _is_digits(tail)
        or tail[0] not in "1234567"
        or tail[1] not in "1234"
    ):
        return None
    return tail[0], tail[1]
