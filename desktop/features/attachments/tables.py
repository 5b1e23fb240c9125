"""Attachments: who has which paper. The files themselves lie outside the database (core/blobs.py)."""

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped

from desktop.core.db.base import Base, Day, Id, Merge, Synced, synced


class AttachmentRow(Synced, Base):
    """The same file attached in two offices is two rows: adding wins, and nobody's paper replaces another's."""

    __tablename__ = "attachment"
    __table_no__ = 15
    __blob__ = "sha256"
    household_id: Mapped[bytes] = synced(
        2,
        Id,
        Merge.IDENTITY,
        ForeignKey("household.id", deferrable=True, initially="DEFERRED"),
        index=True,
    )
    title: Mapped[str] = synced(3, String(40), Merge.FACT, title="附件名称")
    note: Mapped[str | None] = synced(4, String(200), Merge.FACT, title="附件说明", nullable=True)
    kind: Mapped[str] = synced(5, String(20), Merge.IDENTITY)
    sha256: Mapped[bytes] = synced(6, LargeBinary(32), Merge.IDENTITY, index=True)
    size: Mapped[int] = synced(7, Integer, Merge.IDENTITY)
    taken_at: Mapped[str | None] = synced(8, String(16), Merge.FACT, nullable=True)
    added_on: Mapped[str] = synced(9, Day(), Merge.FACT)
    thumb: Mapped[bytes | None] = synced(10, LargeBinary, Merge.IDENTITY, nullable=True)
