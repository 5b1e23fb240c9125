"""What people disagree on: listed with all values, their authors and times; settled by choosing one or typing another.

A settlement is an ordinary edit that names all the versions it saw: it can be undone, and it merges as any edit does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from desktop.core import masking
from desktop.core.db import entries, registry
from desktop.core.db.base import ALIVE, Merge, Tags
from desktop.core.db.log_tables import ConflictRow, EntryRow, StreamRow
from desktop.core.db.registry import TableInfo
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.sync.histories import CREATING
from desktop.features.sync.merge import LEVELS
from desktop.features.sync.tables import CertificateRow

RIGHT = "register.change"
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
    return reader.connection.scalar(select(func.count()).select_from(ConflictRow)) or 0


def of_row(reader: Reader, row: bytes) -> list[Conflict]:
    """What is open of one row, for its page."""
    return _conflicts(reader, reader.connection.execute(_wanted().where(_C.row == row)).all())


def conflicts(reader: Reader, region: str = "", limit: int = 200, offset: int = 0) -> list[Conflict]:
    """What is open in a region, by place; a page of it."""
    wanted = _wanted().where(_C.region.startswith(region)).limit(limit).offset(offset)
    return _conflicts(reader, reader.connection.execute(wanted).all())


def _wanted() -> Any:
    return select(ConflictRow.__table__).order_by(_C.region, _C.table_no, _C.row, _C.field)


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
    office_, level = func.min(CertificateRow.office), func.min(CertificateRow.level)
    authors = select(CertificateRow.node_id, office_.label("office"), level.label("level"))
    by = authors.group_by(CertificateRow.node_id).subquery()
    wanted = (
        select(EntryRow.__table__, by.c.office, by.c.level)
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
    column = info.columns[line.field]
    row = info.table.c
    shown = reader.connection.execute(select(row[column.name]).where(row.id == line.row)).first()
    if shown is None:
        return None  # of a place that this user does not see
    heads = [said[eid] for eid in _unpack(line.heads) if eid in said]
    users = office.names_of_users(reader, {entry.user for entry in heads})
    claims = (_claim(reader, info, line.field, entry, users) for entry in heads)
    return Conflict(
        line.row,
        info.name,
        column.name,
        info.classes[line.field],
        line.region,
        shown[0],
        tuple(sorted(claims, key=lambda c: (c.at, c.eid))),
    )


def _claim(
    reader: Reader, info: TableInfo, number: int, entry: Row[Any], users: Mapping[bytes, str]
) -> Claim:
    body = entries.unpack_body(entry.body)
    edited = tuple(info.columns[n].name for n in sorted(body) if n in info.columns and n != ALIVE)
    value, name = _value(entry.kind, body, number), info.columns[number].name
    return Claim(
        entry.eid,
        _masked(name, value) if reader.actor.is_masked else value,
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


def _masked(name: str, value: Any) -> Any:
    if name in masking.HIDDEN:
        return None
    hide = masking.id_number if name in masking.ID_NUMBERS else masking.telephone
    return (
        hide(value) if name in masking.ID_NUMBERS | masking.TELEPHONES and isinstance(value, str) else value
    )


def choose(unit: Unit, row: bytes, field: str, eid: bytes) -> None:
    """Settle by taking what one of them said."""
    info, line = _open(unit, row, field)
    entry = _said(unit.connection, _unpack(line.heads)).get(eid)
    if entry is None:
        raise _gone()
    _settle(unit, info, line, _value(entry.kind, entries.unpack_body(entry.body), line.field))


def settle(unit: Unit, row: bytes, field: str, value: Any) -> None:
    """Settle by a value that somebody typed, checked and in the form in which the column keeps it."""
    info, line = _open(unit, row, field)
    _settle(unit, info, line, value)


def _open(unit: Unit, row: bytes, field: str) -> tuple[TableInfo, Row[Any]]:
    lines = unit.connection.execute(select(ConflictRow.__table__).where(_C.row == row)).all()
    known = registry.by_number()
    for line in lines:
        info = known[line.table_no]
        if info.columns[line.field].name == field:
            return info, line
    raise _gone()


def _gone() -> Refused:
    return Refused([Problem("conflict.gone", "", "这一处已经有人处理过了，请刷新列表")])


def _settle(unit: Unit, info: TableInfo, line: Row[Any], value: Any) -> None:
    unit.require(RIGHT, line.region)
    column = info.columns[line.field]
    if not _fits(column.type, value, bool(column.nullable)):
        raise Refused([Problem("conflict.value", column.name, "这个值不能填在这里，请重新填写")])
    _refuse_lower(unit, info, line)
    unit.name = "处理不一致"
    unit.change(info.row, line.row, **{column.name: value})


def _fits(kind: Any, value: Any, may_be_empty: bool) -> bool:
    if value is None:
        return may_be_empty
    return not isinstance(kind, Tags) and isinstance(value, kind.python_type) and entries.is_value(value)


def _refuse_lower(unit: Unit, info: TableInfo, line: Row[Any]) -> None:
    """What is an authority's to say is settled at its level or above."""
    if info.classes[line.field] is not Merge.AUTHORITY or line.field == ALIVE:
        return
    said = _said(unit.connection, _unpack(line.heads)).values()
    highest = max((LEVELS.index(e.level) for e in said if e.level), default=0)
    if LEVELS.index(office.office(unit).level.value) < highest:
        name = office.LEVEL_NAMES[office.Level(LEVELS[highest])]
        raise Refused([Problem("conflict.level", "", f"这一项由{name}单位核定，请在那里处理")])
