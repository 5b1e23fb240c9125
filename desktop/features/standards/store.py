"""Rows in, what they mean for a place and a day out. The nearest office above a place has the last word."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from desktop.core.code_edits import Edit, Lists, What, clashes, lives
from desktop.core.db.log_tables import EntryRow
from desktop.core.db.unit import Reader, Unit
from desktop.core.workdays import Calendar
from desktop.features.office import api as office
from desktop.features.standards.model import KIND, CodeLine, SpecialDay, Standard
from desktop.features.standards.rules import is_day
from desktop.features.standards.tables import CodeEditRow, SpecialDayRow, StandardRow

_C, _S, _D = CodeEditRow.__table__.c, StandardRow.__table__.c, SpecialDayRow.__table__.c


def prefix_of(region: str) -> str:
    """What the keys of all places begin with for which the office of that region speaks."""
    digits = sorted(office.DIGITS.values())
    return region[: next((d for d in digits if not region[d:].strip("0")), len(region))]


def _own(reader: Reader, region: str) -> str:
    return region or office.office(reader).key


def _edit_rows(reader: Reader) -> Sequence[Any]:
    """In the order of making, the same on every PC: who added a code first said what it means."""
    wanted = select(CodeEditRow.__table__).join(EntryRow, EntryRow.eid == _C.id)
    return reader.connection.execute(wanted.order_by(EntryRow.hlc, _C.id)).all()


def _edits(rows: Sequence[Any]) -> tuple[Edit, ...]:
    return tuple(
        Edit(prefix_of(r.region), r.list_name, r.code, r.what, r.name, r.day, bool(r.alive)) for r in rows
    )


def lists(reader: Reader) -> Lists:
    """The code lists as they stand here and today."""
    return Lists(_edits(_edit_rows(reader)), _own(reader, ""), reader.today.isoformat())


def edits_of(reader: Reader, list_name: str) -> list[Edit]:
    """What concerns that list in this office."""
    own = _own(reader, "")
    return [e for e in _edits(_edit_rows(reader)) if e.list == list_name and own.startswith(e.prefix)]


def code_lines(reader: Reader, list_name: str) -> list[CodeLine]:
    """All codes of a list, as they stand today, each with what was changed of it."""
    names, own, today = office.PlaceNames(reader.connection), _own(reader, ""), reader.today.isoformat()
    rows = [r for r in _edit_rows(reader) if r.list_name == list_name and own.startswith(prefix_of(r.region))]
    edits = _edits(rows)
    history: dict[str, list[str]] = {}
    for r in rows:
        history.setdefault(r.code, []).append(_told(r, names.of(r.region)))
    for _, code in clashes(edits):
        history[code].append("两个单位各自新增了这个代码，含义不同：以先写的为准，请后写的单位另取代码")
    return [
        CodeLine(x.code, x.name(today), x.since, x.until, x.is_given(today), tuple(history.get(x.code, ())))
        for x in lives(list_name, edits)
        if x.alive
    ]


def _told(row: Any, who: str) -> str:
    said = {
        What.ADD: f"{row.day} 起新增“{row.name}”",
        What.RENAME: f"{row.day} 起改称“{row.name}”",
        What.END: f"用到 {row.day} 为止",
    }.get(row.what, "较新版本的改动")
    because = f"，依据 {row.note}" if row.note else ""
    return f"{said}（{who}{because}）" + ("" if row.alive else "，已撤销")


def add_edit(unit: Unit, list_name: str, code: str, what: What, name: str, day: str, note: str) -> bytes:
    return unit.add(
        CodeEditRow,
        office.office(unit).key,
        list_name=list_name,
        code=code,
        what=what.value,
        name=name,
        day=day,
        note=note or None,
    )


def _laid_down(reader: Reader, wanted: Select[Any], region: str) -> Iterator[Any]:
    """The living rows that concern a place, the nearest office's last, of one office the newest last."""
    place = _own(reader, region)
    rows = [r for r in reader.connection.execute(wanted) if place.startswith(prefix_of(r.region))]
    yield from sorted(rows, key=lambda r: (len(prefix_of(r.region)), r.id))


def standards(reader: Reader, region: str = "") -> list[Standard]:
    """All that was laid down for a place, by kind and year, the newest year first."""
    rows = _laid_down(reader, select(StandardRow.__table__).where(_S.alive), region)
    found = {(r.kind, r.year): _standard(r) for r in rows if r.kind in KIND}
    order = list(KIND)
    return sorted(found.values(), key=lambda s: (order.index(s.kind.name), -s.year))


def _standard(row: Any) -> Standard:
    return Standard(KIND[row.kind], row.year, row.value, row.region, row.source or "", row.id)


def standard(reader: Reader, kind: str, year: int, region: str = "") -> Standard | None:
    """What holds in that year: the newest that was laid down for it or before it, else our default; None where there
    is neither."""
    said = [s for s in standards(reader, region) if s.kind.name == kind and s.year <= year]
    if said:
        return said[0]
    known = KIND[kind]
    return Standard(known, known.default_year, known.default) if known.default is not None else None


def days(reader: Reader, region: str = "") -> list[SpecialDay]:
    """The days that differ from the published calendar, in order."""
    rows = _laid_down(reader, select(SpecialDayRow.__table__).where(_D.alive), region)
    found = {r.day: SpecialDay(r.id, r.day, bool(r.is_worked), r.note or "", r.region) for r in rows}
    return [found[day] for day in sorted(found)]


def calendar(reader: Reader, region: str = "") -> Calendar:
    """The working days of a place."""
    return Calendar({date.fromisoformat(d.day): d.is_worked for d in days(reader, region) if is_day(d.day)})


def put_standard(unit: Unit, kind: str, year: int, value: int, source: str) -> None:
    own = office.office(unit).key
    wanted = select(_S.id).where(_S.alive, _S.region == own, _S.kind == kind, _S.year == year)
    row = unit.connection.scalar(wanted.order_by(_S.id.desc()))
    if row is None:
        unit.add(StandardRow, own, kind=kind, year=year, value=value, source=source or None)
    else:
        unit.change(StandardRow, row, value=value, source=source or None)


def put_day(unit: Unit, day: str, is_worked: bool, note: str) -> None:
    own = office.office(unit).key
    wanted = select(_D.id).where(_D.alive, _D.region == own, _D.day == day)
    row = unit.connection.scalar(wanted.order_by(_D.id.desc()))
    if row is None:
        unit.add(SpecialDayRow, own, day=day, is_worked=is_worked, note=note or None)
    else:
        unit.change(SpecialDayRow, row, is_worked=is_worked, note=note or None)


def own_rows(reader: Reader, row: type[Any], **same: Any) -> list[bytes]:
    """The living rows of this office's own that say this."""
    table = row.__table__
    wanted = select(table.c.id).where(table.c.alive, table.c.region == _own(reader, "")).filter_by(**same)
    return list(reader.connection.scalars(wanted))
