"""两地不同: what two offices say differently, listed; one click or a typed value settles it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from desktop.core.db.unit import Unit
from desktop.core.errors import Refused
from desktop.features.sync import conflicts, telling
from desktop.features.sync.conflicts import Claim
from desktop.features.sync.telling import Case, Cases, Describe
from desktop.features.sync.ui.case_view import CaseView
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import column, side_by_side
from desktop.widgets.saving import off_until_over, save
from desktop.widgets.screen import LooksAgain

_COLUMNS = (
    Column("who", "对象", lambda x: x.told.who, 170, raw=lambda x: x.told.who, stretch=True),
    Column("what", "哪一项", lambda x: x.told.what, 150, raw=lambda x: x.told.what),
    Column("shown", "现在显示", lambda x: x.told.show(x.conflict.shown), 150),
    Column("claims", "说法", lambda x: f"{len(x.conflict.claims)} 种", 70, align=Align.RIGHT),
)


class DisagreeTab(LooksAgain):
    """`counted` tells how many there are in all, whenever it was looked up."""

    counted = Signal(int)

    def __init__(self, desk: Desk, describe: Sequence[Describe], table_names: Mapping[str, str]) -> None:
        super().__init__()
        self._desk, self._describe, self._names = desk, tuple(describe), table_names
        self.is_stale = True
        self.table = PagedTable(_COLUMNS, name="sync.disagree")
        self.table.say_empty(
            "没有两地填得不同的内容", "两个单位改了同一项、内容又不同时，两种说法都留着，在这里由人选定"
        )
        self.detail = CaseView(conflicts.RIGHT in desk.actor.rights)
        self.detail.hide()
        split = side_by_side(self.table, self.detail)
        self.setLayout(column(split))
        self.setFocusProxy(self.table)
        split.setSizes([540, 460])
        desk.keep.columns(self.table)
        desk.keep.splitter(split, "sync.disagree")
        self._connect()

    def _connect(self) -> None:
        self.table.selected.connect(lambda _key: self.detail.show_case(self.case))
        self.table.opened.connect(lambda _key: self.detail.focus_first())
        self.detail.chosen.connect(self._choose)
        self.detail.typed_in.connect(self._take_typed)
        self.detail.open_wanted.connect(self._open)

    @property
    def case(self) -> Case | None:
        found: Case | None = self.table.line
        return found

    def look_again(self) -> None:
        self._desk.runner.read(self, telling.cases, self._describe, self._names, done=self._on_cases)

    def _on_cases(self, found: Cases) -> None:
        self.table.set_lines(found.shown)
        shown, count = len(found.shown), found.count
        more = f"，先列出 {shown} 处，选定之后接着列" if count > shown else ""
        self.table.say_totals(f"共 {count:,} 处{more}" if count else "")
        if found.shown and self.table.line is None:
            self.table.select_row(0)
        self.detail.show_case(self.case)
        self.counted.emit(count)

    def _open(self, case: Case) -> None:
        self._desk.navigator.go(case.told.screen, **case.told.given)

    def _choose(self, claim: Claim) -> None:
        self._settle(conflicts.choose, claim.eid)

    def _take_typed(self, value: Any) -> None:
        self._settle(conflicts.settle, value)

    def _settle(self, action: Callable[..., Any], given: Any) -> None:
        case = self.case
        if case is None:
            return
        one, told = case.conflict, case.told
        work = partial(_named, f"选定{told.what}（{told.called or told.who}）", action)
        task = save(
            self._desk, self, work, one.row, one.field, given,
            said="已选定，下次交换时带给对方", done=self._on_settled, refused=self._refuse,
        )  # fmt: skip
        off_until_over(task, self.detail)

    def _on_settled(self, _result: object) -> None:
        self.expect_news()
        self.table.setFocus()

    def _refuse(self, refused: Refused) -> None:
        if self.case is not None and self.case.told.read is not None:
            self.detail.refuse(refused)
        else:
            self._desk.runner.refused.emit(refused)


def _named(name: str, action: Callable[..., Any], unit: Unit, *given: Any) -> None:
    action(unit, *given)
    unit.name = name
