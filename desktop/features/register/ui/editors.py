"""Editor: one form of the page register.form with its draft, and what its kinds share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core import idcard
from desktop.core.problems import Problem
from desktop.features.register.model import Value
from desktop.features.register.ui.facts_form import FactsForm
from desktop.features.register.ui.taken_band import TakenBand
from desktop.widgets.desk import Desk
from desktop.widgets.draft_band import DraftBand
from desktop.widgets.parts import column, row

FORM = "register.form"
Order = tuple[Callable[..., Any], tuple[Any, ...]]
_CARD_KIND = "D01"  # 居民身份证


class Editor(QWidget):
    """One form with its draft. `action` says what saving it does."""

    number_wanted = Signal()  # somebody types where a number is covered

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.form = FactsForm(lambda: desk.today, self.check)
        self.is_built = False
        self._parts = self.parts()
        self.draft = DraftBand(self.form, desk.drafts, FORM, desk.db.clock.now)
        self.taken = TakenBand(desk)
        self.taken.wanted.connect(self._go_to)
        self.draft.dropped.connect(self.start_over)
        self.form.changed.connect(self.on_field)
        side = row(column(self.form.sections), self.form, gap=16)
        self.setLayout(column(self.draft, self.taken, side))

    def _go_to(self, household: bytes) -> None:
        """What stands here is kept as a draft before the page of that household comes."""
        self.form.draft_due.emit(self.form.texts())
        self.desk.navigator.go("register.household", household=household)

    def parts(self) -> Iterator[None]:
        """Add the fields, and stop after each section."""
        raise NotImplementedError

    def build_more(self) -> None:
        """Add one section more. All of them at once would keep the window from answering."""
        self.is_built = next(self._parts, self) is self
        if self.is_built:
            for field in self.form.numbers:
                field.wanted.connect(self.number_wanted)

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        return []

    def on_field(self, name: str) -> None:
        """That field was changed."""

    def start_over(self) -> None:
        """The draft is not wanted: show again what is saved."""

    def said(self) -> str:
        """What is said when it is saved."""
        return "已保存"

    def way_back(self) -> tuple[str, Order] | None:
        """What takes back what is being saved, with its word, where that is more than to undo it."""
        return None

    def action(self) -> Order:
        """The action that saves this form, and what it is given after the unit."""
        raise NotImplementedError

    def renamed(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems of rules and actions under the names of this form's fields."""
        return list(problems)


def filled(facts: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in facts.items() if value is not None}


def changed(facts: Mapping[str, Value | None], shown: Mapping[str, Value]) -> dict[str, Value | None]:
    """What the clerk changed: a field that was left alone must not undo what somebody else saved meanwhile."""
    return {name: value for name, value in facts.items() if shown.get(name) != value}


def fill_from_card(form: FactsForm, prefix: str = "") -> None:
    """Birth, sex and kind of document follow from a sound id number; what was typed by hand stays."""
    card = idcard.read(form.field(f"{prefix}id_number").value())
    if card is None:
        return
    given = {"sex": card.sex, "birth": card.birth.isoformat(), "id_kind": _CARD_KIND}
    for name, value in given.items():
        if not form.field(prefix + name).value():
            form.field(prefix + name).set_value(value)
