"""Writing bundles for the office above and for those below: what goes in, and how it is cut into files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from desktop.core.clock import milliseconds
from desktop.core.db import database, entries
from desktop.core.db.blob_store import blobs_of
from desktop.core.db.database import Database
from desktop.core.jobs import Tell
from desktop.features.sync import (
    anchors,
    blobs,
    certificates,
    digests,
    erasing,
    forks,
    reader,
    revoking,
    rotating,
    segments,
    store,
    trust,
    vectors,
    writer,
)
from desktop.features.sync.model import Certificate, Manifest, PieceKind, Written
from desktop.features.sync.peers import Finding
from desktop.features.sync.vectors import Lack, Scope
from desktop.features.sync.writer import Source

# Stored bytes of one bundle; what is more goes into the next file of the set (limit 1 GiB, sync.md 3.4).
MAX_PIECES = 960 * 1024 * 1024
# What the reader takes of one file (sync.md 3.4), less what is not entries.
MAX_COUNT = reader.MAX_PIECES - 16
MAX_RAW = reader.MAX_RAW - 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What goes to one office: the files of it, and what they prove when they were written."""

    peer: Certificate
    addresses: Sequence[str]
    parts: list[list[Source]]
    manifests: list[Manifest]
    vector: bytes
    entries: int
    segments: int


def write(db: Database, folder: Path, peers: Finding, tell: Tell) -> list[Written]:
    """Write onto the stick what the peers are not proved to have, a file or a set of files for each.

    Raises Trouble when `peers` finds nobody, and when the stick fails.
    """
    tell(0, 0, "正在封装")
    with database.writing(db.engine) as connection:
        forks.refuse_barred(connection)
        revoking.freshen(connection, db)
        found = peers(connection)
        segments.seal_all(connection, db.node)
        bundles = [_bundle(connection, db, peer) for peer in found]
    return [written for bundle in bundles for written in _write_all(db, folder, bundle, tell)]


def _bundle(connection: Connection, db: Database, peer: Certificate) -> _Bundle:
    chain, believed = certificates.own_chain(connection), trust.load(connection)
    own = certificates.own(connection)
    scope = certificates.common(own, peer)
    held = digests.told_vector(connection, scope)
    told = anchors.told_before(connection, db.node)
    heard = forks.heard(connection, peer.node_id)
    vector = entries.pack(msgspec.structs.replace(held, heard=heard, anchors=told))
    anchors.remember(connection, db.node)
    head = [
        writer.small(PieceKind.CERTIFICATES, _certificates(connection, scope)),
        writer.small(PieceKind.TRUST, entries.pack(tuple(believed.lists))),
        writer.small(PieceKind.VECTOR, vector),
        *rotating.told(connection, db, peer),
        *forks.orders(connection, peer),
        writer.small(PieceKind.WANTED, blobs.wanted(connection, blobs_of(db), own, scope)),
    ]
    lacking = erasing.orders_first(connection, _lacking(connection, scope, peer))
    sources = [_source(connection, db, lack.segment) for lack in lacking]
    # The files after the entries: one that no row names is not taken.
    sources += blobs.sources(connection, db, peer, scope, lacking)
    parts = list(_parts(head, sources))
    manifests = [
        writer.manifest_for(connection, db, chain, peer.node_id, [s.piece for s in part], n, len(parts))
        for n, part in enumerate(parts, 1)
    ]
    addresses = rotating.addresses(believed, peer, milliseconds(db.clock.now()))
    return _Bundle(
        peer, addresses, parts, manifests, vector, sum(lack.count for lack in lacking), len(lacking)
    )


def _lacking(connection: Connection, scope: Scope, peer: Certificate) -> list[Lack]:
    """What the peer is not proved to have and may take."""
    found = vectors.lacking(connection, scope, vectors.of_peer(connection, peer.node_id))
    unheard = set(revoking.unheard(connection, found))
    return [lack for lack in found if lack not in unheard]


def _certificates(connection: Connection, scope: Scope) -> bytes:
    return entries.pack(tuple(certificates.concerning(connection, scope.prefix)))


def _write_all(db: Database, folder: Path, bundle: _Bundle, tell: Tell) -> Iterator[Written]:
    """All files of one office; only when the last is on the stick, its entries count as written."""
    total = len(bundle.parts)
    for n, (manifest, part) in enumerate(zip(bundle.manifests, bundle.parts, strict=True), 1):
        tell(n - 1, total, "正在写入U盘")
        path = folder / f"{manifest.bundle_id.hex()}.hhb"
        size = writer.write(path, db.node, bundle.addresses, manifest, part)
        with database.writing(db.engine) as connection:
            store.note_written(connection, db, manifest.bundle_id, bundle.peer.node_id, bundle.entries)
            if n == total:
                store.note_sent(connection, db, bundle.peer.node_id, bundle.vector)
        yield Written(
            path, manifest.bundle_id.hex(), bundle.entries, bundle.segments, size, bundle.peer.office
        )


def _source(connection: Connection, db: Database, number: int) -> Source:
    def stored() -> bytes:
        with db.engine.connect() as fresh:
            return segments.payload(fresh, number)

    return Source(segments.piece(connection, number), stored)


def _parts(head: list[Source], sources: list[Source]) -> Iterator[list[Source]]:
    """Each part carries certificates and vector, so that it can be taken alone and in any order."""
    part, stored, raw = list(head), 0, 0
    for source in sources:
        stored, raw = stored + source.piece.stored_len, raw + source.piece.raw_len
        if stored > MAX_PIECES or raw > MAX_RAW or len(part) >= MAX_COUNT:
            yield part
            part, stored, raw = list(head), source.piece.stored_len, source.piece.raw_len
        part.append(source)
    yield part
