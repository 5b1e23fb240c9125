"""What was done on this PC, newest first: for the history page and for undo. Everybody sees what is in their region."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from desktop.core import masking
from desktop.core.db import registry
from desktop.core.db.base import StreamKind
from desktop.core.db.entries import Kind
from desktop.core.db.log_tables import ActionRow, EntryRow, StreamRow
from desktop.core.db.unit import Actor, Reader

_FINAL = (Kind.ERASE, Kind.MOVE_OUT, Kind.MOVE_IN)


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
    may_undo: (
        bool  # as far as the reader's rights and region go; what was changed again meanwhile undo itself says
    )
    is_final: bool = False  # nobody takes it back: the making of the office, an erasure, a move


def recent(reader: Reader, limit: int = 200) -> list[Action]:
    """The newest actions that wrote something else than their line in the audit log, and that the reader may see."""
    rows = reader.connection.execute(
        select(ActionRow.__table__)
        .where(ActionRow.entries > 0, ActionRow.table_names != "audit", *seen(reader.actor))
        .order_by(ActionRow.id.desc())
        .limit(limit)
    ).all()
    undone = set(reader.connection.scalars(select(ActionRow.undoes).where(ActionRow.undoes.is_not(None))))
    beyond, final = _beyond(reader, [r.id for r in rows]), _final(reader, rows)
    return [
        Action(
            r.key,
            told(reader.actor, r.name),
            datetime.fromtimestamp(r.at / 1000, UTC),
            r.entries,
            r.id in undone,
            r.undoes is not None,
            r.user,
            r.id not in beyond | final and _may_undo(reader.actor, r.table_names.split()),
            r.id in final,
        )
        for r in rows
    ]


def _may_undo(actor: Actor, tables: Collection[str]) -> bool:
    needed = {i.row.__undo_right__ for i in registry.by_number().values() if i.name in tables}
    return needed | {"undo"} <= actor.rights | {""}


def _final(reader: Reader, rows: Sequence[Row[Any]]) -> set[int]:
    """What undo refuses whoever asks: some tables, what was erased by order, and moves, which are answered by moves."""
    kept = {i.name for i in registry.by_number().values() if not getattr(i.row, "__can_undo__", True)}
    wanted = select(EntryRow.action).where(
        EntryRow.action.in_([r.id for r in rows]),
        or_(func.length(EntryRow.salt) == 0, EntryRow.kind.in_([k.value for k in _FINAL])),
    )
    found = {action for action in reader.connection.scalars(wanted.distinct()) if action is not None}
    return found | {r.id for r in rows if not kept.isdisjoint(r.table_names.split())}


def told(actor: Actor, name: str) -> str:
    """What somebody may read of an action's name."""
    return masking.digits(name) if actor.is_masked else name


def seen(actor: Actor) -> list[ColumnElement[bool]]:
    """Whose eyes end at a region sees what was done there, and what they did themselves."""
    if not actor.sees:
        return []
    wrote_there = (
        select(EntryRow.eid)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(EntryRow.action == ActionRow.id, StreamRow.region.startswith(actor.sees, autoescape=True))
    )
    return [or_(ActionRow.user == actor.id, wrote_there.exists())]


def _beyond(reader: Reader, actions: Collection[int]) -> set[int]:
    """Which of these wrote also where the reader's rights do not reach."""
    actor = reader.actor
    if not actor.sees:
        return set()
    elsewhere = and_(
        StreamRow.kind != StreamKind.AUDIT.value, ~StreamRow.region.startswith(actor.prefix, autoescape=True)
    )
    wanted = select(EntryRow.action).join(StreamRow, StreamRow.id == EntryRow.stream)
    found = reader.connection.scalars(wanted.where(EntryRow.action.in_(actions), elsewhere).distinct())
    return {action for action in found if action is not None}
