"""Short scenes of a county, its township and a village, each staged so that certain defects must show in it.

A scene ends as every seed does: all exchange, and every invariant is asked.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from desktop.features.register.tables import HouseholdRow, PersonRow, PrefixRow
from desktop.features.visits.tables import VisitRow
from desktop.features.volunteers import api as volunteers
from tests.simulator import exchanging, faults, forging, invariants, looking, work
from tests.simulator.desk import Desk
from tests.simulator.faults import Mix
from tests.simulator.places import Mould
from tests.simulator.run import Run

VILLAGE = "371602011600"


class Stage:
    """Three PCs that have one household in common."""

    def __init__(self, mould: Mould, folder: Path) -> None:
        self.run = Run(1, Random(1), mould, folder, replace(Mix(), seats=Mix.dense().seats))
        folder.mkdir()
        self.run.set_up()
        self.run.world.villages = [VILLAGE]
        self.county, self.town, self.village = self.run.desks
        self.home = self.adds_home(self.village)
        self.person = self.adds_person(self.village, self.home, "甲")
        self.run.round()
        self.run.round()

    def adds_home(self, desk: Desk) -> bytes:
        with desk.unit("新增") as unit:
            home = unit.add(HouseholdRow, VILLAGE, place=1, number="000001-00001")
        self.run.looked(desk)
        return home

    def adds_person(self, desk: Desk, home: bytes, name: str) -> bytes:
        with desk.unit("新增") as unit:
            person = unit.add(PersonRow, VILLAGE, household_id=home, position=1, name=name)
        self.run.looked(desk)
        return person

    def visits(self, desk: Desk, home: bytes, replaces: bytes | None = None) -> bytes:
        with desk.unit("走访") as unit:
            made = unit.add(
                VisitRow, VILLAGE, household_id=home, day="2027-03-01", kind="home", visitor="甲", findings="好",
                replaces=replaces,
            )  # fmt: skip
        self.run.looked(desk)
        return made

    def phones(self, desk: Desk, number: str) -> None:
        with desk.unit("改") as unit:
            unit.change(HouseholdRow, self.home, phone=number)
        self.run.looked(desk)

    def disagree(self) -> None:
        self.phones(self.county, "1")
        self.phones(self.village, "2")
        self.run.round()
        self.run.round()

    def writes(self, desk: Desk, to: Desk) -> Path:
        """A stick for one other PC."""
        whom = "" if desk.seat.above == to.seat.name else to.seat.office.key
        nodes = exchanging.written_for(self.run, desk, whom)
        written = exchanging.sync.write_bundle(desk.db, desk.actor, self.run.folder / "stick", whom=whom)
        self.run.looked(desk)
        return next(w.path for w, node in zip(written, nodes, strict=True) if node == to.node_id)

    def reads(self, desk: Desk, path: Path) -> None:
        exchanging.take(self.run, desk, path)

    def put_back(self, desk: Desk, image: Path) -> None:
        """The whole disk of a PC is as it was."""
        self.run.images[desk.name] = [image]
        self.run.dice = _Only(desk)  # the fault draws whom it befalls
        faults.restore_blind(self.run)
        self.run.dice = Random(2)

    def ends(self) -> None:
        for _ in range(3):
            self.run.round()
        looking.look_at_all(self.run)
        looking.demand(self.run.unfinished())


class _Only(Random):
    """Dice that always choose that desk, and of anything else the first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(0)
        self._desk = desk

    def choice(self, seq):  # type: ignore[no-untyped-def]
        return self._desk if self._desk in seq else seq[0]


class NothingToForge(RuntimeError):
    """The scene is not staged for that forgery."""


Scene = Callable[[Stage], None]


def lost(stage: Stage) -> None:
    """Everybody works; the sticks that go up are lost."""
    for desk in stage.run.desks:
        stage.adds_person(desk, stage.home, "乙")
        stage.visits(desk, stage.home)
    stage.writes(stage.village, stage.town)
    stage.writes(stage.town, stage.county)
    stage.ends()


def twice(stage: Stage) -> None:
    """A stick is read twice, and a little later once more."""
    stage.adds_person(stage.village, stage.home, "乙")
    path = stage.writes(stage.village, stage.town)
    stage.reads(stage.town, path)
    stage.reads(stage.town, path)
    exchanging.take_twice(stage.run, stage.town, path)
    stage.ends()


def late(stage: Stage, is_lost: bool = False) -> None:
    """The township is put back to before it read a household and a visit; what leans on them is read first."""
    image = stage.run.folder / "image"
    stage.town.keep_image(image)
    home = stage.adds_home(stage.village)
    visit = stage.visits(stage.village, stage.home)
    first = stage.writes(stage.village, stage.town)
    stage.reads(stage.town, first)
    stage.reads(stage.village, stage.writes(stage.town, stage.village))
    stage.adds_person(stage.village, home, "丙")
    stage.visits(stage.village, stage.home, replaces=visit)
    second = stage.writes(stage.village, stage.town)
    stage.put_back(stage.town, image)
    stage.reads(stage.town, second)
    looking.look_at(stage.run, stage.town)
    if not is_lost:
        stage.reads(stage.town, first)
        looking.look_at(stage.run, stage.town)
    stage.ends()


def told_by_the_county(stage: Stage) -> None:
    with stage.county.unit("字头") as unit:
        unit.add(PrefixRow, stage.county.seat.office.key, state="escaped", prefix="t")
    stage.run.looked(stage.county)
    stage.ends()


def cloned(stage: Stage) -> None:
    """Two PCs from one disk go on in one stream."""
    stage.run.clone(stage.village, "村216#2")
    for desk, name in ((stage.village, "乙"), (stage.run.desks[-1], "丙")):
        stage.adds_person(desk, stage.home, name)
        stage.reads(stage.town, stage.writes(desk, stage.town))
    looking.look_at_all(stage.run)
    stage.ends()


def restored(stage: Stage) -> None:
    """An older database in the place of a newer one, on a PC that notices."""
    image = stage.run.folder / "image"
    stage.village.keep_image(image)
    stage.adds_person(stage.village, stage.home, "乙")
    stage.reads(stage.town, stage.writes(stage.village, stage.town))
    stage.run.images[stage.village.name] = [image]
    stage.run.dice = _Only(stage.village)
    faults.restore_seen(stage.run)
    stage.run.dice = Random(2)
    stage.adds_person(stage.village, stage.home, "丙")
    stage.ends()


def killed(stage: Stage) -> None:
    """The power fails again and again in the middle of a piece of work, and of reading what it brought."""
    for number in range(4, 90, 5):
        _survives(stage, stage.village, number, lambda: stage.adds_person(stage.village, stage.home, "乙"))
    path = stage.writes(stage.village, stage.town)
    for number in range(20, 140, 5):
        _survives(stage, stage.town, number, lambda: stage.reads(stage.town, path))
    stage.ends()


def _survives(stage: Stage, desk: Desk, number: int, act: Callable[[], object]) -> None:
    try:
        with faults.killing(number):
            act()
    except faults.Killed:
        desk.die()
        desk.reopen()
        stage.run.looked(desk)
        looking.look_at(stage.run, desk)


def crossed(stage: Stage) -> None:
    """Each hears of the other's people after its own."""
    for desk in stage.run.desks:
        stage.adds_person(desk, stage.home, "乙")
    stage.ends()
    looking.demand(invariants.v1_same_entries_same_rows(stage.run.desks))


def settled(stage: Stage) -> None:
    """Two edits one after the other, a disagreement, an edit that sees both answers, and one that settles another."""
    stage.phones(stage.town, "5")
    stage.phones(stage.town, "6")
    stage.disagree()
    stage.phones(stage.town, "3")
    stage.phones(stage.town, "4")
    stage.ends()
    stage.disagree()
    with stage.town.unit("选定") as unit:
        work.settle(unit, stage.town, Random(1))
    stage.run.looked(stage.town)
    looking.look_at(stage.run, stage.town)
    stage.ends()


def forged(stage: Stage, how: str) -> None:
    """The village says what it may not, beside what it may."""
    with stage.town.unit("志愿者") as unit:
        account = volunteers.add_volunteer(unit, volunteers.VolunteerDraft(VILLAGE, "岳兰")).id
        volunteers.award(unit, account, 5, "清扫")
    stage.run.looked(stage.town)
    stage.run.world.villages = [VILLAGE, "371602011700"]
    with stage.town.unit("邻村") as unit:
        unit.add(HouseholdRow, "371602011700", place=1, number="000001-00002")
    stage.run.looked(stage.town)
    stage.run.round()
    if not forging.try_one(stage.run, stage.village, stage.town, forging.NAMED[how]):
        raise NothingToForge(how)
    stage.ends()


PLAYED: dict[str, Scene] = {
    "lost": lost,
    "twice": twice,
    "late": late,
    "late and lost": partial(late, is_lost=True),
    "told by the county": told_by_the_county,
    "cloned": cloned,
    "restored": restored,
    "killed": killed,
    "crossed": crossed,
    "settled": settled,
    "forged foreign region": partial(forged, how="_foreign_region"),
    "forged foreign row": partial(forged, how="_foreign_row"),
    "forged foreign spender": partial(forged, how="_foreign_spender"),
    "forged squatted id": partial(forged, how="_squatted_id"),
    "forged wrong signer": partial(forged, how="_wrong_signer"),
}
# In which scene each defect must show.
SHOWN_IN: dict[str, str] = {
    "what was sent counts as arrived": "lost",
    "what is not proved counts as proved": "lost",
    "what others wrote is not handed on": "lost",
    "nothing is lacking anywhere": "lost",
    "some never seal": "lost",
    "the last entry of a segment is left out": "lost",
    "an entry follows the first one": "lost",
    "what is known is applied again": "twice",
    "what waited is never tried again": "late",
    "a correction that waits for a visit is not tried again": "late",
    "gaps of the other are passed by": "late and lost",
    "gaps are not told": "late and lost",
    "nothing comes from the counties above": "told by the county",
    "a branch is refused": "cloned",
    "two heads raise no alarm": "cloned",
    "a restored PC goes on as before": "restored",
    "half a transaction is kept": "killed",
    "a digest depends on the order of arrival": "crossed",
    "a settled question stays open": "settled",
    "an edit names no bases": "settled",
    "an edit names the first base only": "settled",
    "an edit does not move the heads": "settled",
    "an edit is always on the creation": "settled",
    "nobody looks at the region of an author": "forged foreign region",
    "nobody looks whose row it is": "forged foreign row",
    "anybody may spend": "forged foreign spender",
    "an id may be anybody's": "forged squatted id",
    "a signature may be anybody's": "forged wrong signer",
    "a bad segment holds back the others": "forged foreign row",
}
