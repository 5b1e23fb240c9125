"""Work at two offices in any order, with sticks that get lost, come late or twice: in the end both show the same."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.db import database
from desktop.features.register.tables import HouseholdRow, PersonRow
from desktop.features.sync import api as sync
from tests.core.db.log_reading import dump
from tests.features.sync.exchange_maker import Office, enrol, make, whole_vector
from tests.office_maker import VILLAGE, add_household

STEPS = 40
LOCAL = ("conflict", "waiting_row", "row_heads", "household_index")


class Two:
    """A township and its county, and the sticks between them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.town, self.county, self.stick = (
            make(folder, "township"),
            make(folder, "county"),
            folder / "stick",
        )
        enrol(self.town, self.county, self.stick)
        self.homes = [add_household(self.town.db, self.town.actor, f"户主{n}") for n in range(3)]
        self.drawer: list[tuple[Office, Path]] = []

    def office(self) -> Office:
        return self.dice.choice((self.town, self.county))

    def edit(self) -> None:
        office, home = self.office(), self.dice.choice(self.homes)
        values = {
            "phone": str(self.dice.randrange(4)),
            "kind": str(self.dice.randrange(4)),
            "note": f"记{self.dice.randrange(4)}",
            "aliases": self.dice.sample(["甲", "乙", "丙"], self.dice.randrange(3)),
        }
        name = self.dice.choice(sorted(values))
        with office.db.unit(office.actor, "改") as unit:
            if self._has(office, home):
                unit.change(HouseholdRow, home, **{name: values[name]})

    def remove(self) -> None:
        office, home = self.office(), self.dice.choice(self.homes)
        with office.db.unit(office.actor, "减户") as unit:
            if self._has(office, home):
                unit.change(HouseholdRow, home, alive=self.dice.random() < 0.5)

    def add(self) -> None:
        office, home = self.office(), self.dice.choice(self.homes)
        with office.db.unit(office.actor, "加人") as unit:
            if self._has(office, home):
                unit.add(PersonRow, VILLAGE, household_id=home, position=9, name="何小寒")

    def settle(self) -> None:
        office = self.office()
        with office.db.reader(office.actor) as reader:
            found = sync.conflicts(reader)
        if found:
            one = self.dice.choice(found)
            if one.merge == "authority" and one.field != "alive" and office is self.town:
                return
            with office.db.unit(office.actor, "定") as unit:
                sync.choose(unit, one.row, one.field, self.dice.choice(one.claims).eid)

    def write(self) -> None:
        if self.dice.random() < 0.5:
            self.drawer.append((self.county, self.town.writes(self.stick)))
        else:
            for w in sync.write_bundle(self.county.db, self.county.actor, self.stick, whom="里则街道"):
                self.drawer.append((self.town, w.path))

    def read(self) -> None:
        """Any stick out of the drawer; it may stay there and be read again, or never."""
        if self.drawer:
            to, path = self.dice.choice(self.drawer)
            assert to.reads(path).outcome in ("applied", "nothing_new")
            if self.dice.random() < 0.5:
                self.drawer.remove((to, path))

    def quiet(self) -> None:
        """No more losses: up, down, and up again."""
        self.county.reads(self.town.writes(self.stick))
        for w in sync.write_bundle(self.county.db, self.county.actor, self.stick, whom="里则街道"):
            self.town.reads(w.path)
        self.county.reads(self.town.writes(self.stick))

    @staticmethod
    def _has(office: Office, home: bytes) -> bool:
        with office.db.engine.connect() as connection:
            wanted = "SELECT count(*) FROM household WHERE id = ?"
            return bool(connection.exec_driver_sql(wanted, (home,)).scalar())

    @staticmethod
    def shown(office: Office) -> object:
        with database.writing(office.db.engine) as connection:
            made = dict(whole_vector(connection, VILLAGE).digests)
        every = dump(office.db)
        return made, {name: every[name] for name in LOCAL}


@pytest.mark.parametrize("seed", range(4))
def test_in_the_end_both_offices_show_the_same(tmp_path: Path, seed: int) -> None:
    two = Two(tmp_path, seed)
    steps: list[Callable[[], None]] = (
        [two.edit] * 5 + [two.remove, two.add, two.settle] + [two.write, two.read] * 2
    )
    for _ in range(STEPS):
        two.dice.choice(steps)()
    two.quiet()
    assert two.shown(two.town) == two.shown(two.county)
    for office in (two.town, two.county):
        assert sync.rebuild_rows(office.db, office.actor).differences == {}
        with office.db.reader(office.actor) as reader:
            assert sync.alarms(reader) == []
            assert sync.set_aside(reader) == []
    two.town.db.close()
    two.county.db.close()
