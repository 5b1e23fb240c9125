"""What still points at rows that an undo takes away: later work would hang in the air, to be reached nowhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, and_, func, or_, select
from sqlalchemy.orm import aliased

from desktop.core import masking
from desktop.core.clock import BEIJING
from desktop.core.db import registry
from desktop.core.db.entries import Kind
from desktop.core.db.log_tables import ActionRow, EntryRow
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem


def refuse_if_needed(unit: Unit, number: int) -> None:
    """To be asked when `unit` has taken action `number` back: what belonged to it is gone, what is left came later."""
    for info, column, target in _pointers():
        wanted = _left(unit, number, info, column, target)
        found = unit.connection.scalar(wanted)
        if found is not None:
            raise Refused([Problem("undo.needed", "", _sentence(_last_step(unit, found)))])


def _pointers() -> Iterator[tuple[TableInfo, Column[Any], TableInfo]]:
    """The columns of synced rows that name another synced row: its foreign keys, and the accounts of a ledger, which
    have none because an office is an account too. A row may outlive an older version of itself (a corrected visit)."""
    by_name = {info.name: info for info in registry.by_number().values()}
    for info in by_name.values():
        for column in info.columns.values():
            for key in column.foreign_keys:
                if key.column.table is not info.table:
                    yield info, column, by_name[key.column.table.name]
            if info.ledger and info.row.__spends__ and _is_account(info, column):
                yield info, column, registry.info(info.row.__spends__[1])


def _is_account(info: TableInfo, column: Column[Any]) -> bool:
    """The ids that a reversal has from the line it reverses: from where to where."""
    return column.name in info.row.__mirrored__ and isinstance(column.type, LargeBinary)


def _left(unit: Unit, number: int, info: TableInfo, column: Column[Any], target: TableInfo) -> Any:
    """The newest living row that names one which the action had made, or, when it had brought that one back, was
    written since: what had always pointed at a removed row is as it was."""
    taken = aliased(EntryRow)
    last = aliased(EntryRow)
    end = select(func.max(EntryRow.hlc)).where(EntryRow.action == number).scalar_subquery()
    is_later = and_(last.hlc > end, last.action.is_distinct_from(unit.action))
    gone = select(taken.row).where(taken.action == number, taken.table_no == target.no)
    return (
        select(info.table.c.id)
        .outerjoin(last, last.eid == info.table.c.version)
        .where(_lives(info))
        .where(
            or_(
                column.in_(gone.where(taken.kind == Kind.CREATE)),
                and_(is_later, column.in_(gone.where(taken.kind == Kind.RESTORE))),
            )
        )
        .order_by(last.hlc.desc())
        .limit(1)
    )


def _lives(info: TableInfo) -> ColumnElement[bool]:
    """A line of a ledger and its reversal are both as if they had never been."""
    if not info.ledger:
        alive: Column[bool] = info.table.c.alive
        return alive
    line, other = info.table.c, info.table.alias()
    is_reversed = select(other.c.id).where(other.c.reverses == line.id).exists()
    return and_(line.reverses.is_(None), ~is_reversed)


def _last_step(unit: Unit, row: bytes) -> Any:
    """The step that wrote the row last, before this undo; None when another office did."""
    wanted = (
        select(EntryRow.action)
        .where(or_(and_(EntryRow.row == row, EntryRow.row != EntryRow.eid), EntryRow.eid == row))
        .where(EntryRow.action.is_distinct_from(unit.action))
        .order_by(EntryRow.hlc.desc())
        .limit(1)
    )
    number = unit.connection.scalar(wanted)
    return unit.connection.execute(select(ActionRow.name, ActionRow.at).where(ActionRow.id == number)).first()


def _sentence(step: Any) -> str:
    if step is None:
        return "别的办公室送来的变更用到了这一步新增的内容，不能整步撤销；请逐项更正"
    at = datetime.fromtimestamp(step.at / 1000, UTC).astimezone(BEIJING)
    return f"之后的“{masking.digits(step.name)}”（{at:%m-%d %H:%M}）用到了这一步新增的内容；请先撤销那一步，再撤销这一步"
