"""The list of visits as it is filtered, and which households still wait for one."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import func, or_

from desktop.core import dates, pinyin
from desktop.core.db.unit import Reader
from desktop.features.register import api as register
from desktop.features.standards import api as standards
from desktop.features.visits import store
from desktop.features.visits.model import COUNTING, Arrears, VisitKind
from desktop.features.visits.tables import VisitRow

_V = VisitRow.__table__.c
_COUNTY, _WHOLE = 6, 12  # digits: nobody below a county lays down a standard


def visit_ids(
    reader: Reader, text: str = "", region: str = "", quarter: tuple[int, int] | None = None
) -> list[bytes]:
    """Visits that stand, newest first. Every word of `text` is found in what was written, the visitor (initials too)
    or the household; `region` is a key's beginning, `quarter` a year and 1 to 4."""
    words = text.split()
    wanted = store.standing(_V.id, _V.household_id, _V.visitor, *(_written(w) for w in words))
    if region:
        wanted = wanted.where(_V.region.startswith(region))
    if quarter:
        wanted = wanted.where(_V.day.between(*_bounds(*quarter)))
    rows = reader.connection.execute(wanted.order_by(_V.day.desc(), _V.id.desc()))
    fits = [_Word(reader, w) for w in words]
    return [r[0] for r in rows if all(f(r[1], r[2], r[3 + n]) for n, f in enumerate(fits))]


def _written(word: str) -> Any:
    columns = (_V.findings, _V.request, _V.solution)
    return or_(*(func.instr(func.coalesce(c, ""), word) > 0 for c in columns))


class _Word:
    """Whether one typed word belongs to a visit."""

    def __init__(self, reader: Reader, word: str) -> None:
        self._word = word.lower()
        self._households = frozenset(register.household_ids(reader, word))

    def __call__(self, household_id: bytes, visitor: str, is_written: bool) -> bool:
        return bool(is_written) or household_id in self._households or self._names(visitor)

    def _names(self, visitor: str) -> bool:
        spelt = _spelt(visitor) if self._word.isascii() else ()
        return self._word in visitor.lower() or any(s.startswith(self._word) for s in spelt)


@lru_cache(5_000)
def _spelt(name: str) -> tuple[str, ...]:
    return (*pinyin.initials(name).split(), *pinyin.full(name).split())


def _bounds(year: int, quarter: int) -> tuple[str, str]:
    first, last = dates.quarter_bounds(year, quarter)
    return first.isoformat(), last.isoformat()


def not_visited(
    reader: Reader, year: int, quarter: int, region: str = "", counting: Iterable[VisitKind] = COUNTING
) -> list[bytes]:
    """Households on the register without as many counting visits in that quarter as their county wants, in register
    order."""
    visited = _visited(reader, year, quarter, counting)
    return [i for i in register.household_ids(reader, region=region) if i not in visited]


def _visited(reader: Reader, year: int, quarter: int, counting: Iterable[VisitKind]) -> frozenset[bytes]:
    wanted = store.standing(_V.household_id, func.max(_V.region).label("region"), func.count()).where(
        _V.day.between(*_bounds(year, quarter)), _V.kind.in_([k.value for k in counting])
    )
    rows = reader.connection.execute(wanted.group_by(_V.household_id)).all()
    often = {place: times(reader, year, place).value for place in {r.region[:_COUNTY] for r in rows}}
    return frozenset(r.household_id for r in rows if r[2] >= often[r.region[:_COUNTY]])


def times(reader: Reader, year: int, place: str = "") -> standards.Standard:
    """How often a household is visited in a quarter of that year, and who says so."""
    region = place.ljust(_WHOLE, "0") if place else ""
    found = standards.standard(reader, standards.VISITS, year, region)
    if found is None:
        raise RuntimeError("this standard has a default")
    return found


def arrears_by_village(
    reader: Reader, year: int, quarter: int, counting: Iterable[VisitKind] = COUNTING
) -> list[Arrears]:
    """Each village that has households, in the order of keys, with how many were not visited in that quarter."""
    visited = _visited(reader, year, quarter, counting)
    ids, start, found = register.household_ids(reader), 0, []
    # Both are in the order of regions and of one moment: a village's households are the next `total` ids.
    for region, name, total in register.villages(reader):
        missing = sum(i not in visited for i in ids[start : start + total])
        found.append(Arrears(region, name, missing, total))
        start += total
    return found


def by_place(arrears: Sequence[Arrears], digits: int) -> dict[str, tuple[int, int]]:
    """Missing and total by the first `digits` of the key."""
    found: dict[str, tuple[int, int]] = {}
    for a in arrears:
        missing, total = found.get(a.region[:digits], (0, 0))
        found[a.region[:digits]] = (missing + a.missing, total + a.total)
    return found
