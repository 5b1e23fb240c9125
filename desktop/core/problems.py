"""Problem: one thing that is wrong with what was typed or read, in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """How heavy a problem is. A refusal stops the action, a warning lets the clerk pass, a hint is only listed."""

    HINT = 1
    WARNING = 2
    REFUSAL = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is for tests and lists ("visit.future"), `field` for the form, `sentence` for the clerk."""

    code: str
    field: str
    sentence: str
    weight: Weight = Weight.REFUSAL


def refusals(problems: Iterable[Problem]) -> list[Problem]:
    return [p for p in problems if p.weight is Weight.REFUSAL]
