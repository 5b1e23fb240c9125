"""The entry: the one unit of truth (sync.md 2.2). Its bytes, its hash, and the header of a sealed segment."""

from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

ENTRY_CONTEXT = b"hh/entry/1"
SEGMENT_CONTEXT = b"hh/seg/1"
SCHEMA = 1
NO_PREV = bytes(32)

# Limits of sync.md 3.4.
MAX_ENTRY = 256 * 1024
MAX_STRING = 64 * 1024
MAX_FIELDS = 256
MAX_BASES = 64
MAX_SEGMENT_ENTRIES = 20_000
MAX_SEGMENT_RAW = 32 * 1024 * 1024
MAX_SEGMENT_STORED = 4 * 1024 * 1024


class Kind(StrEnum):
    CREATE = "C"
    SET = "S"
    LEDGER = "L"
    REVERSE = "X"
    DELETE = "D"
    RESTORE = "U"
    MOVE_OUT = "MO"
    MOVE_IN = "MI"
    ERASE = "E"


# The kinds that make a row appear in a region. Their bodies give values; those of all others, values with their bases.
CREATING = frozenset({Kind.CREATE, Kind.LEDGER, Kind.REVERSE, Kind.MOVE_IN})


class Stream(msgspec.Struct, array_like=True, frozen=True):
    """Who wrote (node, incarnation), of which place, and what kind of thing."""

    node: bytes
    incarnation: bytes
    region: str
    kind: str


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One change of one row. `body` and `note` are msgpack of their own, so that both can be blanked by a lawful
    erasure while hash and signature stay valid."""

    eid: bytes
    seq: int
    prev: bytes
    hlc: int
    clock_flag: int
    user: bytes
    schema: int
    kind: str
    table: int
    row: bytes
    salt: bytes
    body: bytes
    note: bytes


class SegmentHeader(msgspec.Struct, array_like=True, frozen=True):
    """A sealed run of entries of one stream, first_seq to last_seq, following `prev`."""

    stream: Stream
    first_seq: int
    prev: bytes
    last_seq: int
    last_hash: bytes
    cert_id: bytes
    count: int


class Note(msgspec.Struct, array_like=True, frozen=True):
    """Which action of the author the entry belongs to, and the reason that was given."""

    action: bytes = b""
    reason: str = ""


pack = msgspec.msgpack.Encoder().encode
unpack_entry = msgspec.msgpack.Decoder(Entry).decode
unpack_note = msgspec.msgpack.Decoder(Note).decode
# Field number -> value (C, L, X), or -> [value, [bases]] (S, D, U).
unpack_body = msgspec.msgpack.Decoder(dict[int, Any]).decode


# What decoding raises for bytes that are not what they should be: wrong shape, no UTF-8, nesting too deep.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
MAX_INT = 2**53
MAX_NOTE = 4096


def is_value(value: Any, depth: int = 0) -> bool:
    """Whether an entry may hold this. Asked when it is written and when it is read, so that no office seals
    what the next one must refuse."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= MAX_INT
    if isinstance(value, str):
        return len(value) <= MAX_STRING and "\0" not in value  # a text that others would cut there
    if isinstance(value, bytes):
        return len(value) <= MAX_STRING
    return (
        isinstance(value, (list, set, frozenset)) and depth < 2 and all(is_value(v, depth + 1) for v in value)
    )


def fits(body: bytes) -> bool:
    """Whether an entry of this body, with any note, stays below the limit."""
    return len(body) + MAX_NOTE + 200 <= MAX_ENTRY


def commitment_of(entry: Entry) -> bytes:
    """SHA-256(salt, body, note); a redacted entry holds it in place of its body."""
    return entry.body if is_redacted(entry) else sha256(entry.salt + entry.body + entry.note).digest()


def is_redacted(entry: Entry) -> bool:
    """Whether a lawful erasure blanked it (sync.md 2.8). Every other entry has a salt of 16 bytes."""
    return not entry.salt


def redacted(entry: Entry) -> Entry:
    """The same entry without what it said: hash, links and signature stay valid."""
    return msgspec.structs.replace(entry, salt=b"", body=commitment_of(entry), note=b"")


def entry_hash(stream: bytes, entry: Entry) -> bytes:
    """SHA-256("hh/entry/1", stream, seq, prev, header, commitment). `stream` is the packed Stream."""
    commitment = commitment_of(entry)
    header = pack(
        (
            entry.eid,
            entry.hlc,
            entry.clock_flag,
            entry.user,
            entry.schema,
            entry.kind,
            entry.table,
            entry.row,
        )
    )
    return sha256(
        b"".join((ENTRY_CONTEXT, stream, entry.seq.to_bytes(8, "big"), entry.prev, header, commitment))
    ).digest()


def reversal_row(original: bytes) -> bytes:
    """The row id of a reversal follows from the original, so that two offices reversing it make one (sync.md 2.3)."""
    return sha256(b"hh/reverse/1" + original).digest()[:16]
