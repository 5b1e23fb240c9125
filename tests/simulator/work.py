"""What clerks do, through the program's own doors: each function is one kind of change inside a unit of a desk.

A change that the program refuses is no failure; the whole unit is then as if it had not been.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from desktop.core.db import entries, registry
from desktop.core.db.base import StreamKind
from desktop.core.db.blob_store import blobs_of
from desktop.core.db.heads import Heads
from desktop.core.db.journal import Pending
from desktop.core.db.undo import undo
from desktop.core.db.unit import Unit
from desktop.features.attachments import api as attachments
from desktop.features.register.tables import GroupRow, HouseholdRow, PersonRow, PrefixRow
from desktop.features.sync import api as sync
from desktop.features.sync import project
from desktop.features.visits.tables import VisitRow
from desktop.features.volunteers import api as volunteers
from desktop.features.volunteers.tables import VolunteerRow
from tests.features.attachments.pictures_maker import PDF, photo
from tests.simulator.desk import Desk

UNKNOWN_TABLE, UNKNOWN_FIELD, NEWER = 990, 250, "新版"
_FEW = ("甲", "乙", "丙", "丁")
_CODES = ("01", "02", "03")

# What is edited, and what may be said of it.
_EDITED: dict[Any, dict[str, tuple[Any, ...]]] = {
    HouseholdRow: {
        "phone": ("1", "2", "3", None),
        "kind": (*_CODES, None),
        "note": _FEW,
        "number": ("000001-00001", "000001-00002"),
        "per_capita_income": (100, 200, 300),
        "address": ("东街", "西街", None),
    },
    PersonRow: {
        "name": _FEW,
        "relation": ("R01", "R02", "R03"),
        "phone": ("1", "2", None),
        "dibao": _CODES,
        "position": (1, 2, 3),
    },
    VisitRow: {"findings": _FEW, "visitor": _FEW, "request": (*_FEW, None)},
    VolunteerRow: {"name": _FEW, "phone": ("1", "2", None)},
    GroupRow: {"name": _FEW, "position": (1, 2, 3)},
}
_WEIGHTS = {HouseholdRow: 8, PersonRow: 6, VisitRow: 2, VolunteerRow: 1, GroupRow: 1}

# How many rows an act changed, where it is not one.
Act = Callable[[Unit, Desk, Random], int | None]
_MOST_LISTED = 16
_HOT = 24  # the newest rows of a kind, where most of the work is done: offices meet there also in a long seed


def rows(desk: Desk, table: type[Any], region: str = "") -> list[tuple[bytes, str]]:
    """What the desk shows, by id."""
    name = registry.info(table).name
    return [
        (r[0], r[1])
        for r in desk.ask(f'SELECT id, region FROM "{name}" WHERE region LIKE ? ORDER BY id', (region + "%",))
    ]


def _one(unit: Unit, dice: Random, table: type[Any], region: str = "") -> tuple[bytes, str] | None:
    """A row as this unit sees it."""
    name = registry.info(table).name
    found = unit.connection.exec_driver_sql(
        f'SELECT id, region FROM "{name}" WHERE region LIKE ? ORDER BY id', (region + "%",)
    ).all()
    if not found:
        return None
    return tuple(dice.choice(found[-_HOT:] if dice.random() < 0.7 else found))


def edit(unit: Unit, desk: Desk, dice: Random) -> None:
    table = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    found = _one(unit, dice, table)
    if found is None:
        add_home(unit, desk, dice)
        return
    columns = _EDITED[table]
    names = dice.sample(sorted(columns), dice.choice((1, 1, 1, 2)))
    unit.change(table, found[0], **{n: dice.choice(columns[n]) for n in names})


def list_in(unit: Unit, desk: Desk, dice: Random) -> int:
    """A list changes a column of many rows at once, as an import does."""
    table = dice.choice((HouseholdRow, PersonRow))
    name = dice.choice(sorted(_EDITED[table]))
    found = (
        unit.connection.exec_driver_sql(f"SELECT id FROM {registry.info(table).name} ORDER BY id")
        .scalars()
        .all()
    )
    some = dice.sample(found, min(len(found), _MOST_LISTED))
    return unit.change_many(table, [(row, {name: dice.choice(_EDITED[table][name])}) for row in some])


def label(unit: Unit, desk: Desk, dice: Random) -> None:
    table = dice.choice((HouseholdRow, PersonRow))
    if found := _one(unit, dice, table):
        unit.change(table, found[0], aliases=dice.sample(_FEW, dice.randrange(4)))


def point_elsewhere(unit: Unit, desk: Desk, dice: Random) -> None:
    """A household goes to another group, a person to another household, a visit is at another household."""
    table, column, target = dice.choice(
        (
            (HouseholdRow, "group_id", GroupRow),
            (PersonRow, "household_id", HouseholdRow),
            (VisitRow, "household_id", HouseholdRow),
        )
    )
    found = _one(unit, dice, table)
    there = _one(unit, dice, target, found[1]) if found else None
    if found and there:
        unit.change(table, found[0], **{column: there[0]})


def remove(unit: Unit, desk: Desk, dice: Random) -> None:
    table = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    if found := _one(unit, dice, table):
        unit.change(table, found[0], alive=dice.random() < 0.4)


def add_home(unit: Unit, desk: Desk, dice: Random) -> None:
    region = dice.choice(desk.villages)
    homes = unit.connection.exec_driver_sql("SELECT count(*) FROM household WHERE region = ?", (region,))
    if homes.scalar_one() >= desk.world.homes:
        return
    group = None
    if dice.random() < 0.3:
        group = unit.add(GroupRow, region, name=dice.choice(_FEW), position=1)
    home = unit.add(
        HouseholdRow, region, group_id=group, place=1, number="000001-00001", kind=dice.choice(_CODES)
    )
    for position in range(1, dice.randrange(2, 4)):
        unit.add(
            PersonRow, region, household_id=home, position=position, name=dice.choice(_FEW), relation="R01"
        )


def visit(unit: Unit, desk: Desk, dice: Random) -> None:
    if home := _one(unit, dice, HouseholdRow):
        first = _one(unit, dice, VisitRow, home[1]) if dice.random() < 0.5 else None
        unit.add(
            VisitRow, home[1], household_id=home[0], day="2027-03-01", kind="home", visitor=dice.choice(_FEW),
            findings=dice.choice(_FEW), replaces=first[0] if first else None,
        )  # fmt: skip


def photograph(unit: Unit, desk: Desk, dice: Random) -> None:
    """A photo, or a scan; now and then one that lies here already."""
    if home := _one(unit, dice, HouseholdRow):
        shown = dice.randrange(40)
        content = photo(64, 48, shown, place=shown % 2 == 0) if shown < 30 else PDF + b"%d\n%%%%EOF\n" % shown
        title = dice.choice(attachments.TITLES)
        attachments.attach(unit, blobs_of(desk.db), attachments.Draft(home[0], content, title))


def volunteer(unit: Unit, desk: Desk, dice: Random) -> None:
    region = dice.choice(desk.villages)
    there = unit.connection.exec_driver_sql("SELECT count(*) FROM volunteer WHERE region = ?", (region,))
    if there.scalar_one() < 2:
        unit.add(VolunteerRow, region, spending_node=unit.node_id, name=dice.choice(_FEW))


def award(unit: Unit, desk: Desk, dice: Random) -> None:
    if one := _one(unit, dice, VolunteerRow):
        volunteers.award(unit, one[0], dice.randrange(1, 9), "清扫")


def redeem(unit: Unit, desk: Desk, dice: Random) -> None:
    if one := _one(unit, dice, VolunteerRow):
        volunteers.redeem(unit, one[0], dice.randrange(1, 4), "换肥皂")


def reverse(unit: Unit, desk: Desk, dice: Random) -> None:
    found = (
        unit.connection.exec_driver_sql("SELECT id FROM points WHERE reverses IS NULL ORDER BY id")
        .scalars()
        .all()
    )
    if found:
        volunteers.reverse_transfer(unit, dice.choice(found), "记错")


def hand_over(unit: Unit, desk: Desk, dice: Random) -> None:
    """Another PC of the place, or one above, spends from now on."""
    if one := _one(unit, dice, VolunteerRow):
        node = dice.choice(sorted(p for p in desk.world.nodes if one[1].startswith(desk.world.nodes[p])))
        unit.change(VolunteerRow, one[0], spending_node=node)


def settle(unit: Unit, desk: Desk, dice: Random) -> None:
    found = sync.conflicts(unit)
    if found:
        one = dice.choice(found)
        sync.choose(unit, one.row, one.field, dice.choice(one.claims).eid)


def letter(unit: Unit, desk: Desk, dice: Random) -> None:
    """What a county tells everybody below it."""
    own = desk.seat.office.key
    found = _one(unit, dice, PrefixRow, own)
    if registry.info(PrefixRow).stream is StreamKind.BROADCAST and desk.seat.office.level in (
        "county",
        "city",
    ):
        if found and dice.random() < 0.7:
            unit.change(PrefixRow, found[0], prefix=dice.choice("wyt"))
        else:
            unit.add(PrefixRow, own, state="escaped", prefix=dice.choice("wyt"))


def take_back(unit: Unit, desk: Desk, dice: Random) -> None:
    keys = unit.connection.exec_driver_sql(
        "SELECT key FROM action WHERE entries > 0 AND table_names != 'audit' AND name != ? "
        "ORDER BY id DESC LIMIT 6",
        (NEWER,),
    ).scalars()
    if found := list(keys):
        undo(unit, dice.choice(found))


def move_home(unit: Unit, desk: Desk, dice: Random) -> None:
    """A household with its people goes to another village; who looks after both does it."""
    if found := _one(unit, dice, HouseholdRow):
        sync.move(unit, HouseholdRow, found[0], dice.choice(desk.villages), group_id=None)


def erase_home(unit: Unit, desk: Desk, dice: Random) -> None:
    if (found := _one(unit, dice, HouseholdRow)) and desk.seat.office.level in ("county", "city"):
        sync.erase(unit, HouseholdRow, found[0], "本人申请", "一户")


def newer_program(unit: Unit, desk: Desk, dice: Random) -> None:
    """What a later version says: a field and a table that nobody here knows. It is kept and handed on."""
    found = _one(unit, dice, HouseholdRow)
    if found is None:
        return
    unit.name = NEWER  # this program cannot take back what it does not know
    if dice.random() < 0.5:
        eid = unit.new_id()
        body = entries.pack({2: dice.choice(_FEW)})
        unit.journal.write(found[1], StreamKind.DATA, [Pending("C", UNKNOWN_TABLE, eid, body, eid)])
    else:
        heads = Heads.read(unit.connection, [found[0]])
        body = entries.pack({UNKNOWN_FIELD: [dice.choice(_FEW), heads.named(found[0], UNKNOWN_FIELD)]})
        unit.journal.write(found[1], StreamKind.DATA, [Pending("S", 11, found[0], body)])
        for name, ids in project.project(unit.connection, {11: [found[0]]}).items():
            unit.touched[name].extend(ids)


# Kinds of work that go together in one unit, and those that stand alone; each with how often it is done.
TOGETHER: dict[Act, int] = {
    edit: 8,
    list_in: 2,
    label: 2,
    point_elsewhere: 2,
    remove: 2,
    add_home: 2,
    visit: 2,
    volunteer: 1,
}
ALONE: dict[Act, int] = {
    award: 5, redeem: 2, reverse: 3, hand_over: 1, settle: 8, letter: 3, take_back: 3, move_home: 2, erase_home: 1,
    newer_program: 1, photograph: 4,
}  # fmt: skip
