"""Visits: rows in, dataclasses out. A visit stands while no living correction names it, directly or through others."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from desktop.core.db.unit import Reader, Unit
from desktop.features.register import api as register
from desktop.features.visits.model import COUNTING, Visit, VisitDraft, VisitFacts, VisitKind, VisitLine
from desktop.features.visits.tables import VisitRow

_V = VisitRow.__table__.c
CHUNK = 500
SAID_BEFORE = 20
_AT_THE_DOOR = [kind.value for kind in COUNTING]
_NEWEST = (_V.day.desc(), _V.id.desc())


def add(unit: Unit, draft: VisitDraft, region: str, replaces: bytes | None = None, why: str = "") -> bytes:
    return unit.add(
        VisitRow,
        region,
        household_id=draft.household_id,
        day=draft.day,
        kind=str(draft.kind),
        visitor=draft.visitor,
        findings=draft.findings,
        request=draft.request or None,
        solution=draft.solution or None,
        replaces=replaces,
        why=why or None,
    )


def _replaced() -> Any:
    """The ids that a living correction stands for. A chain goes on through a correction that was taken back."""
    direct = select(_V.replaces.label("id")).where(_V.alive, _V.replaces.is_not(None))
    found = direct.cte("replaced", recursive=True)
    older = select(_V.replaces).join(found, _V.id == found.c.id).where(_V.replaces.is_not(None))
    return select(found.union(older).c.id)


def standing(*columns: Any) -> Select[Any]:
    """Selects `columns` of the visits that stand."""
    return select(*columns).where(_V.alive, _V.id.not_in(_replaced()))


def successors(reader: Reader, ids: Iterable[bytes]) -> dict[bytes, bytes]:
    """Of these visits the replaced ones, each with the living correction that came next."""
    found: dict[bytes, bytes] = {}
    origin = {i: i for i in ids}
    seen = set(origin)  # what came in a bundle may go round in a circle
    while origin:
        wanted = select(_V.id, _V.replaces, _V.alive).where(_V.replaces.in_(list(origin))).order_by(_V.id)
        rows = reader.connection.execute(wanted).all()
        found.update({origin[r.replaces]: r.id for r in rows if r.alive})
        origin = {r.id: origin[r.replaces] for r in rows if not r.alive and r.id not in seen}
        seen.update(origin)
    return found


def _marked(reader: Reader, rows: Sequence[Any]) -> list[Visit]:
    replaced: dict[bytes, bytes] = {}
    for start in range(0, len(rows), CHUNK):
        replaced |= successors(reader, [r.id for r in rows[start : start + CHUNK]])
    return [_visit(r, replaced.get(r.id)) for r in rows]


def _visit(row: Any, replaced_by: bytes | None = None) -> Visit:
    return Visit(
        row.id, row.household_id, row.region, row.day, kind_of(row.kind), row.visitor, row.findings,
        row.request or "", row.solution or "", row.replaces, row.why or "", replaced_by,
    )  # fmt: skip


def kind_of(text: str) -> VisitKind:
    """A kind that a newer program wrote is shown as 其他."""
    return VisitKind(text) if text in set(VisitKind) else VisitKind.OTHER


def visit(reader: Reader, visit_id: bytes) -> Visit | None:
    row = reader.connection.execute(_whole().where(_V.id == visit_id, _V.alive)).first()
    return _marked(reader, [row])[0] if row else None


def _whole() -> Select[Any]:
    return select(VisitRow.__table__)


def visits_of(reader: Reader, household_id: bytes, *, replaced: bool = False) -> list[Visit]:
    """The household's visits that stand, newest first; with `replaced` those that were corrected too, marked."""
    wanted = _whole().where(_V.household_id == household_id, _V.alive).order_by(*_NEWEST)
    found = _marked(reader, reader.connection.execute(wanted).all())
    return [v for v in found if replaced or v.stands]


def versions(reader: Reader, visit_id: bytes) -> list[Visit]:
    """A visit and the ones it replaced, newest first; the last is what was written at first."""
    found: list[Visit] = []
    seen: set[bytes | None] = {None}
    at: bytes | None = visit_id
    while at not in seen:
        seen.add(at)
        row = reader.connection.execute(_whole().where(_V.id == at)).first()
        if row is None:
            break
        found += _marked(reader, [row]) if row.alive else []
        at = row.replaces
    return found


def by_visitor(reader: Reader, visitor: str, since: date, until: date) -> list[Visit]:
    """What one visitor did from `since` to `until`, newest first."""
    wanted = standing(VisitRow.__table__).where(_V.visitor == visitor, _V.day.between(*_days(since, until)))
    return [_visit(r) for r in reader.connection.execute(wanted.order_by(*_NEWEST))]


def _days(since: date, until: date) -> tuple[str, str]:
    return since.isoformat(), until.isoformat()


def visitors(reader: Reader, limit: int = 500) -> list[str]:
    """The names of visitors, for completion: who was out last comes first."""
    wanted = select(_V.visitor).where(_V.alive).group_by(_V.visitor)
    return list(reader.connection.scalars(wanted.order_by(func.max(_V.day).desc(), _V.visitor).limit(limit)))


def facts(reader: Reader, draft: VisitDraft, correcting: bytes | None = None) -> VisitFacts:
    """What the rules must know of a draft; `correcting` is the visit that it will replace."""
    is_registered = register.household(reader, draft.household_id) is not None
    others = standing(func.count(_V.household_id.distinct())).where(
        _V.visitor == draft.visitor.strip(),
        _V.day == draft.day,
        _V.kind == VisitKind.HOME.value,
        _V.household_id != draft.household_id,
    )
    if correcting:
        others = others.where(_V.id != correcting)
    that_day = reader.connection.scalar(others) or 0
    return VisitFacts(is_registered, that_day, _said_before(reader, draft, correcting))


def _said_before(reader: Reader, draft: VisitDraft, correcting: bytes | None) -> tuple[str, ...]:
    wanted = standing(_V.findings).where(_V.visitor == draft.visitor.strip())
    if correcting:
        wanted = wanted.where(_V.id != correcting)
    return tuple(reader.connection.scalars(wanted.order_by(*_NEWEST).limit(SAID_BEFORE)))


def last_days(reader: Reader, ids: Sequence[bytes]) -> dict[bytes, str]:
    """When somebody was last at the door of these households; a call is no visit (domain.md B1 counts them apart)."""
    return {household: day for household, day, _ in _last(reader, ids, _V.kind.in_(_AT_THE_DOOR))}


def last_contacts(reader: Reader, ids: Sequence[bytes]) -> dict[bytes, tuple[str, VisitKind]]:
    """The last call or other contact that was no visit: its day and kind."""
    found = _last(reader, ids, _V.kind.not_in(_AT_THE_DOOR))
    return {household: (day, kind_of(kind)) for household, day, kind in found}


def _last(reader: Reader, ids: Sequence[bytes], which: Any) -> Iterator[Any]:
    for start in range(0, len(ids), CHUNK):
        part = list(ids[start : start + CHUNK])
        # Beside a maximum SQLite gives the other columns of the very row that has it.
        wanted = standing(_V.household_id, func.max(_V.day), _V.kind).where(_V.household_id.in_(part), which)
        yield from reader.connection.execute(wanted.group_by(_V.household_id))


def visit_lines(reader: Reader, ids: Sequence[bytes]) -> list[VisitLine]:
    """The lines of these visits, in the order of `ids`; one that is gone is left out."""
    rows: dict[bytes, Any] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = _whole().where(_V.id.in_(ids[start : start + CHUNK]), _V.alive)
        rows |= {r.id: r for r in reader.connection.execute(wanted)}
    households = _households(reader, {r.household_id for r in rows.values()})
    return [_line(rows[i], households.get(rows[i].household_id)) for i in ids if i in rows]


def _households(reader: Reader, ids: Iterable[bytes]) -> dict[bytes, register.HouseholdLine]:
    wanted = list(ids)
    return {
        line.id: line
        for start in range(0, len(wanted), CHUNK)
        for line in register.household_lines(reader, wanted[start : start + CHUNK])
    }


def _line(row: Any, household: register.HouseholdLine | None) -> VisitLine:
    village, number, head = (household.village, household.number, household.head) if household else ("",) * 3
    return VisitLine(
        row.id, row.household_id, row.day, kind_of(row.kind), row.visitor, village, number, head,
        row.findings, row.replaces is not None,
    )  # fmt: skip
