"""What is not proved to be at the office above: how much, since when, and what was done there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from desktop.core.db import history
from desktop.core.db.base import StreamKind
from desktop.core.db.log_tables import ActionRow, EntryRow, SegmentRow, StreamRow
from desktop.core.db.unit import Reader
from desktop.features.sync import segments
from desktop.features.sync.vectors import Lack

MOST_SHOWN = 200
_ENTRY_BYTES = 160
_PART = 400


@dataclass(frozen=True, slots=True)
class Kept:
    """An action of which entries exist only on this PC."""

    name: str
    at: int
    entries: int


def count(lacking: Iterable[Lack]) -> int:
    return sum(lack.count for lack in lacking)


def own(connection: Connection, node: bytes, lacking: Iterable[Lack]) -> list[Lack]:
    """Those of this PC's streams: what others wrote came on a stick and lies at their place too."""
    streams = set(connection.scalars(select(StreamRow.id).where(StreamRow.node == node)))
    return [lack for lack in lacking if lack.stream in streams]


def size(connection: Connection, lacking: Sequence[Lack]) -> int:
    """Stored bytes of the runs."""
    total, ids = 0, [lack.segment for lack in lacking]
    for start in range(0, len(ids), _PART):
        part = SegmentRow.id.in_(ids[start : start + _PART])
        total += connection.scalar(select(func.sum(func.length(SegmentRow.payload))).where(part)) or 0
    return total


def oldest(connection: Connection, node: bytes, lacking: Iterable[Lack]) -> int:
    """When the oldest entry was written that only this PC has, in milliseconds since 1970; 0 when there is none."""
    firsts = [
        select(EntryRow.hlc)
        .where(EntryRow.stream == stream, EntryRow.seq > after)
        .order_by(EntryRow.seq)
        .limit(1)
        for stream, after in _afters(lacking).items()
    ]
    loose = (
        select(func.min(EntryRow.hlc))
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(*_is_loose(node))
    )
    stamps = [connection.scalar(wanted) for wanted in (*firsts, loose)]
    return min((stamp >> 16 for stamp in stamps if stamp), default=0)


def _afters(lacking: Iterable[Lack]) -> dict[int, int]:
    """Of each stream the place after which entries are not proved to be elsewhere."""
    afters: dict[int, int] = {}
    for lack in lacking:
        afters[lack.stream] = min(lack.after, afters.get(lack.stream, lack.after))
    return afters


def _is_loose(node: bytes) -> tuple[ColumnElement[bool], ...]:
    """Written here and not sealed yet; the audit log never leaves."""
    return (segments.is_loose(), StreamRow.node == node, StreamRow.kind != StreamKind.AUDIT.value)


def unsealed(connection: Connection, node: bytes) -> tuple[int, int]:
    found = connection.execute(
        select(func.count(), func.sum(func.length(EntryRow.body) + _ENTRY_BYTES))
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(*_is_loose(node))
    ).one()
    return found[0] or 0, found[1] or 0


def actions(reader: Reader, lacking: Iterable[Lack]) -> tuple[Kept, ...]:
    """The actions of which entries exist only here, as far as the reader may know of them."""
    later = [
        and_(EntryRow.stream == stream, EntryRow.seq > after)
        for stream, after in list(_afters(lacking).items())[:_PART]
    ]
    found = reader.connection.execute(
        select(ActionRow.name, ActionRow.at, func.count().label("entries"))
        .join(EntryRow, EntryRow.action == ActionRow.id)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(or_(segments.is_loose(), *later), StreamRow.kind != StreamKind.AUDIT.value)
        .where(*history.seen(reader.actor))
        .group_by(ActionRow.id)
        .order_by(ActionRow.at.desc(), ActionRow.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(Kept(history.told(reader.actor, r.name), r.at, r.entries) for r in found)
