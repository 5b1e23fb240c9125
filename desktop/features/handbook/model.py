"""What a handbook and a plaque show. Every value arrives as ready text; an empty one is left to be written in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BookMember:
    name: str = ""
    sex: str = ""
    relation: str = ""
    birth: str = ""
    id_number: str = ""
    ethnic: str = ""
    education: str = ""
    student: str = ""
    health: str = ""
    labour: str = ""
    work_place: str = ""
    work_months: str = ""
    medical: str = ""
    pension: str = ""
    serious_illness: str = ""


@dataclass(frozen=True, slots=True)
class BookHelper:
    name: str = ""
    unit: str = ""
    level: str = ""
    post: str = ""
    telephone: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class BookVisit:
    day: str = ""
    way: str = ""
    visitor: str = ""
    findings: str = ""
    wishes: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One household at one moment. `edition` and `printed_on` stand in the foot of every page."""

    number: str
    head: str
    edition: str = "1"
    printed_on: str = ""
    first_issued: str = ""
    issuer: str = ""
    county: str = ""
    township: str = ""
    village: str = ""
    group: str = ""
    address: str = ""
    sex: str = ""
    birth: str = ""
    ethnic: str = ""
    population: str = ""
    telephone: str = ""
    kind: str = ""
    monitor_class: str = ""
    cause: str = ""
    cause_detail: str = ""
    lifted_year: str = ""
    farmland: str = ""
    woodland: str = ""
    grassland: str = ""
    house_area: str = ""
    house_danger: str = ""
    water: str = ""
    electricity: str = ""
    road: str = ""
    income_year: str = ""
    income_per_head: str = ""
    members: tuple[BookMember, ...] = ()
    helpers: tuple[BookHelper, ...] = ()
    visits: tuple[BookVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class Plaque:
    """What hangs on the wall. Which of it the public one shows is decided in `rules.PUBLIC`."""

    number: str
    head: str
    edition: str = "1"
    printed_on: str = ""
    issuer: str = ""
    village: str = ""
    group: str = ""
    population: str = ""
    kind: str = ""
    monitor_class: str = ""
    cause: str = ""
    telephone: str = ""
    helper: str = ""
    helper_unit: str = ""
    helper_telephone: str = ""
    goal: str = ""
    supervision: str = ""
