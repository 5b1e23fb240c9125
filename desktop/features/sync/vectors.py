"""What this node holds of each stream, and what another is not proved to hold (sync.md 2.5).

Nothing here is a counter that sending moves: all of it is computed from the log and from the peer's newest vector.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from desktop.core.db.base import StreamKind
from desktop.core.db.log_tables import EntryRow, SegmentRow, StreamRow
from desktop.features.sync import segments
from desktop.features.sync.model import Point, StreamVector, Vector, unpack_vector
from desktop.features.sync.tables import PeerRow, SentRow, TwinRow

# How long the last word of an incarnation counts beside another one of the same name.
TWIN_MS = 90 * 24 * 3600 * 1000
_E = EntryRow.__table__.c
_S = SegmentRow.__table__.c
_STREAM = (StreamRow.node, StreamRow.incarnation, StreamRow.region, StreamRow.kind)
_RUN = (_S.id, _S.stream, _S.first_seq, _S.prev, _S.last_seq, _S.last_hash)


@dataclass(frozen=True, slots=True)
class Scope:
    """What two offices have in common: the region of the lower one, and what those above it tell everybody."""

    prefix: str
    above: tuple[str, ...] = ()

    @property
    def streams(self) -> ColumnElement[bool]:
        told = and_(StreamRow.region.in_(self.above), StreamRow.kind == StreamKind.BROADCAST.value)
        return or_(StreamRow.region.startswith(self.prefix), told)


def own(connection: Connection, scope: Scope) -> tuple[StreamVector, ...]:
    """Heads and gaps of every stream in scope."""
    heads = _by_stream([*_sealed_heads(connection, scope), *_loose_heads(connection, scope)])
    wants = _by_stream(_wants(connection, scope))
    streams = connection.execute(select(StreamRow.__table__).where(scope.streams).order_by(StreamRow.id))
    return tuple(
        StreamVector((s.node, s.incarnation, s.region, s.kind), heads[s.id], wants.get(s.id, ()))
        for s in streams
        if s.id in heads
    )


def _by_stream(found: Sequence[tuple[int, bytes, int]]) -> dict[int, tuple[Point, ...]]:
    points: dict[int, set[Point]] = {}
    for stream, hash_, seq in found:
        points.setdefault(stream, set()).add((hash_, seq))
    return {stream: tuple(sorted(p)) for stream, p in points.items()}


def _sealed_heads(connection: Connection, scope: Scope) -> list[tuple[int, bytes, int]]:
    after = aliased(EntryRow)
    follows = select(after.eid).where(
        after.stream == _S.stream, after.seq == _S.last_seq + 1, after.prev == _S.last_hash
    )
    wanted = select(_S.stream, _S.last_hash, _S.last_seq).join(StreamRow, StreamRow.id == _S.stream)
    return [(r[0], r[1], r[2]) for r in connection.execute(wanted.where(scope.streams, ~follows.exists()))]


def _loose_heads(connection: Connection, scope: Scope) -> list[tuple[int, bytes, int]]:
    """The newest entries of this node's streams that are in no segment yet."""
    others = EntryRow.__table__.alias().c
    newest = select(func.max(others.seq)).where(others.stream == StreamRow.id).scalar_subquery()
    wanted = select(_E.stream, _E.hash, _E.seq).join(StreamRow, StreamRow.id == _E.stream)
    found = connection.execute(wanted.where(scope.streams, _E.seq == newest, segments.is_loose()))
    return [(r[0], r[1], r[2]) for r in found]


def _wants(connection: Connection, scope: Scope) -> list[tuple[int, bytes, int]]:
    before = aliased(EntryRow)
    here = select(before.eid).where(
        before.stream == _S.stream, before.seq == _S.first_seq - 1, before.hash == _S.prev
    )
    wanted = select(_S.stream, _S.prev, _S.first_seq - 1).join(StreamRow, StreamRow.id == _S.stream)
    gaps = wanted.where(scope.streams, _S.first_seq > 1, ~here.exists())
    return [(r[0], r[1], r[2]) for r in connection.execute(gaps)]


def of_peer(connection: Connection, node: bytes) -> Vector | None:
    """The newest vector of a node; None when nothing was ever heard of it. Of two PCs of one name, what both hold."""
    wanted = select(PeerRow.incarnation, PeerRow.vector, PeerRow.received).where(PeerRow.node_id == node)
    rows = connection.execute(wanted.order_by(PeerRow.turn.desc())).all()
    if len(rows) > 0 and connection.scalar(select(TwinRow.node_id).where(TwinRow.node_id == node)):
        return _meet(connection, node, rows)
    return unpack_vector(rows[0].vector) if rows and rows[0].vector else None


def _meet(connection: Connection, node: bytes, rows: Sequence[Any]) -> Vector:
    """A bundle for that name is read by either PC. While both shared an incarnation, one's vector stands for two."""
    shared = _forked(connection, node)
    apart = [r for r in rows if not any(s[1] == r.incarnation for s in shared)]
    alive = apart if len(apart) > 1 else [r for r in rows if rows[0].received - r.received <= TWIN_MS]
    held = [
        {v.stream: v for v in unpack_vector(r.vector).streams if v.stream not in shared or r in apart}
        for r in alive
        if r.vector
    ]
    common = [v for v in held[0].values() if all(other.get(v.stream) == v for other in held)] if held else []
    return Vector(tuple(common))


def _forked(connection: Connection, node: bytes) -> set[tuple[bytes, bytes, str, str]]:
    twice = (
        select(_E.stream)
        .join(StreamRow, StreamRow.id == _E.stream)
        .where(StreamRow.node == node)
        .group_by(_E.stream, _E.seq)
        .having(func.count() > 1)
    )
    found = connection.execute(select(*_STREAM).where(StreamRow.id.in_(twice)))
    return {(r[0], r[1], r[2], r[3]) for r in found}


def sent_to(connection: Connection, node: bytes) -> Vector | None:
    """What was here when the newest bundle for a node reached a stick."""
    packed = connection.scalar(select(SentRow.vector).where(SentRow.node_id == node))
    return unpack_vector(packed) if packed else None


@dataclass(frozen=True, slots=True)
class Lack:
    """A sealed run of which the entries after `after` are not proved to be at the peer."""

    segment: int
    stream: int
    after: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.after


def lacking(connection: Connection, scope: Scope, vector: Vector | None) -> list[Lack]:
    """The sealed runs that the holder of `vector` does not have whole, in the order in which they came here."""
    held = {v.stream: v for v in vector.streams} if vector else {}
    wanted = (
        select(*_STREAM, *_RUN)
        .join(StreamRow, StreamRow.id == _S.stream)
        .where(scope.streams, StreamRow.kind != StreamKind.AUDIT.value)
        .order_by(_S.stream, _S.first_seq)
    )
    found: list[Lack] = []
    for stream, runs in groupby(connection.execute(wanted).all(), attrgetter("stream")):
        of_stream = list(runs)
        found += _lacking_in(connection, stream, of_stream, held.get(tuple(of_stream[0][:4])))
    return sorted(found, key=lambda lack: lack.segment)


def _lacking_in(
    connection: Connection, stream: int, runs: Sequence[Row[Any]], there: StreamVector | None
) -> Iterator[Lack]:
    if there is None:
        missing = {run.id: run.last_seq - run.first_seq + 1 for run in runs}
    elif _is_plain(runs, there):
        missing = _by_runs(runs, there)
    else:
        missing = _by_entries(connection, stream, runs, there)
    for run in runs:
        if missing.get(run.id):
            yield Lack(run.id, stream, run.last_seq - missing[run.id], run.last_seq)


def _is_plain(runs: Sequence[Row[Any]], there: StreamVector) -> bool:
    """Whether the runs lie one after the other, and the peer's were cut where ours are: nearly always."""
    ends = {(run.last_hash, run.last_seq) for run in runs}
    starts = {(run.prev, run.first_seq - 1) for run in runs}
    in_line = all(one.last_seq < next_.first_seq for one, next_ in pairwise(runs))
    return in_line and ends.issuperset(there.heads) and starts.issuperset(there.wants)


def _by_runs(runs: Sequence[Row[Any]], there: StreamVector) -> dict[int, int]:
    """How many entries of each run are not proved to be there: goes back from the peer's heads, up to its gaps."""
    by_end = {(run.last_hash, run.last_seq): run for run in runs}
    missing = {run.id: run.last_seq - run.first_seq + 1 for run in runs}
    for head in there.heads:
        run = by_end.get(head)
        while run is not None and missing[run.id]:
            missing[run.id] = 0
            before = (run.prev, run.first_seq - 1)
            run = None if before in there.wants else by_end.get(before)
    return missing


def _by_entries(
    connection: Connection, stream: int, runs: Sequence[Row[Any]], there: StreamVector
) -> dict[int, int]:
    """The same entry by entry, where a clone or a restored PC made branches or sealed in other pieces."""
    wanted = select(_E.hash, _E.prev, _E.seq, _E.segment)
    found = connection.execute(wanted.where(_E.stream == stream)).all()
    before = {entry.hash: entry.prev for entry in found}
    todo = [hash_ for hash_, _ in there.heads]
    if any(hash_ not in before for hash_ in todo):
        todo = []  # it knows entries that we do not: better too much than too little
    stops = {hash_ for hash_, _ in there.wants}
    held: set[bytes] = set()
    while todo:
        at = todo.pop()
        if at in before and at not in held and at not in stops:
            held.add(at)
            todo.append(before[at])
    runs_of = _runs_of(found, runs)
    return Counter(runs_of[entry.hash] for entry in found if entry.hash not in held and entry.hash in runs_of)


def _runs_of(found: Sequence[Any], runs: Sequence[Row[Any]]) -> dict[bytes, int]:
    """In which run an entry lies. Of this PC's own ones only the run knows, by the chain that ends where it does."""
    entries = {entry.hash: entry for entry in found}
    known = {entry.hash: entry.segment for entry in found if entry.segment is not None}
    for run in runs:
        at = entries.get(run.last_hash)
        while at is not None and at.seq >= run.first_seq and at.hash not in known:
            known[at.hash] = run.id
            at = entries.get(at.prev)
    return known


def gaps(streams: Sequence[StreamVector]) -> int:
    """How many runs have not arrived although later ones have."""
    return sum(len(v.wants) for v in streams)
