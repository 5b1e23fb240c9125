"""Townships for the benchmark of the exchange: 759 households each, and a year of 42 entries a household (sync.md 5.2)."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from desktop.core.crypto import Cost
from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Unit
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.register.tables import HouseholdRow
from desktop.features.sync import api as sync
from desktop.features.visits.tables import VisitRow
from desktop.features.volunteers.api import account_of_office
from desktop.features.volunteers.tables import PointsRow, VolunteerRow

HOUSEHOLDS, PEOPLE = 759, 1479
VISITS, EDITS, POINTS = 12, 6, 24
YEAR = date(2026, 1, 5)


def create(folder: Path, key: str, name: str, level: office.Level) -> tuple[Database, Actor]:
    """A new office, its own root until it is enrolled."""
    own = office.Office(key, name, level)
    db, actor, _ = office.create(folder, own, "admin", "pw", cost=Cost(1, 64, 1))
    with database.writing(db.engine) as connection:
        sync.become_root(connection, db.node, own)
    return db, actor


def fill(db: Database, actor: Actor, village: str, which: Iterable[int] = range(HOUSEHOLDS)) -> None:
    """The households of a township that live in one village: all of them, or some."""
    drafts = (_household(village, n) for n in which)
    with db.unit(actor, "建册") as unit:
        unit.expect_many()
        for draft in drafts:
            register.add_household(unit, draft)


def _household(village: str, n: int) -> register.HouseholdDraft:
    size = 1 + (n < PEOPLE - HOUSEHOLDS)
    members = tuple(
        register.PersonDraft(
            {"name": f"人{n}之{m}", "relation": "R01" if m == 0 else "R02", "birth": "1970-05-06"}
        )
        for m in range(size)
    )
    facts = {"address": f"样例村{n % 9 + 1}组{n}号", "phone": f"138{n:08d}"}
    return register.HouseholdDraft(village, f"{n % 9 + 1}组", facts, members)


def live(db: Database, actor: Actor, part: float = 1.0) -> None:
    """A year of visits, edits and points, or a part of one (1/52 is a week)."""
    with db.engine.connect() as connection:
        homes = connection.exec_driver_sql("SELECT id, region FROM household ORDER BY number").all()
    whole = [(home.id, home.region, n) for home in homes for n in range(VISITS + EDITS + POINTS)]
    chosen = whole[:: round(1 / part)]
    with db.unit(actor, "一年的工作") as unit:
        unit.expect_many()
        account = unit.add(VolunteerRow, homes[0].region, name="积分户", spending_node=unit.node_id)
        _visit(unit, chosen)
        _edit(unit, chosen)
        _book(unit, chosen, account)


def _visit(unit: Unit, chosen: list[tuple[bytes, str, int]]) -> None:
    unit.add_many(
        VisitRow,
        (
            {
                "region": region, "household_id": home, "day": (YEAR + timedelta(days=30 * n)).isoformat(),
                "kind": "visit", "visitor": f"干部{n % 7}",
                "findings": f"第 {n + 1} 次上门，了解收入、住房和饮水情况，没有新的困难",
            }
            for home, region, n in chosen
            if n < VISITS
        ),
    )  # fmt: skip


def _edit(unit: Unit, chosen: list[tuple[bytes, str, int]]) -> None:
    for number in range(VISITS, VISITS + EDITS):
        unit.change_many(
            HouseholdRow,
            [(home, {"address": f"第 {number} 次改后的住址"}) for home, _, n in chosen if n == number],
        )


def _book(unit: Unit, chosen: list[tuple[bytes, str, int]], account: bytes) -> None:
    unit.add_many(
        PointsRow,
        (
            {
                "region": region, "debit": account_of_office(region), "credit": account, "amount": 1 + n % 5,
                "day": (YEAR + timedelta(days=15 * (n - VISITS - EDITS))).isoformat(),
                "kind": "award", "reason": "打扫院落",
            }
            for _, region, n in chosen
            if n >= VISITS + EDITS
        ),
    )  # fmt: skip
