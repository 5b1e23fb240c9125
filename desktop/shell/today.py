"""今日: what waits, overdue first; for a new office the four first steps instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.changes import Changes
from desktop.core.due import Due
from desktop.features.sync.api import Outlook
from desktop.shell.steps import Step, Steps
from desktop.widgets.bars import Bar, Bars
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Column
from desktop.widgets.navigator import Navigator
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, card, label, row, scaled
from desktop.widgets.runner import Runner
from desktop.widgets.screen import Screen

_DAYS = "一二三四五六日"
_MOST_BARS = 8
_CARDS_FROM = 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """What 今日 shows. `steps` not empty means a new office."""

    today: date
    dues: Sequence[Due] = ()
    steps: Sequence[Step] = field(default=())
    outlook: Outlook | None = None


class Today(Screen):
    """`look(reader)` collects from every feature's api.due(); it runs on the reading thread, once after each change.

    `looked` tells what was found to whoever counts it too: the menu and the status bar.
    """

    looked = Signal(object)

    def __init__(self, runner: Runner, navigator: Navigator, look: Callable[[Any], Waiting]) -> None:
        super().__init__("今日", "today")
        self._runner, self._navigator, self._look = runner, navigator, look
        self._waiting = Waiting(date.min)
        self.table = PagedTable(self._columns(), name="today.dues")
        self.table.say_empty("没有等着办的事", "到期的走访、公示和待核对的数据会列在这里。")
        self.table.opened.connect(self._open)
        self.steps = Steps(navigator)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(GRID)
        self._lay_out()

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(scaled(280))
        side.setLayout(self.cards)
        self.cards.setContentsMargins(0, 0, 0, 0)
        self.cards.addStretch(1)
        self._side = side
        side.hide()
        usual = QWidget()
        usual.setLayout(row(self.table, side, gap=2 * GRID))
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(usual)
        self._stack.addWidget(self.steps)
        self._usual = usual
        self.body.addWidget(holder, 1)
        self.arrears, self.stick = Bars(), label("", wrap=True)
        self.add_card("本季度还没上门最多的", self.arrears)
        self.add_card("U盘交换", self.stick)

    def add_card(self, title: str, content: QWidget) -> None:
        """A small card at the right (arrears by village, the stick…)."""
        self.cards.insertWidget(self.cards.count() - 1, card(label(title, "strong"), content))

    def arrive(self, **given: Any) -> None:
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # On a narrow window the list needs the room: the cards only sum it up.
        self._side.setVisible(self.width() >= scaled(_CARDS_FROM))

    def refresh(self) -> None:
        """Look again, away from this thread."""
        self._runner.read(self, self._look, done=self.show_waiting)

    def on_changed(self, changes: Changes, sender: object) -> None:
        # Whatever was written may have settled something that waited here.
        self.refresh()

    def show_waiting(self, waiting: Waiting) -> None:
        focus = self.window().focusWidget()
        was_here = focus is not None and self.isAncestorOf(focus)
        self._waiting = waiting
        day = waiting.today
        self.say(f"{day.year}年{day.month}月{day.day}日　星期{_DAYS[day.weekday()]}")
        self.steps.show_steps(waiting.steps)
        self._stack.setCurrentWidget(self.steps if waiting.steps else self._usual)
        dues = sorted(waiting.dues, key=lambda due: due.until)
        self.table.set_lines(dues)
        self.arrears.show_bars(_bars(dues))
        self.stick.setText(_stick(waiting.outlook))
        self.looked.emit(waiting)
        late = sum(due.days_over(day) > 0 for due in dues)
        self.table.say_totals(f"共 {len(dues)} 件，其中逾期 {late} 件" if dues else "")
        first = self.steps if waiting.steps else self.table
        self.focus_first_on(first)
        if was_here:  # what had the focus may be gone
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _columns(self) -> list[Column]:
        return [
            Column("until", "期限", self._when, 120, raw=lambda due: due.until, tone=self._tone),
            Column("what", "事项", lambda due: due.what, 280, stretch=True),
            Column("who", "对象", lambda due: due.who, 160),
            Column("since", "起始", lambda due: f"{due.since or ''}", 112, raw=lambda due: due.since),
            Column("by", "经办", lambda due: due.by, 104, raw=lambda due: due.by),
        ]

    def _when(self, due: Due) -> str:
        return when(due.until, self._waiting.today)

    def _tone(self, due: Due) -> Tone:
        over = due.days_over(self._waiting.today)
        if over > 0:
            return Tone.OVERDUE
        return Tone.ATTENTION if over == 0 else Tone.QUIET

    def _open(self, place: int) -> None:
        due: Due = self.table.model.line(self.table.model.row_of(place))
        if due.screen:
            self._navigator.go(due.screen, **due.given)


def _bars(dues: Sequence[Due]) -> list[Bar]:
    """The places with most still to do, of what can be counted."""
    counted = sorted((d for d in dues if d.whole), key=lambda d: -d.part)
    return [Bar(d.who, d.part, d.whole, f"{d.part} / {d.whole} 户") for d in counted[:_MOST_BARS]]


def _stick(outlook: Outlook | None) -> str:
    if outlook is None or not outlook.parent:
        return "还没有与上级办理入网，数据只在本机。"
    return f"上级：{outlook.parent}。{_waits(outlook)}"


def _waits(outlook: Outlook) -> str:
    if outlook.unsent:
        return f"有 {outlook.unsent:,} 条变更还没有写到U盘。"
    if outlook.only_here:
        return f"{outlook.only_here:,} 条变更已写到U盘，等上级读入后发来回执。"
    return "没有等着上报的变更。"


def when(until: date, today: date) -> str:
    """逾期 3 天, 今天, 明天, 周五 within this week, else the date."""
    days = (until - today).days
    if days < 0:
        return f"逾期 {-days} 天"
    if days < 2:
        return ("今天", "明天")[days]
    sunday = today + timedelta(days=6 - today.weekday())
    return f"本周{_DAYS[until.weekday()]}" if until <= sunday else until.isoformat()
