"""What offices above lay down; it travels down as a broadcast, and only from who may change dictionaries."""

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import Mapped

from desktop.core.db.base import DICTIONARY, Base, Day, Merge, StreamKind, Synced, synced
from desktop.features.standards.rules import RIGHT


class _LaidDown(Synced):
    __stream__ = StreamKind.BROADCAST
    __cap__ = DICTIONARY
    __undo_right__ = RIGHT


class CodeEditRow(_LaidDown, Base):
    """A code is added, called otherwise, or ends (core/code_edits). Nothing of it is edited later: it is taken back."""

    __tablename__ = "code_edit"
    __table_no__ = 40
    list_name: Mapped[str] = synced(2, String(40), Merge.AUTHORITY)
    code: Mapped[str] = synced(3, String(12), Merge.AUTHORITY, title="代码")
    what: Mapped[str] = synced(4, String(8), Merge.AUTHORITY)
    name: Mapped[str] = synced(5, String(80), Merge.AUTHORITY, title="名称")
    day: Mapped[str] = synced(6, Day(), Merge.AUTHORITY, title="日期")
    note: Mapped[str | None] = synced(7, String(200), Merge.AUTHORITY, title="依据", nullable=True)


class StandardRow(_LaidDown, Base):
    """A line or number of a year."""

    __tablename__ = "standard"
    __table_no__ = 41
    kind: Mapped[str] = synced(2, String(20), Merge.AUTHORITY)
    year: Mapped[int] = synced(3, Integer, Merge.AUTHORITY)
    value: Mapped[int] = synced(4, Integer, Merge.AUTHORITY)
    source: Mapped[str | None] = synced(5, String(200), Merge.AUTHORITY, title="依据", nullable=True)


class SpecialDayRow(_LaidDown, Base):
    """A day that is worked, or free, unlike the published calendar says."""

    __tablename__ = "special_day"
    __table_no__ = 42
    day: Mapped[str] = synced(2, Day(), Merge.AUTHORITY, title="日期")
    is_worked: Mapped[bool] = synced(3, Boolean, Merge.AUTHORITY)
    note: Mapped[str | None] = synced(4, String(60), Merge.AUTHORITY, title="说明", nullable=True)
