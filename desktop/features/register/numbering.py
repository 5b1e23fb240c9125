"""Household numbers after Liuyang (domain.md C1): a letter for the state, and a body that is given once.

The body is this PC's block of six digits and a counter. The block follows from the node and its incarnation, and
the county refuses a block twice at enrolment, so that two offline PCs never give the same number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_letters

from sqlalchemy import select

from desktop.core.db import local
from desktop.core.db.unit import Reader, Unit
from desktop.features.office import api as office
from desktop.features.register.model import State
from desktop.features.register.rules import DEFAULT_PREFIXES
from desktop.features.register.tables import PrefixRow

COUNTER = "household_counter"


def take(unit: Unit, count: int) -> list[str]:
    """The next `count` bodies, used up when the unit commits."""
    block, last = local.get(unit.connection, "block"), int(local.get(unit.connection, COUNTER, 0))
    local.put(unit.connection, {COUNTER: last + count})
    return [f"{block:06d}{n:04d}" for n in range(last + 1, last + count + 1)]


@dataclass(frozen=True)
class Letters:
    """State -> letter for every place: the defaults [K], and over them what the offices above it say, the nearest
    last. So a household's number begins alike at its township and at the county."""

    said: Mapping[str, Mapping[str, str]]  # by the region of the office that says it
    _known: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, region: str) -> Mapping[str, str]:
        if region not in self._known:
            found = {s.value: p for s, p in DEFAULT_PREFIXES.items()}
            for digits in sorted(office.DIGITS.values()):
                found |= self.said.get(region[:digits].ljust(len(region), "0"), {})
            self._known[region] = found
        return self._known[region]


def letters(reader: Reader) -> Letters:
    said: dict[str, dict[str, str]] = {}
    rows = reader.connection.execute(
        select(PrefixRow.region, PrefixRow.state, PrefixRow.prefix)
        .where(PrefixRow.alive)
        .order_by(PrefixRow.id)
    )
    for region, state, prefix in rows:
        said.setdefault(region, {})[state] = prefix
    return Letters(said)


def prefixes(reader: Reader) -> Mapping[str, str]:
    """State -> letter, as they stand for this office itself."""
    return letters(reader).of(office.office(reader).key)


def set_prefix(unit: Unit, state: State, prefix: str, region: str) -> None:
    row = unit.connection.scalar(
        select(PrefixRow.id).where(
            PrefixRow.state == state.value, PrefixRow.region == region, PrefixRow.alive
        )
    )
    if row is None:
        unit.add(PrefixRow, region, state=state.value, prefix=prefix)
    else:
        unit.change(PrefixRow, row, prefix=prefix)


def body_of(number: str) -> str:
    """The part that never changes: 4827190031 of y4827190031, whatever letter was printed once."""
    return number.lstrip(ascii_letters) if number[:1].isalpha() else number


def printed(letters: Mapping[str, str], state: str, body: str) -> str:
    """The number as it stands on plaque and handbook: y4827190031."""
    return letters.get(state, "") + body
