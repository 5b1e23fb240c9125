"""One volunteer: who, how many points, the ledger newest first, and the small forms to book."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.core import masking
from desktop.core.db.unit import Reader
from desktop.features.sync import api as sync
from desktop.features.volunteers import ledger, store
from desktop.features.volunteers.model import LedgerLine, TransferKind, VolunteerLine
from desktop.features.volunteers.ui.booking import BookingForms
from desktop.features.volunteers.ui.columns import LEDGER
from desktop.features.volunteers.ui.handover_dialog import PointsHandover
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, card, column, label, row, set_shown

_RIGHT = "points.book"


class Account(QWidget):
    """The right half of 志愿积分."""

    def __init__(self, desk: Desk, sender: QWidget) -> None:
        super().__init__()
        self._desk = desk
        self._who: VolunteerLine | None = None
        self._pcs: Sequence[sync.Pc] | None = None
        self._name, self._facts = label("", "heading"), label("", "quiet-text", wrap=True)
        self.balance = label("", "large")
        self.award_button = button(
            "记积分（F2）", lambda: self.open_form(TransferKind.AWARD), name="add", role="primary"
        )
        self.redeem_button = button("兑换（F3）", lambda: self.open_form(TransferKind.REDEEM))
        self.reverse_button = button("冲正所选（F4）", self.open_reversal, name="undo")
        self.hand_button = button("改由别的电脑管理…", self.open_handover)
        self.spender = label("", "warning", wrap=True)
        self.forms = BookingForms(desk, sender)
        self.table = PagedTable(LEDGER, name="volunteers.ledger")
        self._lay_out()
        self.table.selected.connect(lambda _key: self._set_buttons())
        self.table.opened.connect(lambda _key: self.open_reversal())
        self.forms.closed.connect(self._show_buttons)
        self.forms.booked.connect(lambda _kind: self._show_buttons())

    def _lay_out(self) -> None:
        who = column(self._name, self._facts, self.spender, gap=4)
        self.spender.hide()
        self._buttons = QWidget()
        self._buttons.setLayout(
            row(self.award_button, self.redeem_button, self.reverse_button, None, self.hand_button)
        )
        top = row(who, self.balance)
        top.setStretch(0, 1)
        parts = column(card(top, edge=GRID * 2), self._buttons, self.forms, self.table)
        parts.setStretchFactor(self.table, 1)
        self.setLayout(parts)
        self._desk.keep.columns(self.table, "volunteers.ledger")

    def show_volunteer(self, who: VolunteerLine | None) -> None:
        """Show that one as it is now. Another one than before closes the small form: it was about the other."""
        is_other = self._who is None or who is None or who.id != self._who.id
        if is_other:
            self.forms.close_form()
        self._who = who
        self._name.setText(who.name if who else "未选志愿者")
        self._facts.setText(_facts(who) if who else "在左边选一位志愿者，这里看积分流水")
        self.balance.setText(f"{who.balance:,} 分" if who else "")
        self._load(who)
        if is_other and self.table.model.keys:
            self.table.select_row(0)
        self._set_buttons()

    def _load(self, who: VolunteerLine | None) -> None:
        lines: list[LedgerLine] = []
        if who is not None:
            with self._desk.reader() as reader:
                lines = ledger.lines(reader, who.id)
                self._show_spender(reader, who)
        self.table.say_empty("还没有积分记录", "做了好事就记上一笔" if who else "")
        self.table.set_lines(lines)

    def forget_pcs(self) -> None:
        """Somebody comes back to the page: a PC may have been barred meanwhile."""
        self._pcs = None

    def _show_spender(self, reader: Reader, who: VolunteerLine) -> None:
        """Said only where it is another PC: there nothing can be redeemed here."""
        own = self._desk.db.node.node_id
        _, node = store.spenders(reader, [who.id]).get(who.id, ("", own))
        set_shown(self.spender, node != own)
        if node != own:
            if self._pcs is None:  # every certificate is checked for it: too long for each step down the list
                self._pcs = sync.pcs(reader)
            pc = next((pc for pc in self._pcs if pc.node_id == node), None)
            state = "" if pc is None or pc.is_counted else "，它已停用"
            self.spender.setText(f"积分由{pc.title if pc else '另一台电脑'}管理{state}，这里不能兑换")

    @property
    def _may_book(self) -> bool:
        return self._who is not None and _RIGHT in self._desk.actor.rights

    def _set_buttons(self) -> None:
        line = self.table.line
        can_reverse = line is not None and not line.is_reversed and line.kind != TransferKind.REVERSAL
        self.award_button.setEnabled(self._may_book)
        self.redeem_button.setEnabled(self._may_book)
        self.reverse_button.setEnabled(self._may_book and can_reverse)
        self.hand_button.setVisible(_RIGHT in self._desk.actor.rights)
        self.hand_button.setEnabled(self._may_book)
        if _RIGHT not in self._desk.actor.rights:
            self.award_button.setToolTip("您没有记积分的权限，请联系本单位的管理员")

    def open_form(self, kind: TransferKind) -> None:
        if self._who is not None and self._may_book:
            self._buttons.hide()
            self.forms.open_form(kind, self._who)

    def open_reversal(self) -> None:
        """Put the selected line of the ledger right."""
        line = self.table.line
        if line is None:
            self._desk.navigator.say("请先在流水里选中要冲正的那一笔")
        elif line.is_reversed or line.kind == TransferKind.REVERSAL:
            self._desk.navigator.say("这一笔已经冲正过，或本身就是冲正，请另选一笔")
        elif self._who is not None and self._may_book:
            self._buttons.hide()
            self.forms.open_form(TransferKind.REVERSAL, self._who, line)

    def open_handover(self) -> None:
        """To this PC where another one looks after the points, else to another."""
        who = self._who
        if who is None or not self._may_book:
            return
        with self._desk.reader() as reader:
            found = store.spenders(reader, [who.id]).get(who.id)
            if found is None:
                self._desk.navigator.say(f"{who.name} 已不在名册上")
                return
            region, node = found
            others = store.spent_by(reader, node)
            to = [pc for pc in sync.pcs(reader) if pc.is_counted and pc.looks_after(region)]
        to = [pc for pc in to if pc.node_id != node]
        if not to:
            self._desk.navigator.say("本机不知道还有别的电脑管得到这个地方，请先读入上级的数据包")
            return
        PointsHandover(self._desk, who, others, to, self._desk.navigator.say, self).open()

    def go_on(self, kind: TransferKind) -> None:
        """Book the same for the one that is shown now."""
        if self._who is not None:
            self._buttons.hide()
            self.forms.go_on(kind, self._who)

    def _show_buttons(self) -> None:
        self._buttons.setVisible(self.forms.kind is None)


def _facts(who: VolunteerLine) -> str:
    parts = [who.place, f"电话 {masking.telephone(who.phone)}" if who.phone else "", who.skills]
    return "　".join(part for part in parts if part)
