"""What an office with real keys might try: each forgery travels beside something that is all right."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import POINTS, Author, Office, bring, bundle
from tests.simulator.desk import Desk
from tests.simulator.looking import demand
from tests.simulator.places import VILLAGES

if TYPE_CHECKING:
    from tests.simulator.run import Run


def _foreign_region(author: Author, desk: Desk, above: Desk, dice: Random) -> bool:
    outside = [key for key in VILLAGES if not key.startswith(desk.prefix)]
    author.region = dice.choice(outside) if outside else author.region
    author.group()
    return bool(outside)


def _foreign_row(author: Author, desk: Desk, above: Desk, dice: Random) -> bool:
    """A row of another place that the office above knows, in a stream of the own place."""
    book = [desk.world.book[eid] for eid in above.held.all]
    rows = sorted(s.eid for s in book if s.kind == "C" and s.region != author.region)
    if rows:
        author.renames(dice.choice(rows), "别村的组")
    return bool(rows)


def _foreign_spender(author: Author, desk: Desk, above: Desk, dice: Random) -> bool:
    accounts = desk.ask(
        "SELECT id FROM volunteer WHERE region = ? AND spending_node != ? ORDER BY id",
        (author.region, desk.node_id),
    )
    told = [a[0] for a in accounts if not _was_ever_spender(desk, a[0])]
    if told:
        spent = {3: dice.choice(told), 4: bytes(16), 5: 3, 6: "2027-03-01", 7: "redeem", 8: "盗用"}
        author.says("L", POINTS, spent)
    return bool(told)


def _was_ever_spender(desk: Desk, account: bytes) -> bool:
    """By any entry anywhere: an office that heard of it would be right to take it."""
    bodies = [s.body.get(6) for s in desk.world.book.values() if s.row == account]
    return any(
        said == desk.node_id or (isinstance(said, list) and said[0] == desk.node_id) for said in bodies
    )


def _squatted_id(author: Author, desk: Desk, above: Desk, dice: Random) -> bool:
    _, salt, hlc = author.new_id()
    author.group(made=(dice.randbytes(16), salt, hlc))
    return True


def _wrong_signer(author: Author, desk: Desk, above: Desk, dice: Random) -> bool:
    others = [d for d in desk.world.desks if d.node_id != desk.node_id]
    author.signer = dice.choice(others).db.node
    author.group()
    return True


Forgery = Callable[[Author, Desk, Desk, Random], bool]
FORGERIES: tuple[Forgery, ...] = (
    _foreign_region, _foreign_row, _foreign_spender, _squatted_id, _wrong_signer,
)  # fmt: skip


NAMED = {how.__name__: how for how in FORGERIES}


def forge(run: "Run", desk: Desk, above: Desk) -> None:
    try_one(run, desk, above, run.dice.choice(FORGERIES))


def try_one(run: "Run", desk: Desk, above: Desk, how: Forgery) -> bool:
    """Whether there was something to forge that way; what is taken of it ends the seed."""
    sender, to = Office(desk.db, desk.actor), Office(above.db, above.actor)
    region = run.dice.choice(desk.villages)
    bad, good = Author(sender, region), Author(sender, region)
    if not how(bad, desk, above, run.dice):
        return False
    good.group("合规的组")
    sources = run.dice.sample([bad.segment(), good.segment()], 2)
    path = bundle(run.folder / "stick", sender, to, bring(sender), *sources)
    (taken,) = sync.read_bundles(above.db, above.actor, path)
    path.unlink()
    run.counts[f"forged{how.__name__}"] += 1
    fresh = {said.eid for said in above.look()}
    run.ever[above.node_id] |= fresh
    demand([f"V5 {above.name} took a forgery: {how.__name__}"] * bool(fresh & {s.eid for s in bad.said}))
    demand(
        [f"V2 a forgery held back what was all right: {how.__name__}"] * ({s.eid for s in good.said} > fresh)
    )
    return True
