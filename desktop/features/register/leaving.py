"""A household that moves to another village, or is erased by order: what the exchange does with rows, in the words of
the register."""

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Reader, Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.register import groups, rules, store
from desktop.features.register.model import Household
from desktop.features.register.tables import HouseholdRow, PersonRow
from desktop.features.register.words import called
from desktop.features.sync import api as sync


def move_household(unit: Unit, household_id: bytes, to: str, group: str = "", reason: str = "") -> Household:
    """Move a household with its people and visits to the village of the key `to`, to the end of a group there.

    The number stays. Raises Refused when this office does not look after both villages.
    """
    household = _found(unit, household_id)
    refuse_if([] if is_village(unit, to) else [_no_village()])
    unit.require(sync.MOVE_RIGHT, to)
    unit.name = f"迁移户 {called(household)}"
    if reason.strip():
        unit.explain(reason.strip())
    group_id = groups.named(unit, to, group)
    place = groups.next_place(unit, to, group_id)
    sync.move(unit, HouseholdRow, household_id, to, group_id=group_id, place=place)
    return _found(unit, household_id)


def is_village(reader: Reader, key: str) -> bool:
    """Whether households of this office may live there."""
    known = office.read_places(reader).by_key.get(key)
    if known is not None:
        return known.level == office.Level.VILLAGE
    return any(key == village for village, _, _ in store.villages(reader))


def village_keys(reader: Reader, typed: str) -> list[str]:
    """The villages of this office that somebody means by a key or a name."""
    if is_village(reader, typed):
        return [typed]
    return [p.key for p in office.read_places(reader).villages() if p.name == typed]


def erase_household(
    db: Database, actor: Actor, household_id: bytes, reason: str, second: office.Second | None = None
) -> int:
    """Erase a household with its people and visits, here and wherever bundles brought it; gives how many rows.

    It cannot be undone. Raises Refused below the county, without a reason, and without a second person.
    """
    with db.unit(actor, "依法删除") as unit:
        household = _found(unit, household_id)
        refuse_if(rules.check_reason(reason))
        count = sync.erase(unit, HouseholdRow, household_id, reason, f"户 {household.number}", second)
    sync.do_duties(db)
    return count


def erase_person(
    db: Database,
    actor: Actor,
    household_id: bytes,
    person_id: bytes,
    reason: str,
    second: office.Second | None = None,
) -> int:
    """Erase one member of a household in the same way; the last one goes with the household only."""
    with db.unit(actor, "依法删除") as unit:
        household = _found(unit, household_id)
        refuse_if(rules.check_reason(reason))
        if [m.id for m in household.members] == [person_id]:
            raise Refused([Problem("erase.last", "", "这是本户最后一人，请依法删除整户")])
        about = f"户 {household.number} 的一名成员"
        count = sync.erase(unit, PersonRow, person_id, reason, about, second)
    sync.do_duties(db)
    return count


def what_goes(reader: Reader, household_id: bytes, person_id: bytes | None = None) -> dict[str, int]:
    """How many rows an erasure would take away, by table."""
    if person_id is not None:
        return sync.to_erase(reader, PersonRow, person_id)
    return sync.to_erase(reader, HouseholdRow, household_id)


def _found(reader: Reader, household_id: bytes) -> Household:
    found = store.household(reader, household_id)
    if found is None:
        raise Refused([Problem("household.gone", "", "这一户已不在册，请刷新列表")])
    return found


def _no_village() -> Problem:
    return Problem("move.village", "region", "这里没有这个村，请从本单位的村里选一个")
