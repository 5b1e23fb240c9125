"""What this node knows of others: certificates, their vectors, and what was set aside. None of it is synced."""

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from desktop.core.db import sight
from desktop.core.db.base import Base, Day, Id, Ledger, Merge, Region, StreamKind, synced


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
    """The newest vector of each incarnation of a node (sync.md 2.5). The one of the highest `turn` counts: a restored
    or cloned PC is told from a stick that comes late by the serial of its own incarnation."""

    __tablename__ = "peer"
    node_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    incarnation: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    serial: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    received: Mapped[int]
    turn: Mapped[int]


class SentRow(Base):
    """What was here when the newest bundle for a node reached a stick. Only shown, never proof that it arrived."""

    __tablename__ = "sent"
    node_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int]


class TrustListRow(Base):
    """The newest list of what a node revoked (sync.md 2.10)."""

    __tablename__ = "trust_list"
    node_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    at: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class TwinRow(Base):
    """A node of which there are two PCs: a stream of it has two heads (sync.md 2.9). `incarnation` is that of the later
    PC, empty while only the heads are known; that one is to be enrolled anew."""

    __tablename__ = "twin"
    node_id: Mapped[bytes] = mapped_column(Id, primary_key=True)
    incarnation: Mapped[bytes] = mapped_column(LargeBinary(8))
    at: Mapped[int]


class QuarantineRow(Base):
    """A segment that broke a rule, by the hash of its bytes; the file lies in the quarantine folder. One that had been
    taken before its author's key was revoked lies here itself."""

    __tablename__ = "quarantine"
    __table_args__ = {"info": sight.BY_REGION}
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    bundle_id: Mapped[bytes] = mapped_column(Id)
    sender: Mapped[bytes] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(Region)  # where it wanted to write, empty when that was not readable
    at: Mapped[int]
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)


class RegionDigestRow(Base):
    """The digest of a region's rows, and of the heads they were made from: made again only when these moved."""

    __tablename__ = "region_digest"
    __table_args__ = {"info": sight.BY_REGION}
    region: Mapped[str] = mapped_column(Region, primary_key=True)
    heads: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class DigestAlarmRow(Base):
    """Another office made other rows from the same entries (sync.md 2.3.7): how many were put right here, and whether
    both agree since."""

    __tablename__ = "digest_alarm"
    __table_args__ = {"info": sight.BY_REGION}
    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(Region)
    peer: Mapped[bytes] = mapped_column(Id)
    at: Mapped[int]
    repaired: Mapped[int]
    agrees: Mapped[bool]


class AuditAlarmRow(Base):
    """An office whose audit log does not say any more what its bundle had told up to `seq`."""

    __tablename__ = "audit_alarm"
    id: Mapped[int] = mapped_column(primary_key=True)
    peer: Mapped[bytes] = mapped_column(Id)
    seq: Mapped[int]
    at: Mapped[int]


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


class ReceiptRow(Ledger, Base):
    """A PC's answer to an order to erase: it blanked what it held of that row, so many entries (sync.md 2.8)."""

    __tablename__ = "erasure_receipt"
    __table_no__ = 4
    __stream__ = StreamKind.OFFICE
    __can_undo__ = False
    erased: Mapped[bytes] = synced(3, Id, Merge.FACT, index=True)
    day: Mapped[str] = synced(4, Day(), Merge.FACT)
    entries: Mapped[int] = synced(5, Integer, Merge.FACT)
