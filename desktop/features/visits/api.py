"""What other features, the command line and the shell may use of visits."""

from datetime import date

from desktop.core import dates
from desktop.core.db.unit import Reader
from desktop.core.due import Due
from desktop.features.office import api as office
from desktop.features.visits import rules
from desktop.features.visits.actions import correct_visit, record_visit
from desktop.features.visits.model import (
    COUNTING,
    KIND_NAMES,
    Arrears,
    Visit,
    VisitDraft,
    VisitFacts,
    VisitKind,
    VisitLine,
)
from desktop.features.visits.rules import check, check_correction, draft_of
from desktop.features.visits.search import arrears_by_village, by_place, not_visited, times, visit_ids
from desktop.features.visits.store import (
    by_visitor,
    facts,
    last_days,
    versions,
    visit,
    visit_lines,
    visitors,
    visits_of,
)


def due(reader: Reader, day: date) -> list[Due]:
    """The places with households not visited this quarter, most first: villages; for a county or city, townships."""
    year, quarter = dates.quarter(day)
    first, last = dates.quarter_bounds(year, quarter)
    names, digits = office.PlaceNames(reader.connection), _digits(reader)
    places = by_place(arrears_by_village(reader, year, quarter), digits)
    often = times(reader, year).value
    late = sorted(((m, t, key) for key, (m, t) in places.items() if m), key=lambda p: (-p[0], p[2]))
    return [
        Due(
            rules.waiting(missing, total, often), names.of(key.ljust(12, "0")), last, first,
            screen="visits.missing", given={"region": key, "year": str(year), "quarter": str(quarter)},
            part=missing, whole=total,
        )
        for missing, total, key in late
    ]  # fmt: skip


def _digits(reader: Reader) -> int:
    below = office.office(reader).level in (office.Level.TOWNSHIP, office.Level.VILLAGE)
    return office.DIGITS[office.Level.VILLAGE if below else office.Level.TOWNSHIP]


__all__ = [
    "COUNTING",
    "KIND_NAMES",
    "Arrears",
    "Visit",
    "VisitDraft",
    "VisitFacts",
    "VisitKind",
    "VisitLine",
    "arrears_by_village",
    "by_visitor",
    "check",
    "check_correction",
    "correct_visit",
    "draft_of",
    "due",
    "facts",
    "last_days",
    "not_visited",
    "record_visit",
    "versions",
    "visit",
    "visit_ids",
    "visit_lines",
    "visitors",
    "visits_of",
]
