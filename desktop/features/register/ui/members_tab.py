"""The members of a household: a table, what is known of the chosen one, add, change and take out."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.core import dates, masking
from desktop.core.code_edits import SHIPPED, Lists
from desktop.core.errors import Refused
from desktop.features.register import actions, rules
from desktop.features.register.fields import PERSON, PERSON_FIELDS
from desktop.features.register.model import Household, Person
from desktop.features.register.ui.facts_view import FactsView
from desktop.features.register.ui.form_screen import NEW
from desktop.features.register.words import shown
from desktop.widgets import say
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import Split, button, column, row, shortcut
from desktop.widgets.saving import save


class MembersTab(QWidget):
    """`show_household` fills it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._household: Household | None = None
        self._is_open = False
        self.table = PagedTable(self._columns(), name="register.members")
        self.table.say_empty("这一户还没有成员", "", "添加成员", self.add)
        desk.keep.columns(self.table)
        self.facts = FactsView(PERSON_FIELDS)
        self._lay_out()
        self.table.selected.connect(lambda _key: self._show_person())
        self.table.opened.connect(lambda _key: self.change())

    def _lay_out(self) -> None:
        add = button("添加成员", self.add, name="add")
        add.setToolTip("添加成员（Ctrl+N）")
        self.change_button = button("修改成员", self.change, name="edit")
        self.remove_button = button("移出本户", self.remove)
        split = Split(Qt.Orientation.Vertical)
        for part in (self.table, self.facts):
            split.addWidget(part)
        split.setSizes([200, 220])
        split.setStretchFactor(1, 1)
        self._desk.keep.splitter(split, "register.members")
        tools = row(add, self.change_button, self.remove_button, None)
        tools.setContentsMargins(0, 8, 0, 0)
        self.setLayout(column(tools, split))
        shortcut(self.table, "Delete", self.remove)

    def _columns(self) -> list[Column]:
        def fact(name: str, width: int, *, stretch: bool = False, spare: int = 0) -> Column:
            field = PERSON[name]
            return Column(
                name, field.title, lambda p: shown(field, p.facts.get(name), self._lists), width,
                stretch=stretch, spare=spare,
            )  # fmt: skip

        return [
            Column("name", "姓名", lambda p: p.name, 90),
            fact("relation", 110),
            fact("sex", 60),
            Column("age", "年龄", lambda p: age(p, self._desk.today), 60, align=Align.RIGHT),
            Column("id_number", "证件号码", self._id_number, 180),
            Column("phone", "电话", self._phone, 120, spare=2),
            fact("education", 116, spare=3),
            fact("health", 130, spare=1),
            fact("labour", 120, stretch=True),
            Column(
                "unread", "待核对", lambda p: f"{self._doubts(p)} 项" if self._doubts(p) else "", 80,
                tone=lambda p: Tone.ATTENTION if self._doubts(p) else None,
            ),
        ]  # fmt: skip

    @property
    def _lists(self) -> Lists:
        return self._household.lists if self._household else SHIPPED

    def _doubts(self, person: Person) -> int:
        return len(person.unread) + len(rules.doubts_of_person(person, self._desk.today))

    def _id_number(self, person: Person) -> str:
        text = str(person.facts.get("id_number", ""))
        return text if self._is_open else masking.id_number(text)

    def _phone(self, person: Person) -> str:
        text = str(person.facts.get("phone", ""))
        return text if self._is_open else masking.telephone(text)

    def show_household(self, household: Household, *, is_open: bool = False) -> None:
        is_same = self._household is not None and self._household.id == household.id
        self._household, self._is_open = household, is_open
        self.table.set_lines(household.members)
        self.table.say_totals(f"共 {len(household.members)} 人")
        if not is_same and household.members:
            self.table.select_row(0)
        self._show_person()

    @property
    def person(self) -> Person | None:
        """The chosen member."""
        return self.table.line if self._household and self._household.members else None

    def _show_person(self) -> None:
        person = self.person
        self.facts.setVisible(person is not None)
        self.change_button.setEnabled(person is not None)
        self.remove_button.setEnabled(person is not None)
        if person is not None:
            doubts = rules.doubts_of_person(person, self._desk.today)
            self.facts.show_facts(
                person.facts, person.unread, self._lists, is_open=self._is_open, problems=doubts
            )

    def add(self) -> None:
        if self._household is not None:
            self._desk.navigator.go("register.form", household=self._household.id, person=NEW)

    def change(self) -> None:
        """The form shows the numbers, if they are shown here."""
        household, person = self._household, self.person
        if household is not None and person is not None:
            opened = {"is_open": True} if self._is_open else {}
            self._desk.navigator.go("register.form", household=household.id, person=person.id, **opened)

    def remove(self) -> None:
        """Without a question: the note that follows takes it back."""
        household, person = self._household, self.person
        if household is None or person is None:
            return
        said = f"已将{person.name}移出本户"
        save(
            self._desk, self, actions.remove_person, household.id, person.id, said=said, refused=self._refused
        )

    def _refused(self, error: Refused) -> None:
        say.tell(self, error)


def age(person: Person, today: date) -> str:
    """Full years; of a birth known to the year or month only, about."""
    known = dates.parse(str(person.facts.get("birth", "")))
    if not known:
        return ""
    if len(known) == 10:
        return str(dates.age(date.fromisoformat(known), today))
    return f"约 {today.year - int(known[:4])}"
