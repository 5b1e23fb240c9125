"""What goes wrong, and how often: each seed draws its own mix, so that no fault hides behind another."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

from desktop.core.db import restore, shelf
from desktop.core.errors import Refused, Trouble
from desktop.features.sync import api as sync
from tests.simulator import forging, stealing
from tests.simulator.chance import replaced
from tests.simulator.desk import Desk
from tests.simulator.post import Stick, tampered, torn

if TYPE_CHECKING:
    from tests.simulator.run import Run


class Killed(BaseException):
    """The power failed."""


@dataclass
class Mix:
    """How often each thing goes wrong in a seed; 0 where it never does."""

    offices: int = 4
    lost: float = 0.0
    twice: float = 0.0
    late: int = 0
    drawer: float = 0.0
    torn: float = 0.0
    tampered: float = 0.0
    wrong_desk: float = 0.0
    killed: float = 0.0
    stick_full: float = 0.0
    clocks: int = 0
    look_every: int = 400  # steps between two looks at everything; below 100 also after each bundle
    together: float = 0.75  # how much of the work is ordinary, and not points, questions, moves and undoing
    homes: int = 8  # the most in a village: few rows, so that offices meet on them
    seats: tuple[str, ...] = ()  # those instead of drawn ones
    weights: dict[str, float] = field(default_factory=lambda: {"work": 1.0, "write": 1.0, "read": 1.0})

    @classmethod
    def dense(cls) -> "Mix":
        """Much of everything among three PCs of three levels: what short seeds need to find a planted defect."""
        mix = cls(
            lost=0.2, twice=0.3, late=25, torn=0.03, tampered=0.03, wrong_desk=0.03, killed=0.12, clocks=1_000_000,
            look_every=60, homes=2, together=0.55, seats=("县2", "镇21", "村216"),
        )  # fmt: skip
        mix.weights = {"work": 1.0, "write": 0.5, "read": 0.5, "clock jumps": 0.05, "image": 0.06, "restore seen": 0.05,
                       "restore blind": 0.02, "clone": 0.02, "forge": 0.2}  # fmt: skip
        return mix

    @classmethod
    def drawn(cls, dice: Random) -> "Mix":
        def maybe(most: float) -> float:
            return round(dice.uniform(0, most), 3) if dice.random() < 0.6 else 0.0

        mix = cls(
            offices=dice.choice((4, 4, 5, 6, 8, 10, 14, 20)),
            lost=maybe(0.6),
            twice=maybe(0.4),
            late=int(maybe(200)),
            drawer=maybe(0.1),
            torn=maybe(0.1),
            tampered=maybe(0.1),
            wrong_desk=maybe(0.1),
            killed=maybe(0.05),
            stick_full=maybe(0.1),
            clocks=dice.choice((0, 0, 10_000, 1_000_000)),
        )
        often = dice.choice((0.05, 0.1, 0.2))
        mix.weights = {"work": 1.0, "write": often, "read": often * dice.choice((0.7, 1.3))}
        for name, most in RARE.items():
            mix.weights[name] = maybe(most)
        if dice.random() < 0.3:
            mix.weights |= {name: 0.0 for name in _PUT_BACK} | {"rotate": 0.01, "steal": 0.01, "thief": 0.03}
        return mix

    def over(self, steps: int) -> "Mix":
        """As it is for a seed of that length: a row is not edited for ever, and who looks at more looks less often."""
        return replace(self, homes=self.homes + steps // 400, look_every=max(self.look_every, steps // 25))

    def __str__(self) -> str:
        said = [f"{f.name}={getattr(self, f.name)}" for f in fields(self) if f.name != "weights"]
        return " ".join([*said, *(f"{n}={w:.3f}" for n, w in self.weights.items())])

    def event(self, dice: Random) -> str:
        return dice.choices(list(self.weights), list(self.weights.values()))[0]

    def clock(self, dice: Random) -> int:
        return dice.randrange(-self.clocks, 10 * self.clocks) if self.clocks else 0

    def delay(self, dice: Random) -> int:
        if dice.random() < self.drawer:
            return dice.randrange(500, 3000)
        return dice.randrange(self.late + 1)

    def is_lost(self, dice: Random) -> bool:
        return dice.random() < self.lost

    def is_twice(self, dice: Random) -> bool:
        return dice.random() < self.twice

    def is_killed(self, dice: Random) -> bool:
        return dice.random() < self.killed

    def spoilt(self, dice: Random, stick: Stick) -> Iterator[tuple[str, Path]]:
        for how, often, spoil in (("torn", self.torn, torn), ("tampered", self.tampered, tampered)):
            if dice.random() < often:
                path = spoil(stick.path, dice)
                yield how, path
                path.unlink()
        if dice.random() < self.wrong_desk:
            yield "wrong desk", stick.path


def jump(run: "Run") -> None:
    """Somebody sets a clock."""
    run.dice.choice(run.desks).clock.offset = run.mix.clock(run.dice)


def restart(run: "Run") -> None:
    """A PC is switched off and on."""
    desk = run.dice.choice(run.desks)
    desk.close()
    desk.reopen()


def image(run: "Run") -> None:
    """Everything of a PC is copied as it lies on the disk."""
    desk = run.dice.choice(run.desks)
    folder = run.folder / "images" / f"{run.counts['image']}"
    desk.keep_image(folder)
    kept = run.images.setdefault(desk.name, [])
    kept.append(folder)
    if len(kept) > MOST_IMAGES:
        shutil.rmtree(kept.pop(run.dice.randrange(len(kept))))


def backup(run: "Run") -> None:
    desk = run.dice.choice(run.desks)
    desk.db.backup("manual")


def restore_seen(run: "Run") -> None:
    """An older database is put in the place of the newer; the witness beside it knows better."""
    if found := _imaged(run):
        desk, kept = found
        desk.close()  # here the witness is written; after a power cut nobody would notice
        for name in (p.name for p in desk.folder.glob("office.db*")):
            (desk.folder / name).unlink()
        shutil.copyfile(kept / "office.db", desk.folder / "office.db")
        desk.reopen()
        run.restored(desk)


def restore_announced(run: "Run") -> None:
    """The program's own restore, of any of its last backups."""
    desk = run.dice.choice(run.desks)
    backups = [b for b in shelf.all_in(desk.db.paths.backups) if b.is_good]
    if backups:
        desk.close()
        restore.take_place(desk.db.paths, desk.enrolled.key, run.dice.choice(backups))
        desk.reopen()
        run.restored(desk)


def restore_blind(run: "Run") -> None:
    """The whole disk is as it was: nothing on it tells."""
    if found := _imaged(run):
        desk, kept = found
        desk.die()
        shutil.rmtree(desk.folder)
        shutil.copytree(kept, desk.folder)
        run.doubled.add(desk.node_id)
        desk.reopen()
        run.restored(desk)


def clone(run: "Run") -> None:
    """Two PCs from one disk, and both go on."""
    desk = run.dice.choice(run.desks)
    alike = run.at_node(desk.node_id)
    if len(alike) < MOST_CLONES:
        run.clone(desk, f"{desk.seat.name}#{len(alike) + 1}.{run.counts['clone']}")


def forge(run: "Run") -> None:
    """An office with real keys says what it may not, beside what it may: only the latter is taken."""
    desk = run.dice.choice(run.desks)
    above = [d for d in run.desks if d.seat.name == desk.seat.above]
    if above:
        forging.forge(run, desk, above[0])


def rotate(run: "Run") -> None:
    """A PC changes its keys. One that is put back to before that must be enrolled anew, so both are not in one seed."""
    desk = run.dice.choice(run.desks)
    with suppress(Refused, Trouble):
        sync.rotate(desk.db, desk.actor)


def _imaged(run: "Run") -> tuple[Desk, Path] | None:
    desk = run.dice.choice(run.desks)
    kept = run.images.get(desk.name)
    return (desk, run.dice.choice(kept)) if kept else None


MOST_IMAGES = 3
MOST_CLONES = 3
FAULTS: dict[str, Callable[["Run"], None]] = {
    "clock jumps": jump,
    "restart": restart,
    "image": image,
    "backup": backup,
    "restore seen": restore_seen,
    "restore announced": restore_announced,
    "restore blind": restore_blind,
    "clone": clone,
    "forge": forge,
    "rotate": rotate,
    "steal": stealing.steal,
    "thief": stealing.thief,
}
_PUT_BACK = ("restore seen", "restore announced", "restore blind", "clone")
# How often each happens at most, beside one piece of work.
RARE: dict[str, float] = {
    "clock jumps": 0.02,
    "restart": 0.02,
    "image": 0.03,
    "backup": 0.01,
    "restore seen": 0.02,
    "restore announced": 0.02,
    "restore blind": 0.01,
    "clone": 0.01,
    "forge": 0.02,
}


@contextmanager
def killing(after: int) -> Iterator[None]:
    """The power fails at the statement of that number, counted from here; or not at all."""
    left = after

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        event.remove(Engine, "commit", count)


@contextmanager
def stick_trouble(run: "Run") -> Iterator[None]:
    """Sometimes the stick is full, or breaks while it is written."""
    if run.dice.random() >= run.mix.stick_full:
        yield
        return
    if run.dice.random() < 0.5:
        with replaced(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 0)):
            yield
    else:
        with replaced(os, "fsync", _fails):
            yield


def _fails(_: int) -> None:
    raise OSError(28, "no space left")


def fingerprint(desk: Desk) -> object:
    """All that reading a bundle could have changed, but for what is noted about the reading."""
    tables = ("household", "person", "visit", "volunteer", "points", "village_group", "conflict", "waiting_row",
              "row_heads", "log_entry", "log_segment", "household_index")  # fmt: skip
    return [desk.ask(f"SELECT * FROM {name}") for name in tables]
