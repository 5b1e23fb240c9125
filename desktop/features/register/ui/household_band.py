"""The band of a household's page: number and QR, state, head, place, telephone behind an eye."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.core import masking
from desktop.features.register import rules
from desktop.features.register.fields import HOUSEHOLD
from desktop.features.register.model import STATE_NAMES, Household, State
from desktop.features.register.ui.qr_view import QrView
from desktop.features.register.words import shown
from desktop.widgets.chip import Chip
from desktop.widgets.colours import Tone
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.unmask import eye_button

TONES = {
    State.POOR: Tone.OVERDUE,
    State.WATCHED: Tone.ATTENTION,
    State.OUT: Tone.DONE,
    State.CLEARED: Tone.DONE,
    State.GENERAL: Tone.QUIET,
}


class HouseholdBand(QFrame):
    """The eye shows telephone and id numbers of the whole page; it closes again with the next household."""

    disagreeing_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.qr = QrView()
        self.number, self.chip = label("", "large", selectable=True), Chip()
        self.head, self.place = label("", "strong"), label("", selectable=True)
        self.kind, self.phone = label(), label("", selectable=True)
        self.others = label("", "secondary", selectable=True)
        self.unread = Chip()
        self.disagreeing = button("", self.disagreeing_wanted.emit, role="link")
        self.disagreeing.hide()
        self.eye = eye_button()
        first = row(self.number, self.chip, self.unread, self.disagreeing, None, gap=2 * GRID)
        second = row(self.head, self.place, self.kind, None, gap=3 * GRID)
        third = row(self.phone, self.eye, self.others, None, gap=2 * GRID)
        words = column(None, first, second, third, None, gap=4)
        self.setLayout(row(self.qr, words, gap=2 * GRID, edge=GRID))

    def show_household(self, household: Household, today: date) -> None:
        self.qr.show_number(household.number)
        self.number.setText(household.number)
        self.chip.show_state(STATE_NAMES[household.state], TONES[household.state])
        head = household.head
        self.head.setText(f"户主 {head.name}" if head else "还没有户主")
        place = f"{household.village} {household.group}".strip()
        self.place.setText(f"{place} 第 {household.place} 户" if household.group else place)
        self._show_kind(household)
        self._show_phone(household)
        self.others.setText(f"表中编号 {'、'.join(household.aliases)}" if household.aliases else "")
        left = rules.count_doubts(household, today)
        self.unread.show_state(f"待核对 {left} 项", Tone.ATTENTION)
        self.unread.setVisible(left > 0)

    def show_disagreeing(self, count: int) -> None:
        """How many facts two offices say differently; the link leads to where somebody settles them."""
        self.disagreeing.setText(f"两地不同 {count} 处，去选定")
        self.disagreeing.setVisible(count > 0)

    def _show_kind(self, household: Household) -> None:
        facts = household.facts
        words = [
            shown(HOUSEHOLD[name], facts.get(name), household.lists) for name in ("kind", "monitor_class")
        ]
        self.kind.setText("　".join([*filter(None, words), f"{len(household.members)} 人"]))

    def _show_phone(self, household: Household) -> None:
        phone = str(household.facts.get("phone", ""))
        if not phone and household.head:
            phone = str(household.head.facts.get("phone", ""))
        shown_phone = phone if self.eye.isChecked() else masking.telephone(phone)
        self.phone.setText(f"电话 {shown_phone}" if phone else "没有登记电话")
