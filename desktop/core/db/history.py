"""What was done on this PC, newest first: for the history page and for undo."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from desktop.core.db.log_tables import ActionRow
from desktop.core.db.unit import Reader


@dataclass(frozen=True, slots=True)
class Action:
    """`entries` is how many changes the log has of it; nothing to undo where there are none."""

    key: bytes
    name: str
    at: datetime
    entries: int
    is_undone: bool
    is_undo: bool
    user: bytes


def recent(reader: Reader, limit: int = 200) -> list[Action]:
    """The newest actions that wrote something else than their line in the audit log."""
    wrote = (ActionRow.entries > 0) & (ActionRow.table_names != "audit")
    rows = reader.connection.execute(
        select(ActionRow.__table__).where(wrote).order_by(ActionRow.id.desc()).limit(limit)
    ).all()
    undone = set(reader.connection.scalars(select(ActionRow.undoes).where(ActionRow.undoes.is_not(None))))
    return [
        Action(
            r.key,
            r.name,
            datetime.fromtimestamp(r.at / 1000, UTC),
            r.entries,
            r.id in undone,
            r.undoes is not None,
            r.user,
        )
        for r in rows
    ]
