"""From the register to what the papers show: every value as ready text."""

from collections.abc import Sequence

from sqlalchemy import insert

from desktop.core import dates
from desktop.core.clock import milliseconds
from desktop.core.db.unit import Reader, Unit
from desktop.features.handbook.model import Book, BookMember, BookVisit, Plaque
from desktop.features.handbook.tables import PrintRow
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.register.api import HOUSEHOLD, PERSON, Household, Person
from desktop.features.visits import api as visits

RECENT_VISITS = 12


def books(reader: Reader, ids: Sequence[bytes]) -> list[Book]:
    """The handbooks of these households, all showing the same moment."""
    own, today = office.office(reader), dates.chinese(reader.today.isoformat())
    places = office.PlaceNames(reader.connection)
    return [_book(reader, h, own, places, today) for h in register.households(reader, ids)]


def plaques(reader: Reader, ids: Sequence[bytes]) -> list[Plaque]:
    own, today = office.office(reader), dates.chinese(reader.today.isoformat())
    return [_plaque(h, own, today) for h in register.households(reader, ids)]


def _fact(household: Household, name: str) -> str:
    text = register.printed(HOUSEHOLD[name], household.facts.get(name), household.lists)
    return f"{text} {HOUSEHOLD[name].unit}" if text and HOUSEHOLD[name].unit else text


def _head(household: Household, name: str) -> str:
    head = household.head
    return register.printed(PERSON[name], head.facts.get(name), household.lists) if head else ""


def _telephone(household: Household) -> str:
    return _fact(household, "phone") or _head(household, "phone")


def _book(reader: Reader, h: Household, own: office.Office, places: office.PlaceNames, today: str) -> Book:
    return Book(
        number=h.number,
        head=_head(h, "name"),
        printed_on=today,
        issuer=own.name,
        county=_above(h.region, 6, places),
        township=_above(h.region, 9, places),
        village=h.village,
        group=h.group,
        address=_fact(h, "address"),
        sex=_head(h, "sex").removesuffix("性"),
        birth=_head(h, "birth"),
        ethnic=_head(h, "ethnic"),
        population=f"{len(h.members)} 人",
        telephone=_telephone(h),
        kind=_fact(h, "kind"),
        monitor_class=_fact(h, "monitor_class"),
        cause=_fact(h, "cause"),
        farmland=_fact(h, "farmland"),
        woodland=_fact(h, "forest"),
        grassland=_fact(h, "pasture"),
        house_area=_fact(h, "housing_area"),
        house_danger={1: "是危房", 0: "不是危房"}.get(int(h.facts.get("dangerous_house", -1)), ""),
        water=_fact(h, "safe_water"),
        electricity=_fact(h, "electricity"),
        road=_fact(h, "hard_road"),
        income_year=str(h.facts.get("data_date", ""))[:4],
        income_per_head=_fact(h, "per_capita_income").removesuffix(" 元"),
        members=tuple(_member(m, h.lists) for m in h.members),
        visits=_recent_visits(reader, h.id),
    )


def _recent_visits(reader: Reader, household_id: bytes) -> tuple[BookVisit, ...]:
    """The newest visits that stand, oldest first, as a book is written."""
    return tuple(_visit(v) for v in visits.visits_of(reader, household_id)[:RECENT_VISITS][::-1])


def _above(region: str, digits: int, places: office.PlaceNames) -> str:
    return places.of(region[:digits].ljust(12, "0"))


def _member(person: Person, lists: register.Lists) -> BookMember:
    def fact(name: str) -> str:
        return register.printed(PERSON[name], person.facts.get(name), lists)

    months = fact("work_months")
    return BookMember(
        name=fact("name"),
        sex=fact("sex").removesuffix("性"),
        relation=fact("relation"),
        birth=fact("birth"),
        id_number=fact("id_number") or str(person.unread.get("id_number", "")),
        ethnic=fact("ethnic"),
        education=fact("education"),
        student=fact("student"),
        health=fact("health"),
        labour=fact("labour"),
        work_months=f"{months} 个月" if months not in ("", "0") else "",
        medical=fact("resident_medical") or fact("employee_medical"),
        pension=fact("resident_pension") or fact("employee_pension"),
        serious_illness=fact("serious_illness"),
    )


def _visit(visit: visits.Visit) -> BookVisit:
    return BookVisit(
        day=dates.chinese(visit.day),
        way=visits.KIND_NAMES[visits.VisitKind(visit.kind)],
        visitor=visit.visitor,
        findings=visit.findings,
        wishes=visit.request,
        outcome=visit.solution,
    )


def _plaque(h: Household, own: office.Office, today: str) -> Plaque:
    return Plaque(
        number=h.number,
        head=_head(h, "name"),
        printed_on=today,
        issuer=own.name,
        village=h.village,
        group=h.group,
        population=f"{len(h.members)} 人",
        kind=_fact(h, "kind"),
        monitor_class=_fact(h, "monitor_class"),
        cause=_fact(h, "cause"),
        telephone=_telephone(h),
    )


def note_print(unit: Unit, document: str, households: int, pages: int) -> None:
    unit.connection.execute(
        insert(PrintRow).values(
            user=unit.actor.id,
            at=milliseconds(unit.now),
            document=document,
            households=households,
            pages=pages,
        )
    )
