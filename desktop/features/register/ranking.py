"""The order of what a typed number finds: the household that bears it first, then those whose number only ends so."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from desktop.core.db.unit import Reader
from desktop.features.register.numbering import body_of
from desktop.features.register.tables import HouseholdRow

_H = HouseholdRow.__table__.c
_MOST = 500  # of more than these the numbers of workbooks are not asked: so short a number is none of theirs
_LEAST = 2


def is_number(typed: str) -> bool:
    """Whether that may be the end of a number, with its letter or without."""
    bare = _bare(typed)
    return len(bare) >= _LEAST and bare.isascii() and bare.isdecimal()


def _bare(typed: str) -> str:
    return body_of("".join(typed.split()).lower())


def numbers_first(reader: Reader, typed: str, found: Sequence[Any]) -> list[Any]:
    """Of (household, people, body of its number): telephones and id numbers are found by the same digits, and come after."""
    aliases = _aliases(reader, found) if len(found) <= _MOST else {}
    bare = _bare(typed)
    return sorted(found, key=lambda one: _rank(bare, (one[2], *aliases.get(one[0], ()))))


def _rank(typed: str, numbers: Sequence[str]) -> int:
    if typed in numbers:
        return 0
    return 1 if any(n.endswith(typed) for n in numbers) else 2


def _aliases(reader: Reader, found: Sequence[Any]) -> dict[bytes, list[str]]:
    wanted = select(_H.id, _H.aliases).where(_H.id.in_([one[0] for one in found]))
    return {r.id: r.aliases or [] for r in reader.connection.execute(wanted)}
