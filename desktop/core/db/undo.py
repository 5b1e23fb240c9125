"""Undo: a new action that says the opposite of an old one. Nothing is erased (architecture 5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select, update

from desktop.core.clock import milliseconds
from desktop.core.db import entries, local, referring, registry
from desktop.core.db.base import ALIVE, StreamKind
from desktop.core.db.entries import CREATING, Kind
from desktop.core.db.heads import Heads
from desktop.core.db.log_tables import ActionRow, EntryRow, StreamRow
from desktop.core.db.unit import BATCH, Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem

Change = tuple[bytes, dict[str, Any]]
Question = tuple[bytes, str, list[Any]]  # a row, a column, and what several said of it
# A slip of the hand is taken back at once; later, what stands in a ledger is reversed by two people.
_SLIP = 10 * 60 * 1000


def undo(unit: Unit, action_key: bytes) -> int:
    """Take back the action of that key; gives how many entries were answered.

    Raises Refused when a later change touched the same fields or points at what would go, when it was taken back
    already, and when the actor may not write there.
    """
    action = unit.connection.execute(select(ActionRow.__table__).where(ActionRow.key == action_key)).first()
    if action is None:
        raise Refused([Problem("undo.unknown", "", "这一步不在本机的记录里，不能撤销")])
    number = action.id
    is_own_slip = action.user == unit.actor.id and _is_recent(unit, action)
    for region in _regions(unit, number):
        unit.require("undo", region)
    _refuse_final(unit, number)
    done = 0
    unit.name = f"撤销：{action.name}"
    unit.connection.execute(update(ActionRow).where(ActionRow.id == unit.action).values(undoes=number))
    # Newest first: people go before the household they belong to.
    for table_no in sorted(_tables(unit, number), reverse=True):
        info = registry.by_number()[table_no]
        if info.stream is StreamKind.AUDIT:
            continue  # that it was done stays true
        if info.row.__undo_right__:
            unit.require(info.row.__undo_right__)
        if not getattr(info.row, "__can_undo__", True):
            raise Refused([Problem("undo.never", "", "这一步不能撤销")])
        if info.ledger and not is_own_slip:
            raise Refused(
                [
                    Problem(
                        "undo.ledger", "", "积分过了十分钟，或不是自己记的，就不能撤销；请到“志愿积分”里冲正"
                    )
                ]
            )
        done += _undo_table(unit, info, number)
    referring.refuse_if_needed(unit, number)
    return done


def _refuse_final(unit: Unit, number: int) -> None:
    """What was erased by order does not come back, and a move is answered by another move."""
    wanted = select(EntryRow.kind, func.length(EntryRow.salt).label("salt")).where(EntryRow.action == number)
    found = unit.connection.execute(wanted.distinct()).all()
    if any(e.salt == 0 or e.kind == Kind.ERASE for e in found):
        raise Refused([Problem("undo.erased", "", "这一步涉及已依法删除的内容，不能撤销")])
    if any(e.kind in (Kind.MOVE_OUT, Kind.MOVE_IN) for e in found):
        raise Refused([Problem("undo.moved", "", "迁移不能整步撤销，请把这一户再迁回原来的地方")])


def _is_recent(unit: Unit, action: Any) -> bool:
    """By the log's clock, which never runs back: whoever sets the PC's clock back gains no second ten minutes."""
    now = milliseconds(unit.now)
    began = unit.connection.scalar(select(func.min(EntryRow.hlc)).where(EntryRow.action == action.id))
    newest = max(int(local.get(unit.connection, "hlc", 0)) >> 16, now)
    return now >= action.at and newest - ((began or 0) >> 16) < _SLIP


def _tables(unit: Unit, number: int) -> list[int]:
    found = unit.connection.execute(select(EntryRow.table_no).where(EntryRow.action == number).distinct())
    return [row.table_no for row in found]


def _regions(unit: Unit, number: int) -> list[str]:
    """The regions that the action wrote in; its line in the audit log is not taken back."""
    wanted = select(StreamRow.region).join(EntryRow, EntryRow.stream == StreamRow.id)
    wanted = wanted.where(EntryRow.action == number, StreamRow.kind != StreamKind.AUDIT.value)
    return list(unit.connection.scalars(wanted.distinct()))


def _undo_table(unit: Unit, info: registry.TableInfo, number: int) -> int:
    wanted = (
        select(EntryRow.eid, EntryRow.kind, EntryRow.row, EntryRow.body)
        .where(EntryRow.action == number, EntryRow.table_no == info.no)
        .order_by(EntryRow.row, EntryRow.hlc.desc())
    )
    found = unit.connection.execute(wanted).all()
    for batch in _batches(found):
        if info.ledger:
            _reverse(unit, info, batch)
        else:
            questions: list[Question] = []
            unit.change_many(info.row, _opposites(unit, info, batch, questions))
            for row, name, values in questions:
                unit.dispute(info.row, row, name, values)
    return len(found)


def _batches(found: Iterable[Any]) -> Iterator[list[Any]]:
    """Entries in batches that never part those of one row."""
    batch: list[Any] = []
    for _, of_row in groupby(found, key=attrgetter("row")):
        batch += of_row
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _reverse(unit: Unit, info: registry.TableInfo, batch: Sequence[Any]) -> None:
    for entry in batch:
        if entry.kind != Kind.LEDGER:
            raise Refused([Problem("undo.reversal", "", "冲正本身不能再撤销，请重新记一笔")])
        original = unit.connection.execute(select(info.table).where(info.table.c.id == entry.row)).one()
        unit.reverse(info.row, entry.row, original.region, **info.row.opposite(original._mapping))


def _opposites(
    unit: Unit, info: registry.TableInfo, batch: Sequence[Any], questions: list[Question]
) -> list[Change]:
    """What takes these entries back. What settled a conflict goes to `questions`: it is open again."""
    heads = Heads.read(unit.connection, [e.row for e in batch])
    changes: defaultdict[bytes, dict[str, Any]] = defaultdict(dict)
    before = _Before(unit, [e for e in batch if e.kind != Kind.CREATE])
    # Of each row the newest first: what this very action changed twice is no edit of others.
    for entry in batch:
        if entry.kind == Kind.CREATE:
            _refuse_if_edited(heads, entry.row, info.columns, entry.eid)
            changes[entry.row]["alive"] = False
            continue
        for field, (_, bases) in entries.unpack_body(entry.body).items():
            if info.columns[field].name in info.tags:
                # A label added stays: taking one away is an edit of its own.
                if heads.of(entry.row, field) == [entry.eid]:
                    heads.move_back(entry.row, field, bases)
                continue
            _refuse_if_edited(heads, entry.row, [field], entry.eid)
            said = before.values(bases, field) if field != ALIVE else []
            if len(said) > 1:
                questions.append((entry.row, info.columns[field].name, said))
            else:
                changes[entry.row][info.columns[field].name] = before.value(bases, field)
            heads.move_back(entry.row, field, bases)
    return list(changes.items())


def _refuse_if_edited(heads: Heads, row: bytes, fields: Any, eid: bytes) -> None:
    if any(heads.of(row, f) != [eid] for f in fields):
        raise Refused([Problem("undo.edited", "", "之后又有人改过同一处，不能整步撤销；请逐项更正")])


class _Before:
    """What fields were before some entries: the entries that these name as their bases, each read once."""

    def __init__(self, unit: Unit, edits: Sequence[Any]) -> None:
        bodies = (entries.unpack_body(e.body) for e in edits)
        wanted = {base for body in bodies for _, bases in body.values() for base in bases}
        found = unit.connection.execute(
            select(EntryRow.eid, EntryRow.kind, EntryRow.body).where(EntryRow.eid.in_(wanted))
        )
        self._said = {e.eid: (e.kind, entries.unpack_body(e.body)) for e in found}

    def value(self, bases: list[bytes], field: int) -> Any:
        """The value that the (first known) base gave the field."""
        kind, body = next((self._said[b] for b in bases if b in self._said), (Kind.CREATE, {field: None}))
        said = body.get(field, True if field == 1 else None)
        return said if kind in CREATING else said[0] if isinstance(said, list) else said

    def values(self, bases: list[bytes], field: int) -> list[Any]:
        """The different values that the bases gave the field, in the order of their ids."""
        found = [self.value([b], field) for b in sorted(bases) if b in self._said]
        return [v for n, v in enumerate(found) if v not in found[:n]]
