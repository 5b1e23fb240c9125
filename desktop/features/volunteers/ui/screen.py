"""志愿积分: the volunteers with their balances at the left, the ledger of the selected one at the right."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.db.unit import Reader
from desktop.features.volunteers import ledger, store
from desktop.features.volunteers.model import TransferKind, VolunteerLine
from desktop.features.volunteers.ui.account import Account
from desktop.features.volunteers.ui.columns import VOLUNTEERS
from desktop.widgets.desk import Desk
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import button, column, shortcut, side_by_side
from desktop.widgets.screen import LooksAgain, Screen


class VolunteersScreen(LooksAgain, Screen):
    """ "volunteers". `arrive` takes volunteer= (bytes, or hex as 今日 gives it): who is to be selected."""

    watches = ("volunteer", "points")

    def __init__(self, desk: Desk) -> None:
        super().__init__("志愿积分", "volunteers")
        self._desk, self._asked = desk, 0
        self._takes_focus = False
        self._wanted: bytes | None = None
        self._known: frozenset[bytes] | None = None
        self.filter = FilterBar("姓名、首字母或电话末几位")
        self.table = PagedTable(VOLUNTEERS, self._read, "volunteers")
        self.account = Account(desk, self)
        self._lay_out()
        self._connect()
        self.focus_first_on(self.table)

    def _lay_out(self) -> None:
        desk = self._desk
        self.change_button = button("修改资料", self.change, name="edit", keys="Ctrl+E")
        self.add_action(self.change_button)
        self.add_action(button("登记志愿者", self.add, name="add", keys="Ctrl+N"))
        left = QWidget()
        split = side_by_side(left, self.account)
        self.body.addWidget(split, 1)
        left.setMinimumWidth(320)
        left.setLayout(column(self.filter, self.table))
        split.setSizes([386, 754])
        desk.keep.columns(self.table, "volunteers")
        desk.keep.splitter(split, "volunteers")

    def _connect(self) -> None:
        self.filter.claim_keys(self)
        self.filter.filtered.connect(lambda _text: self._search())
        self.filter.down.connect(self.table.setFocus)
        self.table.selected.connect(lambda _key: self._show_account())
        self.table.opened.connect(lambda _key: self.account.open_form(TransferKind.AWARD))
        self.account.forms.booked.connect(self._on_booked)
        self.account.forms.closed.connect(self.table.setFocus)
        shortcut(self, "F2", lambda: self.account.open_form(TransferKind.AWARD))
        shortcut(self, "F3", lambda: self.account.open_form(TransferKind.REDEEM))
        shortcut(self, "F4", self.account.open_reversal)

    def arrive(self, **given: Any) -> None:
        wanted = given.get("volunteer")
        if wanted:
            self._wanted = bytes.fromhex(wanted) if isinstance(wanted, str) else wanted
            self.filter.set_text("")
        self._takes_focus = True
        self.account.forget_pcs()
        self._search()

    def leave(self) -> bool:
        """Esc closes the small form first."""
        is_open = self.account.forms.kind is not None
        self.account.forms.close_form()
        return not is_open

    def look_again(self) -> None:
        self._search()

    def _search(self) -> None:
        self._asked, self.is_stale = self._asked + 1, False
        asked = self._asked

        def show(found: tuple[list[bytes], int]) -> None:
            if asked == self._asked:
                self._show(*found)

        self._desk.runner.read(self, _found, self.filter.text, done=show)

    def _show(self, ids: Sequence[bytes], points: int) -> None:
        self._say_empty()
        self.table.set_keys(ids)
        self._select(ids)
        word = "筛选出" if self.filter.text.strip() else "共"
        self.table.say_totals(f"{word} {len(ids):,} 人，余额合计 {points:,} 分" if ids else "")
        self.filter.set_size(len(ids))
        if self._takes_focus:
            # Not earlier: while the list is empty there is nothing to put the keys into.
            self._takes_focus = False
            self.table.setFocus()
        self._show_account()

    def _select(self, ids: Sequence[bytes]) -> None:
        """The one asked for, else one that was just added, else whoever was selected before."""
        added = [] if self._known is None else [i for i in ids if i not in self._known]
        if not self.filter.text:
            self._known = frozenset(ids)
        wanted = self._wanted or (added[0] if len(added) == 1 else None)
        self._wanted = None
        if (wanted is None or not self.table.select(wanted)) and ids and self.table.key is None:
            self.table.select_row(0)

    def _say_empty(self) -> None:
        if self.filter.text:
            self.table.say_empty("没有找到这样的志愿者", "请换一个词再试")
        else:
            self.table.say_empty("还没有志愿者", "登记后就可以记积分、兑换", "登记志愿者", self.add)

    def _read(self, keys: Sequence[bytes]) -> Mapping[bytes, VolunteerLine]:
        with self._desk.reader() as reader:
            return {line.id: line for line in store.volunteer_lines(reader, keys)}

    def _show_account(self) -> None:
        line = self.table.line
        self.change_button.setEnabled(line is not None)
        self.account.show_volunteer(line)

    def _on_booked(self, kind: TransferKind | None) -> None:
        """Go on with the next volunteer of the list, or back to the list."""
        row = self.table.view.currentIndex().row() + 1
        if kind is not None and row < len(self.table.model.keys):
            self.table.select_row(row)
            self.account.go_on(kind)
        else:
            self.table.setFocus()

    def add(self) -> None:
        self._desk.navigator.go("volunteers.form")

    def change(self) -> None:
        if self.table.key is not None:
            self._desk.navigator.go("volunteers.form", volunteer=self.table.key)


def _found(reader: Reader, text: str) -> tuple[list[bytes], int]:
    ids = store.volunteer_ids(reader, text)
    return ids, sum(ledger.balances(reader, ids).values())
