"""Villages by the initials of their names, for the filter of the list: lzc is everybody in 里则村.

The token index knows people only; a village's Chinese name is found in it as the beginning of their addresses.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from desktop.core import pinyin
from desktop.core.db.unit import Reader
from desktop.core.village_names import plain_village
from desktop.features.office import api as office
from desktop.features.register import search
from desktop.features.register.tables import HouseholdIndex

_I = HouseholdIndex.__table__.c
_LEAST = 3  # two letters are the initials of many people


def chosen(reader: Reader, text: str) -> ColumnElement[bool]:
    """Which households of the index a typed text means: of people who fit all words, or in a village that some name."""
    words = text.split()
    named = {word: found for word in words if (found := _villages(reader, word.lower()))}
    of_people = _I.household.in_(search.households(reader, text))
    if not named:
        return of_people
    rest = " ".join(word for word in words if word not in named)
    in_place: list[Any] = [_I.region.in_(regions) for regions in named.values()]
    if rest:
        in_place.append(_I.household.in_(search.households(reader, rest)))
    return or_(of_people, and_(*in_place))


def _villages(reader: Reader, word: str) -> list[str]:
    """The villages with households whose name begins so, at least the bare name of which was typed."""
    if len(word) < _LEAST or not (word.isascii() and word.isalpha()):
        return []
    names = office.PlaceNames(reader.connection)
    regions = reader.connection.scalars(select(_I.region).distinct())
    return [region for region in regions if _is_meant(word, names.of(region))]


def _is_meant(word: str, name: str) -> bool:
    bare, whole = _spelt(plain_village(name)), _spelt(name)
    return any(word.startswith(b) for b in bare) and any(w.startswith(word) for w in whole)


@lru_cache(20_000)
def _spelt(name: str) -> tuple[str, ...]:
    return (*pinyin.initials(name).split(), *pinyin.full(name).split())
