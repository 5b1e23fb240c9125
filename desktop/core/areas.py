"""The country's divisions, from the province down to the village, without a network.

resources/areas/china.areas is made by packaging/make_areas.py:
    8 bytes  magic
    4 bytes  length of the head, little-endian
    head     zstd: a line for each province, city, county and township, sorted: code TAB name,
             and for a city also TAB start TAB length of its block, counted from the end of the head
    blocks   zstd, one a city: ">371602012" opens a township, then a line for each village: its name, with the
             three digits of its code and a space before it unless they are those of the line above plus one
Opening a township unpacks the head and one block. Codes in here are cut to their significant digits
(37, 3716, 371602, 371602012, 371602012221); outside they always have 12.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

import zstandard

from desktop.core import pinyin, resources
from desktop.core.village_names import best_village, plain_village, short_village

__all__ = ["LEVELS", "Area", "area", "best_village", "children", "find", "full_name", "level_of", "parents",
           "plain_village", "prefix", "short_village"]  # fmt: skip

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = "province", "city", "county", "township", "village"
LEVELS = (PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE)
_DIGITS = {2: PROVINCE, 4: CITY, 6: COUNTY, 9: TOWNSHIP, 12: VILLAGE}
_FILE = "areas/china.areas"
_MAGIC = b"AREAS1\n\0"
# Levels that stand between province and county on paper only: nobody writes 北京市市辖区东城区.
_UNSAID = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    name: str
    level: str


def prefix(code: str) -> str:
    """The significant digits: 371602012000 -> 371602012, 371602000000 -> 371602."""
    code = code.ljust(12, "0")
    for size, end in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if code[end:size].strip("0"):
            return code[:size]
    return code[:2]


def level_of(code: str) -> str:
    return _DIGITS[len(prefix(code))]


class _Tree(NamedTuple):
    lines: list[str]
    blocks: dict[str, tuple[int, int]]
    alphabet: frozenset[str]


@cache
def _tree() -> _Tree:
    with resources.path(_FILE).open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ValueError(_FILE)
        size = int.from_bytes(file.read(4), "little")
        text = zstandard.ZstdDecompressor().decompress(file.read(size)).decode()
    begin, lines, blocks = len(_MAGIC) + 4 + size, text.split("\n"), {}
    for i, line in enumerate(lines):
        if line[4] == "\t":
            code, name, start, length = line.split("\t")
            blocks[code] = (begin + int(start), int(length))
            lines[i] = f"{code}\t{name}"
    return _Tree(lines, blocks, frozenset(text))


@lru_cache(4)
def _villages(city: str) -> list[str]:
    """The villages of a city in the shape of the head's lines."""
    if city not in _tree().blocks:
        return []
    start, length = _tree().blocks[city]
    with resources.path(_FILE).open("rb") as file:
        file.seek(start)
        text = zstandard.ZstdDecompressor().decompress(file.read(length)).decode()
    return list(_unpacked(text))


def _unpacked(block: str) -> Iterator[str]:
    township, number = "", 0
    for line in block.split("\n"):
        if line[0] == ">":
            township, number = line[1:], 0
            continue
        digits, _, name = line.partition(" ")
        if name and digits.isdecimal():
            number = int(digits)
        else:
            number, name = number + 1, line
        yield f"{township}{number:03}\t{name}"


def _span(lines: list[str], digits: str) -> tuple[int, int]:
    # ":" follows "9", so that it ends everything that begins with these digits.
    return bisect_left(lines, digits), bisect_left(lines, digits + ":")


def _area(line: str) -> Area:
    digits, _, name = line.partition("\t")
    return Area(digits.ljust(12, "0"), name, _DIGITS[len(digits)])


def area(code: str) -> Area | None:
    digits = prefix(code)
    lines = _villages(digits[:4]) if len(digits) == 12 else _tree().lines
    found = bisect_left(lines, digits + "\t")
    if found < len(lines) and lines[found].startswith(digits + "\t"):
        return _area(lines[found])
    return None


def children(code: str) -> list[Area]:
    """One level down. `children("")` are the provinces."""
    digits = prefix(code) if code else ""
    lines = _villages(digits[:4]) if len(digits) == 9 else _tree().lines
    begin, end = _span(lines, digits)
    below = [line for line in lines[begin:end] if not line.startswith(digits + "\t")]
    # Lines are in tree order, so the first one below is a child; 东莞 has townships right under the city.
    size = below[0].index("\t") if below else 0
    return [_area(line) for line in below if line[size] == "\t"]


def parents(code: str) -> list[Area]:
    """From the province down to the direct parent."""
    digits = prefix(code)
    found = (area(digits[:size]) for size in (2, 4, 6, 9) if size < len(digits))
    # 东莞's townships have the city for their county as well.
    return list(dict.fromkeys(one for one in found if one))


def full_name(code: str) -> str:
    """山东省滨州市滨城区里则街道. Empty for an unknown code."""
    own = area(code)
    if own is None:
        return ""
    return "".join(one.name for one in [*parents(code), own] if one.level != CITY or one.name not in _UNSAID)


def find(text: str, *, levels: Iterable[str] = LEVELS, within: str = "", limit: int = 20) -> list[Area]:
    """By part of a name, pinyin or the first digits of a code; best first.

    Words before the last narrow by the names above ("阳信 河流"). Villages are searched only when `within` is a
    county or less: the whole country of them would be slow, and of no use to anybody.
    """
    *above, word = text.split() or [""]
    if not word:
        return []
    digits, wanted = prefix(within) if within else "", frozenset(levels)
    found = (_area(hit.line) for hit in sorted(_all_hits(word, digits, wanted)))
    narrowed = (one for one in found if all(name in full_name(one.code) for name in above))
    return list(islice(narrowed, limit))


class _Hit(NamedTuple):
    """In the order that hits are shown in."""

    rank: int
    rare: bool  # found by a reading that is not the commonest: 梁才街道 for lzjd
    size: int
    line: str


def _all_hits(word: str, digits: str, wanted: frozenset[str]) -> Iterator[_Hit]:
    tree = _tree()
    begin, end = _span(tree.lines, digits)
    yield from _hits(word, tree.lines[begin:end], tree.alphabet, wanted)
    if len(digits) >= 6 and VILLAGE in wanted:
        villages = _villages(digits[:4])
        begin, end = _span(villages, digits)
        lines = villages[begin:end]
        yield from _hits(word, lines, frozenset("".join(lines)), wanted)


def _hits(word: str, lines: list[str], alphabet: frozenset[str], wanted: frozenset[str]) -> Iterator[_Hit]:
    search = _matcher(word, alphabet)
    text = "\n".join(lines)
    for match in search(text):
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        line = text[begin : end if end >= 0 else None]
        tab = line.index("\t")
        if _DIGITS[tab] in wanted:
            rank = _rank(match.start() - begin, match.end() - begin, tab, line)
            yield _Hit(rank, _is_rare(word, match.group()), len(line), line)


def _is_rare(word: str, found: str) -> bool:
    if not word.isascii() or found.isascii():
        return False
    commonest = "".join(pinyin.readings(char)[0][0] for char in found)
    return not (commonest.startswith(word.lower()) or len(word) > len(found))


def _matcher(word: str, alphabet: frozenset[str]) -> Callable[[str], Iterable[re.Match[str]]]:
    if word.isascii() and word.isdecimal():
        # A code may be typed with its zeros or without.
        short = prefix(word) if len(word) == 12 else word
        return re.compile(rf"^{short}\d*\t", re.MULTILINE).finditer
    if word.isascii() and word.isalpha():
        spelled = pinyin.pattern(word, alphabet)
        return re.compile(spelled).finditer if spelled else lambda text: ()
    return re.compile(re.escape(word)).finditer


def _rank(start: int, end: int, tab: int, line: str) -> int:
    """0 the whole name, 1 its beginning, 2 somewhere in it; for a code, only beginnings come in here."""
    if start == 0:
        return 1
    return 2 if start > tab + 1 else int(end < len(line))
