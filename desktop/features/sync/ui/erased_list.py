"""依法删除: each order with what it took away, who gave it, and which offices wrote that they erased it too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.sync import erased
from desktop.features.sync.erased import Erased
from desktop.features.sync.ui import words
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Column
from desktop.widgets.paged_table import PagedTable


@dataclass(frozen=True, slots=True)
class Line:
    order: Erased
    place: str


def lines(reader: Reader) -> list[Line]:
    names = office.PlaceNames(reader.connection)
    return [Line(one, names.of(one.region.ljust(12, "0"))) for one in erased.erased(reader)]


class ErasedList(PagedTable):
    """`table_names` says what a synced table holds ("household": "户")."""

    def __init__(self, table_names: Mapping[str, str]) -> None:
        self._names = table_names
        super().__init__(self._columns(), name="sync.erased")
        self.say_empty("没有依法删除过的内容", "县级及以上单位在户的“更多”里办理，各单位的回执列在这里")

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("at", "时间", lambda x: words.moment(x.order.at), 150, raw=lambda x: x.order.at),
            Column("place", "地方", lambda x: x.place, 130, raw=lambda x: x.place),
            Column("what", "抹去了", self._what, 200),
            Column("by", "由谁办理", _by, 130, raw=_by),
            Column("state", "回执", _state, 120, tone=_tone),
            Column("who", "哪些单位", _who, 240, stretch=True),
        )

    def _what(self, line: Line) -> str:
        return "、".join(f"{self._names.get(name, '其他')} {count:,}" for name, count in line.order.rows)

    def show_lines(self, found: Sequence[Line]) -> None:
        self.set_lines(found)
        waiting = sum(bool(one.order.open) for one in found)
        told = f"，{waiting} 次还有单位没有回执" if waiting else "，都有回执"
        self.say_totals(f"共 {len(found)} 次{told}" if found else "")


def _by(line: Line) -> str:
    return "本单位" if line.order.is_own else line.order.by or "不明"


def _state(line: Line) -> str:
    done, all_ = len(line.order.answered), len(line.order.answered) + len(line.order.open)
    return f"{done} / {all_}" if all_ else "没有别的单位"


def _tone(line: Line) -> Tone:
    return Tone.ATTENTION if line.order.open else Tone.DONE


def _who(line: Line) -> str:
    told = [f"已抹去：{'、'.join(line.order.answered)}"] if line.order.answered else []
    return "　".join([*told, *([f"还没有回执：{'、'.join(line.order.open)}"] if line.order.open else [])])
