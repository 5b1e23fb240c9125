"""What only some may say (sync.md 2.6): moves by a common ancestor of both places, erasure from the county up."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.db import registry
from desktop.core.db.base import StreamKind
from desktop.core.db.entries import Kind, Stream
from desktop.features.sync.model import Certificate
from desktop.features.sync.stays import CLOSED, MOVE, SEEN, TARGET

ERASE = "erase"
_DIGITS = 12


def reason_against(writers: Sequence[Certificate], stream: Stream, kind: str, body: Mapping[int, Any]) -> str:
    """Why this may not be said there by the holder of these certificates, all of which cover the stream's region;
    empty when it may."""
    if kind not in (Kind.MOVE_OUT, Kind.MOVE_IN, Kind.ERASE):
        return ""
    if stream.kind != StreamKind.DATA:
        return "table"
    if kind == Kind.ERASE:
        return _against_erasing(writers, body)
    other = _other_place(kind, body)
    if not is_region(other) or other == stream.region:
        return "move"
    return "" if any(other.startswith(c.prefix) for c in writers) else "ancestor"


def missing_cap(writers: Sequence[Certificate], table: int) -> str:
    """What the certificate lacks of whoever writes in that table; empty when nothing. Townships may name villages, and
    say no word on what holds for all."""
    info = registry.by_number().get(table)
    cap = info.row.__cap__ if info is not None and not info.ledger else ""
    return "" if not cap or any(cap in c.caps for c in writers) else str(cap)


def _against_erasing(writers: Sequence[Certificate], body: Mapping[int, Any]) -> str:
    if body:
        return "body"
    return "" if any(ERASE in c.caps for c in writers) else "erase"


def _other_place(kind: str, body: Mapping[int, Any]) -> str:
    """Where a move that is told in one place goes to, or comes from; empty for one that says it wrongly."""
    if kind == Kind.MOVE_OUT:
        is_whole = set(body) == {MOVE, CLOSED, SEEN, TARGET} and _is_id(body[MOVE])
        is_whole = is_whole and _are_ids(body[CLOSED]) and bool(body[CLOSED]) and _are_ids(body[SEEN])
        return body[TARGET] if is_whole and isinstance(body[TARGET], str) else ""
    said = body.get(MOVE)
    if not (isinstance(said, list) and len(said) == 2 and _is_id(said[0])):
        return ""
    return said[1] if isinstance(said[1], str) else ""


def is_region(region: str) -> bool:
    return len(region) == _DIGITS and region.isascii() and region.isdigit()


def _is_id(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == 16


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_id, value))
