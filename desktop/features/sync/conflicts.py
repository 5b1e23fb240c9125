"""What people disagree on: listed with all values, their authors and times; settled by choosing one or typing another.

A settlement is an ordinary edit that names all the versions it saw: it can be undone, and it merges as any edit does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from desktop.core import masking
from desktop.core.db import entries, registry
from desktop.core.db.base import ALIVE, Merge, Tags
from desktop.core.db.entries import CREATING
from desktop.core.db.log_tables import ConflictRow, EntryRow, StreamRow
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.sync import belonging, certificates, moving, stays
from desktop.features.sync.merge import LEVELS, with_labels

RIGHT = "register.change"
REGION = "region"  # what a question is about when moves brought a row to several places at once
_unpack = msgspec.msgpack.Decoder(list[bytes]).decode
_C = ConflictRow.__table__.c


@dataclass(frozen=True, slots=True)
class Claim:
    """What one office says. `user` is empty when the name did not travel. Where a row was taken out of use by one and
    edited by another, `value` is False or True, and `edited` names the fields of the edit."""

    eid: bytes
    value: Any
    user: str
    office: str
    level: str
    at: int  # milliseconds since 1970
    is_clock_good: bool
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of one row that has several newest values. `shown` stands there until it is settled."""

    row: bytes
    table: str
    field: str
    merge: Merge
    region: str
    shown: Any
    claims: tuple[Claim, ...]


def count(reader: Reader) -> int:
    return reader.connection.scalar(select(func.count()).select_from(ConflictRow).where(_asked())) or 0


def _asked() -> ColumnElement[bool]:
    """What belongs to a household is where that is: nobody is asked twice."""
    alone = [i.no for i in belonging.tables_owning() if belonging.stands_alone(i)]
    return or_(_C.field != stays.MOVE, _C.table_no.in_(alone))


def count_of(reader: Reader, rows: Sequence[bytes]) -> int:
    """How many are open of these rows: a household and its people."""
    wanted = select(func.count()).select_from(ConflictRow).where(_C.row.in_(rows))
    return reader.connection.scalar(wanted) or 0


def of_row(reader: Reader, row: bytes) -> list[Conflict]:
    """What is open of one row, for its page."""
    return _conflicts(reader, reader.connection.execute(_wanted().where(_C.row == row)).all())


def conflicts(reader: Reader, region: str = "", limit: int = 200, offset: int = 0) -> list[Conflict]:
    """What is open in a region, by place; a page of it."""
    wanted = _wanted().where(_C.region.startswith(region)).limit(limit).offset(offset)
    return _conflicts(reader, reader.connection.execute(wanted).all())


def _wanted() -> Any:
    return select(ConflictRow.__table__).where(_asked()).order_by(_C.region, _C.table_no, _C.row, _C.field)


def _conflicts(reader: Reader, found: Sequence[Row[Any]]) -> list[Conflict]:
    said = _said(reader.connection, {eid for line in found for eid in _unpack(line.heads)})
    known = registry.by_number()
    return [
        conflict
        for line in found
        if line.table_no in known and (conflict := _conflict(reader, line, known[line.table_no], said))
    ]


def _said(connection: Connection, eids: Iterable[bytes]) -> dict[bytes, Row[Any]]:
    """The entries with their authors."""
    by = certificates.offices().subquery()
    wanted = (
        select(EntryRow.__table__, StreamRow.region, by.c.office, by.c.level)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .outerjoin(by, by.c.node_id == StreamRow.node)
    )
    found: dict[bytes, Row[Any]] = {}
    ids = list(eids)
    for start in range(0, len(ids), 400):
        part = EntryRow.eid.in_(ids[start : start + 400])
        found |= {r.eid: r for r in connection.execute(wanted.where(part))}
    return found


def _conflict(
    reader: Reader, line: Row[Any], info: TableInfo, said: Mapping[bytes, Row[Any]]
) -> Conflict | None:
    name = _name(info, line.field)
    row = info.table.c
    shown = reader.connection.execute(select(row[name]).where(row.id == line.row)).first()
    if shown is None:
        return None  # of a place that this user does not see
    heads = [said[eid] for eid in _unpack(line.heads) if eid in said]
    users = office.names_of_users(reader, {entry.user for entry in heads})
    value = _in_words(reader, shown[0]) if line.field == stays.MOVE else shown[0]
    claims = (_claim(reader, info, line.field, entry, users, value) for entry in heads)
    return Conflict(
        line.row,
        info.name,
        name,
        info.classes.get(line.field, Merge.AUTHORITY),
        line.region,
        value,
        tuple(sorted(claims, key=lambda c: (c.at, c.eid))),
    )


def _name(info: TableInfo, number: int) -> str:
    return REGION if number == stays.MOVE else info.columns[number].name


def _in_words(reader: Reader, region: str) -> str:
    return office.PlaceNames(reader.connection).of(region)


def _claim(
    reader: Reader, info: TableInfo, number: int, entry: Row[Any], users: Mapping[bytes, str], shown: Any
) -> Claim:
    body = entries.unpack_body(entry.body)
    edited = tuple(info.columns[n].name for n in sorted(body) if n in info.columns and n != ALIVE)
    name = _name(info, number)
    if number == stays.MOVE:
        value: Any = _in_words(reader, entry.region)
    else:
        value = _labels(_value(entry.kind, body, number), shown, info, number, entry.kind)
    return Claim(
        entry.eid,
        masking.value(name, value) if reader.actor.is_masked else value,
        users.get(entry.user, ""),
        entry.office or "",
        entry.level or "",
        entry.hlc >> 16,
        not entry.clock_flag,
        edited if number == ALIVE else (),
    )


def _value(kind: str, body: dict[int, Any], number: int) -> Any:
    """What an entry says of a field; an edit of something else says that the row is in use."""
    if number not in body:
        return True if number == ALIVE else None
    return body[number] if kind in CREATING else body[number][0]


def _labels(value: Any, shown: Any, info: TableInfo, number: int, kind: str) -> Any:
    """Of labels an edit says which it added and which it took away: what would stand there with it."""
    is_edit = info.classes[number] is Merge.TAGS and kind not in CREATING
    return with_labels(shown, value) if is_edit else value


def choose(unit: Unit, row: bytes, field: str, eid: bytes) -> None:
    """Settle by taking what one of them said."""
    info, line = _open(unit, row, field)
    if line.field == stays.MOVE:
        unit.name = "处理不一致"
        moving.settle_place(unit, info, row, eid)
        return
    entry = _said(unit.connection, _unpack(line.heads)).get(eid)
    if entry is None:
        raise _gone()
    value = _value(entry.kind, entries.unpack_body(entry.body), line.field)
    column = info.table.c[field]
    shown = unit.connection.scalar(select(column).where(info.table.c.id == row))
    _settle(unit, info, line, _labels(value, shown, info, line.field, entry.kind))


def settle(unit: Unit, row: bytes, field: str, value: Any) -> None:
    """Settle by a value that somebody typed, checked and in the form in which the column keeps it."""
    info, line = _open(unit, row, field)
    _settle(unit, info, line, value)


def _open(unit: Unit, row: bytes, field: str) -> tuple[TableInfo, Row[Any]]:
    lines = unit.connection.execute(select(ConflictRow.__table__).where(_C.row == row)).all()
    known = registry.by_number()
    for line in lines:
        info = known[line.table_no]
        if _name(info, line.field) == field:
            return info, line
    raise _gone()


def _gone() -> Refused:
    return Refused([Problem("conflict.gone", "", "这一处已经有人处理过了，请刷新列表")])


def _settle(unit: Unit, info: TableInfo, line: Row[Any], value: Any) -> None:
    unit.require(RIGHT, line.region)
    if line.field == stays.MOVE:
        raise Refused([Problem("conflict.place", REGION, "请从列出的几个地方里选一个")])
    column = info.columns[line.field]
    if not _fits(column.type, value, bool(column.nullable)):
        raise Refused([Problem("conflict.value", column.name, "这个值不能填在这里，请重新填写")])
    _refuse_lower(unit, info, line)
    unit.name = "处理不一致"
    unit.change(info.row, line.row, **{column.name: value})


def _fits(kind: Any, value: Any, may_be_empty: bool) -> bool:
    if value is None:
        return may_be_empty
    return isinstance(value, list if isinstance(kind, Tags) else kind.python_type) and entries.is_value(value)


def _refuse_lower(unit: Unit, info: TableInfo, line: Row[Any]) -> None:
    """What is an authority's to say is settled at its level or above."""
    if info.classes[line.field] is not Merge.AUTHORITY or line.field == ALIVE:
        return
    said = _said(unit.connection, _unpack(line.heads)).values()
    highest = max((LEVELS.index(e.level) for e in said if e.level), default=0)
    if LEVELS.index(office.office(unit).level.value) < highest:
        name = office.LEVEL_NAMES[office.Level(LEVELS[highest])]
        raise Refused([Problem("conflict.level", "", f"这一项由{name}单位核定，请在那里处理")])
