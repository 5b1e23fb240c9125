"""Amounts as whole numbers: fen for money, hundredths for areas and distances. Never binary fractions.

What is plainly a number is taken, and rounded half up where a list computed more digits; "1.2万" or "约500" is not.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_MONEY_WORDS = re.compile(r"^[¥￥]|(?:元整|元|圆|块)$")
_UNIT_WORDS = re.compile(r"(?:亩|公里|千米|平方米|平方|平米|m2|km)$", re.IGNORECASE)
_PLAIN = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[-+]?\.\d+")
_MOST = Decimal(10) ** 15  # ten billion yuan; more is a telephone or an id number in the wrong column


def parse_fen(value: object) -> int | None:
    """Fen of "1,234.5", "１２３４.５０元", 4135.0 …; None for what is not plainly an amount."""
    return _parse(value, _MONEY_WORDS)


def yuan(fen: int) -> str:
    """123450 -> 1,234.50"""
    return _grouped(fen, ",")


def hundredths(value: object) -> int | None:
    """Hundredths of "3.5亩", "0.25", 12 …; None for what is no number."""
    return _parse(value, _UNIT_WORDS)


def from_hundredths(number: int) -> str:
    """350 -> 3.5, 1200 -> 12"""
    text = _grouped(number, "")
    return text.rstrip("0").rstrip(".")


def _grouped(number: int, comma: str) -> str:
    sign, number = ("-", -number) if number < 0 else ("", number)
    return f"{sign}{number // 100:,}".replace(",", comma) + f".{number % 100:02}"


def _parse(value: object, words: re.Pattern[str]) -> int | None:
    if isinstance(value, str):
        return _from_text(value, words)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # repr gives the shortest digits that mean this float: 0.1, not 0.1000000000000000055.
        return _whole(Decimal(value if isinstance(value, int) else str(value)))
    return None


@lru_cache(20_000)
def _from_text(text: str, words: re.Pattern[str]) -> int | None:
    text = "".join(unicodedata.normalize("NFKC", text).split())
    text = words.sub("", text)
    return _whole(Decimal(text.replace(",", ""))) if _PLAIN.fullmatch(text) else None


def _whole(number: Decimal) -> int | None:
    scaled = number * 100
    if not scaled.is_finite() or abs(scaled) >= _MOST:
        return None
    return int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
