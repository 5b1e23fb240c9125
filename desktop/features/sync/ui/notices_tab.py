"""未采纳和警示: segments that broke a rule, regions that came out different here and elsewhere, PCs of one name, PCs barred."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.sync import alarms, anchors, forks, quarantine, revoking, rotating
from desktop.features.sync.ui import words
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Column
from desktop.widgets.paged_table import PagedTable


@dataclass(frozen=True, slots=True)
class Notice:
    at: int
    kind: str
    tone: Tone
    peer: str
    place: str
    said: str


_COLUMNS = (
    Column("at", "时间", lambda x: words.moment(x.at), 150, raw=lambda x: x.at),
    Column("kind", "类别", lambda x: x.kind, 110, tone=lambda x: x.tone, raw=lambda x: x.kind),
    Column("peer", "来自", lambda x: x.peer, 150, raw=lambda x: x.peer),
    Column("place", "地方", lambda x: x.place, 150, raw=lambda x: x.place),
    Column("said", "原因和办法", lambda x: x.said, 320, stretch=True),
)
_KEPT = "没有采纳，文件已留存；请与对方核对"
_MENDED = "与对方核对不一致，本机已按原始记录重新计算，现在一致"
_TWIN = "有两台电脑用了同一个身份，两边的内容都已保留；请电话核实是否拷贝过电脑或恢复过备份"
_TWIN_ASKED = "有两台电脑用了同一个身份，两边的内容都已保留；已请较晚的一台重新办理入网"
_BARRED = "这台电脑以后写来的内容不再采纳，以前读入的保留"
_OPEN = "与对方记录相同、显示不同，请告诉技术人员"


def notices(reader: Reader) -> list[Notice]:
    """All of them, newest first."""
    names = office.PlaceNames(reader.connection)
    found = [
        *_set_aside(reader, names),
        *_alarms(reader, names),
        *_twins(reader),
        *_barred(reader),
        *_audits(reader),
    ]
    return sorted(found, key=lambda n: -n.at)


def _set_aside(reader: Reader, names: office.PlaceNames) -> Iterable[Notice]:
    for one in quarantine.set_aside(reader):
        yield Notice(
            one.at,
            "未采纳",
            Tone.OVERDUE,
            one.sender or "不明",
            _place(names, one.region),
            f"{one.sentence}；{_KEPT}",
        )


def _alarms(reader: Reader, names: office.PlaceNames) -> Iterable[Notice]:
    for one in alarms.alarms(reader):
        kind, tone, said = ("已更正", Tone.DONE, _MENDED) if one.agrees else ("警示", Tone.OVERDUE, _OPEN)
        yield Notice(one.at, kind, tone, one.office, _place(names, one.region), said)


def _twins(reader: Reader) -> Iterable[Notice]:
    for one in forks.twins(reader):
        yield Notice(one.at, "警示", Tone.OVERDUE, one.office, "", _TWIN_ASKED if one.is_asked else _TWIN)


def _barred(reader: Reader) -> Iterable[Notice]:
    for peer, reason, at in revoking.told(reader.connection):
        if reason != rotating.REASON:
            yield Notice(at, "已停用", Tone.QUIET, peer, "", f"{reason}；{_BARRED}")


def _audits(reader: Reader) -> Iterable[Notice]:
    for one in anchors.alarms(reader):
        yield Notice(one.at, "警示", Tone.OVERDUE, one.office, "", anchors.SENTENCE)


def _place(names: office.PlaceNames, region: str) -> str:
    return names.of(region.ljust(12, "0")) if region else ""


class NoticesList(PagedTable):
    def __init__(self) -> None:
        super().__init__(_COLUMNS, name="sync.notices")
        self.say_empty("没有未采纳的内容", "对方写了无权写的内容、或文件被改动过时，原因记在这里")

    def show_notices(self, found: list[Notice]) -> None:
        self.set_lines(found)
