"""The columns of the lists of visits, and how a visit that was corrected is painted."""

from datetime import date
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.core import dates
from desktop.features.visits.model import KIND_NAMES, Visit, VisitLine
from desktop.widgets.cells import CellDelegate
from desktop.widgets.colours import SECONDARY, Tone
from desktop.widgets.columns import Column
from desktop.widgets.paged_model import LINE_ROLE

Quarter = tuple[int, int]
_NUMBERS = "一二三四"


def one_line(text: str) -> str:
    return " ".join(text.split())


def _corrected(line: VisitLine) -> str:
    return "更正过" if line.is_correction else ""


LINES = [
    Column("day", "日期", lambda v: v.day, 96),
    Column("visitor", "走访人", lambda v: v.visitor, 76),
    Column("kind", "方式", lambda v: KIND_NAMES[v.kind], 56, spare=1),
    Column("village", "村", lambda v: v.village, 92),
    Column("number", "户编号", lambda v: v.number, 124, spare=3),
    Column("head", "户主", lambda v: v.head, 80),
    Column("findings", "走访情况", lambda v: one_line(v.findings), 150, stretch=True),
    Column(
        "corrected", "更正", _corrected, 84, tone=lambda v: Tone.QUIET if v.is_correction else None, spare=2
    ),
]

BOOKED = [
    Column("day", "日期", lambda v: v.day[5:], 64),
    Column("head", "户主", lambda v: v.head, 76),
    Column("findings", "走访情况", lambda v: one_line(v.findings), stretch=True),
]


def _standing(visit: Visit) -> str:
    if not visit.stands:
        return "已被更正"
    return "更正过" if visit.replaces else ""


OF_HOUSEHOLD = [
    Column("day", "日期", lambda v: v.day, 96, raw=lambda v: v.day),
    Column("kind", "方式", lambda v: KIND_NAMES[v.kind], 64),
    Column("visitor", "走访人", lambda v: v.visitor, 88, raw=lambda v: v.visitor),
    Column("findings", "走访情况", lambda v: one_line(v.findings), stretch=True),
    Column("standing", "更正", _standing, 96, tone=lambda v: Tone.QUIET if _standing(v) else None),
]


class StruckDelegate(CellDelegate):
    """Strikes through the line of a visit that no longer stands; the word 已被更正 stands beside it."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        line: Any = index.data(LINE_ROLE)
        if line is not None and not line.stands:
            option.font.setStrikeOut(True)
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, QColor(SECONDARY))


def quarter_name(quarter: Quarter) -> str:
    """ "2027 年一季度"."""
    return f"{quarter[0]} 年{_NUMBERS[quarter[1] - 1]}季度"


def quarter_choices(today: date, count: int = 8) -> list[tuple[str, str]]:
    """This quarter and those before it, newest first, as keys ("2027-1") and words."""
    year, number = dates.quarter(today)
    places = [year * 4 + number - 1 - back for back in range(count)]
    found = [(place // 4, place % 4 + 1) for place in places]
    return [(f"{y}-{n}", quarter_name((y, n))) for y, n in found]


def quarter_of(key: str) -> Quarter:
    year, number = key.split("-")
    return int(year), int(number)
