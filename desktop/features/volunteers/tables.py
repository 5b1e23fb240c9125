"""Volunteers, and the double-entry ledger of whole points."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped

from desktop.core.db.base import Base, Day, Id, Ledger, Merge, Synced, synced
from desktop.features.volunteers.model import TransferKind


class VolunteerRow(Synced, Base):
    """A volunteer; the row's id is also the account of the points. Only `spending_node` may spend from it."""

    __tablename__ = "volunteer"
    __table_no__ = 30
    name: Mapped[str] = synced(2, String(60), Merge.IDENTITY, title="姓名")
    phone: Mapped[str | None] = synced(3, String(40), Merge.FACT, title="电话", nullable=True)
    id_number: Mapped[str | None] = synced(4, String(40), Merge.IDENTITY, title="证件号码", nullable=True)
    skills: Mapped[str | None] = synced(5, String(200), Merge.FACT, title="特长", nullable=True)
    spending_node: Mapped[bytes] = synced(6, Id, Merge.AUTHORITY)


class PointsRow(Ledger, Base):
    """One transfer of whole points from account `debit` to account `credit`; amount is positive."""

    __tablename__ = "points"
    __table_no__ = 31
    __mirrored__ = ("debit", "credit", "amount")
    __spends__ = ("debit", VolunteerRow, "spending_node")
    debit: Mapped[bytes] = synced(3, Id, Merge.FACT, index=True)
    credit: Mapped[bytes] = synced(4, Id, Merge.FACT, index=True)
    amount: Mapped[int] = synced(5, Integer, Merge.FACT)
    day: Mapped[str] = synced(6, Day(), Merge.FACT, title="日期")
    kind: Mapped[str] = synced(7, String(12), Merge.FACT)
    reason: Mapped[str] = synced(8, String(200), Merge.FACT, title="事由")
    source: Mapped[bytes | None] = synced(9, Id, Merge.FACT, nullable=True)

    @classmethod
    def is_sound(cls, values: Mapping[str, Any]) -> bool:
        """An amount below one would be a transfer the other way."""
        return values["amount"] is not None and values["amount"] >= 1

    @classmethod
    def opposite(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a reversal of the row with these values says; undo books it as it is (core/db/undo.py)."""
        return {
            "debit": values["credit"],
            "credit": values["debit"],
            "amount": values["amount"],
            "day": values["day"],
            "kind": TransferKind.REVERSAL.value,
            "reason": values["reason"],
        }
