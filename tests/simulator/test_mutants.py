"""Planted defects: each is noticed, and without any the same seeds are clean.

Defects of merging show when the rows of a lively office are made again from their entries, which takes a moment; the
others in a few short seeds. `make test` runs the quick ones of those, FULL=1 all of them.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.features.register.tables import HouseholdRow
from desktop.features.sync import api as sync
from tests.simulator import mutants_of_exchange, mutants_of_rows, projections
from tests.simulator.chance import seeded
from tests.simulator.desk import Desk
from tests.simulator.faults import Mix
from tests.simulator.looking import Broken
from tests.simulator.places import Mould, cheap_disks
from tests.simulator.planting import MUTANTS
from tests.simulator.run import Run, run

PLANTED = (mutants_of_rows, mutants_of_exchange)  # reading them plants them in the list
SEEDS = (1, 2, 3, 4)
STEPS = 130
LIVELY = 400
# Of those that need whole seeds, what `make test` tries: the quick ones.
QUICK = (
    "an edit names no bases",
    "an edit does not move the heads",
    "an edit is always on the creation",
    "what was sent counts as arrived",
    "what is not proved counts as proved",
    "what others wrote is not handed on",
    "nothing is lacking anywhere",
    "some never seal",
    "the last entry of a segment is left out",
    "what is known is applied again",
)
# They need what seldom comes together: a gap, a row before what it points at, a copy of a PC.
RARE = {
    "what waited is never tried again",
    "a correction that waits for a visit is not tried again",
    "gaps of the other are passed by",
    "gaps are not told",
    "nothing comes from the counties above",
    "two heads raise no alarm",
    "a restored PC goes on as before",
}
MANY = 40


class Lively:
    """An office after much concurrent work, put back after each defect."""

    def __init__(self, mould: Mould, folder: Path) -> None:
        mix = replace(Mix.dense(), lost=0.0, killed=0.0)
        mix.weights = {"work": 1.0, "write": 0.3, "read": 0.4}
        with seeded("lively") as dice:
            self.run = Run(0, dice, mould, folder, mix)
            folder.mkdir()
            self.run.set_up()
            self.run.begin()
            self.run.safety(LIVELY)
            self._overrule()
            self.run.round()
        self.desk: Desk = self.run.desks[0]
        self.image = folder / "image"
        self.desk.keep_image(self.image)

    def _overrule(self) -> None:
        """A village answers what the county and the township say differently of what is theirs to say."""
        county, town, village = self.run.desks
        self.run.round()
        (home,) = county.ask("SELECT id FROM household WHERE alive ORDER BY id")[0]
        for desks, values in (((county, town), ("01", "02")), ((village,), ("03",))):
            for desk, kind in zip(desks, values, strict=True):
                with desk.unit("核定") as unit:
                    unit.change(HouseholdRow, home, kind=kind)
                self.run.looked(desk)
            self.run.round()

    def notices(self) -> bool:
        """Whether rows come out otherwise when they are made again, or not as they were meant."""
        try:
            found = sync.rebuild_rows(self.desk.db, self.desk.actor).differences
            wrong = projections.v6_shows_what_was_said(self.desk, self.run.meanings)
            return bool(found) or any(True for _ in wrong)
        except Exception:
            return True  # the program stumbled over it itself
        finally:
            self._put_back()

    def _put_back(self) -> None:
        self.desk.die()
        shutil.rmtree(self.desk.folder)
        shutil.copytree(self.image, self.desk.folder)
        self.desk.reopen()


@pytest.fixture(scope="module")
def lively(mould: Mould, memory: Path) -> Iterator[Lively]:
    with cheap_disks():
        made = Lively(mould, memory / "lively")
        yield made
        made.run.close()


def _is_clean(mould: Mould, folder: Path, seed: int) -> bool:
    try:
        run(mould, folder, seed, STEPS, mix=Mix.dense())
    except Broken:
        return False
    finally:
        shutil.rmtree(folder / str(seed), ignore_errors=True)
    return True


def test_there_are_enough() -> None:
    assert len(MUTANTS) >= 30


def test_the_office_as_it_is_has_nothing_to_notice(lively: Lively) -> None:
    (questions,) = lively.desk.ask("SELECT count(*) FROM conflict")[0]
    assert questions > 5
    assert not lively.notices()


@pytest.mark.parametrize("name", [n for n in MUTANTS if n in mutants_of_rows.AT_ONCE])
def test_a_planted_defect_of_merging_is_noticed(lively: Lively, name: str) -> None:
    with MUTANTS[name]():
        assert lively.notices()


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_program_as_it_is_passes(mould: Mould, memory: Path, seed: int) -> None:
    run(mould, memory, seed, STEPS, mix=Mix.dense())


WHOLE = [n for n in MUTANTS if n not in mutants_of_rows.AT_ONCE]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", WHOLE if os.environ.get("FULL") else QUICK)
def test_a_planted_defect_is_noticed(mould: Mould, memory: Path, name: str) -> None:
    seeds = range(1, MANY) if name in RARE else SEEDS
    with MUTANTS[name]():
        assert not all(_is_clean(mould, memory, seed) for seed in seeds)
