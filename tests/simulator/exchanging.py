"""Bundles between simulated PCs: written, sent on their way, read; with all that happens to sticks."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.errors import Trouble
from desktop.features.sync import api as sync
from desktop.features.sync import peers
from tests.simulator import faults, invariants, projections
from tests.simulator.desk import Desk
from tests.simulator.looking import Broken, demand, look_at
from tests.simulator.post import Stick

if TYPE_CHECKING:
    from tests.simulator.run import Run

GOOD = ("applied", "nothing_new")
MOST_KEPT = 8


def write(run: "Run", desk: Desk) -> None:
    down = sorted({d.seat.office.key for d in run.below(desk)})
    whom = run.dice.choice([*([""] * run.has_above(desk)), *down])
    try:
        with maybe_killed(run, desk), faults.stick_trouble(run):
            sync.note_digests(desk.db)
            written = sync.write_bundle(desk.db, desk.actor, run.folder / "stick", whom=whom)
    except Trouble as trouble:
        run.counts[f"trouble {trouble.code}"] += 1
        written = []
    except faults.Killed:
        run.counts["killed at writing"] += 1
        written = []
    nodes = written_for(run, desk, whom)
    for one, node in zip(written, nodes, strict=False):
        send(run, desk, one.path, node)
    run.happened("write")
    run.looked(desk)


def written_for(run: "Run", desk: Desk, whom: str) -> list[bytes]:
    """Whom the files are for, in the order in which the program writes them."""
    if not whom:
        return [run.mould.enrolled[desk.seat.above].node_id]
    with desk.db.engine.connect() as connection:
        return [c.node_id for c in peers.named(whom)(connection)]


def send(run: "Run", desk: Desk, path: Path, node: bytes) -> None:
    due = run.step + run.mix.delay(run.dice)
    shutil.rmtree(path.parent / "copy", ignore_errors=True)
    if run.mix.is_lost(run.dice) or not run.at_node(node):
        run.counts["lost"] += 1
        path.unlink()
    else:
        run.post.sticks.append(Stick(path, desk.name, node, due))


def read(run: "Run") -> None:
    due = run.post.due(run.step)
    if not due:
        run.happened("no stick")
        return
    stick = run.dice.choice(due)
    desk = run.dice.choice(run.at_node(stick.node))
    spoil(run, desk, stick)
    try:
        with maybe_killed(run, desk):
            take(run, desk, stick.path)
    except faults.Killed:
        run.counts["killed at reading"] += 1
        run.looked(desk)
        return
    if run.mix.is_twice(run.dice):
        run.counts["delivered again later"] += 1
    else:
        run.post.drop(stick)


def spoil(run: "Run", desk: Desk, stick: Stick) -> None:
    """The same stick torn, tampered with, or at a wrong desk: nothing of it may be taken."""
    for how, path in run.mix.spoilt(run.dice, stick):
        other = run.dice.choice(run.desks) if how == "wrong desk" else desk
        if how == "wrong desk" and other.node_id == stick.node:
            continue
        (taken,) = sync.read_bundles(other.db, other.actor, path)
        demand([f"V5 a {how} stick was {taken.outcome}"] if taken.outcome in GOOD else [])
        demand([f"V5 a {how} stick changed the log"] if other.look() else [])
        run.happened(how)


def take(run: "Run", desk: Desk, path: Path) -> None:
    if desk.name == run.watched:
        shutil.copyfile(path, run.folder / "kept" / path.name)
    (taken,) = sync.read_bundles(desk.db, desk.actor, path)
    run.happened("read")
    fresh = desk.look()
    run.ever[desk.node_id].update(said.eid for said in fresh)
    if taken.outcome not in GOOD and not taken.quarantined and taken.outcome != "not_trusted":
        raise Broken(f"V2 a good bundle came to {taken.outcome}: {taken.sentence}")
    run.counts["quarantined"] += taken.quarantined
    demand(invariants.v5_nobody_oversteps(desk, fresh))
    demand(invariants.v4_points_add_up(desk))
    if run.mix.look_every < 100:
        look_at(run, desk)
    if run.dice.random() < 0.15:
        take_twice(run, desk, path)


def take_twice(run: "Run", desk: Desk, path: Path) -> None:
    before = faults.fingerprint(desk)
    sync.read_bundles(desk.db, desk.actor, path)
    run.counts["read twice at once"] += 1
    if desk.look() or faults.fingerprint(desk) != before:
        raise Broken(f"V7 {desk.name}: reading again changed something")


@contextmanager
def maybe_killed(run: "Run", desk: Desk) -> Iterator[None]:
    """Sometimes the power fails at a statement; the PC is then started again."""
    if not run.mix.is_killed(run.dice):
        yield
        return
    try:
        with faults.killing(run.dice.randrange(1, 120)):
            yield
    except faults.Killed:
        desk.die()
        desk.reopen()
        raise


def orders(run: "Run") -> None:
    """V7: new PCs of the watched name read what it read, each in an order of its own, and show the same."""
    files = sorted((run.folder / "kept").iterdir())
    some = run.dice.sample(files, min(len(files), MOST_KEPT))
    seat = next(d.seat for d in run.desks if d.name == run.watched)
    new = [Desk(run.world, run.mould.copy(seat, run.folder / f"order {n}"), f"{seat.name} {n}") for n in "12"]
    for desk in new:
        for path in run.dice.sample(some, len(some)):
            sync.read_bundles(desk.db, desk.actor, path)
        desk.look()
        run.counts["read in another order"] += len(some)
    demand(f"V7 {wrong}" for wrong in invariants.v1_same_entries_same_rows(new))
    for desk in new:
        demand(projections.v6_shows_what_was_said(desk, run.meanings))
        demand(projections.v8_nothing_waits_in_vain(desk, run.meanings))
        desk.close()
