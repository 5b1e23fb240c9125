"""The groups of a village in their order, and the places of households in them."""

from collections.abc import Mapping

from sqlalchemy import func, select

from desktop.core.db.unit import Reader, Unit
from desktop.features.register.tables import GroupRow, HouseholdIndex, HouseholdRow

_H = HouseholdRow.__table__.c
_I = HouseholdIndex.__table__.c


def of_village(reader: Reader, region: str) -> list[tuple[bytes, str]]:
    found = reader.connection.execute(
        select(GroupRow.id, GroupRow.name)
        .where(GroupRow.region == region, GroupRow.alive)
        .order_by(GroupRow.position)
    )
    return [(r.id, r.name) for r in found]


def counts(reader: Reader, region: str) -> list[tuple[str, int]]:
    """The groups of a village that have households, in their order, with how many; the nameless one is left out."""
    wanted = (
        select(_I.group_name, func.count())
        .where(_I.region == region, _I.group_name != "")
        .group_by(_I.group_name)
        .order_by(func.min(_I.group_position))
    )
    return [(name, count) for name, count in reader.connection.execute(wanted)]


def named(unit: Unit, region: str, name: str) -> bytes | None:
    """The group of that name in a village, made when it is new; None for an empty name."""
    if not name:
        return None
    known = {n: i for i, n in of_village(unit, region)}
    if name in known:
        return known[name]
    return unit.add(GroupRow, region, name=name, position=len(known) + 1)


def next_place(reader: Reader, region: str, group_id: bytes | None) -> int:
    wanted = select(func.max(_H.place)).where(_H.region == region, _H.group_id.is_(group_id))
    if group_id is not None:
        wanted = select(func.max(_H.place)).where(_H.group_id == group_id)
    return (reader.connection.scalar(wanted) or 0) + 1


def in_same_group(reader: Reader, household_id: bytes) -> dict[bytes, int]:
    """The households of its group in their order, with the place that each says it has."""
    own = reader.connection.execute(select(_H.region, _H.group_id).where(_H.id == household_id)).one()
    wanted = (
        select(_H.id, _H.place)
        .where(_H.alive, _H.region == own.region, _H.group_id.is_not_distinct_from(own.group_id))
        .order_by(_H.place, _H.id)
    )
    return {r.id: r.place for r in reader.connection.execute(wanted)}


def number_places(unit: Unit, places: Mapping[bytes, int]) -> None:
    unit.change_many(HouseholdRow, ((i, {"place": place}) for i, place in places.items()))
