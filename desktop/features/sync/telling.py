"""How a disagreement is told to a person: of whom it is, which fact, and what the values mean.

The exchange knows entries and fields by their names in the tables. Who knows more of them (the register of households)
hands in a `Describe`; what nobody describes is shown as it is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.db.unit import Reader
from desktop.features.sync import conflicts
from desktop.features.sync.conflicts import Conflict

MOST_SHOWN = 200
_ALIVE = {True: "保留", False: "删除"}


@dataclass(frozen=True, slots=True)
class Told:
    """`who` and `what` head the case; `show` puts a value in words, `titles` names other fields of the row.

    `called` is who it is in the history of actions, where names are masked.

    `read` makes a value of what somebody types and raises Refused when it is none; None where nothing can be typed.
    `screen` with `given` shows the whole thing.
    """

    who: str
    what: str
    show: Callable[[Any], str]
    titles: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[str], Any] | None = None
    screen: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    called: str = ""


Describe = Callable[[Reader, Conflict], Told | None]


@dataclass(frozen=True, slots=True)
class Case:
    conflict: Conflict
    told: Told


@dataclass(frozen=True, slots=True)
class Cases:
    """The first of what is open, and how many there are in all."""

    shown: tuple[Case, ...] = ()
    count: int = 0


def cases(reader: Reader, describe: Sequence[Describe], table_names: Mapping[str, str]) -> Cases:
    """What is open, in the words of whoever knows the table."""
    found = conflicts.conflicts(reader, limit=MOST_SHOWN)
    told = tuple(Case(one, _tell(reader, one, describe, table_names)) for one in found)
    return Cases(told, max(conflicts.count(reader), len(told)))


def _tell(reader: Reader, one: Conflict, describe: Sequence[Describe], names: Mapping[str, str]) -> Told:
    said = (known(reader, one) for known in describe)
    return next((told for told in said if told is not None), _plain(one, names))


def _plain(one: Conflict, names: Mapping[str, str]) -> Told:
    table = names.get(one.table, "其他记录")
    return Told(
        table, "是否保留" if is_about_being(one) else "一项内容", show_being if is_about_being(one) else _text
    )


def is_about_being(one: Conflict) -> bool:
    """Whether one office took the row out of use and another went on with it."""
    return one.field == "alive"


def show_being(value: Any) -> str:
    return _ALIVE.get(value, "")


def _text(value: Any) -> str:
    return (
        value if isinstance(value, str) else "" if value is None or isinstance(value, bytes) else str(value)
    )
