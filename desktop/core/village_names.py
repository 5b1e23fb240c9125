"""Village names as lists write them: one village is 蔡园董村, 蔡园董村委会 or 蔡园董村村民委员会."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Endings found in the country's list, slips and all (居委会会, 村民委员); the longer before the shorter.
_OF_RESIDENTS = (
    "居民委员会",
    "居委员会",
    "居民委会",
    "居委会会",
    "居民委员",
    "居委会",
    "居委",
    "家委会",
    "社区委会",
)
_OF_VILLAGERS = ("村民委员会", "村民委会", "村民委员", "村委员会", "牧民委员会", "牧委会", "村牧委会", "村委会",
                 "嘎查委员会", "嘎查委会", "村委")  # fmt: skip
_UNITS = ("嘎查村", "嘎查", "村")
_BRACKETS = re.compile(r"(?<=.)(?:\([^()]*\))+$")


def _clean(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _without(name: str, endings: tuple[str, ...]) -> str:
    return next((name[: -len(end)] for end in endings if name.endswith(end) and name != end), name)


@lru_cache(50_000)
def _keys(name: str) -> tuple[str, str]:
    """The stem alone, and the stem with a mark for a community: 东关居委会 -> ("东关", "东关社区")."""
    bodiless = _without(name, _OF_RESIDENTS)
    community = bodiless != name
    if not community:
        bodiless = _without(name, _OF_VILLAGERS)
    stem = _without(bodiless, ("社区",))
    if community or stem != bodiless:
        return _without(stem, _UNITS), stem + "社区"
    stem = _without(bodiless, _UNITS)
    return stem, stem


def plain_village(name: str) -> str:
    """The bare name for matching, without the village's or the committee's ending; never empty for a name.

    In one township in thirteen a village and a community share it: `best_village` looks at that.
    """
    name = _clean(name)
    return _keys(_BRACKETS.sub("", name))[0]


def short_village(name: str) -> str:
    """As people say it: 蔡园董村委会 -> 蔡园董村, 滨盛新村村委会 -> 滨盛新村, 东关社区居委会 -> 东关社区."""
    if "嘎查" in name:
        return _without(name, ("委员会", "委会"))
    stem, key = _keys(name)
    bodiless = _without(_without(name, _OF_RESIDENTS), _OF_VILLAGERS)
    if bodiless == name or bodiless.endswith(("村", "社区", "嘎查")):
        return bodiless
    return key if key != stem else bodiless + "村"


def best_village(text: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `text` means; None when there is none, or more than one could be meant."""
    wanted, among = _clean(text), list(dict.fromkeys(names))
    same = [name for name in among if _clean(name) == wanted]
    stem, key = _keys(wanted)
    if not same and wanted != stem:
        same = [name for name in among if _keys(_clean(name))[1] == key]
    if not same:
        bare = plain_village(text)
        same = [name for name in among if plain_village(name) == bare]
    return same[0] if len(same) == 1 else None
