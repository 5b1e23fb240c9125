"""The household's page: its band, 概况, 成员, and the tabs that other subjects hand in."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QPushButton, QTabWidget, QWidget

from desktop.core.changes import Changes
from desktop.features.office import api as office
from desktop.features.register import rules, store
from desktop.features.register.fields import HOUSEHOLD_FIELDS
from desktop.features.register.model import Household
from desktop.features.register.ui.erase_dialog import EraseDialog
from desktop.features.register.ui.facts_view import FactsView
from desktop.features.register.ui.household_band import HouseholdBand
from desktop.features.register.ui.members_tab import MembersTab
from desktop.features.register.ui.remove_dialog import RemoveDialog
from desktop.features.sync import api as sync
from desktop.widgets.desk import Desk
from desktop.widgets.later import Later
from desktop.widgets.parts import button, shortcut
from desktop.widgets.screen import Screen
from desktop.widgets.unmask import Unmask

MakeTab = Callable[[Desk], QWidget]
OWN_TABS = 2
TABLES = ("household", "person", "village_group", "number_prefix", "code_edit")


class HouseholdPage(Screen):
    """`arrive(household=id, among=ids, tab=title)`; `among` are the households to step through.

    `tabs` are titles with the makers of widgets that have `show_household(household_id)` and may have
    `on_changed(changes, sender)`; `deeds` are titles with the names of screens that take `household=`.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        tabs: Sequence[tuple[str, MakeTab]] = (),
        deeds: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__("户", "register.household")
        self._desk = desk
        self._household: Household | None = None
        self._among: Sequence[bytes] = ()
        self._is_stale = False
        self._shown: dict[int, bytes] = {}
        self.band = HouseholdBand()
        self.facts, self.members = FactsView(HOUSEHOLD_FIELDS), MembersTab(desk)
        self.tabs = QTabWidget()
        for title, part in (("概况", self.facts), ("成员", self.members)):
            self.tabs.addTab(part, title)
        for title, make in tabs:
            self.tabs.addTab(Later(partial(make, desk)), title)
        self.focus_first_on(self.tabs)
        self.body.addWidget(self.band)
        self.body.addWidget(self.tabs, 1)
        self._add_buttons(deeds)
        self._add_keys()
        Unmask(desk, self.band.eye, self._whose_numbers, self._show, self, office.unmask)
        self.band.disagreeing_wanted.connect(partial(desk.navigator.go, "sync", page="disagree"))
        self.tabs.currentChanged.connect(lambda _index: self._show_tab())

    def _whose_numbers(self) -> str:
        return f"户 {self._household.number} 的证件号码和电话" if self._household else ""

    def _add_buttons(self, deeds: Sequence[tuple[str, str]]) -> None:
        self.before_button = self.add_action(button("上一户", lambda: self.step(-1), name="up", role="quiet"))
        self.after_button = self.add_action(button("下一户", lambda: self.step(1), name="down", role="quiet"))
        self.before_button.setToolTip("上一户（Alt+↑）")
        self.after_button.setToolTip("下一户（Alt+↓）")
        self.add_action(button("打印", self.print_it, name="print")).setToolTip("打印这一户（Ctrl+P）")
        for title, name in deeds:
            self.add_action(button(title, lambda name=name: self._go(name)))
        self.more_button = self.add_action(button("更多"))
        self.more = QMenu(self)
        self.more.addAction("删除本户…\tCtrl+Delete", self.remove)
        self._add_erasing()
        if isinstance(self.more_button, QPushButton):
            self.more_button.setMenu(self.more)
        change = button("修改", self.change, name="edit", role="primary")
        self.add_action(change).setToolTip("修改户资料（Ctrl+E）")

    def _add_erasing(self) -> None:
        """From the county up only; who may not does not see it."""
        with self._desk.reader() as reader:
            if sync.may_erase(reader):
                self.more.addSeparator()
                self.more.addAction("依法删除本户…", self.erase)
                self.more.addAction("依法删除选中的成员…", self.erase_member)

    def _add_keys(self) -> None:
        keys: dict[str, Callable[[], Any]] = {
            "Ctrl+E": self.change,
            "Ctrl+P": self.print_it,
            "Ctrl+D": self.band.eye.toggle,
            "Ctrl+N": self.members.add,
            "Ctrl+Del": self.remove,
            "Alt+Up": lambda: self.step(-1),
            "Alt+Down": lambda: self.step(1),
            "Ctrl+PgDown": lambda: self._turn(1),
            "Ctrl+PgUp": lambda: self._turn(-1),
        }
        for combination, call in keys.items():
            shortcut(self, combination, call)

    @property
    def household(self) -> Household | None:
        return self._household

    def arrive(
        self, household: bytes | None = None, among: Sequence[bytes] = (), tab: str = "", **_more: Any
    ) -> None:
        if household is not None:
            is_other = self._household is None or self._household.id != household
            self._among = among or (self._among if not is_other else ())
            if is_other:
                self.band.eye.setChecked(False)
            self._read(household)
        for index in range(self.tabs.count()):
            if tab and self.tabs.tabText(index).startswith(tab):
                self.tabs.setCurrentIndex(index)
        # Focus once the page is the shown one.
        QTimer.singleShot(0, self, self.tabs.setFocus)

    def _read(self, household_id: bytes) -> None:
        with self._desk.reader() as reader:
            found = store.household(reader, household_id)
            rows = [household_id, *(m.id for m in found.members)] if found else []
            self.band.show_disagreeing(sync.count_of(reader, rows))
        if found is None:
            self._desk.navigator.say("这一户已不在册")
            self._desk.navigator.back()
            return
        self._household, self._is_stale = found, False
        self._shown.clear()
        self._show()

    def _show(self) -> None:
        household = self._household
        if household is None:
            return
        is_open = self.band.eye.isChecked()
        self.title.setText(f"{household.head.name}户" if household.head else "还没有成员的户")
        self.band.show_household(household, self._desk.today)
        self._show_facts(household, is_open)
        self.members.show_household(household, is_open=is_open)
        self.tabs.setTabText(1, f"成员 {len(household.members)}")
        at = self._place()
        self.before_button.setVisible(at >= 0)
        self.after_button.setVisible(at >= 0)
        self.before_button.setEnabled(at > 0)
        self.after_button.setEnabled(0 <= at < len(self._among) - 1)
        self.say(f"第 {at + 1:,} / {len(self._among):,} 户" if at >= 0 else "")
        self._show_tab()

    def _show_facts(self, household: Household, is_open: bool) -> None:
        """How many they are is counted; the workbook's figure is only said where it differs."""
        counted = len(household.members)
        facts = {**household.facts, "stated_size": counted}
        doubts = rules.doubts_of_household(household)
        self.facts.show_facts(facts, household.unread, household.lists, is_open=is_open, problems=doubts)

    def _show_tab(self) -> None:
        """A tab that was handed in reads only when it is looked at."""
        index, household = self.tabs.currentIndex(), self._household
        if household is not None and index >= OWN_TABS and self._shown.get(index) != household.id:
            self._shown[index] = household.id
            self._tab(index).show_household(household.id)

    def _tab(self, index: int) -> Any:
        """What was handed in, made when it is first looked at."""
        place = self.tabs.widget(index)
        return place.part() if isinstance(place, Later) else place

    def _turn(self, by: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def _place(self) -> int:
        household = self._household
        if household is None or household.id not in self._among:
            return -1
        return list(self._among).index(household.id)

    def step(self, by: int) -> None:
        """The next household of the list that this one was opened from."""
        target = self._place() + by
        if self._place() >= 0 and 0 <= target < len(self._among):
            self.band.eye.setChecked(False)
            self._read(self._among[target])

    def change(self) -> None:
        if self.tabs.currentWidget() is self.members and self.members.person is not None:
            self.members.change()
        else:
            # For the numbers that are shown here a reason was given.
            self._go("register.form", **({"is_open": True} if self.band.eye.isChecked() else {}))

    def remove(self) -> None:
        """Ask for the reason, then take the household out and go back to the list."""
        if self._household is not None:
            RemoveDialog(self._desk, self._household, self, self._removed).open()

    def erase(self) -> None:
        if self._household is not None:
            EraseDialog(self._desk, self._household, None, self, self._removed).open()

    def erase_member(self) -> None:
        person = self.members.person
        if person is None:
            self.tabs.setCurrentWidget(self.members)
            self._desk.navigator.say("请先在“成员”里选一个人")
        elif self._household is not None:
            EraseDialog(self._desk, self._household, person, self, self._reread).open()

    def _reread(self) -> None:
        if self._household is not None:
            self._read(self._household.id)

    def _removed(self) -> None:
        self._household = None
        self._desk.navigator.back()

    def print_it(self) -> None:
        self._go("handbook")

    def _go(self, name: str, **more: Any) -> None:
        if self._household is not None:
            self._desk.navigator.go(name, household=self._household.id, **more)

    def on_changed(self, changes: Changes, sender: object) -> None:
        for index in range(OWN_TABS, self.tabs.count()):
            place = self.tabs.widget(index)
            hear = getattr(place.made, "on_changed", None) if isinstance(place, Later) else None
            if hear is not None:
                hear(changes, sender)
        self._is_stale |= changes.touch(*TABLES)
        if self.isVisible():
            self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if self._is_stale and self._household is not None:
            self._read(self._household.id)
