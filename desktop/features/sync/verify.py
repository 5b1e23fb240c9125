"""What is checked of a segment before any of it is stored (sync.md 2.6, 3.3, 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import zstandard

from desktop.core import crypto
from desktop.core.db import contents, entries, registry
from desktop.core.db.base import ALIVE, StreamKind
from desktop.core.db.entries import (
    CREATING,
    MAX_BASES,
    MAX_FIELDS,
    MAX_SEGMENT_ENTRIES,
    MAX_SEGMENT_RAW,
    NO_PREV,
    SEGMENT_CONTEXT,
    Entry,
    Kind,
    SegmentHeader,
    Stream,
)
from desktop.core.ids import is_bound
from desktop.features.sync import plain, rights, segments
from desktop.features.sync.histories import REVERSES
from desktop.features.sync.model import Certificate, Revocation
from desktop.features.sync.trust import Trust

WINDOW = 8 * 1024 * 1024
_SLICE = 1024
_STREAMS = frozenset(StreamKind)
_KINDS = frozenset(Kind)
_OF_LEDGERS = frozenset({Kind.LEDGER, Kind.REVERSE})
_OF_ROWS = _KINDS - _OF_LEDGERS
# They say nothing of the fields of a row: what they may say stands in rights.py.
_OF_PLACES = frozenset({Kind.MOVE_OUT, Kind.ERASE})


# The certificates with which an author may have written a segment.
Writers = tuple[bytes, ...]


class Violation(Exception):
    """A segment that breaks a rule: set aside whole, with the reason, and where it wanted to write."""

    def __init__(self, reason: str, region: str = "") -> None:
        self.reason, self.region = reason, region
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Checked:
    """A segment that may be stored; `revoked` when its author's key counts only up to some heads."""

    header: SegmentHeader
    payload: bytes
    raw_len: int
    entries: list[Entry]
    hashes: list[bytes]
    revoked: Revocation | None = None
    writers: Writers = ()


def expand(payload: bytes, raw_len: int) -> bytes:
    """One zstd frame and nothing behind it, never more than was promised: `max_output_size` stops no bomb (sync.md
    3.5). Fed in slices so small that one cannot grow beyond memory."""
    if raw_len > MAX_SEGMENT_RAW:
        raise Violation("raw size")
    frame = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()
    raw = bytearray()
    for start in range(0, len(payload), _SLICE):
        if frame.eof:
            raise Violation("zstd")
        try:
            raw += frame.decompress(payload[start : start + _SLICE])
        except zstandard.ZstdError as cause:
            raise Violation("zstd") from cause
        if len(raw) > raw_len:
            raise Violation("raw size")
    if not frame.eof or frame.unused_data:
        raise Violation("zstd")
    if len(raw) != raw_len:
        raise Violation("raw size")
    return bytes(raw)


def check(
    payload: bytes, raw_len: int, trust: Trust, own_prefix: str, passed: Writers | None = None
) -> Checked:
    """Decode and check one segment against its author's certificate. Raises Violation.

    `passed`: these very bytes were found good before, as the word of these certificates. Entry by entry they are looked
    at again only when it is somebody else's word by now.
    """
    try:
        body = segments.unpack(expand(payload, raw_len))
        header = segments.unpack_header(body.header)
    except entries.UNREADABLE as cause:
        raise Violation("decode") from cause
    try:
        return _checked(body, header, payload, raw_len, trust, own_prefix, passed)
    except Violation as violation:
        violation.region = header.stream.region if rights.is_region(header.stream.region) else ""
        raise


def _checked(
    body: segments.SegmentBody,
    header: SegmentHeader,
    payload: bytes,
    raw_len: int,
    trust: Trust,
    own_prefix: str,
    passed: Writers | None,
) -> Checked:
    if header.count != len(body.entries) or not 1 <= header.count <= MAX_SEGMENT_ENTRIES:
        raise Violation("count")
    _check_header(header)
    writers = _check_author(header, body, trust, own_prefix)
    hashes = _linked(header, body.entries)
    word = tuple(c.cert_id for c in writers)
    if word != passed:
        _check_entries(header, body.entries, writers)
    return Checked(header, payload, raw_len, body.entries, hashes, trust.revocation(writers[0]), word)


def _check_entries(header: SegmentHeader, found: list[Entry], writers: Sequence[Certificate]) -> None:
    if len({e.eid for e in found}) != header.count:
        raise Violation("two entries of one id")
    for entry in found:
        check_entry(header, entry, writers)


def _check_header(header: SegmentHeader) -> None:
    stream = header.stream
    if len(stream.incarnation) != 8 or stream.kind not in _STREAMS or not rights.is_region(stream.region):
        raise Violation("stream")
    if len(header.prev) != 32 or not 1 <= header.first_seq <= header.last_seq < 2**63:
        raise Violation("chain")
    if (header.first_seq == 1) != (header.prev == NO_PREV):
        raise Violation("chain")


def _check_author(
    header: SegmentHeader, body: segments.SegmentBody, trust: Trust, own_prefix: str
) -> Sequence[Certificate]:
    """Signed by a node that may write there, about a place that concerns this office. All certificates with which it
    did are of one key."""
    region = header.stream.region
    signers = [c for c in trust.of_node(header.stream.node) if "data" in c.caps and _signed_by(c, body)]
    if not signers:
        raise Violation("signature")
    writers = [c for c in signers if _may_write(c, header.stream)]
    if not any(region.startswith(own_prefix) or own_prefix.startswith(c.prefix) for c in writers):
        raise Violation("region")
    if not region.startswith(own_prefix):
        _check_from_above(header.stream, writers, own_prefix)
    return writers


def _may_write(author: Certificate, stream: Stream) -> bool:
    """The data of all places of its region; its users, dictionaries and orders only in its own name."""
    if stream.kind == StreamKind.DATA:
        return stream.region.startswith(author.prefix)
    return stream.region == author.prefix.ljust(12, "0")


def _check_from_above(stream: Stream, writers: Sequence[Certificate], own_prefix: str) -> None:
    """Of what does not lie in this office's region, it takes what an office above tells everybody."""
    above = [c for c in writers if own_prefix.startswith(c.prefix)]
    if stream.kind != StreamKind.BROADCAST or not above:
        raise Violation("region")
    if not any("dictionary" in c.caps for c in above):
        raise Violation("dictionary")


def _signed_by(author: Certificate, body: segments.SegmentBody) -> bool:
    return crypto.verified(author.sign_pk, SEGMENT_CONTEXT, body.header, body.signature)


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


def check_entry(header: SegmentHeader, entry: Entry, writers: Sequence[Certificate]) -> None:
    """One entry: its sizes, its author-bound id, a known kind, a body of the right shape that its author may write."""
    if not entries.fits(entry.body) or len(entry.note) > entries.MAX_NOTE or entry.kind not in _KINDS:
        raise Violation("entry")
    if not len(entry.eid) == len(entry.row) == len(entry.user) == 16:
        raise Violation("entry")
    numbers = (entry.hlc, entry.clock_flag, entry.schema, entry.table)
    if min(numbers) < 0 or max(numbers) >= 2**63:
        raise Violation("entry")
    if entries.is_redacted(entry):
        _check_redacted(header, entry)
        return
    if len(entry.salt) != 16 or not is_bound(
        entry.eid, entry.hlc, header.stream.node, header.stream.incarnation, entry.salt
    ):
        raise Violation("eid")
    if entry.kind in (Kind.CREATE, Kind.LEDGER) and entry.row != entry.eid:
        raise Violation("row id")
    body = _body(entry)
    reason = rights.reason_against(writers, header.stream, entry.kind, body)
    if reason := reason or rights.missing_cap(writers, entry.table):
        raise Violation(reason)
    open_ = plain.doubtful(entry.table, body) if entry.kind in CREATING else body
    if entry.kind not in _OF_PLACES and not all(_is_said(entry, said) for said in open_.values()):
        raise Violation("body")
    check_body(header, entry, body, open_)


def _check_redacted(header: SegmentHeader, entry: Entry) -> None:
    """A blanked entry rests on the segment's signature; whether an order stands behind it, only the log can say."""
    is_blank = len(entry.body) == 32 and not entry.note
    if not is_blank or entry.kind == Kind.ERASE or header.stream.kind != StreamKind.DATA:
        raise Violation("entry")


def _body(entry: Entry) -> dict[int, Any]:
    try:
        body = entries.unpack_body(entry.body)
        entries.unpack_note(entry.note)
    except entries.UNREADABLE as cause:
        raise Violation("body") from cause
    if len(body) > MAX_FIELDS:
        raise Violation("body")
    return body


def check_body(header: SegmentHeader, entry: Entry, body: dict[int, Any], open_: dict[int, Any]) -> None:
    """What the entry says, against the table it says it of; `open_` is what is not good in any case. A table of a newer
    program is only stored."""
    info = registry.by_number().get(entry.table)
    if info is None:
        return
    if header.stream.kind != info.stream or entry.kind not in (_OF_LEDGERS if info.ledger else _OF_ROWS):
        raise Violation("table")
    if entry.kind in _OF_PLACES:
        return
    creating = entry.kind in CREATING
    for number, said in open_.items():
        if number in info.columns and not plain.is_typed(
            info.columns[number], said if creating else said[0], creating
        ):
            raise Violation("type")
    values = ((number, said if creating else said[0]) for number, said in open_.items())
    if reason := contents.reason_against(info, values):
        raise Violation(reason)
    if info.ledger and not _reverses_rightly(entry, body.get(REVERSES)):
        raise Violation("reversal")
    if entry.kind == Kind.LEDGER and not info.row.is_sound(
        {name: body.get(no) for name, no in info.numbers.items()}
    ):
        raise Violation("ledger")
    if entry.kind in (Kind.DELETE, Kind.RESTORE) and set(body) != {ALIVE}:
        raise Violation("body")


def _reverses_rightly(entry: Entry, original: Any) -> bool:
    """A reversal's row follows from what it reverses; any other ledger entry reverses nothing."""
    if entry.kind == Kind.LEDGER:
        return original is None
    return isinstance(original, bytes) and entry.row == entries.reversal_row(original)


def _is_said(entry: Entry, said: object) -> bool:
    """A plain value when a row is made; the value and the versions its editor saw when it is changed."""
    if entry.kind in CREATING:
        return entries.is_value(said)
    if not (isinstance(said, list) and len(said) == 2 and isinstance(said[1], list)):
        return False
    bases = said[1]
    return (
        len(bases) <= MAX_BASES
        and all(isinstance(b, bytes) and len(b) == 16 and b != entry.eid for b in bases)
        and entries.is_value(said[0])
    )
