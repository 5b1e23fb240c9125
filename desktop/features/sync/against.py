"""What only the log can say against a segment: whose rows it changes, and what was said before under its ids."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from desktop.core.db import entries, registry
from desktop.core.db.entries import Entry, Kind
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.features.sync import histories
from desktop.features.sync.histories import CREATING, REVERSES
from desktop.features.sync.verify import Checked, Violation

BATCH = 500


def check(connection: Connection, checked: Checked) -> None:
    """What only the log can say: a row belongs to the region that created it (sync.md 2.6), and nobody says two
    things under one id. Raises Violation."""
    for start in range(0, len(checked.entries), BATCH):
        part = slice(start, start + BATCH)
        _check_homes(connection, checked.header.stream.region, checked.entries[part])
        _check_known(
            connection, dict(zip((e.eid for e in checked.entries[part]), checked.hashes[part], strict=True))
        )
        _check_spending(connection, checked.header.stream.node, checked.entries[part])


def _check_homes(connection: Connection, region: str, found: Sequence[Entry]) -> None:
    subjects = [s for e in found if (s := _subject(e))]
    homes = (
        select(StreamRow.region)
        .join(EntryRow, EntryRow.stream == StreamRow.id)
        .where(EntryRow.eid.in_(subjects), StreamRow.region != region)
    )
    if subjects and connection.scalar(homes.limit(1)) is not None:
        raise Violation("foreign row")


def _subject(entry: Entry) -> bytes:
    """The row that an entry speaks of and did not make itself; its id is that of the entry which made it."""
    if entry.kind == Kind.REVERSE:
        original = entries.unpack_body(entry.body).get(REVERSES)
        return original if isinstance(original, bytes) else b""
    return b"" if entry.kind in CREATING else entry.row


def _check_known(connection: Connection, hashes: dict[bytes, bytes]) -> None:
    known = connection.execute(select(EntryRow.eid, EntryRow.hash).where(EntryRow.eid.in_(list(hashes))))
    if any(hashes[eid] != hash_ for eid, hash_ in known):
        raise Violation("two entries of one id")


def _check_spending(connection: Connection, node: bytes, found: Sequence[Entry]) -> None:
    """An account is spent from by the PC that was named for it. A handover that comes later than what was spent
    after it holds that back, and the next bundle brings it again."""
    for table in {e.table for e in found if e.kind == Kind.LEDGER}:
        info = registry.by_number().get(table)
        if info is None or info.row.__spends__ is None:
            continue
        debit, accounts, spender = info.row.__spends__
        bodies = (entries.unpack_body(e.body) for e in found if e.table == table and e.kind == Kind.LEDGER)
        debited = {body.get(info.numbers[debit]) for body in bodies}
        kept = registry.info(accounts)
        known = histories.read(connection, kept, [d for d in debited if isinstance(d, bytes)], {})
        if any(node not in told.values_of(kept.numbers[spender]) for told in known.values()):
            raise Violation("spending node")
