"""走访: the list of visits with its filter, and the selected one in full beside it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.db.unit import Reader
from desktop.features.register import api as register
from desktop.features.visits import search, store
from desktop.features.visits.model import VisitLine
from desktop.features.visits.rules import FIRST_DAY
from desktop.features.visits.ui.columns import LINES, Quarter, quarter_choices, quarter_of
from desktop.features.visits.ui.visit_card import Pane, show_versions
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import button, column, row, side_by_side
from desktop.widgets.screen import LooksAgain, Screen

ALL_TIME = "all"


class VisitsScreen(LooksAgain, Screen):
    """ "visits". `arrive` takes household= (bytes), visitor=, text=: what the list should be narrowed to."""

    watches = ("visit", "household", "person")

    def __init__(self, desk: Desk) -> None:
        super().__init__("帮扶走访", "visits")
        self._desk, self._asked = desk, 0
        self._takes_focus = False
        self._household: bytes | None = None
        self.filter = FilterBar("走访人、户主、户编号，或走访内容里的字")
        self.village, self.visitor = ComboField([], "全部村"), ComboField([], "全部走访人")
        self.quarter = ComboField([*quarter_choices(desk.today), (ALL_TIME, "全部时间")])
        self.table = PagedTable(LINES, self._read, "visits")
        self.card = Pane()
        self._lay_out()
        self._connect()
        self.focus_first_on(self.table)

    def _lay_out(self) -> None:
        desk = self._desk
        self.add_action(button("未走访的户", lambda: desk.navigator.go("visits.missing"), name="household"))
        self.add_action(button("记一次走访", self.record, name="add", role="primary", keys="Ctrl+N"))
        bar = row(self.filter, self.village, self.quarter, self.visitor)
        bar.setStretch(0, 1)
        self.body.addLayout(bar)
        beside = QWidget()
        self.split = side_by_side(self.table, beside)
        self.body.addWidget(self.split, 1)
        self._fill(beside)
        self.split.setSizes([800, 340])
        desk.keep.columns(self.table, "visits")
        desk.keep.splitter(self.split, "visits")

    def _fill(self, beside: QWidget) -> None:
        self.to_correct = button("更正…", self._open_selected, name="edit")
        self.to_household = button("看这一户", self._open_household, name="household")
        beside.setMinimumWidth(280)
        beside.setLayout(column(self.card, row(self.to_correct, self.to_household, None)))

    def _connect(self) -> None:
        self.filter.claim_keys(self)
        self.filter.filtered.connect(lambda _text: self._search())
        self.filter.down.connect(self.table.setFocus)
        self.filter.condition_removed.connect(self._on_condition_removed)
        for field in (self.village, self.quarter, self.visitor):
            field.changed.connect(self._search)
        self.table.selected.connect(self._show_card)
        self.table.opened.connect(self._open)

    def arrive(self, **given: Any) -> None:
        self._fill_villages()
        self._fill_visitors()
        if "household" in given or "visitor" in given or "text" in given:
            self._narrow(given)
        self._takes_focus = True
        self._search()

    def _narrow(self, given: dict[str, Any]) -> None:
        self.filter.set_text(str(given.get("text", "")))
        _set_quietly(self.visitor, given.get("visitor", ""))
        _set_quietly(self.village, "")
        _set_quietly(self.quarter, ALL_TIME)
        self._set_household(given.get("household"))

    def _set_household(self, household_id: bytes | None) -> None:
        self._household = household_id
        self.filter.remove_condition("household")
        if household_id is not None:
            with self._desk.reader() as reader:
                lines = register.household_lines(reader, [household_id])
            name = f"{lines[0].head} {lines[0].number}" if lines else "已不在册的户"
            self.filter.add_condition("household", f"只看 {name}")

    def _on_condition_removed(self, _name: str) -> None:
        self._household = None
        self._search()

    def _fill_villages(self) -> None:
        with self._desk.reader() as reader:
            villages = [(key, name) for key, name, _count in register.villages(reader)]
        _refill(self.village, [("", "全部村"), *villages])

    def _fill_visitors(self) -> None:
        with self._desk.reader() as reader:
            names = store.visitors(reader)
        _refill(self.visitor, [("", "全部走访人"), *((name, name) for name in names)])

    def look_again(self) -> None:
        self._fill_villages()
        self._fill_visitors()
        self._search()

    def _search(self) -> None:
        """Away from this thread: a county has some hundred thousand visits. Only the latest answer counts."""
        self._asked, self.is_stale = self._asked + 1, False
        asked = self._asked
        today = self._desk.today
        wanted = (self.filter.text, self.village.value(), self._quarter(), self.visitor.value())

        def show(ids: list[bytes]) -> None:
            if asked == self._asked:
                self._show(ids)

        self._desk.runner.read(self, _ids, *wanted, self._household, today, done=show)

    def _quarter(self) -> Quarter | None:
        chosen = self.quarter.value()
        return None if chosen == ALL_TIME else quarter_of(chosen)

    def _show(self, ids: Sequence[bytes]) -> None:
        self._say_empty()
        self.table.set_keys(ids)
        self.table.say_totals(f"筛选出 {len(ids):,} 条走访" if ids else "")
        self.filter.set_size(len(ids))
        if self._takes_focus:
            # Not earlier: while the list is empty there is nothing to put the keys into.
            self._takes_focus = False
            self.table.setFocus()
        if ids and self.table.key is None:
            self.table.select_row(0)
        self._show_card(self.table.key)

    def _say_empty(self) -> None:
        if self.visitor.count() > 1 and self._is_narrowed():  # somebody was somewhere once
            self.table.say_empty("没有符合条件的走访", "请换一个词，或看全部时间", "看全部", self._widen)
        elif self.village.count() > 1:
            self.table.say_empty(
                "还没有走访记录", "入户回来后，把走访单一张一张录进来", "记一次走访", self.record
            )
        else:
            self._say_no_households()

    def _say_no_households(self) -> None:
        sentence, hint = "还没有走访记录", "户籍册还是空的：先有户，才能记走访"
        go = self._desk.navigator.go
        if "register.import" in self._desk.actor.rights:
            self.table.say_empty(sentence, hint, "导入名单", lambda: go("register.import"))
        else:
            self.table.say_empty(sentence, hint, "到户籍册", lambda: go("register"))

    def _is_narrowed(self) -> bool:
        chosen = (self.filter.text, self.village.value(), self.visitor.value(), self._household)
        return any(chosen) or self._quarter() is not None

    def _widen(self) -> None:
        self._narrow({})
        self._search()

    def _read(self, keys: Sequence[bytes]) -> Mapping[bytes, VisitLine]:
        with self._desk.reader() as reader:
            return {line.id: line for line in store.visit_lines(reader, keys)}

    def _show_card(self, key: bytes | None) -> None:
        for part in (self.to_correct, self.to_household):
            part.setEnabled(key is not None)
        if key is None:
            self.card.clear("选中一条走访，这里看全文和更正前的内容")
            return
        with self._desk.reader() as reader:
            versions = store.versions(reader, key)
        show_versions(self.card, versions, _whose(self.table.line))

    def record(self) -> None:
        """A new visit; for the household that the list is narrowed to, if it is."""
        given = {"household": self._household} if self._household else {}
        self._desk.navigator.go("visits.form", **given)

    def _open(self, key: bytes) -> None:
        self._desk.navigator.go("visits.form", visit=key)

    def _open_selected(self) -> None:
        if self.table.key is not None:
            self._open(self.table.key)

    def _open_household(self) -> None:
        line = self.table.line
        if line is not None:
            self._desk.navigator.go("register.household", household=line.household_id)


def _whose(line: VisitLine | None) -> str:
    return f"{line.head}　{line.number}　{line.village}" if line else ""


def _ids(
    reader: Reader,
    text: str,
    region: str,
    quarter: Quarter | None,
    visitor: str,
    household: bytes | None,
    today: date,
) -> list[bytes]:
    found = search.visit_ids(reader, text, region, quarter)
    for among in _narrower(reader, visitor, household, today):
        found = [i for i in found if i in among]
    return found


def _narrower(reader: Reader, visitor: str, household: bytes | None, today: date) -> list[set[bytes]]:
    found = []
    if visitor:
        found.append({v.id for v in store.by_visitor(reader, visitor, FIRST_DAY, today)})
    if household is not None:
        found.append({v.id for v in store.visits_of(reader, household)})
    return found


def _refill(field: ComboField, choices: Sequence[tuple[Any, str]]) -> None:
    """New choices, the chosen one kept, and nobody told: nothing was chosen."""
    chosen = field.value()
    field.blockSignals(True)
    field.clear()
    for value, words in choices:
        field.addItem(words, value)
    field.set_value(chosen)
    field.blockSignals(False)


def _set_quietly(field: ComboField, value: Any) -> None:
    field.blockSignals(True)
    field.set_value(value)
    field.blockSignals(False)
