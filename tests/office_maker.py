"""A small office on a real encrypted file, for tests of actions. Its clock stands still; nobody in it exists."""

from datetime import datetime
from pathlib import Path

from desktop.core.clock import BEIJING, Clock, FixedClock
from desktop.core.crypto import Cost
from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features import catalog
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.sync import api as sync

NOON = datetime(2027, 3, 14, 12, 0, tzinfo=BEIJING)
PLACES = {
    "township": office.Office("371602012000", "里则街道", office.Level.TOWNSHIP),
    "county": office.Office("371602000000", "滨城区", office.Level.COUNTY),
    "sibling": office.Office("371602013000", "青田街道", office.Level.TOWNSHIP),
    "stranger": office.Office("371603001000", "城关街道", office.Level.TOWNSHIP),
    "hamlet": office.Office("371602012600", "里则村", office.Level.VILLAGE),
    "liar": office.Office("371602000000", "自称的区", office.Level.COUNTY),
    "city": office.Office("371600000000", "滨州市", office.Level.CITY),
}
VILLAGE = "371602012600"
TABLES = catalog.TABLES  # the log must know every table before the first unit


def make_office(
    tmp_path: Path, level: str = "township", clock: Clock | None = None
) -> tuple[Database, Actor]:
    """A new office of that level, its own root, and its first user. The password is pw."""
    own = PLACES[level]
    db, actor, _ = office.create(
        tmp_path / level, own, "admin", "pw", clock=clock or FixedClock(NOON), cost=Cost(1, 64, 1)
    )
    with database.writing(db.engine) as connection:
        sync.become_root(connection, db.node, own)
    return db, actor


def add_household(db: Database, actor: Actor, name: str, region: str = VILLAGE) -> bytes:
    """A household of one person."""
    member = register.PersonDraft({"name": name, "relation": "R01"})
    with db.unit(actor, "新增一户") as unit:
        return register.add_household(unit, register.HouseholdDraft(region, "一组", {}, (member,))).id
