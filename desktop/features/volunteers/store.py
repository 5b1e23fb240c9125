"""Volunteers: rows in, dataclasses out, and the lists that are filtered as one types."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from desktop.core import pinyin
from desktop.core.db.unit import Reader, Unit
from desktop.features.office import api as office
from desktop.features.volunteers import ledger
from desktop.features.volunteers.model import Volunteer, VolunteerDraft, VolunteerLine
from desktop.features.volunteers.tables import VolunteerRow

_V = VolunteerRow.__table__.c
CHUNK = 500


def add(unit: Unit, draft: VolunteerDraft) -> bytes:
    """Add a volunteer; the PC that adds is the one that spends."""
    return unit.add(VolunteerRow, draft.region, spending_node=unit.node_id, **_values(draft))


def change(unit: Unit, before: Volunteer, draft: VolunteerDraft) -> None:
    """Write only what is different: a field that nobody touched is no edit of it."""
    old = _values(VolunteerDraft(before.region, before.name, before.phone, before.id_number, before.skills))
    changed = {k: v for k, v in _values(draft).items() if old[k] != v}
    unit.change_many(VolunteerRow, [(before.id, changed)])


def spenders(reader: Reader, ids: Sequence[bytes]) -> dict[bytes, tuple[str, bytes]]:
    """The region and the PC that spends, of those of these volunteers that are there."""
    found: dict[bytes, tuple[str, bytes]] = {}
    for start in range(0, len(ids), CHUNK):
        part = _V.id.in_(list(ids[start : start + CHUNK]))
        wanted = select(_V.id, _V.region, _V.spending_node).where(part, _V.alive)
        found |= {i: (region, node) for i, region, node in reader.connection.execute(wanted)}
    return found


def spent_by(reader: Reader, node: bytes) -> list[bytes]:
    """The volunteers whose points that PC spends."""
    wanted = select(_V.id).where(_V.alive, _V.spending_node == node).order_by(_V.region, _V.id)
    return list(reader.connection.scalars(wanted))


def set_spender(unit: Unit, ids: Sequence[bytes], node: bytes) -> None:
    unit.change_many(VolunteerRow, [(i, {"spending_node": node}) for i in ids])


def _values(draft: VolunteerDraft) -> dict[str, str | None]:
    return {
        "name": draft.name.strip(),
        "phone": draft.phone.strip() or None,
        "id_number": draft.id_number.strip() or None,
        "skills": draft.skills.strip() or None,
    }


def volunteer(reader: Reader, volunteer_id: bytes) -> Volunteer | None:
    wanted = select(VolunteerRow.__table__).where(_V.id == volunteer_id, _V.alive)
    row = reader.connection.execute(wanted).first()
    return _volunteer(row) if row else None


def _volunteer(row: Any) -> Volunteer:
    return Volunteer(
        row.id,
        row.region,
        row.name,
        row.phone or "",
        row.id_number or "",
        row.skills or "",
        row.spending_node,
    )


def volunteer_ids(reader: Reader, text: str = "", region: str = "") -> list[bytes]:
    """Volunteers by place and name. Every word of `text` is part of the name, initials or pinyin, or the end of a
    telephone or id number; `region` is a key's beginning."""
    wanted = select(_V.id, _V.name, _V.phone, _V.id_number).where(_V.alive)
    if region:
        wanted = wanted.where(_V.region.startswith(region))
    rows = reader.connection.execute(wanted.order_by(_V.region, _V.name, _V.id))
    words = text.lower().split()
    return [r.id for r in rows if all(_fits(w, r.name, r.phone or "", r.id_number or "") for w in words)]


def _fits(word: str, name: str, phone: str, id_number: str) -> bool:
    if word in name.lower():
        return True
    if not word.isascii():
        return False
    ends = phone.endswith(word) or id_number.lower().endswith(word)
    return ends or any(spelt.startswith(word) for spelt in _spelt(name))


@lru_cache(20_000)
def _spelt(name: str) -> tuple[str, ...]:
    return (*pinyin.initials(name).split(), *pinyin.full(name).split())


def volunteer_lines(reader: Reader, ids: Sequence[bytes]) -> list[VolunteerLine]:
    """The lines of these volunteers, in the order of `ids`; one that is gone is left out."""
    names, found = office.PlaceNames(reader.connection), {}
    sums = ledger.balances(reader, ids)
    for start in range(0, len(ids), CHUNK):
        for v in _some(reader, ids[start : start + CHUNK]):
            found[v.id] = VolunteerLine(
                v.id, v.region, names.of(v.region), v.name, v.phone, v.skills, sums[v.id]
            )
    return [found[i] for i in ids if i in found]


def _some(reader: Reader, ids: Sequence[bytes]) -> Iterable[Volunteer]:
    wanted = select(VolunteerRow.__table__).where(_V.id.in_(ids), _V.alive)
    return (_volunteer(row) for row in reader.connection.execute(wanted))
