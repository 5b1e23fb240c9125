"""What lists say of invented households and people, in the words of lists."""

from dataclasses import dataclass
from datetime import date

TODAY = date(2025, 6, 30)


@dataclass(frozen=True, slots=True)
class Person:
    """What a list says of somebody, in the words of lists; `id_number` is sound and nobody's."""

    number: str
    name: str
    sex: str
    birth: date
    id_number: str
    relation: str
    ethnic: str
    political: str
    education: str
    student: str
    health: str
    labour: str
    work_months: int
    phone: str
    resident_medical: str = "是"
    resident_pension: str = "是"
    serious_illness: str = "是"
    dibao: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    """`income` and its parts are fen, `farmland` and `housing` hundredths; `village` is a code."""

    number: str
    township: str
    village: str
    village_name: str
    group: str
    place: int
    kind: str
    monitor_class: str
    monitor_since: date | None
    removed_on: date | None
    identified: date
    cause: str
    risk: str
    phone: str
    wages: int
    business: int
    transfer: int
    farmland: int
    housing: int
    dangerous_house: str
    safe_water: str
    members: tuple[Person, ...]

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def per_capita(self) -> int:
        return (self.wages + self.business + self.transfer) // len(self.members)

    @property
    def address(self) -> str:
        return f"{self.township}{self.village_name}{self.group}{self.place}号"
