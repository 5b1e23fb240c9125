"""A digest of each region's rows: two offices that hold the same entries must have made the same rows of them
(sync.md 2.3.7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from desktop.core.crypto import digest
from desktop.core.db import entries, registry
from desktop.core.db.base import StreamKind
from desktop.core.db.log_tables import ConflictRow, EntryRow, StreamRow
from desktop.core.db.registry import TableInfo
from desktop.features.sync import erasing, vectors
from desktop.features.sync.histories import unpack_eids
from desktop.features.sync.model import StreamVector, Vector
from desktop.features.sync.stays import MOVE
from desktop.features.sync.tables import RegionDigestRow
from desktop.features.sync.vectors import Scope

Made = dict[str, tuple[bytes, bytes]]  # of each region the digest of its heads, and that of its rows
_AUDIT = StreamKind.AUDIT.value
_ROWS = 2_000
_PART = 400


def shape() -> bytes:
    """What the digests depend on besides the entries: the tables and fields that this program knows."""
    known = [
        [i.no, i.stream.value, sorted((n, how.value) for n, how in i.classes.items())] for i in _compared()
    ]
    return digest(b"hh/shape/1", entries.pack(known))


def _compared() -> list[TableInfo]:
    found = registry.by_number()
    return [found[no] for no in sorted(found) if found[no].stream is not StreamKind.AUDIT]


def told_vector(connection: Connection, scope: Scope) -> Vector:
    """What this node holds of a scope, with the digests of its rows that were made before and still stand: to make them
    reads every row, and the clerk waits with the stick in the PC. What offices above tell everybody is little."""
    streams = vectors.own(connection, scope)
    kinds, asked = _kinds_of(streams), _in_question(connection)
    heads = {region: found for region, found in heads_of(streams).items() if region not in asked}
    above = {r: of_region(connection, r, kinds[r]) for r in heads if r in scope.above}
    made = _standing(connection, heads) | above
    return Vector(streams, tuple(sorted(made.items())), shape())


def outdated(connection: Connection, scope: Scope) -> Made:
    """The digests that are to be made again, because something came in or was written, with their heads."""
    streams = vectors.own(connection, scope)
    return _made(connection, heads_of(streams), _kinds_of(streams))


def keep(connection: Connection, made: Made) -> None:
    if made:
        connection.execute(delete(RegionDigestRow).where(RegionDigestRow.region.in_(list(made))))
        lines = [{"region": r, "heads": heads, "digest": found} for r, (heads, found) in made.items()]
        connection.execute(insert(RegionDigestRow), lines)


def heads_of(streams: Sequence[StreamVector]) -> dict[str, bytes]:
    """Of each region a digest of the heads and gaps of its streams: equal ones hold the same entries. The audit log
    stays at home and is left out."""
    return {region: _heads_digest(found) for region, found in _by_region(streams).items()}


def _kinds_of(streams: Sequence[StreamVector]) -> dict[str, frozenset[str]]:
    """Of each region the kinds of streams that are compared: of a place above only what it tells everybody."""
    return {region: frozenset(v.stream[3] for v in found) for region, found in _by_region(streams).items()}


def _by_region(streams: Sequence[StreamVector]) -> dict[str, list[StreamVector]]:
    regions: dict[str, list[StreamVector]] = {}
    for vector in streams:
        if vector.stream[3] != _AUDIT:
            regions.setdefault(vector.stream[2], []).append(vector)
    return regions


def _heads_digest(found: Iterable[StreamVector]) -> bytes:
    said = sorted((v.stream, sorted(v.heads), sorted(v.wants)) for v in found)
    return digest(b"hh/heads/1", entries.pack(said))


def _made(connection: Connection, heads: Mapping[str, bytes], kinds: Mapping[str, Collection[str]]) -> Made:
    """The digests of regions where the heads moved since the last time."""
    asked, known = _in_question(connection), _standing(connection, heads)
    fresh = [region for region in heads if region not in asked and region not in known]
    return {r: (heads[r], of_region(connection, r, kinds[r])) for r in fresh}


def _standing(connection: Connection, heads: Mapping[str, bytes]) -> dict[str, bytes]:
    """The digests that were made when these were the heads."""
    stored = connection.execute(select(RegionDigestRow.__table__)).all()
    return {r.region: r.digest for r in stored if heads.get(r.region) == r.heads}


def _in_question(connection: Connection) -> set[str]:
    """The regions in which a row lives that another move brought somewhere else (sync/stays.py): who sees only one of
    them shows it there. And those from which a row was erased by an order that was given elsewhere. Compared again
    when a person has decided, or the order was given there too."""
    lines = connection.scalars(select(ConflictRow.heads).where(ConflictRow.field == MOVE)).all()
    eids = [eid for packed in lines for eid in unpack_eids(packed)]
    found = {region for _, _, regions in erasing.uncovered(connection) for region in regions}
    for start in range(0, len(eids), _PART):
        wanted = select(StreamRow.region).join(EntryRow, EntryRow.stream == StreamRow.id).distinct()
        found.update(connection.scalars(wanted.where(EntryRow.eid.in_(eids[start : start + _PART]))))
    return found


def of_region(connection: Connection, region: str, kinds: Collection[str]) -> bytes:
    """SHA-256 over the rows of a region that streams of these kinds make, each as its id and its fields in the order
    of their numbers."""
    found = sha256(b"hh/region/1")
    for info in _compared():
        if info.stream.value not in kinds:
            continue
        found.update(entries.pack(info.no))
        table = info.table.c
        wanted = select(table.id, *(info.columns[no] for no in sorted(info.columns)))
        rows = connection.execute(wanted.where(table.region == region).order_by(table.id))
        while part := rows.fetchmany(_ROWS):
            found.update(entries.pack([tuple(row) for row in part]))
    return found.digest()


def differing(connection: Connection, scope: Scope, theirs: Vector) -> list[str]:
    """The regions of which another office holds the very same entries and made other rows; or held, when the digest was
    made here that was kept last."""
    if theirs.shape != shape():
        return []
    said, heads = dict(theirs.digests), heads_of(theirs.streams)
    streams = vectors.own(connection, scope)
    own = heads_of(streams)
    same = {region: own[region] for region in said if region in own and own[region] == heads.get(region)}
    keep(connection, _made(connection, same, _kinds_of(streams)))
    asked = _in_question(connection)
    made = _standing(connection, {region: heads.get(region, b"") for region in said if region not in asked})
    return sorted(region for region in made if region in said and made[region] != said[region])


def forget(connection: Connection) -> None:
    """Have all digests computed again."""
    connection.execute(delete(RegionDigestRow))
