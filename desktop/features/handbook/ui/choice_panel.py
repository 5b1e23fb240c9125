"""The left side of the printing screen: which paper, for whom, on both sides or one."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from desktop.core import pinyin
from desktop.core.db.unit import Reader
from desktop.core.settings import PRINT_TWO_SIDED
from desktop.features.handbook.actions import DOCUMENT_NAMES, Document
from desktop.features.handbook.preview import Wanted
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.desk import Desk
from desktop.widgets.fields import CheckField
from desktop.widgets.parts import GRID, button, column, label, line, scrolling, set_look

_ABOUT = {
    Document.HANDBOOK: "放在户里的一本：成员、收入、帮扶、走访",
    Document.PLAQUE: "挂在户内的一张",
    Document.PUBLIC_PLAQUE: "贴在村公示栏的一张，不含致贫原因和户主电话",
}
_FOR_WHOM = ("全部在册户", "一个村", "一户")
EVERYBODY, VILLAGE, ONE = range(3)
_MOST_FOUND = 8
_START = "检查用字并排版"


class ChoicePanel(QFrame):
    """`changed` when another run is wanted, `start_wanted` by the button."""

    changed = Signal()
    start_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._villages: list[Choice] = []
        self.setProperty("role", "card")
        self.documents, self.scopes = QButtonGroup(self), QButtonGroup(self)
        self.village = CodeField(self._find_village, self._village_name, "村名、首字母或代码")
        self.household = CodeField(self._find_household, self._household_title, "户编号、姓名或首字母")
        self.two_sided = CheckField("双面打印（每本从正面开始）")
        self.two_sided.setChecked(desk.settings.get(PRINT_TWO_SIDED))
        self.said = label("", wrap=True)
        self.warning = label("", "warning", wrap=True)
        self.start_button = button(_START, self.start_wanted.emit, role="primary")
        self.start_button.setToolTip(f"{_START}（Ctrl+Enter）")
        self._lay_out()
        self._connect()
        self._on_choice()

    def _lay_out(self) -> None:
        papers = QVBoxLayout()
        for number, document in enumerate(Document):
            papers.addWidget(self._radio(self.documents, number, DOCUMENT_NAMES[document]))
            note = label(_ABOUT[document], "secondary", wrap=True)
            note.setContentsMargins(3 * GRID, 0, 0, 4)
            papers.addWidget(note)
        papers.setSpacing(0)
        whom = QVBoxLayout()
        whom.setSpacing(4)
        for number, words in enumerate(_FOR_WHOM):
            whom.addWidget(self._radio(self.scopes, number, words))
            if number:
                whom.addWidget(self.village if number == VILLAGE else self.household)
        choices = QWidget()
        choices.setLayout(
            column(
                label("打印什么", "heading"), papers, self.two_sided, line(), label("给谁", "heading"), whom, None,
                gap=GRID,
            )
        )  # fmt: skip
        # The button stays in sight, however low the window is.
        parts = (scrolling(choices), line(), self.said, self.warning, self.start_button)
        self.setLayout(column(*parts, gap=GRID, edge=2 * GRID))
        self.setMinimumWidth(272)

    @staticmethod
    def _radio(group: QButtonGroup, number: int, words: str) -> QRadioButton:
        made = QRadioButton(words)
        made.setChecked(number == 0)
        group.addButton(made, number)
        return made

    def _connect(self) -> None:
        self.village.setAccessibleName("村")
        self.household.setAccessibleName("户")
        self.documents.idClicked.connect(lambda _n: self._on_choice())
        self.scopes.idClicked.connect(self._on_scope)
        for field in (self.village, self.household, self.two_sided):
            field.changed.connect(self._on_choice)
        for field in (self.village, self.household):
            field.returnPressed.connect(self._on_enter)

    @property
    def document(self) -> Document:
        return list(Document)[self.documents.checkedId()]

    @property
    def wanted(self) -> Wanted | None:
        """None while the village or the household is still to be chosen."""
        two_sided = self.two_sided.isChecked() and self.document is Document.HANDBOOK
        everybody = Wanted(self.document, two_sided=two_sided)
        scope = self.scopes.checkedId()
        if scope == VILLAGE and self.village.value():
            return replace(everybody, region=self.village.value(), title=self.village.text())
        if scope == ONE and self.household.value():
            number = self.household.text().split("　")[0]
            return replace(everybody, household=self.household.value(), title=number)
        return everybody if scope == EVERYBODY else None

    def choose(self, document: str = "", region: str = "", household: bytes = b"") -> None:
        """Set what another screen asked for."""
        if document:
            self.documents.button(list(Document).index(Document(document))).setChecked(True)
        if household:
            self.household.set_value(household)
        elif region:
            self.village.set_value(region)
        if household or region:
            self.scopes.button(ONE if household else VILLAGE).setChecked(True)
        self._on_choice()

    def say(self, text: str, warning: str = "") -> None:
        self.said.setText(text)
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))

    def demote(self, words: str) -> None:
        """While a file or a list is shown, the first business is there; "" makes the button primary again."""
        set_look(self.start_button, "role", "" if words else "primary")
        self.start_button.setText(words or _START)

    def settle(self) -> None:
        """Take the choice that is marked in an open list, as Enter would."""
        self.village.settle()
        self.household.settle()

    def _on_enter(self) -> None:
        """The first Enter takes the marked household, the second one draws."""
        is_chosen = self.wanted is not None
        self.settle()
        if is_chosen:
            self.start_wanted.emit()

    def take_focus(self, is_chosen: bool) -> None:
        first = self.documents.button(list(Document).index(self.document))
        (self.start_button if is_chosen else first).setFocus()

    def forget_villages(self) -> None:
        """Households came or went: count them again when the list of villages is next opened."""
        self._villages = []

    def focus_field(self) -> None:
        """Ctrl+F: to where one types for whom."""
        if self.scopes.checkedId() == EVERYBODY:
            self.scopes.button(ONE).setChecked(True)
            self._on_choice()
        field = self.village if self.scopes.checkedId() == VILLAGE else self.household
        field.setFocus()
        field.selectAll()

    def _on_scope(self, scope: int) -> None:
        self._on_choice()
        if scope != EVERYBODY:
            (self.village if scope == VILLAGE else self.household).setFocus()

    def _on_choice(self) -> None:
        scope = self.scopes.checkedId()
        self.village.setVisible(scope == VILLAGE)
        self.household.setVisible(scope == ONE)
        self.two_sided.setVisible(self.document is Document.HANDBOOK)
        self.changed.emit()

    def _find_village(self, typed: str) -> Sequence[Choice]:
        if not self._villages:
            with self._desk.reader() as reader:
                found = register.villages(reader)
            self._villages = [Choice(key, name, f"{count:,} 户") for key, name, count in found]
        return [choice for choice in self._villages if _fits(choice, typed)]

    def _village_name(self, key: str) -> str:
        """Also of a township, when a county prints for one of its townships."""
        found = next((c.title for c in self._find_village("") if c.code == key), "")
        if found:
            return found
        with self._desk.reader() as reader:
            return office.PlaceNames(reader.connection).of(key.ljust(12, "0"))

    def _find_household(self, typed: str) -> Sequence[Choice]:
        with self._desk.reader() as reader:
            if not typed:
                return self._choices(reader, register.household_ids(reader)[:_MOST_FOUND])
            hits = [hit.household for hit in register.search_people(reader, typed, 4 * _MOST_FOUND)]
            found = register.numbered(reader, typed, _MOST_FOUND)
            found = found or ([] if hits else register.by_number(reader, typed))
            return self._choices(reader, list(dict.fromkeys([*found, *hits]))[:_MOST_FOUND])

    def _household_title(self, household: bytes) -> str:
        with self._desk.reader() as reader:
            found = self._choices(reader, [household])
        return found[0].title if found else ""

    @staticmethod
    def _choices(reader: Reader, ids: Sequence[bytes]) -> list[Choice]:
        lines = register.household_lines(reader, ids)
        return [Choice(x.id, f"{x.number}　{x.head}", f"{x.village}{x.group}") for x in lines]


def _fits(choice: Choice, typed: str) -> bool:
    wanted = typed.strip().lower()
    if not wanted or wanted in choice.title or str(choice.code).startswith(wanted):
        return True
    spoken = f"{pinyin.initials(choice.title)} {pinyin.full(choice.title)}".split()
    return any(word.startswith(wanted) for word in spoken)
