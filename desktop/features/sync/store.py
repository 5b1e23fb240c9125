"""What this node remembers of its exchanges."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from desktop.core.clock import milliseconds
from desktop.core.db import local
from desktop.core.db.database import Database
from desktop.core.db.unit import Reader
from desktop.features.sync.model import Outcome
from desktop.features.sync.tables import BundleRow, CertificateRow, SentRow


@dataclass(frozen=True, slots=True)
class Standing:
    """Where this PC stands: enrolled with whom, and when it last exchanged."""

    fingerprint: str
    parent: str
    last_written: int  # milliseconds since 1970, 0 = never
    last_read: int
    children: int


def is_pending(db: Database) -> bool:
    """Whether this node asked to be enrolled and waits for the answer."""
    with db.engine.connect() as connection:
        return bool(local.get(connection, "enrol_pending", False))


def is_enrolled(db: Database) -> bool:
    """Below an office above, and still under the name that it was enrolled with."""
    with db.engine.connect() as connection:
        return bool(local.get(connection, "parent", b"")) and not local.get(connection, "barred", "")


def standing(db: Database, reader: Reader) -> Standing:
    connection = reader.connection
    parent = local.get(connection, "parent", b"")
    name = connection.scalar(
        select(CertificateRow.office).where(CertificateRow.node_id == parent).order_by(CertificateRow.cert_id)
    )
    newest = select(BundleRow.direction, func.max(BundleRow.at)).group_by(BundleRow.direction)
    last = {direction: at for direction, at in connection.execute(newest)}
    children = connection.scalar(
        select(func.count(func.distinct(CertificateRow.node_id))).where(
            CertificateRow.node_id.not_in([db.node.node_id, parent])
        )
    )
    return Standing(db.node.fingerprint, name or "", last.get("out", 0), last.get("in", 0), children or 0)


def note_written(connection: Connection, db: Database, bundle_id: bytes, peer: bytes, count: int) -> None:
    note_bundle(connection, db, bundle_id, "out", peer, Outcome.APPLIED, count)


def note_sent(connection: Connection, db: Database, peer: bytes, vector: bytes) -> None:
    """Everything for that office lies on a stick now. That it arrived, only its vector proves."""
    connection.execute(delete(SentRow).where(SentRow.node_id == peer))
    at = milliseconds(db.clock.now())
    connection.execute(insert(SentRow).values(node_id=peer, vector=vector, at=at))


def note_bundle(
    connection: Connection,
    db: Database,
    bundle_id: bytes,
    direction: str,
    peer: bytes,
    outcome: Outcome,
    count: int,
) -> None:
    """Write down that a bundle was written or read. Reading it once more, with nothing new, changes nothing."""
    known = connection.scalar(select(BundleRow.bundle_id).where(BundleRow.bundle_id == bundle_id))
    if known is not None and outcome is Outcome.NOTHING_NEW:
        return
    connection.execute(delete(BundleRow).where(BundleRow.bundle_id == bundle_id))
    connection.execute(
        insert(BundleRow).values(
            bundle_id=bundle_id,
            direction=direction,
            peer=peer,
            outcome=outcome.value,
            entries=count,
            at=milliseconds(db.clock.now()),
        )
    )
