"""Work, moves and erasures at three offices in any order, with sticks that get lost, come late or twice."""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.core.errors import Refused
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import NEXT_DOOR, VILLAGE, Office
from tests.features.sync.moving_maker import OTHER_VILLAGE, conflicts, household, reasons, seen, three, visit

STEPS = 30
PLACES = {
    "town": (VILLAGE, OTHER_VILLAGE),
    "county": (VILLAGE, OTHER_VILLAGE, NEXT_DOOR),
    "sibling": (NEXT_DOOR,),
}


class Play:
    def __init__(self, folder: Path, seed: int) -> None:
        self.dice, self.world = random.Random(seed), three(folder)
        self.homes = [household(self.world.town, f"户主{n}") for n in range(3)]
        self.world.around()
        self.drawer: list[tuple[Office, Path]] = []

    def _who(self) -> tuple[Office, bytes, str]:
        name = self.dice.choice(sorted(PLACES))
        return getattr(self.world, name), self.dice.choice(self.homes), name

    def edit(self) -> None:
        office, home, _ = self._who()
        name = self.dice.choice(["phone", "note", "kind"])
        if seen(office, home):
            with office.db.unit(office.actor, "改") as unit:
                register.change_household(unit, home, {name: str(self.dice.randrange(4))})

    def write_down(self) -> None:
        office, home, _ = self._who()
        if seen(office, home):
            visit(office, home, f"第 {self.dice.randrange(9)} 次")

    def move(self) -> None:
        office, home, name = self._who()
        with suppress(Refused), office.db.unit(office.actor, "迁移") as unit:
            register.move_household(
                unit, home, self.dice.choice(PLACES[name]), self.dice.choice(["", "二组"])
            )

    def erase(self) -> None:
        if len(self.homes) > 2 and seen(self.world.county, self.homes[-1]):
            home = self.homes.pop()
            register.erase_household(self.world.county.db, self.world.county.actor, home, "本人申请")

    def settle(self) -> None:
        if found := conflicts(self.world.county):
            one = self.dice.choice(found)
            with self.world.county.db.unit(self.world.county.actor, "定") as unit:
                sync.choose(unit, one.row, one.field, self.dice.choice(one.claims).eid)

    def write(self) -> None:
        office = self.dice.choice((self.world.town, self.world.sibling, self.world.county))
        county = self.world.county
        if office is not county:
            self.drawer.append((county, office.writes(self.world.stick)))
            return
        for to, name in ((self.world.town, "里则街道"), (self.world.sibling, "青田街道")):
            written = sync.write_bundle(county.db, county.actor, self.world.stick, whom=name)
            self.drawer += [(to, w.path) for w in written]

    def read(self) -> None:
        if self.drawer:
            to, path = self.drawer.pop(self.dice.randrange(len(self.drawer)))
            assert (to.reads(path).outcome in ("applied", "nothing_new"), reasons(to)) == (True, [])
            if self.dice.random() < 0.3:
                self.drawer.append((to, path))

    def quiet(self) -> None:
        self.world.around()
        while any(one.field == "region" for one in conflicts(self.world.county)):
            self.settle()
        self.world.around()
        self.world.around()


@pytest.mark.parametrize("seed", range(3))
def test_in_the_end_everybody_shows_the_same(tmp_path: Path, seed: int) -> None:
    play = Play(tmp_path, seed)
    steps: list[Callable[[], None]] = [
        *[play.edit] * 3, play.write_down, *[play.move] * 2, play.erase, play.settle,
        *[play.write, play.read] * 3,
    ]  # fmt: skip
    for _ in range(STEPS):
        play.dice.choice(steps)()
    play.quiet()
    play.world.agree()
    play.world.close()
