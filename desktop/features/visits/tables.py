"""Visits. A correction is a new visit that names the one it replaces."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped

from desktop.core.db.base import Base, Day, Id, Merge, Synced, synced


class VisitRow(Synced, Base):
    __tablename__ = "visit"
    __table_no__ = 20
    household_id: Mapped[bytes] = synced(
        2,
        Id,
        Merge.IDENTITY,
        ForeignKey("household.id", deferrable=True, initially="DEFERRED"),
        index=True,
    )
    day: Mapped[str] = synced(3, Day(), Merge.FACT, title="走访日期", index=True)
    kind: Mapped[str] = synced(4, String(12), Merge.FACT)
    visitor: Mapped[str] = synced(5, String(60), Merge.FACT, title="走访人", index=True)
    findings: Mapped[str] = synced(6, Text, Merge.FACT, title="走访情况")
    request: Mapped[str | None] = synced(7, Text, Merge.FACT, title="群众诉求", nullable=True)
    solution: Mapped[str | None] = synced(8, Text, Merge.FACT, title="解决情况", nullable=True)
    replaces: Mapped[bytes | None] = synced(
        9,
        Id,
        Merge.IDENTITY,
        ForeignKey("visit.id", deferrable=True, initially="DEFERRED"),
        nullable=True,
        index=True,
    )
    why: Mapped[str | None] = synced(10, String(200), Merge.FACT, title="更正原因", nullable=True)
