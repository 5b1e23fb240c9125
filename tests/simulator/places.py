"""The offices of the simulated world: a city, two counties, their townships and villages, some with a second PC.

They are made and enrolled once a process; each seed works on copies of some of them. Nobody in them exists.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from sqlalchemy import Engine, event

from desktop.core import crypto
from desktop.core.clock import FixedClock
from desktop.core.crypto import Cost
from desktop.core.db import database
from desktop.core.db.unit import Actor
from desktop.features import catalog
from desktop.features.office import api as office
from desktop.features.office.api import Level, Office
from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import Office as Enrolling
from tests.features.sync.exchange_maker import enrol
from tests.office_maker import NOON
from tests.simulator.chance import replaced, seeded

TABLES = catalog.TABLES  # the log must know every table before the first unit
DEPTH = 4
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Seat:
    """A PC at an office's desk. `above` is the seat that enrolled it."""

    name: str
    office: Office
    above: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A seat with its PC as it was left after the enrolment."""

    seat: Seat
    folder: Path
    key: bytes
    actor: Actor
    node_id: bytes


def _seats() -> Iterator[Seat]:
    yield Seat("市", Office("371600000000", "滨州市", Level.CITY), "")
    for c in "23":
        yield Seat(f"县{c}", Office(f"37160{c}000000", f"第{c}区", Level.COUNTY), "市")
        for t in "12":
            town = Office(f"37160{c}01{t}000", f"{c}区{t}镇", Level.TOWNSHIP)
            yield Seat(f"镇{c}{t}", town, f"县{c}")
            for v in "67":
                village = Office(f"37160{c}01{t}{v}00", f"{c}区{t}镇{v}村", Level.VILLAGE)
                yield Seat(f"村{c}{t}{v}", village, f"镇{c}{t}")
        yield Seat(f"镇{c}1乙", Office(f"37160{c}011000", f"{c}区1镇", Level.TOWNSHIP), f"县{c}")
    yield Seat("县2乙", Office("371602000000", "第2区", Level.COUNTY), "市")


SEATS = {seat.name: seat for seat in _seats()}
VILLAGES = sorted(s.office.key for s in SEATS.values() if s.office.level is Level.VILLAGE)


def hot(dice: Random, seats: Iterable[Seat]) -> list[str]:
    """The villages in which a seed's work is done: few, so that offices meet; in each office's place at least one."""
    found: list[str] = []
    for seat in sorted(seats, key=lambda s: len(s.office.prefix), reverse=True):
        inside = [key for key in VILLAGES if key.startswith(seat.office.prefix)]
        if not any(key in found for key in inside):
            found.append(dice.choice(inside))
    return sorted(found)


def chosen(dice: Random, count: int) -> list[Seat]:
    """A connected part of the tree: one seat, and others below seats that were chosen."""
    top = SEATS[dice.choice(["市", "市", "市", "县2", "县3", "镇21"])]
    found = {top.name: top}
    while len(found) < count:
        open_ = [s for s in SEATS.values() if s.above in found and s.name not in found]
        if not open_:
            break
        seat = dice.choice(open_)
        found[seat.name] = seat
    return list(found.values())


class Mould:
    """All seats, made and enrolled; what a seed needs is copied from here."""

    def __init__(self, folder: Path, names: Iterable[str] = ()) -> None:
        self.folder, self.seats = folder, [s for s in SEATS.values() if not names or s.name in names]
        self.enrolled: dict[str, Enrolled] = {}
        with seeded("mould"), cheap_disks():
            self._make()

    def _make(self) -> None:
        open_: dict[str, Enrolling] = {}
        for seat in self.seats:
            open_[seat.name] = made(self.folder / seat.name, seat.office)
            if seat.above in open_:
                enrol(open_[seat.name], open_[seat.above], self.folder / "stick")
        for name, one in open_.items():
            one.db.close()
            folder = self.folder / name
            self.enrolled[name] = Enrolled(SEATS[name], folder, one.db.key, one.actor, one.node.node_id)

    def copy(self, seat: Seat, folder: Path) -> Enrolled:
        one = self.enrolled[seat.name]
        shutil.copytree(one.folder, folder)
        return Enrolled(seat, folder, one.key, one.actor, one.node_id)


def made(folder: Path, own: Office) -> Enrolling:
    """A new PC, which nobody above knows yet."""
    db, actor, _ = office.create(folder, own, "admin", "pw", clock=FixedClock(NOON), cost=Cost(1, 64, 1))
    with database.writing(db.engine) as connection:
        sync.become_root(connection, db.node, own)
    return Enrolling(db, actor)


@contextmanager
def cheap_disks() -> Iterator[None]:
    """Do not wait for the disk, and check each signature once: for the backend in memory, where there is no disk and
    twenty offices check the same certificates again and again."""

    def relax(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]

    event.listen(Engine, "connect", relax)
    try:
        with replaced(crypto, "verified", lru_cache(100_000)(crypto.verified)):
            yield
    finally:
        event.remove(Engine, "connect", relax)
