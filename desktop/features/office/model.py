"""The office, its places and its users, as the rest of the program sees them."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


# How many digits of the twelve say which place an office of that level is (domain.md 2.13).
DIGITS = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
LEVEL_NAMES = {Level.CITY: "市级", Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇级", Level.VILLAGE: "村级"}


@dataclass(frozen=True, slots=True)
class Office:
    """`key` is the permanent region key of the place that the office looks after."""

    key: str
    name: str
    level: Level

    @property
    def prefix(self) -> str:
        """What the keys of all places of this office begin with."""
        return self.key[: DIGITS[self.level]]


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its permanent key. `code` is the published code, empty while there is none."""

    key: str
    name: str
    level: str
    parent: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class User:
    id: bytes
    login: str
    name: str
    roles: tuple[str, ...]
    prefix: str
