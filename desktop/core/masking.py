"""What of a number or a name may be shown to others. What is printed in public is chosen by whitelist.

There is one mask for each kind of number, wherever it stands: what two screens leave open must not add up.
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
Mask = Callable[[str], str]

# The columns that a role without need of them gets masked or not at all (core/db/sight). In what is written by hand
# (findings of a visit, reasons) every longer run of digits is hidden.
ID_NUMBERS = frozenset({"id_number"})
TELEPHONES = frozenset({"phone", "collector_phone"})
_HEALTH = frozenset({"health", "serious_illness", "medical_aid", "medical_gap", "help_health"})
_MONEY = frozenset(
    {
        "per_capita_income",
        "wage_income",
        "business_income",
        "transfer_income",
        "self_paid",
        "tekun_money",
        "dibao",
        "tekun",
    }
)
# `unread` keeps cells and numbers as they were found.
HIDDEN = _HEALTH | _MONEY | {"unread", "thumb"}
# The number of a household is no secret: it hangs on the wall.
OPEN = frozenset({"number"})

_DATE = r"(?<!\d)(?:19|20)\d\d([-.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"
# w4827190031: a household's number is told by the letter before it. Telephones and id numbers are longer.
_NUMBER = r"(?<![A-Za-z])[A-Za-z]{1,4}\d{1,10}(?!\d)"
# As people write them: 138 1234 5678, 0543-3334444, 37160219600101123X.
_DIGITS = r"\d(?:[\s\-－–—.·]?\d){6,}[Xx]?"
_PARTS = re.compile(f"{_DATE}|{_NUMBER}|(?P<digits>{_DIGITS})")


def id_number(text: str) -> str:
    """371602**********31; a short text shows nothing. Nor does what the number of a certificate has after that."""
    if len(text) < 15:
        return "*" * len(text)
    return _middle(text[:18], 6, 2) + "*" * len(text[18:])


def telephone(text: str) -> str:
    """138****5678; a landline or an extension shows its last two digits."""
    return _middle(text, 3, 4) if len(text) >= 11 else "*" * max(0, len(text) - 2) + text[-2:]


def digits(text: str, keep: str = "") -> str:
    """A text in which runs of seven digits and more are hidden, but for dates and numbers of households.

    `keep` is how the codes of the office's own places begin: 9 or 12 digits that do are no number of anybody.
    """

    def hidden(found: re.Match[str]) -> str:
        run = found["digits"]
        is_place = keep and run and len(run) in (9, 12) and run.startswith(keep)
        return "*" * len(run) if run and not is_place else found[0]

    return _PARTS.sub(hidden, text)


def value(column: str, found: Any) -> Any:
    """What a role without need sees of a value of that column."""
    if column in HIDDEN:
        return None
    if not isinstance(found, str) or column in OPEN:
        return found
    return mask_of(column)(found)


def mask_of(column: str) -> Mask:
    if column in ID_NUMBERS:
        return id_number
    return telephone if column in TELEPHONES else digits


def name(text: str) -> str:
    """张*三, 李*: the surname, and the last character of longer names."""
    if len(text) <= 1:
        return text
    return text[0] + "*" * (len(text) - 2) + text[-1] if len(text) > 2 else text[0] + "*"


def only(thing: T, allowed: frozenset[str]) -> T:
    """A copy of a dataclass of texts in which every field outside `allowed` is empty."""
    if not is_dataclass(thing) or isinstance(thing, type):
        raise TypeError(type(thing).__name__)
    empty: dict[str, Any] = {
        f.name: type(getattr(thing, f.name))() for f in fields(thing) if f.name not in allowed
    }
    return replace(thing, **empty)


def _middle(text: str, first: int, last: int) -> str:
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]
