"""What this node knows of others: certificates, their vectors, and what was set aside. None of it is synced."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.core.db.base import Base, Id, Region


class CertificateRow(Base):
    """A certificate that was checked: its signed bytes and what lists need of it."""

    __tablename__ = "certificate"
    cert_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    node_id: Mapped[bytes] = mapped_column(Id, index=True)
    office: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(Region)
    level: Mapped[str] = mapped_column(String(12))
    issuer: Mapped[bytes] = mapped_column(Id)
    block: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class PeerRow(Base):
    """The newest vector received from a node (sync.md 2.5), and the newest serial."""

    __tablename__ = "peer"
    node_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    incarnation: Mapped[bytes] = mapped_column(LargeBinary(8))
    serial: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    received: Mapped[int]


class BundleRow(Base):
    """A bundle that was read or written here."""

    __tablename__ = "bundle"
    bundle_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    direction: Mapped[str] = mapped_column(String(4))  # in, out
    peer: Mapped[bytes] = mapped_column(Id)
    outcome: Mapped[str] = mapped_column(String(20))
    entries: Mapped[int]
    at: Mapped[int]


class WaitingRow(Base):
    """A row that cannot be shown yet, because the row it points at has not arrived (sync.md 2.3.5)."""

    __tablename__ = "waiting_row"
    row: Mapped[bytes] = mapped_column(Id, primary_key=True)
    table_no: Mapped[int]
    waits_for: Mapped[bytes] = mapped_column(Id, index=True)
