"""Headings: what a cell of a heading row means, however it was typed."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from desktop.core.excel.reader import Cell, as_text
from desktop.features.register.fields import (
    HOUSEHOLD_FIELDS,
    IGNORED_HEADINGS,
    PERSON_FIELDS,
    PLACE_HEADINGS,
    Field,
)
from desktop.features.register.sheet_model import Layout, Owner, SheetColumn

# Other ways to write a unit; a heading with another unit (万元, 平方米 for 亩) is a different column.
_UNITS = {
    "平方米": ("平方米", "㎡", "m2", "平米"),
    "公里": ("公里", "千米", "km"),
    "月": ("月", "个月", "月数"),
}
_REQUIRED = ("(必填)", "(必填项)", "*")

LISTED_HEADINGS = [
    "序号",
    "数据日期",
    "县(市、区、旗)",
    "乡(镇)",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "民族",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动技能",
    "务工时间(月)",
    "是否参加大病保险",
    "致贫原因1",
    "危房户",
    "是否解决安全饮用水",
    "人均纯收入",
    "户联系电话",
    "人联系电话",
    "首次识别时间",
    "人员识别时间",
    "户类型",
    "易返贫致贫户(监测对象)类型",
    "风险是否消除",
    "风险识别时间",
    "风险消除时间",
]
# The office chooses the columns of this one: only what tells it from the other is named.
MONITORED_HEADINGS = [
    "监测对象类别",
    "识别监测时间",
    "致贫/返贫风险1",
    "风险是否已消除",
    "风险消除方式",
    "消除监测时间",
    "工资性收入",
    "转移性收入",
    "合规自付支出",
    "信息采集人",
    "家庭成员联系电话",
    "实施开发式帮扶措施情况",
]
# Several rows a person: taking it for a register would list everybody as a duplicate.
WORK_HEADINGS = ("务工月收入", "开始时间", "结束时间", "务工所在地", "务工企业名称")


@dataclass(frozen=True, slots=True)
class Meaning:
    owner: Owner
    name: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The headings of one row (or two), sorted out."""

    columns: tuple[SheetColumn, ...]
    unknown: tuple[tuple[int, str], ...]
    twice: tuple[tuple[int, str], ...]
    ignored: tuple[tuple[int, str], ...]

    @property
    def usable(self) -> bool:
        """A name, and one thing more that says whose."""
        names = {(c.owner, c.name) for c in self.columns}
        others = {(Owner.PLACE, "village"), (Owner.PLACE, "household_no"), (Owner.PERSON, "id_number")}
        return (Owner.PERSON, "name") in names and not others.isdisjoint(names)


def plain(heading: str) -> str:
    """Half width, no spaces or line ends, no mark of a required column."""
    text = "".join(unicodedata.normalize("NFKC", heading).split()).lower()
    for mark in _REQUIRED:
        text = text.removeprefix(mark).removesuffix(mark)
    return text.strip(":")


@cache
def meanings() -> Mapping[str, Meaning]:
    found: dict[str, Meaning] = {}
    for name, headings in PLACE_HEADINGS.items():
        for heading in headings:
            found.setdefault(plain(heading), Meaning(Owner.PLACE, name))
    for owner, fields in ((Owner.HOUSEHOLD, HOUSEHOLD_FIELDS), (Owner.PERSON, PERSON_FIELDS)):
        for field in fields:
            for heading in _ways(field):
                found.setdefault(plain(heading), Meaning(owner, field.name, field))
    return found


def _ways(field: Field) -> list[str]:
    """The title, the other headings, and each with the field's own unit in brackets."""
    headings = [field.title, *field.also]
    units = _UNITS.get(field.unit, (field.unit,) if field.unit else ())
    return headings + [f"{heading}({unit})" for heading in headings for unit in units]


def match(cells: Sequence[Cell], first_column: int) -> Match:
    columns: list[SheetColumn] = []
    unknown: list[tuple[int, str]] = []
    twice: list[tuple[int, str]] = []
    ignored: list[tuple[int, str]] = []
    taken: set[tuple[Owner, str]] = set()
    for index, cell in enumerate(cells, first_column):
        heading = as_text(cell)
        if not heading:
            continue
        meaning = meanings().get(plain(heading))
        if meaning is None:
            (ignored if plain(heading) in IGNORED_HEADINGS else unknown).append((index, heading))
        elif (meaning.owner, meaning.name) in taken:
            twice.append((index, heading))
        else:
            taken.add((meaning.owner, meaning.name))
            columns.append(SheetColumn(index, heading, meaning.owner, meaning.name, meaning.field))
    return Match(tuple(columns), tuple(unknown), tuple(twice), tuple(ignored))


def layout(found: Match, title: str) -> Layout:
    """Which national list it is: by its title and by the headings that only this one has."""
    headings = {plain(c.heading) for c in found.columns}
    listed = len(headings.intersection(map(plain, LISTED_HEADINGS)))
    monitored = len(headings.intersection(map(plain, MONITORED_HEADINGS)))
    if "监测对象信息" in title or monitored >= 4:
        return Layout.MONITORED
    if "脱贫人口名单" in title or listed >= 20:
        return Layout.LISTED
    return Layout.OWN


def is_work_list(found: Match) -> bool:
    headings = {plain(heading) for _, heading in found.unknown}
    return len(headings.intersection(WORK_HEADINGS)) >= 3
