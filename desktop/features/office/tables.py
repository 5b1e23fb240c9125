"""Users, the places that the shipped divisions do not know, and the audit log."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped

from desktop.core.db.base import Base, Day, Id, Ledger, Merge, Region, StreamKind, Synced, synced


class UserRow(Synced, Base):
    """A user of this office's program. The password lies in keys.json, not here."""

    __tablename__ = "user"
    __table_no__ = 1
    __stream__ = StreamKind.OFFICE
    __can_undo__ = False  # undoing the making of the office would lock everybody out
    login: Mapped[str] = synced(2, String(40), Merge.IDENTITY, title="用户名")
    name: Mapped[str] = synced(3, String(40), Merge.IDENTITY, title="姓名")
    roles: Mapped[str] = synced(4, String(200), Merge.AUTHORITY)  # joined by spaces
    prefix: Mapped[str] = synced(5, Region, Merge.AUTHORITY)


class PlaceRow(Synced, Base):
    """A place that has no published code yet, proposed by an office. `key` is permanent (sync.md 2.1)."""

    __tablename__ = "place"
    __table_no__ = 2
    __stream__ = StreamKind.BROADCAST
    key: Mapped[str] = synced(2, Region, Merge.IDENTITY, index=True)
    parent: Mapped[str] = synced(3, Region, Merge.AUTHORITY)
    name: Mapped[str] = synced(4, String(80), Merge.AUTHORITY, title="地名")
    level: Mapped[str] = synced(5, String(12), Merge.AUTHORITY)
    code: Mapped[str | None] = synced(6, Region, Merge.AUTHORITY)  # the published code, once there is one
    since: Mapped[str | None] = synced(7, Day(), Merge.AUTHORITY)
    until: Mapped[str | None] = synced(8, Day(), Merge.AUTHORITY)


class AuditRow(Ledger, Base):
    """Who did what that must be known later. A ledger: triggers refuse every change, and each line is an entry of a
    stream of its own, linked by hash to the one before."""

    __tablename__ = "audit"
    __table_no__ = 3
    __stream__ = StreamKind.AUDIT
    at: Mapped[str] = synced(3, String(25), Merge.FACT, index=True)
    user: Mapped[bytes] = synced(4, Id, Merge.FACT)
    login: Mapped[str] = synced(5, String(40), Merge.FACT)
    name: Mapped[str] = synced(6, String(40), Merge.FACT)
    event: Mapped[str] = synced(7, String(20), Merge.FACT)
    about: Mapped[str] = synced(8, Text, Merge.FACT)
    reason: Mapped[str] = synced(9, String(200), Merge.FACT)
