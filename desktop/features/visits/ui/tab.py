"""The tab 走访 of the household page."""

from PySide6.QtWidgets import QWidget

from desktop.core.changes import Changes
from desktop.features.visits import store
from desktop.features.visits.model import COUNTING, KIND_NAMES, Visit
from desktop.features.visits.ui.columns import OF_HOUSEHOLD, StruckDelegate
from desktop.features.visits.ui.visit_card import Pane, show_versions
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row, side_by_side


class VisitsTab(QWidget):
    """A household's visits, newest first; those that were corrected are struck through and can still be read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._household: bytes | None = None
        self.summary = label("", "quiet-text")
        self.record_button = button("记一次走访", self.record, name="add")
        self.correct_button = button("更正…", self._correct, name="edit")
        self.table = PagedTable(OF_HOUSEHOLD, name="visits.of_household")
        self.table.view.setItemDelegate(StruckDelegate(self.table.view))
        self.card = Pane()
        self._lay_out()
        self.table.selected.connect(lambda _key: self._show_card())
        self.table.opened.connect(lambda _key: self._correct())
        desk.runner.changed.connect(self._on_changed)

    def _lay_out(self) -> None:
        split = side_by_side(self.table, self.card)
        split.setSizes([720, 380])
        self.card.setMinimumWidth(260)
        bar = row(self.summary, None, self.correct_button, self.record_button)
        self.setLayout(column(GRID, bar, split, gap=GRID))
        self._desk.keep.columns(self.table, "visits.of_household")
        self._desk.keep.splitter(split, "visits.of_household")

    def show_household(self, household_id: bytes | None) -> None:
        self._household = household_id
        self.record_button.setEnabled(household_id is not None)
        self._load()

    def _load(self) -> None:
        found = []
        if self._household is not None:
            with self._desk.reader() as reader:
                found = store.visits_of(reader, self._household, replaced=True)
        standing = [v for v in found if v.stands]
        self.summary.setText(f"共 {len(standing)} 次，最近一次 {_when(standing[0])}" if standing else "")
        self.table.say_empty("这一户还没有走访记录", "入户回来后记下看到的情况", "记一次走访", self.record)
        self.table.set_lines(found)
        if found and self.table.key is None:
            self.table.select_row(0)
        self._show_card()

    def _show_card(self) -> None:
        visit = self.table.line
        self.correct_button.setEnabled(visit is not None and visit.stands)
        if visit is None:
            self.card.clear("选中一条走访，这里看全文")
            return
        with self._desk.reader() as reader:
            show_versions(self.card, store.versions(reader, visit.id))

    def record(self) -> None:
        if self._household is not None:
            self._desk.navigator.go("visits.form", household=self._household)

    def _correct(self) -> None:
        visit = self.table.line
        if visit is not None:
            self._desk.navigator.go("visits.form", visit=visit.id)

    def _on_changed(self, changes: Changes, _sender: object) -> None:
        if changes.touch("visit") and self._household is not None:
            self._load()


def _when(visit: Visit) -> str:
    return visit.day if visit.kind in COUNTING else f"{visit.day}（{KIND_NAMES[visit.kind]}）"
