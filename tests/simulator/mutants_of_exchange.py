"""Planted defects of vectors, bundles, rights, forks, restores and digests."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.core import crypto
from desktop.core.db import database, entries, journal, local, witness
from desktop.core.db.log_tables import StreamRow
from desktop.features.sync import against, digests, forks, segments, taking, vectors, verify
from tests.simulator.chance import replaced
from tests.simulator.planting import always, plant

# --- vectors ----------------------------------------------------------------------------------------------------


def _on_send(of_peer: Any) -> Any:
    return lambda connection, node: vectors.sent_to(connection, node) or of_peer(connection, node)


def _no_wants(of_peer: Any) -> Any:
    def without(connection: Connection, node: bytes) -> Any:
        found = of_peer(connection, node)
        return found and msgspec.structs.replace(
            found, streams=tuple(msgspec.structs.replace(v, wants=()) for v in found.streams)
        )

    return without


def _only_own(lacking: Any) -> Any:
    def own(connection: Connection, scope: Any, vector: Any) -> Any:
        return [x for x in lacking(connection, scope, vector) if _is_own(connection, x.stream)]

    return own


def _is_own(connection: Connection, stream: int) -> bool:
    node = connection.exec_driver_sql("SELECT node FROM log_stream WHERE id = ?", (stream,)).scalar()
    return bool(node == local.own_id(connection))


def _held_unless_known(lacking_in: Any) -> Any:
    return lambda connection, stream, runs, there: (
        iter(()) if there is None else lacking_in(connection, stream, runs, there)
    )


def _one_more(own: Any) -> Any:
    """Says that it has what it only knows by name."""

    def all_(connection: Connection, scope: Any) -> Any:
        return tuple(
            msgspec.structs.replace(v, heads=v.heads + v.wants, wants=()) for v in own(connection, scope)
        )

    return all_


def _nothing_from_above(_: Any) -> Any:
    return property(lambda self: StreamRow.region.startswith(self.prefix))


def _first_only(seal_all: Any) -> Any:
    def sealed(connection: Connection, node: Any) -> int:
        with replaced(
            segments,
            "_runs",
            lambda rows, f=segments._runs: list(f(rows))[:0] if node.node_id[0] % 2 else f(rows),
        ):
            return int(seal_all(connection, node))

    return sealed


def _half_of_the_entries(fresh: Any) -> Any:
    return lambda connection, checked: fresh(connection, checked)[:-1] or fresh(connection, checked)


def _everything_again(_: Any) -> Any:
    return lambda connection, checked: list(zip(checked.entries, checked.hashes, strict=True))


plant("what was sent counts as arrived", vectors, "of_peer", _on_send)
plant("what is not proved counts as proved", vectors, "_lacking_in", _held_unless_known)
plant("gaps of the other are passed by", vectors, "of_peer", _no_wants)
plant("gaps are not told", vectors, "own", _one_more)
plant("what others wrote is not handed on", vectors, "lacking", _only_own)
plant("nothing comes from the counties above", vectors.Scope, "streams", _nothing_from_above)
plant("nothing is lacking anywhere", vectors, "lacking", always([]))
plant("some never seal", segments, "seal_all", _first_only)
plant("the last entry of a segment is left out", taking, "_fresh", _half_of_the_entries)
plant("what is known is applied again", taking, "_fresh", _everything_again)


# --- rights -----------------------------------------------------------------------------------------------------

plant("nobody looks at the region of an author", verify, "_may_write", always(True))
plant("nobody looks whose row it is", against, "_check_homes", always(None))
plant("anybody may spend", against, "_check_spending", always(None))
plant("an id may be anybody's", verify, "is_bound", always(True))
plant("a signature may be anybody's", verify, "_signed_by", always(True))


def _all_or_nothing(store: Any) -> Any:
    """One bad segment, and the rest is left."""

    def left(db: Any, reading: Any, piece: Any, stored: bytes) -> Any:
        return Counter() if reading.broken else store(db, reading, piece, stored)

    return left


plant("a bad segment holds back the others", taking, "_store", _all_or_nothing)


# --- forks, restores, kills -------------------------------------------------------------------------------------


def _no_forks(stored: Any) -> Any:
    def refused(connection: Connection, db: Any, checked: Any) -> Any:
        found = connection.exec_driver_sql(
            "SELECT 1 FROM log_entry e JOIN log_stream s ON s.id = e.stream WHERE e.seq = ? AND e.prev = ? "
            "AND e.hash != ? AND s.node = ?",
            (checked.header.first_seq, checked.header.prev, checked.hashes[0], checked.header.stream.node),
        ).first()
        if found:
            raise verify.Violation("fork")
        return stored(connection, db, checked)

    return refused


@contextmanager
def _half_kept(engine: Any) -> Iterator[Connection]:
    """Commits what there is, whatever happened."""
    with engine.connect() as raw:
        connection = raw.execution_options(write=True)
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.commit()


def _oldest_tip(_: Any) -> Any:
    def tip(connection: Connection, stream: Any) -> Any:
        no = journal.stream_no(connection, stream)
        found = connection.exec_driver_sql(
            "SELECT seq, hash FROM log_entry WHERE stream = ? ORDER BY seq LIMIT 1", (no,)
        ).first()
        seq, hash_ = found if found else (0, entries.NO_PREV)
        return journal._Tip(no, entries.pack(stream), seq, hash_)

    return tip


plant("a branch is refused", taking, "_stored", _no_forks)
plant("two heads raise no alarm", forks, "_note", always(None))
plant("a restored PC goes on as before", witness, "doubt", always(None))
plant("half a transaction is kept", database, "writing", lambda _: _half_kept)
plant("an entry follows the first one", journal, "read_tip", _oldest_tip)


# --- digests ----------------------------------------------------------------------------------------------------


def _by_place(of_region: Any) -> Any:
    return lambda connection, region, kinds: _unsorted(connection, region)


def _unsorted(connection: Connection, region: str) -> bytes:
    found = connection.exec_driver_sql(
        "SELECT rowid, id FROM person WHERE region = ? ORDER BY rowid", (region,)
    )
    return crypto.digest(repr(found.all()).encode())


plant("a digest depends on the order of arrival", digests, "of_region", _by_place)
