"""Which village a row of a workbook belongs to: known, proposed as new, or of another office and left out."""

from dataclasses import dataclass

from desktop.core import areas
from desktop.features.office.api import Level, Place, Places
from desktop.features.register.sheet_model import Doubt, Line, Owner, Recognised


@dataclass(frozen=True, slots=True)
class Proposal:
    """A village that nobody knew, and the first cell that names it."""

    place: Place
    doubt: Doubt


class Placer:
    """Resolves the place of each row once and remembers it. `proposed` are the villages nobody knew."""

    def __init__(self, places: Places, recognised: Recognised) -> None:
        self._places, self._recognised = places, recognised
        self._known: dict[tuple[str, str, str], tuple[str, str, str, str]] = {}
        self._names = {c.index: (c.owner, c.name) for c in recognised.columns}
        self.proposed: list[Proposal] = []

    def region_of(self, line: Line, doubts: list[Doubt]) -> str:
        """The key of the village; empty when the row is left out, which is then among `doubts`."""
        at = (line.place.get("county", ""), line.place.get("township", ""), line.place.get("village", ""))
        if at not in self._known:
            self._known[at] = self._resolve(*at, line.row)
        region, name, code, problem = self._known[at]
        if problem:
            value = line.place.get(name, "")
            doubts.append(self._recognised.doubt(line.row, Owner.PLACE, name, value, code, problem))
        return region

    def listed(self, line: Line, owner: Owner) -> frozenset[str]:
        """The owner's fields whose cells in this row are doubtful."""
        found = (self._names.get(d.col_index) for d in line.doubts)
        return frozenset(at[1] for at in found if at is not None and at[0] is owner)

    def _resolve(self, county: str, township: str, village: str, row: int) -> tuple[str, str, str, str]:
        """Region, and where it is doubtful: the column, the code and the sentence."""
        if county and not self._is_own_county(county):
            return "", "county", "place.other_county", f"“{county}”不在本单位范围内，这一行没有导入"
        parent = self._places.township_named(township)
        if parent is None:
            what = f"“{township}”不在本单位范围内" if township else "没有写明乡镇"
            return "", "township", "place.other_township", f"{what}，这一行没有导入；请交给所属乡镇"
        if self._places.office.level is Level.VILLAGE:
            return self._own_village(village)
        if not village:
            return "", "village", "place.no_village", "没有写明村，这一行没有导入；请补上村名后重新导入"
        found = self._places.village_named(parent.key, village)
        if found is None and self._places.is_ambiguous(parent.key, village):
            return (
                "",
                "village",
                "place.ambiguous",
                f"有不止一个村可能叫“{village}”，这一行没有导入；请写全称",
            )
        if found is None:
            found = self._propose(parent.key, village, row)
        return found.key, "", "", ""

    def _propose(self, township: str, village: str, row: int) -> Place:
        place = self._places.propose(township, village)
        problem = f"“{village}”不在本单位的村名里，将登记为新村；如是笔误，请改正后重新导入"
        doubt = self._recognised.doubt(row, Owner.PLACE, "village", village, "place.new_village", problem)
        self.proposed.append(Proposal(place, doubt))
        return place

    def _own_village(self, village: str) -> tuple[str, str, str, str]:
        if village and not self._places.is_own(village):
            return "", "village", "place.other_village", f"“{village}”不是本村，这一行没有导入"
        return self._places.office.key, "", "", ""

    def _is_own_county(self, county: str) -> bool:
        """Whether a row of that county can be the office's.

        A development zone (高新区) is written where the county stands, and is none: only another county is refused.
        """
        own = self._places.office
        if own.level is Level.CITY:
            return any(_same(county, p.name) for p in self._places.by_key.values() if p.level == Level.COUNTY)
        return _same(county, self._places.name(own.key[:6] + "000000")) or not _is_county(own.key, county)


def _is_county(key: str, written: str) -> bool:
    """Whether a county of the office's province is called so."""
    cities = areas.children(key[:2] + "0000000000")
    return any(_same(written, county.name) for city in cities for county in areas.children(city.code))


def _same(short: str, name: str) -> bool:
    """滨城 and 滨城区 are one; offices leave the last character out."""
    return short in (name, name[:-1]) or short[:-1] == name or short.endswith(name)
