"""Found: one answer of the global search, as every feature's api.find() gives it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """`kind` is a short word (户, 人, 动作); `screen` opens with what is `given`."""

    kind: str
    title: str
    detail: str = ""
    screen: str = ""
    given: dict[str, Any] = field(default_factory=dict)
