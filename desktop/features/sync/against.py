"""What only the log can say against a segment: whose rows it changes, and what was said before under its ids."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select

from desktop.core.db import entries, lookup, registry
from desktop.core.db.entries import Entry, Kind
from desktop.core.db.log_tables import EntryRow, ErasureRow, StreamRow
from desktop.features.sync import histories, stays
from desktop.features.sync.histories import REVERSES
from desktop.features.sync.stays import Way
from desktop.features.sync.verify import Checked, Violation

BATCH = 500
SPENDING = "spending node"


@dataclass(frozen=True, slots=True)
class Brought:
    """What the segments of one file say for each other, whichever is stored first: the rows that it orders to be
    erased, from where to where it moves others, and which PCs it names to spend from an account."""

    ordered: set[bytes] = field(default_factory=set)
    ways: defaultdict[bytes, set[Way]] = field(default_factory=lambda: defaultdict(set))
    spenders: defaultdict[bytes, set[Any]] = field(default_factory=lambda: defaultdict(set))

    def note(self, checked: Checked) -> None:
        region, named = checked.header.stream.region, _spender_fields()
        for e in checked.entries:
            if e.kind == Kind.SET and e.table in named and not entries.is_redacted(e):
                said = entries.unpack_body(e.body).get(named[e.table])
                self.spenders[e.row].update(said[:1] if isinstance(said, list) else ())
            elif e.kind == Kind.ERASE:
                self.ordered.add(e.row)
            elif e.kind in stays.MOVING and not entries.is_redacted(e):
                self.ways[e.row].add(stays.way(e.kind, region, entries.unpack_body(e.body)))


def check(connection: Connection, checked: Checked, brought: Brought) -> None:
    """What only the log can say: a row is changed where it was made or moved to (sync.md 2.6), blanked only by order,
    and nobody says two things under one id. Raises Violation."""
    for start in range(0, len(checked.entries), BATCH):
        part = checked.entries[start : start + BATCH]
        _check_homes(connection, checked.header.stream.region, part, brought)
        _check_blanked(connection, part, brought.ordered)
        _check_spending(connection, checked.header.stream.node, part, brought)
    _check_known(connection, checked)


@dataclass(slots=True)
class _Homes:
    """Where a row was made, as far as that is known here, and between which places it moved. Of one that was erased
    nothing is known any more, and whatever is said is blanked."""

    is_blank: bool = False
    made: set[str] = field(default_factory=set)
    lived: set[str] = field(default_factory=set)
    ways: set[Way] = field(default_factory=set)

    def may_be(self, entry: Entry, region: str, brought: Collection[Way]) -> bool:
        """Whether somebody may say this there. Of a row that began, or went, out of sight nobody here can tell where
        it comes from."""
        known = stays.reached(self.made, {*self.ways, *brought})
        is_moved_in = entry.kind == Kind.MOVE_IN
        if self.is_blank or not self.made or (is_moved_in and known - self.lived - {to for _, to in brought}):
            return True
        body = entries.unpack_body(entry.body) if is_moved_in else {}
        return (stays.way(entry.kind, region, body)[0] if is_moved_in else region) in known


def _check_homes(connection: Connection, region: str, found: Sequence[Entry], brought: Brought) -> None:
    wanted = [(e, s) for e in found if (s := _subject(e))]
    homes = _homes(connection, {s for _, s in wanted})
    if any(s in homes and not homes[s].may_be(e, region, brought.ways.get(s, ())) for e, s in wanted):
        raise Violation("foreign row")


def _homes(connection: Connection, rows: Collection[bytes]) -> dict[bytes, _Homes]:
    homes: defaultdict[bytes, _Homes] = defaultdict(_Homes)
    if not rows:
        return homes
    # What made a row is found by its own id: also the line of a ledger that somebody reverses.
    made = _told(EntryRow.eid, EntryRow.salt).where(EntryRow.eid.in_(rows))
    for region, row, salt in connection.execute(made):
        homes[row].is_blank |= not salt
        homes[row].made.add(region)
        homes[row].lived.add(region)
    moves = _told(EntryRow.row, EntryRow.salt, EntryRow.kind, EntryRow.body).where(
        EntryRow.row.in_(rows), EntryRow.row != EntryRow.eid, EntryRow.kind.in_(sorted(stays.MOVING))
    )
    for region, row, salt, kind, body in connection.execute(moves):
        homes[row].lived.add(region)
        if salt and not homes[row].is_blank:
            homes[row].ways.add(stays.way(kind, region, entries.unpack_body(body)))
    return homes


def _told(*columns: Any) -> Select[Any]:
    """Columns of entries, after the region in which they were said."""
    return select(StreamRow.region, *columns).join(EntryRow, EntryRow.stream == StreamRow.id)


def _subject(entry: Entry) -> bytes:
    """The row that an entry speaks of and did not make itself; its id is that of the entry which made it."""
    if entries.is_redacted(entry):
        return b""
    if entry.kind == Kind.REVERSE:
        original = entries.unpack_body(entry.body).get(REVERSES)
        return original if isinstance(original, bytes) else b""
    return b"" if entry.kind in (Kind.CREATE, Kind.LEDGER) else entry.row


def _check_blanked(connection: Connection, found: Sequence[Entry], ordered: Collection[bytes]) -> None:
    """Who forwards a blanked entry must bring the order too: else anybody on the way could take out what he likes."""
    rows = {e.row for e in found if entries.is_redacted(e)} - set(ordered)
    known = set(connection.scalars(select(ErasureRow.row).where(ErasureRow.row.in_(rows)))) if rows else set()
    if rows - known:
        raise Violation("blanked")


def _check_known(connection: Connection, checked: Checked) -> None:
    hashes = {e.eid: h for e, h in zip(checked.entries, checked.hashes, strict=True)}
    if any(hashes[eid] != known for eid, known in lookup.hashes(connection, hashes).items()):
        raise Violation("two entries of one id")


def _spender_fields() -> dict[int, int]:
    """The tables of accounts, with the number of the field that says which PC spends."""
    ledgers = [i for i in registry.by_number().values() if i.ledger]
    told = [i.row.__spends__ for i in ledgers if i.row.__spends__ is not None]
    kept = [(registry.info(accounts), spender) for _, accounts, spender in told]
    return {info.no: info.numbers[spender] for info, spender in kept}


def _check_spending(connection: Connection, node: bytes, found: Sequence[Entry], brought: Brought) -> None:
    """An account is spent from by the PC that was named for it, here or in the same file. A handover that comes in a
    later file than what was spent after it holds that back, and the next bundle brings it again."""
    for table in {e.table for e in found if e.kind == Kind.LEDGER}:
        info = registry.by_number().get(table)
        if info is None or info.row.__spends__ is None:
            continue
        debit, accounts, spender = info.row.__spends__
        bodies = (entries.unpack_body(e.body) for e in found if e.table == table and e.kind == Kind.LEDGER)
        debited = {body.get(info.numbers[debit]) for body in bodies}
        kept = registry.info(accounts)
        known = histories.read(connection, kept, [d for d in debited if isinstance(d, bytes)], {})
        alive = {row: told for row, told in known.items() if not told.is_gone}
        named = {row: told.values_of(kept.numbers[spender]) for row, told in alive.items()}
        if any(node not in nodes and node not in brought.spenders[row] for row, nodes in named.items()):
            raise Violation(SPENDING)
