"""What was erased by order, as people ask about it: when, where, how much, by whom, who has answered and who has not."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from desktop.core.db import registry
from desktop.core.db.entries import Kind
from desktop.core.db.log_tables import EntryRow, ErasureRow, StreamRow
from desktop.core.db.unit import Reader
from desktop.features.sync import certificates, trust
from desktop.features.sync.model import Certificate
from desktop.features.sync.tables import ReceiptRow

_E = EntryRow.__table__.c


@dataclass(frozen=True, slots=True)
class Erased:
    """What one order took away in one region. `rows` counts by table; `answered` are the offices that wrote that they
    erased it too, `open` those that hold the region and did not yet. `by` is the office that ordered it, empty where
    only a list beside the data knows of it; `is_own` when this PC did. `at` is in milliseconds since 1970."""

    at: int
    region: str
    rows: tuple[tuple[str, int], ...]
    by: str
    is_own: bool
    answered: tuple[str, ...]
    open: tuple[str, ...]


def erased(reader: Reader) -> list[Erased]:
    """All of it, newest first."""
    connection = reader.connection
    groups: defaultdict[tuple[int, str], dict[bytes, int]] = defaultdict(dict)
    at, region = func.min(ErasureRow.at), func.min(ErasureRow.region)
    for row, no, when, where in connection.execute(
        select(ErasureRow.row, ErasureRow.table_no, at, region).group_by(ErasureRow.row, ErasureRow.table_no)
    ):
        groups[when, where][row] = no
    if not groups:
        return []
    own = certificates.own(connection).node_id
    known = _Known(
        _receipts(connection),
        _orders(connection),
        _names(connection),
        {own, *certificates.formers(connection)},
        [c for c in _offices(connection) if c.node_id != own],
    )
    return [_told(when, where, rows, known) for (when, where), rows in sorted(groups.items(), reverse=True)]


@dataclass(frozen=True, slots=True)
class _Known:
    """Who answered and who ordered, by erased row; the names of all offices, whether they count or not; the names of
    this PC; and the other offices that count now."""

    receipts: dict[bytes, set[bytes]]
    orders: dict[bytes, bytes]
    names: dict[bytes, str]
    own: set[bytes]
    holding: list[Certificate]


def _told(
    at: int,
    region: str,
    rows: dict[bytes, int],
    known: _Known,
) -> Erased:
    tables = registry.by_number()
    counts = Counter(no for no in rows.values() if no in tables)
    by = next((known.orders[row] for row in rows if row in known.orders), b"")
    asked = [c for c in known.holding if region.startswith(c.prefix) and c.node_id != by]
    done = {c.node_id for c in asked if all(c.node_id in known.receipts.get(row, ()) for row in rows)}
    return Erased(
        at,
        region,
        tuple((tables[no].name, count) for no, count in sorted(counts.items())),
        known.names.get(by, ""),
        by in known.own,
        tuple(sorted({c.office for c in asked if c.node_id in done})),
        tuple(sorted({c.office for c in asked if c.node_id not in done})),
    )


def _receipts(connection: Connection) -> dict[bytes, set[bytes]]:
    """The nodes that answered, by erased row."""
    wanted = (
        select(ReceiptRow.erased, StreamRow.node)
        .join(EntryRow, EntryRow.eid == ReceiptRow.id)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
    )
    found: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for row, node in connection.execute(wanted):
        found[row].add(node)
    return found


def _orders(connection: Connection) -> dict[bytes, bytes]:
    """The node that ordered it, by erased row."""
    wanted = (
        select(ErasureRow.row, StreamRow.node)
        .join(EntryRow, EntryRow.eid == ErasureRow.eid)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(_E.kind == Kind.ERASE.value)
    )
    return {row: node for row, node in connection.execute(wanted)}


def _names(connection: Connection) -> dict[bytes, str]:
    """Also of a PC that was revoked since: what it ordered before, it ordered."""
    return {r.node_id: r.office for r in connection.execute(certificates.offices())}


def _offices(connection: Connection) -> list[Certificate]:
    believed = trust.load(connection)
    return [c for node in believed.nodes if (c := believed.newest(node)) is not None]
