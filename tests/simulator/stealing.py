"""A PC is stolen and revoked: what it says from then on counts nowhere, and a new one takes its place."""

from typing import TYPE_CHECKING

from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import Office, enrol
from tests.simulator import exchanging
from tests.simulator.desk import Desk
from tests.simulator.places import Enrolled, made

if TYPE_CHECKING:
    from tests.simulator.run import Run

MOST_STOLEN = 2


def steal(run: "Run") -> None:
    """The office above, or the one above that, takes trust back from a PC that nobody is below of."""
    found = [d for d in run.desks if run.has_above(d) and not run.below(d) and d.name != run.watched]
    if not found or len(run.stolen) >= MOST_STOLEN:
        return
    desk = run.dice.choice(found)
    above = _named(run, desk.seat.above)
    higher = [d for d in run.desks if d.seat.name == above.seat.above]
    by = run.dice.choice([above, above, *higher])
    if not by.ask("SELECT 1 FROM certificate WHERE node_id = ?", (desk.node_id,)):
        by = above
    sync.revoke(by.db, by.actor, desk.node_id.hex(), "电脑失窃")
    run.world.revoke(desk.node_id, by.held.all)
    run.desks.remove(desk)
    run.stolen.append(desk)
    for stick in [s for s in run.post.sticks if not run.at_node(s.node)]:
        run.post.drop(stick)
    run.looked(by)
    if run.dice.random() < 0.7:
        _replace(run, desk, above)


def _named(run: "Run", name: str) -> Desk:
    return next(d for d in run.desks if d.seat.name == name)


def _replace(run: "Run", stolen: Desk, above: Desk) -> None:
    """A new PC at the same office, enrolled as any other: all that was ever said there comes back to it."""
    name = f"{stolen.seat.name}新{len(run.stolen)}"
    new = made(run.folder / name, stolen.seat.office)
    enrol(new, Office(above.db, above.actor), run.folder / "enrolling")
    new.db.close()
    enrolled = Enrolled(stolen.seat, run.folder / name, new.db.key, new.actor, new.node.node_id)
    run.world.nodes[enrolled.node_id] = stolen.seat.office.prefix
    desk = Desk(run.world, enrolled, name)
    run.desks.append(desk)
    run.counts["replaced"] += 1
    run.looked(above)
    run.ever[desk.node_id].update(desk.held.all)


def thief(run: "Run") -> None:
    """Whoever has the stolen PC goes on as if nothing had been."""
    if run.stolen:
        desk = run.dice.choice(run.stolen)
        run.work(desk)
        if run.has_above(desk):
            exchanging.write(run, desk)
