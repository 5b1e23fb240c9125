"""Standards in the words of the screen."""

from collections.abc import Callable

from desktop.core import money
from desktop.features.standards.model import Kind, Measure

UNVERIFIED = "未经核实的默认值"
_DAYS = "一二三四五六日"
NameOf = Callable[[str], str]


def value(kind: Kind, number: int) -> str:
    """4,000.00 元, 1 次."""
    shown = money.yuan(number) if kind.measure is Measure.YUAN else str(number)
    return f"{shown} {kind.measure.value}"


def read_value(kind: Kind, text: str) -> int | None:
    """What somebody typed, as it is kept; None for what is none."""
    plain = text.strip().replace("。", ".").removesuffix(kind.measure.value).strip()
    if kind.measure is Measure.YUAN:
        return money.parse_fen(plain) if plain else None
    hundredths = money.hundredths(plain) if plain else None
    return hundredths // 100 if hundredths is not None and hundredths % 100 == 0 else None


def weekday(number: int) -> str:
    return f"周{_DAYS[number]}"
