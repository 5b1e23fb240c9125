"""The quiet lists of the exchange screen: bundles that came and went, and what exists only on this PC."""

from desktop.features.sync.model import Outcome
from desktop.features.sync.overview import Outlook, Passed
from desktop.features.sync.ui import words
from desktop.features.sync.unproved import MOST_SHOWN
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.paged_table import PagedTable

_PAST = (
    Column("at", "时间", lambda x: words.moment(x.at), 150, raw=lambda x: x.at),
    Column("way", "方向", lambda x: "写出" if x.is_ours else "读入", 80, raw=lambda x: x.is_ours),
    Column("peer", "单位", lambda x: x.peer, 220, raw=lambda x: x.peer, stretch=True),
    Column("outcome", "结果", lambda x: _outcome(x)[0], 140, tone=lambda x: _outcome(x)[1]),
    Column("entries", "条数", lambda x: f"{x.entries:,}", 100, align=Align.RIGHT, raw=lambda x: x.entries),
)
_HERE = (
    Column("at", "时间", lambda x: words.moment(x.at), 150, raw=lambda x: x.at),
    Column("name", "做了什么", lambda x: x.name, 300, raw=lambda x: x.name, stretch=True),
    Column("entries", "条数", lambda x: f"{x.entries:,}", 100, align=Align.RIGHT, raw=lambda x: x.entries),
)


def _outcome(passed: Passed) -> tuple[str, Tone]:
    if passed.is_ours and passed.outcome is Outcome.APPLIED:
        return "已写出", Tone.DONE
    return words.OUTCOMES[passed.outcome]


class PastList(PagedTable):
    def __init__(self) -> None:
        super().__init__(_PAST, name="sync.past")
        self.say_empty("还没有写出或读入过数据包", "写出和读入的每一个数据包都记在这里")

    def show_outlook(self, outlook: Outlook) -> None:
        self.set_lines(outlook.past)
        self.say_totals(_most(len(outlook.past)))


class HereList(PagedTable):
    """What would be lost with this PC."""

    def __init__(self) -> None:
        super().__init__(_HERE, name="sync.here")
        self.say_empty("没有只在这台电脑上的内容", "这里列出上级还没有确认收到的改动；电脑坏了，丢的就是它们")

    def show_outlook(self, outlook: Outlook) -> None:
        self.set_lines(outlook.here)
        written = max(0, outlook.only_here - outlook.unsent) if outlook.last_written else 0
        more = f"，其中 {written:,} 条已写到U盘，等上级的回执" if written else ""
        here = f"共 {outlook.only_here:,} 条只在这台电脑上{more}" if outlook.only_here else ""
        lost = f"停用前没有送出的 {outlook.lost:,} 条不会再上报，请重新录入" if outlook.lost else ""
        self.say_totals("；".join(filter(None, (here, lost))))


def _most(count: int) -> str:
    return f"只列出最近 {MOST_SHOWN} 个" if count >= MOST_SHOWN else ""
