"""The invented township (759 households, 1,479 people, domain.md F5) and county, the same from the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from desktop.core import areas, dates, idcard
from desktop.sample import lives, names
from desktop.sample.model import TODAY, Household, Person

__all__ = ["TODAY", "Household", "Person", "Sample", "county", "township"]

REGION = "371699"  # no county has this code: nobody's number can begin so
# Newly found, returned to poverty, out of poverty: households and people.
STATES = ("new", "returned", "out")
SHARES = ((29, 67), (6, 12), (724, 1400))
TOWNSHIP_SIZE = (759, 1479)
COUNTY_SIZE = (45_000, 120_000)
_CAUSES = ("因病", "因残", "因学", "缺劳力", "缺技术", "缺资金", "因灾", "缺土地")
_RISKS = ("因病", "因残", "因学", "务工就业不稳", "缺劳动力", "因意外事故", "因自然灾害")


@dataclass(frozen=True)
class Sample:
    """An office's households, made anew (and the same) each time they are gone through."""

    area: areas.Area
    county: str
    villages: tuple[areas.Area, ...]
    households: int
    people: int
    seed: int = 1

    def __iter__(self) -> Iterator[Household]:
        return _Maker(self).households()


def township(
    code: str = "371602012000",
    *,
    seed: int = 1,
    households: int = TOWNSHIP_SIZE[0],
    people: int = TOWNSHIP_SIZE[1],
) -> Sample:
    own = _known(code)
    county = areas.parents(code)[-1].name
    return Sample(own, county, tuple(areas.children(code)), households, people, seed)


def county(
    code: str = "371602000000",
    *,
    seed: int = 1,
    households: int = COUNTY_SIZE[0],
    people: int = COUNTY_SIZE[1],
) -> Sample:
    own = _known(code)
    villages = [v for town in areas.children(code) for v in areas.children(town.code)]
    return Sample(own, own.name, tuple(villages), households, people, seed)


def _known(code: str) -> areas.Area:
    found = areas.area(code)
    if found is None:
        raise ValueError(code)
    return found


def split(total: int, shares: list[int], least: int, most: list[int]) -> list[int]:
    """`total` in the proportion of `shares`, each between `least` and its `most`; what is left goes to the last."""
    parts = [
        min(max(total * share // max(1, sum(shares)), least), top)
        for share, top in zip(shares, most, strict=True)
    ]
    return [*parts[:-1], total - sum(parts[:-1])]


def sizes(chance: Random, households: int, people: int) -> list[int]:
    """How many live in each household: at least one, at most seven, `people` in all."""
    if not households <= people <= households * 7:
        raise ValueError(people)
    found = [1] * households
    for _ in range(people - households):
        one = chance.randrange(households)
        while found[one] == 7:
            one = chance.randrange(households)
        found[one] += 1
    return found


@dataclass
class _Maker:
    """Draws one household after the other."""

    sample: Sample
    chance: Random = field(init=False)
    people: int = 0
    telephones: int = 0
    given: dict[tuple[date, str], int] = field(default_factory=dict)
    townships: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(f"{self.sample.area.code}/{self.sample.seed}")

    def plan(self) -> list[tuple[str, int]]:
        """State and size of each household, in an order that mixes the three states."""
        total = self.sample.households
        counts = split(total, [h for h, _ in SHARES], least=min(1, total // 10), most=[total] * 3)
        # Beyond the one that each household has; so that any size of sample can be drawn.
        more = split(
            self.sample.people - total, [p - h for h, p in SHARES], least=0, most=[6 * c for c in counts]
        )
        found: list[tuple[str, int]] = []
        for state, count, others in zip(STATES, counts, more, strict=True):
            found += [(state, size) for size in sizes(self.chance, count, count + others)]
        self.chance.shuffle(found)
        return found

    def households(self) -> Iterator[Household]:
        plan, villages = self.plan(), self.sample.villages
        places: dict[str, int] = {}
        for i, (state, size) in enumerate(plan):
            # By village, as lists are sorted.
            village = villages[i * len(villages) // len(plan)]
            places[village.code] = places.get(village.code, 0) + 1
            yield self.household(i, state, size, village, places[village.code])

    def household(self, i: int, state: str, size: int, village: areas.Area, place: int) -> Household:
        chance = self.chance
        since, removed = self.monitored(state)
        old = lives.some_day(chance, date(2014, 3, 1), date(2017, 12, 20))
        members = self.members(i, size)
        return Household(
            number=f"3716{i + 1:08}",
            township=self.township_of(village.code),
            village=village.code,
            village_name=areas.short_village(village.name),
            group=f"{chance.randint(1, 5)}组",
            place=place,
            kind="一般农户" if state == "new" else chance.choice(("脱贫户", "脱贫户", "低保脱贫户")),
            monitor_class=lives.monitor_class(chance, state),
            monitor_since=since,
            removed_on=removed,
            identified=since if since and state == "new" else old,
            cause=chance.choice(_CAUSES),
            risk=chance.choice(_RISKS) if since else "",
            phone=self.telephone(),
            wages=sum(m.work_months for m in members) * chance.randint(1800, 4200) * 100,
            business=chance.randint(0, 90) * 10_000,
            transfer=size * chance.randint(1200, 6400) * 100 + chance.randint(0, 99),
            farmland=chance.randint(0, size * 220),
            housing=chance.randint(35, 150) * 100,
            dangerous_house="是" if chance.random() < 0.01 else "否",
            safe_water="是",
            members=members,
        )

    def monitored(self, state: str) -> tuple[date | None, date | None]:
        """Since when a household is watched, and since when no longer."""
        if state == "out":
            return None, None
        since = lives.some_day(self.chance, date(2022, 1, 10), date(2025, 5, 20))
        removed = since + timedelta(days=self.chance.randint(200, 500))
        return since, removed if removed <= TODAY and self.chance.random() < 0.4 else None

    def township_of(self, village: str) -> str:
        code = village[:9]
        if code not in self.townships:
            self.townships[code] = _known(code).name
        return self.townships[code]

    def members(self, household: int, size: int) -> tuple[Person, ...]:
        head_age = self.chance.randint(28, 84) if size > 1 else self.chance.randint(45, 92)
        head_sex = "男" if self.chance.random() < (0.8 if size > 1 else 0.55) else "女"
        rare = names.rare(household)
        head = self.person("户主", head_sex, head_age, rare or names.full_name(self.chance, head_sex))
        found = [head]
        for relation, sex, age in lives.family(self.chance, head_sex, head_age, size - 1):
            surname = names.family_name(head.name) if relation in lives.SAME_SURNAME else ""
            found.append(self.person(relation, sex, age, names.full_name(self.chance, sex, surname)))
        return tuple(found)

    def person(self, relation: str, sex: str, age: int, name: str) -> Person:
        chance = self.chance
        self.people += 1
        birth = lives.birthday(chance, age, TODAY)
        age = dates.age(birth, TODAY)
        student, health = lives.student(chance, age), lives.health(chance)
        labour = lives.labour(chance, age, student, health)
        return Person(
            number=f"3716{self.people:010}",
            name=name,
            sex=sex,
            birth=birth,
            id_number=self.id_number(birth, sex),
            relation=relation,
            ethnic=lives.ethnic(chance, name),
            political=lives.political(chance, age, student),
            education=lives.education(chance, age, student),
            student=student,
            health=health,
            labour=labour,
            work_months=lives.work_months(chance, labour),
            phone=self.telephone() if age >= 18 and chance.random() < 0.5 else "",
            resident_pension="是" if age >= 16 and not student else "否",
            dibao="农村低保" if chance.random() < 0.12 else "",
        )

    def id_number(self, birth: date, sex: str) -> str:
        order = self.given.get((birth, sex), 0)
        self.given[birth, sex] = order + 1
        number = 2 * order + (1 if sex == "男" else 2)
        first = f"{REGION}{birth:%Y%m%d}{number:03}"
        return first + idcard.checksum(first)

    def telephone(self) -> str:
        # Numbers that look invented: 1380000 and a counter.
        self.telephones += 1
        return f"138{self.telephones:08}"
