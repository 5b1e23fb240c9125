"""The page register: the tree of places, the list of households, the card of the chosen one."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QPushButton

from desktop.core.changes import Changes
from desktop.core.db.unit import Reader
from desktop.features.register import store
from desktop.features.register.model import STATE_NAMES, HouseholdLine, State
from desktop.features.register.ui import list_export
from desktop.features.register.ui.dropping import dropped_workbook
from desktop.features.register.ui.household_card import HouseholdCard
from desktop.features.register.ui.list_columns import columns
from desktop.features.register.ui.village_tree import VillageTree
from desktop.widgets.desk import Desk
from desktop.widgets.filter_bar import MANY_ROWS, FilterBar
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import Split, button, scaled, shortcut
from desktop.widgets.screen import Screen

LastVisits = Callable[[Sequence[bytes]], Mapping[bytes, str]]
TABLES = ("household", "person", "village_group", "number_prefix", "place", "code_edit")
_STATE = "state"
_LOW = 520


class RegisterScreen(Screen):
    """`arrive(text=, region=, group=, state=, household=)`, all optional. `last_visits` fills a column of its own;
    `visit_tables` are the tables that make it stale."""

    def __init__(
        self, desk: Desk, *, last_visits: LastVisits | None = None, visit_tables: Sequence[str] = ("visit",)
    ) -> None:
        super().__init__("户籍册", "register")
        self._desk, self._last_visits, self._visit_tables = desk, last_visits, visit_tables
        self._visited: dict[bytes, str] = {}
        self._order, self._state, self._is_stale = ("", False), "", True
        self._asked = 0
        self._question: object = None
        last = (lambda line: self._visited.get(line.id, "")) if last_visits else None
        self.tree, self.filter = VillageTree(desk), FilterBar("姓名、拼音首字母、住址、编号或号码末几位")
        self.table = PagedTable(columns(last), self._lines, "register.list")
        self.card = HouseholdCard(desk)
        self.setAcceptDrops(True)
        self.focus_first_on(self.table)
        self._lay_out()
        self._add_buttons()
        self._connect()

    def _lay_out(self) -> None:
        self._right = right = Split(Qt.Orientation.Vertical)
        for part in (self.table, self.card):
            right.addWidget(part)
        right.setStretchFactor(0, 1)
        right.setSizes([420, 180])
        self.conditions = button("条件", name="add")
        self.filter.add_tool(self.conditions)
        side = Split(Qt.Orientation.Horizontal)
        holder = Split(Qt.Orientation.Vertical)  # a plain widget that may stand in a splitter
        holder.addWidget(right)
        side.addWidget(self.tree)
        side.addWidget(holder)
        side.setStretchFactor(1, 1)
        side.setSizes([scaled(190), 960])
        self.body.addWidget(self.filter)
        self.body.addWidget(side, 1)
        self._desk.keep.splitter(side, "register.side")
        self._desk.keep.splitter(right, "register.card")
        self._desk.keep.columns(self.table)

    def _add_buttons(self) -> None:
        self.print_button = self.add_action(button("打印", name="print"))
        for right, made, tip in (
            ("register.export", button("导出", self.export, name="export"), "导出列出的户（Ctrl+Shift+E）"),
            ("register.import", button("导入", self.import_file, name="import"), "导入名单（Ctrl+I）"),
        ):
            made.setToolTip(tip)
            self.add_action(made).setVisible(self._may(right))
        self.add_action(button("新增", self.new, name="add", role="primary")).setToolTip("新增一户（Ctrl+N）")
        for owner, fill in ((self.print_button, self._print_menu), (self.conditions, self._state_menu)):
            if isinstance(owner, QPushButton):
                menu = QMenu(owner)
                menu.aboutToShow.connect(lambda menu=menu, fill=fill: fill(menu))
                owner.setMenu(menu)

    def _may(self, right: str) -> bool:
        return right in self._desk.actor.rights

    def _connect(self) -> None:
        self.filter.claim_keys(self)
        self.filter.filtered.connect(lambda _text: self.reload())
        self.filter.down.connect(self._into_list)
        self.filter.condition_removed.connect(lambda _name: self.set_state(""))
        self.tree.chosen.connect(lambda _region, _group: self.reload())
        self.table.order_wanted.connect(self._on_order)
        self.table.selected.connect(self.card.show_household)
        self.table.opened.connect(self.open)
        self.card.opened.connect(self.open)
        keys = {
            "Ctrl+N": self.new,
            "Ctrl+I": self.import_file,
            "Ctrl+P": self.print_range,
            "Ctrl+Shift+E": self.export,
        }
        for combination, call in keys.items():
            shortcut(self, combination, call)

    # ---- what is shown

    def arrive(
        self,
        text: str | None = None,
        region: str | None = None,
        group: str = "",
        state: str | None = None,
        household: bytes | None = None,
        **_more: Any,
    ) -> None:
        if self._is_stale:
            self._read_all()
        if text is not None:
            self.filter.set_text(text)
        if state is not None:
            self.set_state(state)
        if region is not None:
            self.tree.choose(region, group)
        if household is not None:
            self.table.select(household)
        QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        """Back from a household the list goes on; a fresh list waits for typing."""
        (self.table if self.table.key is not None else self.filter).setFocus()

    def _read_all(self) -> None:
        self._is_stale = False
        self.tree.read()
        self.filter.set_size(self.tree.total)
        self.reload()

    def reload(self) -> None:
        """Ask for the households again; above 20,000 away from the window's thread."""
        self._asked += 1
        region, group = self.tree.place
        wanted = {"state": self._state, "order": self._order[0], "descending": self._order[1]}
        given = (self.filter.text, region, group, wanted)
        is_other, self._question = given != self._question, given
        show = partial(self._show, asked=self._asked, is_other=is_other)
        if self.tree.total > MANY_ROWS:
            self._desk.runner.read(self, _found, *given, done=show)
            return
        with self._desk.reader() as reader:
            show(_found(reader, *given))

    def _show(self, found: tuple[list[bytes], int], asked: int, *, is_other: bool) -> None:
        if asked != self._asked:
            return  # an older question, answered late
        ids, people = found
        self._say_empty()
        before = self.table.key
        self.table.set_keys(ids)
        is_lost = self.table.key != before or bool(self.filter.text)
        if ids and (before is None or (is_other and is_lost)):
            # Another question: Enter opens its first answer. Without a filter the chosen household stays chosen.
            self.table.select_row(0)
            self.table.view.scrollToTop()
        self.card.show_household(self.table.key)
        is_part = bool(self.filter.text or self._state or self.tree.place != ("", ""))
        totals = f"{'筛选出' if is_part else '共'} {len(ids):,} 户 {people:,} 人"
        self.table.say_totals(totals if self.tree.total else "")
        self.say(self.tree.words if self.tree.place != ("", "") else "")

    def _say_empty(self) -> None:
        if self.tree.total:
            hint = "可以换几个字，或清空筛选和条件"
            self.table.say_empty("没有符合条件的户", hint, "清空筛选", self.clear)
        elif not self._may("register.import"):
            self.table.say_empty(
                "户籍册里还没有您管辖范围内的户", "可以按“新增”一户一户录入；名单由有权限的经办导入"
            )
        else:
            hint = "把国家系统导出的名单拖到这里，或按“导入”选一个工作簿；也可以按“新增”一户一户录入"
            self.table.say_empty("户籍册还是空的", hint, "导入名单", self.import_file)

    def clear(self) -> None:
        self.filter.set_text("")
        self.set_state("")
        self.tree.choose("")

    def _lines(self, keys: Sequence[bytes]) -> dict[bytes, HouseholdLine]:
        with self._desk.reader() as reader:
            found = {line.id: line for line in store.household_lines(reader, keys)}
        if self._last_visits is not None:
            self._visited.update(self._last_visits(keys))
        return found

    def _on_order(self, order: str, descending: bool) -> None:
        self._order = (order, descending)
        self.reload()

    # ---- conditions and menus

    def set_state(self, state: str) -> None:
        """Only households in that state; "" for all."""
        self._state = state
        self.filter.remove_condition(_STATE)
        if state:
            self.filter.add_condition(_STATE, STATE_NAMES[State(state)])
        self.reload()

    def _state_menu(self, menu: QMenu) -> None:
        menu.clear()
        for state, words in STATE_NAMES.items():
            menu.addAction(words, partial(self.set_state, state.value))

    def _print_menu(self, menu: QMenu) -> None:
        menu.clear()
        line = self.table.line
        if line is not None:
            menu.addAction(f"这一户（{line.head}）", self.print_household)
        menu.addAction(f"{self.tree.words}的户", self.print_range)

    # ---- what can be done

    def open(self, household: bytes) -> None:
        self._desk.navigator.go("register.household", household=household, among=tuple(self.table.model.keys))

    def new(self) -> None:
        region, group = self.tree.place
        self._desk.navigator.go("register.form", region=region, group=group)

    def import_file(self) -> None:
        self._desk.navigator.go("register.import")

    def export(self) -> None:
        """What is listed, as it is filtered and ordered."""
        is_ready = self._may("register.export") and bool(self.table.model.keys)
        if is_ready and (target := list_export.ask(self, self._desk.today)) is not None:
            self.save_list(target)

    def save_list(self, target: Path) -> None:
        shown = [name for name, _width, is_hidden in self.table.header.kept_layout() if not is_hidden]
        ids = tuple(self.table.model.keys)
        list_export.begin(self, self._desk, ids, shown, self._last_visits, target)

    def print_household(self) -> None:
        self._desk.navigator.go("handbook", household=self.table.key)

    def print_range(self) -> None:
        self._desk.navigator.go("handbook", region=self.tree.place[0])

    def _into_list(self) -> None:
        if self.table.model.keys:
            self.table.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_workbook(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path: Path | None = dropped_workbook(event.mimeData())
        if path is not None:
            self._desk.navigator.go("register.import", path=path)

    # ---- what others changed

    def on_changed(self, changes: Changes, sender: object) -> None:
        self._is_stale |= changes.touch(*TABLES)
        if self._last_visits is not None and changes.touch(*self._visit_tables):
            self._visited.clear()
            self.table.mark_stale()
        if self.isVisible():
            self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The card never leaves the list without room: on a low screen it shows less."""
        super().resizeEvent(event)
        if self.height() < _LOW:
            self._right.setSizes([self.height(), self.height() // 3])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if self._is_stale:
            self._read_all()


def _found(
    reader: Reader, text: str, region: str, group: str, wanted: Mapping[str, Any]
) -> tuple[list[bytes], int]:
    return store.found_households(reader, text, region, group, **wanted)
