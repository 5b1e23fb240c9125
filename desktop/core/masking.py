"""What of a number or a name may be shown to others. What is printed in public is chosen by whitelist."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

# The columns that a role without need of them gets masked or not at all (core/db/sight). Texts written by hand
# (findings of a visit, reasons) cannot be told apart by column and stay.
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
# `unread` and `text` keep cells and numbers as they were found.
HIDDEN = _HEALTH | _MONEY | {"unread"}


def id_number(text: str) -> str:
    """The first three and the last four characters; a short text shows nothing."""
    return _middle(text, 3, 4) if len(text) >= 15 else "*" * len(text)


def telephone(text: str) -> str:
    """138****5678; a landline or an extension shows its last two digits."""
    return _middle(text, 3, 4) if len(text) >= 11 else "*" * max(0, len(text) - 2) + text[-2:]


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
