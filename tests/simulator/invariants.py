"""V1 to V10 of sync.md 6.1. Each looks at desks and gives what it found wrong, in sentences; nothing is wrong: none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from desktop.core.db import local, registry
from desktop.core.db.blob_store import blobs_of
from desktop.features.sync import api as sync
from desktop.features.sync import certificates, digests, vectors
from desktop.features.volunteers.tables import PointsRow
from tests.simulator import oracle
from tests.simulator.desk import Desk, Said

CITY = 4  # digits of its prefix
Forked = Mapping[bytes, list[set[bytes]]]  # of a node, the entries that follow one and the same


def v1_same_entries_same_rows(desks: Iterable[Desk]) -> Iterator[str]:
    """Desks that hold the same entries of a region show the same rows and the same open questions."""
    groups: defaultdict[tuple[str, int], list[Desk]] = defaultdict(list)
    for desk in desks:
        for region, print_ in desk.held.prints.items():
            groups[region, print_].append(desk)
    for (region, _), alike in groups.items():
        if len(alike) > 1:
            said = {desk.name: _made_of(desk, region) for desk in alike}
            if len(set(said.values()) - {None}) > 1:
                yield f"V1 {region}: same entries, other rows at {', '.join(said)}"


def _made_of(desk: Desk, region: str) -> tuple[bytes, str] | None:
    """None where a row is at two places at once: who sees both of them shows it at one (sync/stays.py). What came late
    to a row that was moved away is a question only for who sees the old place too."""
    lines = desk.ask(
        "SELECT row, field, table_no, heads FROM conflict WHERE region = ? ORDER BY row, field", (region,)
    )
    open_ = [line for line in lines if not is_moved(desk, line[2], line[0])]
    kinds = {desk.world.book[e].stream_kind for e in desk.held.by_region[region]}
    with desk.db.engine.connect() as connection:
        if region in digests._in_question(connection):
            return None
        return digests.of_region(connection, region, kinds), repr(open_)


def is_moved(desk: Desk, table: int, row: bytes) -> bool:
    """Whether a row was ever moved or erased, as far as the desk knows."""
    return any(desk.world.book[e].kind in ("MO", "MI", "E") for e in desk.held.rows.get((table, row), ()))


def is_in_scope(desk: Desk, said: Said) -> bool:
    if said.stream_kind == "audit":
        return said.node == desk.node_id
    above = certificates.ancestors_of(desk.prefix)
    return said.region.startswith(desk.prefix) or (said.stream_kind == "broadcast" and said.region in above)


def v2_everybody_has_everything(desks: Iterable[Desk]) -> Iterator[str]:
    """After the quiet time every desk holds all entries of its scope that any desk holds."""
    desks = list(desks)
    for desk in desks:
        everything = {e for other in desks for e in other.held.all - desk.held.all}
        missing = [e for e in everything if _must_be_at(desk, e)]
        if missing:
            first = desk.world.book[min(missing)]
            yield f"V2 {desk.name} lacks {len(missing)} entries, one of {first.region} {first.kind} {first.table}"


def _must_be_at(desk: Desk, eid: bytes) -> bool:
    said = desk.world.book[eid]
    return (
        is_in_scope(desk, said)
        and _travels(said)
        and _has_a_way(desk, said)
        and not desk.world.is_withdrawn(eid)
    )


def _has_a_way(desk: Desk, said: Said) -> bool:
    """What an office keeps for its own place it tells the office above; where nobody is above, copies of one PC have
    nobody who would bring them each other's."""
    is_own = said.region == desk.seat.office.key and said.stream_kind != "broadcast"
    return not is_own or any(d.seat.name == desk.seat.above for d in desk.world.desks)


def v2_files_are_where_their_rows_are(desks: Iterable[Desk]) -> Iterator[str]:
    """After the quiet time nobody lacks a photo that the office above or one below has. Cities keep no photos."""
    found = {desk.name: (desk, *_files(desk)) for desk in desks if len(desk.prefix) > CITY}
    for desk, named, has in found.values():
        for other, _, there in found.values():
            is_near = other.seat.above == desk.seat.name or desk.seat.above == other.seat.name
            if is_near and (named - has) & there:
                yield f"V2 {desk.name} lacks photos that {other.name} has"


def _files(desk: Desk) -> tuple[set[bytes], set[bytes]]:
    """The photos that a desk must have, and those of them that it has."""
    rows = desk.ask("SELECT sha256 FROM attachment WHERE alive AND region LIKE ?", (f"{desk.prefix}%",))
    blobs = blobs_of(desk.db)
    named = {r[0] for r in rows}
    return named, {sha for sha in named if blobs.has(sha)}


def v5_nothing_is_left_of_a_revoked_pc(desks: Iterable[Desk]) -> Iterator[str]:
    """After the quiet time nobody believes what a stolen PC said after it was revoked."""
    for desk in desks:
        if left := [e for e in desk.held.all if desk.world.is_withdrawn(e)]:
            yield f"V5 {desk.name} holds {len(left)} entries of a revoked PC"


def _travels(said: Said) -> bool:
    return said.stream_kind != "audit"


def v3_ledgers_only_grow(desk: Desk, before: set[bytes]) -> Iterator[str]:
    """`before` are the ledger entries that were here at an earlier look, with no restore since."""
    if gone := {e for e in before - desk.held.ledger if not desk.world.is_withdrawn(e)}:
        yield f"V3 {desk.name}: {len(gone)} ledger entries are gone from the log"
    book, ledgers = desk.world.book, {no: i.name for no, i in registry.by_number().items() if i.ledger}
    shown = {r[0] for name in ledgers.values() for r in desk.ask(f"SELECT id FROM {name}")}
    shown |= {r[0] for r in desk.ask("SELECT row FROM waiting_row")}
    lost = [e for e in desk.held.ledger if book[e].table in ledgers and book[e].row not in shown]
    if lost:
        yield f"V3 {desk.name}: {len(lost)} ledger entries are shown nowhere"


def v4_points_add_up(desk: Desk) -> Iterator[str]:
    """What the program's ledger says of every account is what the entries say, and it is zero over all."""
    sums: defaultdict[bytes, int] = defaultdict(int)
    for credit, debit, amount in desk.ask("SELECT credit, debit, amount FROM points"):
        sums[credit] += amount
        sums[debit] -= amount
    if sum(sums.values()):
        yield f"V4 {desk.name}: the points are {sum(sums.values())}, not 0"
    truth = _true_sums(desk)
    wrong = [a for a in sums.keys() | truth.keys() if sums.get(a, 0) != truth.get(a, 0)]
    if wrong:
        yield f"V4 {desk.name}: {len(wrong)} accounts are wrong"


def _true_sums(desk: Desk) -> dict[bytes, int]:
    """Every transfer counts once, unless it was reversed, however often."""
    info, book = registry.info(PointsRow), desk.world.book
    debit, credit, amount = (info.numbers[n] for n in ("debit", "credit", "amount"))
    here = [book[e] for e in desk.held.ledger if book[e].table == info.no]
    reversed_ = {(s.body[oracle.REVERSES], s.region) for s in here if s.kind == "X"}
    sums: defaultdict[bytes, int] = defaultdict(int)
    for said in here:
        if said.kind == "L" and (said.eid, said.region) not in reversed_:
            sums[said.body[credit]] += said.body[amount]
            sums[said.body[debit]] -= said.body[amount]
    return dict(sums)


def v5_nobody_oversteps(desk: Desk, fresh: Iterable[Said]) -> Iterator[str]:
    """What came in lies in this desk's scope and in its author's region."""
    prefixes = desk.world.nodes
    for said in fresh:
        prefix = prefixes.get(said.node)
        if not is_in_scope(desk, said):
            yield f"V5 {desk.name} took an entry of {said.region} ({said.stream_kind})"
        if prefix is None or not _may_write(said, prefix):
            yield f"V5 {desk.name} took an entry of {said.region} by an author of {prefix}"


def _may_write(said: Said, prefix: str) -> bool:
    if said.stream_kind == "data":
        return said.region.startswith(prefix)
    return said.region == prefix.ljust(12, "0")


def v10_delivered_is_proved(desk: Desk, ever: Mapping[bytes, set[bytes]]) -> Iterator[str]:
    """What the program takes for delivered was held by that PC at some time. `ever`: by node, all it ever held."""
    with desk.db.engine.connect() as connection:
        parent = local.get(connection, "parent", b"")
        if not parent or parent not in ever:
            return
        scope = vectors.Scope(desk.prefix, certificates.ancestors_of(desk.prefix))
        lacking = vectors.lacking(connection, scope, vectors.of_peer(connection, parent))
    open_ = {lack.segment: lack for lack in lacking}
    # An own entry lies in the run that was sealed here over its number, not in a clone's that came back.
    lines = desk.ask(
        "SELECT e.eid, s.id, e.seq, e.segment FROM log_entry e JOIN log_segment s ON s.stream = e.stream "
        "AND (e.segment = s.id OR e.segment IS NULL AND e.seq BETWEEN s.first_seq AND s.last_seq)"
    )
    came = {segment for _, _, _, segment in lines}
    for eid, segment, seq, brought_by in lines:
        said = desk.world.book[eid]
        if brought_by is None and segment in came:
            continue
        if not is_in_scope(desk, said) or not _travels(said) or eid in ever[parent]:
            continue
        lack = open_.get(segment)
        if lack is None or seq <= lack.after:
            yield f"V10 {desk.name}: an entry of {said.region} counts as delivered and never was at the office above"
            return


def forks(book: Mapping[bytes, Said], streams: dict[tuple[Any, bytes], set[bytes]]) -> Forked:
    """The nodes with streams that go on twice from one entry, with the entries that do. `streams` is kept up here."""
    for said in list(book.values())[sum(map(len, streams.values())) :]:
        streams.setdefault((said.stream, said.prev), set()).add(said.eid)
    found: defaultdict[bytes, list[set[bytes]]] = defaultdict(list)
    for (stream, _), next_ in streams.items():
        if len(next_) > 1:
            found[stream[0]].append(next_)
    return found


def v9_forks_need_a_twin(forked: Forked, doubled: set[bytes]) -> Iterator[str]:
    """Only a PC that was copied, or restored without knowing, goes on twice. `doubled` are the nodes of these."""
    for node in forked.keys() - doubled:
        yield f"V9 a stream of {node.hex()[:8]} forks, and nobody copied that PC"


def v9_forks_are_alarmed(desk: Desk, forked: Forked, below: set[bytes]) -> Iterator[str]:
    """The office above, when it has both branches, knows that there are two. `below` are the nodes it enrolled."""
    with desk.reader() as reader:
        known = {twin.node_id for twin in sync.twins(reader)}
    for node in forked.keys() & below - known:
        if any(len(branches & desk.held.all) > 1 for branches in forked[node]):
            yield f"V9 {desk.name} holds two branches of {node.hex()[:8]} and raised no alarm"
