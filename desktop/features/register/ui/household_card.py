"""The card under the list: who lives in the chosen household, and what is to be known of it at a glance."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.core import masking
from desktop.core.code_edits import Lists
from desktop.features.register import rules, store
from desktop.features.register.fields import HOUSEHOLD, PERSON
from desktop.features.register.model import STATE_NAMES, Household, Person
from desktop.features.register.ui.household_band import TONES
from desktop.features.register.ui.members_tab import age
from desktop.features.register.words import measured, shown
from desktop.widgets.chip import Chip
from desktop.widgets.colours import Tone
from desktop.widgets.desk import Desk
from desktop.widgets.parts import GRID, button, column, empty_out, label, row, scaled, timer

_FACTS = ("address", "cause", "risk1", "identified", "monitor_since", "per_capita_income")
_REST = 60  # milliseconds: holding the arrow key down must not read every household on the way
_MOST = 8
_WIDE = 760


class HouseholdCard(QFrame):
    """`show_household(id)` fills it; None empties it."""

    opened = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._id: bytes | None = None
        self.number, self.chip, self.unread = label("", "strong"), Chip(), Chip()
        self.place = label("", "quiet-text")
        self.open_button = button("打开（Enter）", self._open, role="link")
        self.setProperty("role", "card")
        self._members, self._facts = QGridLayout(), QVBoxLayout()
        self._members.setHorizontalSpacing(3 * GRID)
        self._members.setVerticalSpacing(2)
        self._facts.setSpacing(2)
        head = row(self.number, self.chip, self.unread, self.place, None, self.open_button, gap=2 * GRID)
        self._beside = QWidget()
        self._beside.setLayout(column(self._facts, None))
        body = row(column(self._members, None), self._beside, gap=4 * GRID)
        body.setStretch(0, 3)
        body.setStretch(1, 2)
        self.setLayout(column(head, body, None, edge=2 * GRID))
        # Not as wide as its longest line, nor as high as all: that would push the tree and the list aside.
        self.setMinimumSize(320, 64)
        self._rest = timer(self, _REST, self._read, once=True)

    def show_household(self, household_id: bytes | None) -> None:
        self._id = household_id
        self._rest.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the people come first."""
        super().resizeEvent(event)
        self._beside.setVisible(self.width() >= scaled(_WIDE))

    def _open(self) -> None:
        if self._id is not None:
            self.opened.emit(self._id)

    def _read(self) -> None:
        found = None
        if self._id is not None:
            with self._desk.reader() as reader:
                found = store.household(reader, self._id)
        self.setVisible(found is not None)
        if found is not None:
            self._show(found)

    def _show(self, household: Household) -> None:
        self.number.setText(f"{household.number}　{household.head.name if household.head else ''}")
        self.chip.show_state(STATE_NAMES[household.state], TONES[household.state])
        left = rules.count_doubts(household, self._desk.today)
        self.unread.show_state(f"待核对 {left} 项", Tone.ATTENTION)
        self.unread.setVisible(left > 0)
        self.place.setText(f"{household.village} {household.group}".strip())
        self._show_members(household)
        empty_out(self._facts)
        for name in _FACTS:
            if text := measured(HOUSEHOLD[name], household.facts.get(name), household.lists):
                self._facts.addWidget(label(f"{HOUSEHOLD[name].title}：{text}", wrap=True))

    def _show_members(self, household: Household) -> None:
        empty_out(self._members)
        for line, member in enumerate(household.members[:_MOST]):
            for place, text in enumerate(self._words(member, household.lists)):
                self._members.addWidget(label(text, "strong" if not place else ""), line, place)
        rest = len(household.members) - _MOST
        if rest > 0:
            self._members.addWidget(label(f"还有 {rest} 人", "secondary"), _MOST, 0)
        self._members.setColumnStretch(6, 1)

    def _words(self, member: Person, lists: Lists) -> list[str]:
        years = age(member, self._desk.today)
        asked = ("relation", "sex", "health", "labour")
        named = [shown(PERSON[n], member.facts.get(n), lists) for n in asked]
        phone = masking.telephone(str(member.facts.get("phone", "")))
        return [member.name, named[0], named[1], f"{years} 岁" if years else "", *named[2:], phone]
