"""The people of the register whom a workbook does not name: in the order of the register, found as one types."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.register import numbering, search
from desktop.features.register.tables import HouseholdIndex, PersonRow, SearchDoc

_I = HouseholdIndex.__table__.c
_D = SearchDoc.__table__.c
_P = PersonRow.__table__.c


@dataclass(frozen=True, slots=True)
class AbsentLine:
    """One of them as the list shows it."""

    household: bytes
    number: str
    name: str
    place: str
    id_number: str


def found(reader: Reader, people: Collection[bytes], typed: str = "") -> list[bytes]:
    """Those of `people` whom `typed` finds."""
    wanted = select(_D.person).join(HouseholdIndex, _I.household == _D.household)
    if typed.strip():
        wanted = wanted.where(_D.person.in_(search.person_ids(reader, typed)))
    wanted = wanted.order_by(_I.region, _I.group_position, _I.place, _I.household, _D.id)
    kept = frozenset(people)
    return [i for i in reader.connection.scalars(wanted) if i in kept]


def lines(reader: Reader, ids: Sequence[bytes]) -> dict[bytes, AbsentLine]:
    """The lines of these people; one who is gone has none."""
    names, letters = office.PlaceNames(reader.connection), numbering.letters(reader)
    wanted = (
        select(_P.id, _P.name, _P.id_number, _I.household, _I.region, _I.group_name, _I.state, _I.number)
        .join(HouseholdIndex, _I.household == _P.household_id)
        .where(_P.id.in_(ids), _P.alive)
    )
    return {
        r.id: AbsentLine(
            r.household, numbering.printed(letters.of(r.region), r.state, r.number), r.name or "",
            f"{names.of(r.region)} {r.group_name}".strip(), r.id_number or "",
        )
        for r in reader.connection.execute(wanted)
    }  # fmt: skip
