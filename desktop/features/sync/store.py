"""What this node remembers of its exchanges."""

from dataclasses import dataclass

from sqlalchemy import func, select

from desktop.core.db import local
from desktop.core.db.database import Database
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.db.unit import Reader
from desktop.features.sync.tables import BundleRow, CertificateRow


@dataclass(frozen=True, slots=True)
class Standing:
    """Where this PC stands: enrolled with whom, and what exists only here."""

    fingerprint: str
    parent: str
    unsent: int
    last_written: int  # milliseconds since 1970, 0 = never
    last_read: int
    children: int


def is_pending(db: Database) -> bool:
    """Whether this node asked to be enrolled and waits for the answer."""
    with db.engine.connect() as connection:
        return bool(local.get(connection, "enrol_pending", False))


def is_enrolled(db: Database) -> bool:
    with db.engine.connect() as connection:
        return bool(local.get(connection, "parent", b""))


def standing(db: Database, reader: Reader) -> Standing:
    connection = reader.connection
    parent = local.get(connection, "parent", b"")
    name = connection.scalar(
        select(CertificateRow.office).where(CertificateRow.node_id == parent).order_by(CertificateRow.cert_id)
    )
    unsent = connection.scalar(
        select(func.count())
        .select_from(EntryRow)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(EntryRow.segment.is_(None), StreamRow.node == db.node.node_id)
    )
    last = dict(
        connection.execute(select(BundleRow.direction, func.max(BundleRow.at)).group_by(BundleRow.direction))
        .tuples()
        .all()
    )
    children = connection.scalar(
        select(func.count(func.distinct(CertificateRow.node_id))).where(
            CertificateRow.node_id.not_in([db.node.node_id, parent])
        )
    )
    return Standing(
        db.node.fingerprint, name or "", unsent or 0, last.get("out", 0), last.get("in", 0), children or 0
    )
