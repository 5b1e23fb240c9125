"""Planted defects: each is noticed, and without any the same scenes are clean.

Defects of merging show when the rows of a lively office are made again from their entries; the others in scenes that are
staged for them.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.features.register.tables import HouseholdRow
from desktop.features.sync import api as sync
from tests.simulator import mutants_of_exchange, mutants_of_rows, projections, scenes
from tests.simulator.chance import seeded
from tests.simulator.desk import Desk
from tests.simulator.faults import Mix
from tests.simulator.places import Mould, cheap_disks
from tests.simulator.planting import MUTANTS
from tests.simulator.run import Run

PLANTED = (mutants_of_rows, mutants_of_exchange)  # reading them plants them in the list
LIVELY = 400


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


def _play(mould: Mould, folder: Path, scene: scenes.Scene) -> None:
    with seeded("scene"), cheap_disks():
        stage = scenes.Stage(mould, folder)
        try:
            scene(stage)
        finally:
            stage.run.close()


@pytest.mark.parametrize("scene", scenes.PLAYED)
def test_a_scene_is_clean(mould: Mould, memory: Path, scene: str) -> None:
    _play(mould, memory / f"clean {scene}", scenes.PLAYED[scene])


@pytest.mark.parametrize("name", scenes.SHOWN_IN)
def test_a_planted_defect_shows_in_its_scene(mould: Mould, memory: Path, name: str) -> None:
    noticed = False
    with MUTANTS[name]():
        try:
            _play(mould, memory / name, scenes.PLAYED[scenes.SHOWN_IN[name]])
        except scenes.NothingToForge:
            raise
        except Exception:
            noticed = True  # an invariant does not hold, or the program stumbled over it itself
    assert noticed


def test_every_planted_defect_is_noticed_somewhere() -> None:
    assert {*scenes.SHOWN_IN, *mutants_of_rows.AT_ONCE} == MUTANTS.keys()
