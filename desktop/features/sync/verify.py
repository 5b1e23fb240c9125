"""What is checked of a segment before any of it is stored (sync.md 2.6, 3.3, 3.4)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import zstandard
from sqlalchemy import Column, Connection, select

from desktop.core import crypto
from desktop.core.db import entries, registry
from desktop.core.db.base import ALIVE, StreamKind, Tags
from desktop.core.db.entries import (
    MAX_BASES,
    MAX_FIELDS,
    MAX_SEGMENT_ENTRIES,
    MAX_SEGMENT_RAW,
    SEGMENT_CONTEXT,
    Entry,
    Kind,
    SegmentHeader,
)
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.ids import is_bound
from desktop.features.sync import segments
from desktop.features.sync.certificates import Trust
from desktop.features.sync.model import Certificate

BATCH = 500
WINDOW = 8 * 1024 * 1024
REVERSES = 2  # the field number of `reverses` in every ledger
_STREAMS = frozenset(StreamKind)
_KINDS = frozenset(Kind)
_CREATING = frozenset({Kind.CREATE, Kind.LEDGER, Kind.REVERSE})
_OF_LEDGERS = frozenset({Kind.LEDGER, Kind.REVERSE})
_OF_ROWS = _KINDS - _OF_LEDGERS


class Violation(Exception):
    """A segment that breaks a rule: set aside whole, with the reason."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A segment that may be stored."""

    header: SegmentHeader
    payload: bytes
    raw_len: int
    entries: list[Entry]
    hashes: list[bytes]


def expand(payload: bytes, raw_len: int) -> bytes:
    """Decompress, never more than was promised: `max_output_size` stops no bomb (sync.md 3.5)."""
    if raw_len > MAX_SEGMENT_RAW:
        raise Violation("raw size")
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(io.BytesIO(payload))
    try:
        raw = reader.read(raw_len + 1)
    except zstandard.ZstdError as cause:
        raise Violation("zstd") from cause
    if len(raw) != raw_len:
        raise Violation("raw size")
    return raw


def check(payload: bytes, raw_len: int, trust: Trust, own_prefix: str) -> Checked:
    """Decode and check one segment against its author's certificate. Raises Violation."""
    try:
        body = segments.unpack(expand(payload, raw_len))
        header = segments.unpack_header(body.header)
    except entries.UNREADABLE as cause:
        raise Violation("decode") from cause
    if header.count != len(body.entries) or not 1 <= header.count <= MAX_SEGMENT_ENTRIES:
        raise Violation("count")
    _check_header(header)
    _check_author(header, body, trust, own_prefix)
    hashes = _linked(header, body.entries)
    if len({e.eid for e in body.entries}) != header.count:
        raise Violation("two entries of one id")
    for entry in body.entries:
        check_entry(header, entry)
    return Checked(header, payload, raw_len, body.entries, hashes)


def _check_header(header: SegmentHeader) -> None:
    stream = header.stream
    if len(stream.incarnation) != 8 or stream.kind not in _STREAMS or not _is_region(stream.region):
        raise Violation("stream")
    if len(header.prev) != 32 or not 1 <= header.first_seq <= header.last_seq < 2**63:
        raise Violation("chain")


def _check_author(header: SegmentHeader, body: segments.SegmentBody, trust: Trust, own_prefix: str) -> None:
    """Signed by a node that may write there, about a place that concerns this office."""
    region = header.stream.region
    signers = [c for c in trust.of_node(header.stream.node) if "data" in c.caps and _signed_by(c, body)]
    if not signers:
        raise Violation("signature")
    writers = [c for c in signers if region.startswith(c.prefix)]
    if not any(region.startswith(own_prefix) or _is_from_above(c, region, own_prefix) for c in writers):
        raise Violation("region")


def _signed_by(author: Certificate, body: segments.SegmentBody) -> bool:
    return crypto.verified(author.sign_pk, SEGMENT_CONTEXT, body.header, body.signature)


def _is_from_above(author: Certificate, region: str, own_prefix: str) -> bool:
    """What an office above says of itself: its dictionaries and orders."""
    return own_prefix.startswith(author.prefix) and region == author.prefix.ljust(12, "0")


def _is_region(region: str) -> bool:
    return len(region) == 12 and region.isascii() and region.isdigit()


def _linked(header: SegmentHeader, found: list[Entry]) -> list[bytes]:
    """The hashes of the entries, after checking that each follows the one before and the last is the promised one."""
    stream, previous, hashes = entries.pack(header.stream), header.prev, []
    for number, entry in enumerate(found, header.first_seq):
        if entry.seq != number or entry.prev != previous:
            raise Violation("chain")
        previous = entries.entry_hash(stream, entry)
        hashes.append(previous)
    if previous != header.last_hash or header.last_seq != found[-1].seq:
        raise Violation("chain")
    return hashes


def check_entry(header: SegmentHeader, entry: Entry) -> None:
    """One entry: its sizes, its author-bound id, a known kind, a body of the right shape."""
    if not entries.fits(entry.body) or len(entry.note) > entries.MAX_NOTE or entry.kind not in _KINDS:
        raise Violation("entry")
    if any(len(x) != 16 for x in (entry.eid, entry.row, entry.salt, entry.user)):
        raise Violation("entry")
    numbers = (entry.hlc, entry.clock_flag, entry.schema, entry.table)
    if not all(0 <= n < 2**63 for n in numbers):
        raise Violation("entry")
    if not is_bound(entry.eid, entry.hlc, header.stream.node, header.stream.incarnation, entry.salt):
        raise Violation("eid")
    if entry.kind in (Kind.CREATE, Kind.LEDGER) and entry.row != entry.eid:
        raise Violation("row id")
    check_body(header, entry, _body(entry))


def _body(entry: Entry) -> dict[int, Any]:
    try:
        body = entries.unpack_body(entry.body)
        entries.unpack_note(entry.note)
    except entries.UNREADABLE as cause:
        raise Violation("body") from cause
    if len(body) > MAX_FIELDS or not all(_is_said(entry, said) for said in body.values()):
        raise Violation("body")
    return body


def check_body(header: SegmentHeader, entry: Entry, body: dict[int, Any]) -> None:
    """What the entry says, against the table it says it of. A table of a newer program is only stored."""
    info = registry.by_number().get(entry.table)
    if info is None:
        return
    if header.stream.kind != info.stream or entry.kind not in (_OF_LEDGERS if info.ledger else _OF_ROWS):
        raise Violation("table")
    creating = entry.kind in _CREATING
    for number, said in body.items():
        if number in info.columns and not _is_typed(
            info.columns[number], said if creating else said[0], creating
        ):
            raise Violation("type")
    if info.ledger and not _reverses_rightly(entry, body.get(REVERSES)):
        raise Violation("reversal")
    if entry.kind in (Kind.DELETE, Kind.RESTORE) and set(body) != {ALIVE}:
        raise Violation("body")


def _reverses_rightly(entry: Entry, original: Any) -> bool:
    """A reversal's row follows from what it reverses; any other ledger entry reverses nothing."""
    if entry.kind == Kind.LEDGER:
        return original is None
    return isinstance(original, bytes) and entry.row == entries.reversal_row(original)


def _is_said(entry: Entry, said: object) -> bool:
    """A plain value when a row is made; the value and the versions its editor saw when it is changed."""
    if entry.kind in _CREATING:
        return entries.is_value(said)
    if not (isinstance(said, list) and len(said) == 2 and isinstance(said[1], list)):
        return False
    bases = said[1]
    return (
        len(bases) <= MAX_BASES
        and all(isinstance(b, bytes) and len(b) == 16 and b != entry.eid for b in bases)
        and entries.is_value(said[0])
    )


def _is_typed(column: Column[Any], value: object, creating: bool) -> bool:
    """Whether the column can hold the value: what it cannot would stop the projection of everything else."""
    if isinstance(column.type, Tags):
        if creating:
            return _are_labels(value)
        return isinstance(value, list) and len(value) == 2 and all(map(_are_labels, value))
    if value is None:
        return bool(column.nullable)
    kind = column.type.python_type
    return isinstance(value, kind) and (kind is not bytes or len(value) == 16)


def _are_labels(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(label, str) for label in value)


def check_against(connection: Connection, checked: Checked) -> None:
    """What only the log can say: a row belongs to the region that created it (sync.md 2.6), and nobody says two
    things under one id. Raises Violation."""
    for start in range(0, len(checked.entries), BATCH):
        part = slice(start, start + BATCH)
        _check_homes(connection, checked.header.stream.region, checked.entries[part])
        _check_known(
            connection, dict(zip((e.eid for e in checked.entries[part]), checked.hashes[part], strict=True))
        )


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
    return b"" if entry.kind in _CREATING else entry.row


def _check_known(connection: Connection, hashes: dict[bytes, bytes]) -> None:
    known = connection.execute(select(EntryRow.eid, EntryRow.hash).where(EntryRow.eid.in_(list(hashes))))
    if any(hashes[eid] != hash_ for eid, hash_ in known):
        raise Violation("two entries of one id")
