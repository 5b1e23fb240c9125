"""One id number, one person in the office's register (DQ09): who has that number already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from desktop.core.db.unit import Reader
from desktop.core.problems import Problem
from desktop.features.register import search, store
from desktop.features.register.model import PersonDraft, Value
from desktop.features.register.rules import CARDS
from desktop.features.register.tables import PersonRow

_P = PersonRow.__table__.c
_LENGTH = 18  # a disabled person's card goes on with class and level
_SHORTEST = 15
_MOST = 20


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the number, in which household."""

    household: bytes
    number: str
    name: str


def holders(reader: Reader, facts: Mapping[str, Value], besides: bytes = b"") -> list[Holder]:
    """Those who have the id number of `facts`, but for the person `besides`. Only a card is one person's alone."""
    wanted = str(facts.get("id_number", ""))[:_LENGTH]
    if len(wanted) < _SHORTEST or facts.get("id_kind") not in CARDS:
        return []
    ids = [hit.person for hit in search.people(reader, wanted, _MOST) if hit.person != besides]
    wanted_rows = select(_P.name, _P.household_id).where(
        _P.id.in_(ids),
        _P.alive,
        func.substr(_P.id_number, 1, _LENGTH) == wanted,
        _P.id_kind.is_(None) | _P.id_kind.in_([kind for kind in CARDS if kind]),
    )
    found = reader.connection.execute(wanted_rows).all()
    numbers = {
        line.id: line.number for line in store.household_lines(reader, [r.household_id for r in found])
    }
    return [Holder(r.household_id, numbers.get(r.household_id, ""), r.name or "") for r in found]


def check(reader: Reader, facts: Mapping[str, Value], besides: bytes = b"") -> list[Problem]:
    """A number that somebody has already is refused."""
    return [taken(one) for one in holders(reader, facts, besides)[:1]]


def check_all(reader: Reader, members: Iterable[PersonDraft]) -> list[Problem]:
    """The same for people who are added together."""
    problems, seen = list[Problem](), set[str]()
    for member in members:
        number = str(member.facts.get("id_number", ""))[:_LENGTH]
        is_twice = number in seen and member.facts.get("id_kind") in CARDS
        problems += [_TWICE] if is_twice else check(reader, member.facts)
        seen |= {number} if len(number) >= _SHORTEST else set()
    return problems


_TWICE = Problem("person.id_taken", "id_number", "本户有两人填了同一个证件号码，请更正其中一个")


def taken(holder: Holder) -> Problem:
    """Why the number cannot be taken a second time."""
    sentence = (
        f"这个号码已登记给 {holder.number} 户的{holder.name}，请更正号码；如是转户，请先在那一户移出此人"
    )
    return Problem("person.id_taken", "id_number", sentence)
