"""One seed: offices work and exchange while everything goes wrong; then nothing does, and all must come to agree."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from desktop.core.errors import Refused
from desktop.features.sync import api as sync
from tests.simulator import exchanging, faults, invariants, looking, projections, work
from tests.simulator.chance import seeded
from tests.simulator.desk import Desk, World
from tests.simulator.looking import Broken
from tests.simulator.places import DEPTH, SEATS, Mould, cheap_disks, chosen, hot
from tests.simulator.post import Post
from tests.simulator.projections import Meanings


@dataclass
class Run:
    """A seed on its way. `mix` is its mix of faults, `counts` what happened."""

    seed: int
    dice: Random
    mould: Mould
    folder: Path
    mix: faults.Mix
    world: World = field(default_factory=World)
    post: Post = field(default_factory=Post)
    counts: Counter[str] = field(default_factory=Counter)
    step: int = 0
    ledgers: dict[str, set[bytes]] = field(default_factory=dict)
    ever: defaultdict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    meanings: Meanings = field(default_factory=Meanings)
    streams: dict[tuple[Any, bytes], set[bytes]] = field(default_factory=dict)
    doubled: set[bytes] = field(
        default_factory=set
    )  # nodes of PCs that were copied, or restored without knowing
    watched: str = ""  # the desk whose bundles are kept, to be read again in another order
    images: dict[str, list[Path]] = field(default_factory=dict)
    stolen: list[Desk] = field(default_factory=list)  # PCs that were revoked

    @property
    def desks(self) -> list[Desk]:
        return self.world.desks

    # --- setting up -----------------------------------------------------------------------------------------

    def set_up(self) -> None:
        seats = [SEATS[n] for n in self.mix.seats] or chosen(self.dice, self.mix.offices)
        self.world.nodes = {one.node_id: one.seat.office.prefix for one in self.mould.enrolled.values()}
        self.world.homes = self.mix.homes
        self.world.villages = hot(self.dice, seats)
        for seat in seats:
            desk = Desk(self.world, self.mould.copy(seat, self.folder / seat.name), seat.name)
            desk.clock.offset = self.mix.clock(self.dice)
            self.desks.append(desk)
            self.looked(desk)
        self.watched = self.dice.choice(self.desks).name
        (self.folder / "stick").mkdir()
        (self.folder / "kept").mkdir()

    def restored(self, desk: Desk) -> None:
        """The database of a desk is an older one."""
        desk.read_again()
        self.ledgers.pop(desk.name, None)

    def clone(self, desk: Desk, name: str) -> None:
        desk.keep_image(self.folder / name)
        twin = Desk(self.world, replace(desk.enrolled, folder=self.folder / name), name)
        self.doubled.add(desk.node_id)
        twin.clock.offset = self.mix.clock(self.dice)
        self.desks.append(twin)

    def at_node(self, node: bytes) -> list[Desk]:
        return [d for d in self.desks if d.node_id == node]

    def below(self, desk: Desk) -> list[Desk]:
        return [d for d in self.desks if d.seat.above == desk.seat.name]

    def has_above(self, desk: Desk) -> bool:
        return any(d.seat.name == desk.seat.above for d in self.desks)

    # --- the phases -----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """A little that everybody knows, so that offices meet on it."""
        for _ in range(2):
            with self.desks[-1].unit("开始") as unit:
                for act in (work.add_home, work.add_home, work.volunteer, work.visit):
                    act(unit, self.desks[-1], self.dice)
            self.looked(self.desks[-1])
        self.round()
        self.round()

    def safety(self, steps: int) -> None:
        last = 0
        while self.step < steps:
            self.world.seconds += self.dice.randrange(60, 7200)
            self.event()
            if self.step - last >= self.mix.look_every:
                looking.look_at_all(self)
                last = self.step

    def event(self) -> None:
        kind = self.mix.event(self.dice)
        if kind == "work":
            self.work(self.dice.choice(self.desks))
        elif kind == "write":
            exchanging.write(self, self.dice.choice(self.desks))
        elif kind == "read":
            exchanging.read(self)
        else:
            faults.FAULTS[kind](self)
            self.happened(kind)

    def happened(self, what: str, steps: int = 1) -> None:
        self.counts[what] += 1
        self.step += steps

    # --- work -----------------------------------------------------------------------------------------------

    def work(self, desk: Desk) -> None:
        if self.dice.random() < self.mix.together:
            acts = self.dice.choices(
                list(work.TOGETHER), list(work.TOGETHER.values()), k=self.dice.randrange(2, 13)
            )
        else:
            acts = self.dice.choices(list(work.ALONE), list(work.ALONE.values()))
        try:
            with exchanging.maybe_killed(self, desk), desk.unit("工作") as unit:
                for act in acts:
                    self.happened(act.__name__, act(unit, desk, self.dice) or 1)
            if work.erase_home in acts:
                sync.do_duties(desk.db)
        except Refused:
            self.happened("refused")
        except faults.Killed:
            self.happened("killed at work")
        self.looked(desk)

    def looked(self, desk: Desk) -> None:
        fresh = desk.look()
        self.ever[desk.node_id].update(said.eid for said in fresh)
        looking.demand(projections.v6_edits_name_what_they_saw(desk, fresh))

    # --- the quiet time -------------------------------------------------------------------------------------

    def liveness(self) -> None:
        """No faults any more: within twice the depth all agree."""
        self.mix = faults.Mix()
        for number in range(1, 2 * DEPTH + 1):
            self.round()
            self.counts["rounds"] += 1
            if not list(self.unfinished()) and number > 1:
                break
        looking.look_at_all(self)
        looking.demand(self.unfinished())
        looking.demand(projections.v8_orphans(self.desks, self.meanings))
        for desk in self.dice.sample(self.desks, min(2, len(self.desks))):
            self.rebuild(desk)
        exchanging.orders(self)

    def unfinished(self) -> Iterator[str]:
        yield from invariants.v2_everybody_has_everything(self.desks)
        yield from invariants.v2_files_are_where_their_rows_are(self.desks)
        yield from invariants.v5_nothing_is_left_of_a_revoked_pc(self.desks)

    def round(self) -> None:
        """Everybody writes to the office above and to those below, and every stick is read, once, in any order."""
        for desk in self.dice.sample(self.desks, len(self.desks)):
            for whom in [
                *([""] * self.has_above(desk)),
                *sorted({d.seat.office.key for d in self.below(desk)}),
            ]:
                written = sync.write_bundle(desk.db, desk.actor, self.folder / "stick", whom=whom)
                self.looked(desk)
                for one, node in zip(written, exchanging.written_for(self, desk, whom), strict=True):
                    for reader in self.at_node(node):
                        exchanging.take(self, reader, one.path)
                    one.path.unlink()
                    shutil.rmtree(one.path.parent / "copy", ignore_errors=True)

    def rebuild(self, desk: Desk) -> None:
        differences = sync.rebuild_rows(desk.db, desk.actor).differences
        self.counts["rebuilds"] += 1
        looking.demand(
            f"V1 {desk.name}: a rebuild finds {n} other rows in {t}" for t, n in differences.items()
        )

    def close(self) -> None:
        for desk in [*self.desks, *self.stolen]:
            desk.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(
    mould: Mould,
    folder: Path,
    seed: int,
    steps: int,
    is_cheap: bool = True,
    mix: faults.Mix | None = None,
) -> Run:
    """All of one seed, with a mix of faults of its own unless one is given. Raises Broken with what does not hold."""
    with ExitStack() as stack:
        dice = stack.enter_context(seeded(seed))
        if is_cheap:
            stack.enter_context(cheap_disks())
        run = Run(seed, dice, mould, folder / str(seed), mix or faults.Mix.drawn(dice))
        said = str(run.mix)
        run.mix = run.mix.over(steps)
        run.folder.mkdir()
        stack.callback(run.close)
        run.set_up()
        try:
            if run.mix.seats:
                run.begin()
            run.safety(steps)
            run.post.clear()
            run.liveness()
        except Exception as broken:
            # What the program itself stumbles over is a failure of the seed as well.
            told = Broken(f"seed {seed}, step {run.step}: {type(broken).__name__} {broken}\n{said}")
            told.counts, told.step = run.counts, run.step
            raise told from broken
    return run
