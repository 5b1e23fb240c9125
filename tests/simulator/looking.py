"""Looking at simulated PCs: what does not hold ends the seed."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop.features.sync import api as sync
from tests.simulator import invariants, projections
from tests.simulator.desk import Desk

if TYPE_CHECKING:
    from tests.simulator.run import Run


class Broken(AssertionError):
    """An invariant does not hold. `counts` is what had happened until then, in so many steps."""

    counts: Counter[str] = Counter()
    step = 0


def demand(wrong: Iterable[str]) -> None:
    found = list(wrong)
    if found:
        raise Broken("; ".join(found[:5]))


def look_at_all(run: "Run") -> None:
    run.counts["looks"] += 1
    demand(invariants.v1_same_entries_same_rows(run.desks))
    forked = invariants.forks(run.world.book, run.streams)
    demand(invariants.v9_forks_need_a_twin(forked, run.doubled))
    for desk in run.desks:
        look_at(run, desk)
        below = {one.node_id for one in run.mould.enrolled.values() if one.seat.above == desk.seat.name}
        demand(invariants.v9_forks_are_alarmed(desk, forked, below))


def look_at(run: "Run", desk: Desk) -> None:
    demand(invariants.v3_ledgers_only_grow(desk, run.ledgers.get(desk.name, set())))
    run.ledgers[desk.name] = set(desk.held.ledger)
    demand(invariants.v4_points_add_up(desk))
    demand(projections.v6_shows_what_was_said(desk, run.meanings))
    demand(projections.v8_nothing_waits_in_vain(desk, run.meanings))
    demand(invariants.v10_delivered_is_proved(desk, run.ever))
    with desk.reader() as reader:
        demand(f"V1 {desk.name}: a digest alarm in {a.region}" for a in sync.alarms(reader))
