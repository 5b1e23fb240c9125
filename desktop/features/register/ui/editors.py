"""The forms behind the page register.form: a household (new or known) and a person (new or known)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core import idcard
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.register import actions, rules, store
from desktop.features.register.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS, Field, Section
from desktop.features.register.model import HEAD, Household, HouseholdDraft, Person, PersonDraft, Value
from desktop.features.register.ui.facts_form import FactsForm
from desktop.features.register.ui.place_fields import GroupField, VillageField
from desktop.features.register.ui.taken_band import TakenBand
from desktop.widgets.desk import Desk
from desktop.widgets.draft_band import DraftBand
from desktop.widgets.fields import NumberField
from desktop.widgets.parts import column, row

FORM = "register.form"
# What is asked of the head at once; everything else about a person is on the person's own form.
_HEAD_ALSO = frozenset({"education", "health", "labour"})
HEAD_FIELDS: tuple[Field, ...] = tuple(
    replace(f, section=Section.BASIC)
    for f in PERSON_FIELDS
    if f.name in _HEAD_ALSO or (f.section is Section.BASIC and f.name not in ("relation", "identified"))
)
_CARD_KIND = "D01"  # 居民身份证


class Editor(QWidget):
    """One form with its draft. `action` says what saving it does."""

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

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        return []

    def on_field(self, name: str) -> None:
        """That field was changed."""

    def start_over(self) -> None:
        """The draft is not wanted: show again what is saved."""

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The action that saves this form, and what it is given after the unit."""
        raise NotImplementedError

    def renamed(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems of rules and actions under the names of this form's fields."""
        return list(problems)


class HouseholdEditor(Editor):
    """A household that is known already."""

    _household: Household | None = None

    def parts(self) -> Iterator[None]:
        self.village, self.group = VillageField(), GroupField()
        self.form.start("所在村组", "group")
        self.place = NumberField()
        self.form.add("region", "村", self.village, hint="换村要在两个村的册子之间移交，这里只能换组和位次")
        self.form.add("group", "组", self.group)
        self.form.add("place", "在组里排第几户", self.place)
        self.village.setEnabled(False)
        yield from self.form.add_facts(HOUSEHOLD_FIELDS, "h.")

    def start_over(self) -> None:
        if self._household is not None:
            self.show_household(self._household)

    def show_household(self, household: Household) -> None:
        self._household = household
        with self.desk.reader() as reader:
            self.group.set_groups([name for _, name in store.groups(reader, household.region)])
        place = office.Place(household.region, household.village, "village", "")
        self.village.set_places([(place, "")])
        facts = {f"h.{name}": value for name, value in household.facts.items()}
        where = {"region": household.region, "group": household.group, "place": household.place}
        self.form.set_values({**where, **facts})
        self.form.show_unread(household.unread, "h.")
        self.draft.open(household.id.hex())
        self.form.focus_on("h.kind")

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        return telephones(self.form)

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        household = self._household
        if household is None:
            raise RuntimeError("no household is shown")
        facts = changed(self.form.facts(HOUSEHOLD_FIELDS, "h."), household.facts)
        group, place = self.group.value(), self.place.value()
        new_group = group if group != household.group else None
        # In another group it goes to the end, unless its place was given too.
        is_placed = place not in (None, "", household.place)
        return actions.change_household, (household.id, facts, new_group, place if is_placed else None)


class NewHouseholdEditor(Editor):
    """A household and its head."""

    _likely = ("", "")

    def parts(self) -> Iterator[None]:
        self.village, self.group = VillageField(), GroupField()
        self.form.start("所在村组", "region")
        self.form.add("region", "村", self.village, required=True)
        self.form.add("group", "组", self.group)
        self.form.start("户主", "p.name")
        for field in HEAD_FIELDS:
            self.form.add_one(field, "p.", required=field.name == "name")
        yield
        yield from self.form.add_facts(HOUSEHOLD_FIELDS, "h.")

    def start_over(self) -> None:
        self.begin(*self._likely)

    def begin(self, region: str = "", group: str = "") -> None:
        self._likely = (region, group)
        with self.desk.reader() as reader:
            places = office.read_places(reader)
        prefix = self.desk.actor.prefix
        villages = [p for p in places.villages() if p.key.startswith(prefix)]
        self.village.set_places([(p, places.name(p.parent)) for p in villages])
        known = {p.key for p in villages}
        self.form.set_values({"region": region if region in known else "", "group": group})
        self.draft.open("")
        self._show_groups()
        self.form.focus_on("p.name" if region in known else "region")

    def on_field(self, name: str) -> None:
        if name == "region":
            self._show_groups()
        if name == "p.id_number":
            fill_from_card(self.form, "p.")

    def _show_groups(self) -> None:
        region = self.village.value()
        with self.desk.reader() as reader:
            self.group.set_groups([name for _, name in store.groups(reader, region)] if region else [])

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        draft = self._draft()
        problems = rules.check_household(draft, self.desk.today) + self.taken.look(draft.members[0].facts)
        return [*self.renamed(problems), *telephones(self.form)]

    def _draft(self) -> HouseholdDraft:
        facts = filled(self.form.facts(HOUSEHOLD_FIELDS, "h."))
        head = filled(self.form.facts(HEAD_FIELDS, "p.")) | {"relation": HEAD}
        return HouseholdDraft(self.village.value(), self.group.value(), facts, (PersonDraft(head),))

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return actions.add_household, (self._draft(),)

    def renamed(self, problems: Iterable[Problem]) -> list[Problem]:
        return [p if p.field in ("region", "") else replace(p, field=f"p.{p.field}") for p in problems]


class PersonEditor(Editor):
    """A member of a household, new or known."""

    _household: Household | None = None
    _person: Person | None = None

    def parts(self) -> Iterator[None]:
        return self.form.add_facts(PERSON_FIELDS, required="name")

    def start_over(self) -> None:
        if self._household is not None:
            self.show_person(self._household, self._person)

    def show_person(self, household: Household, person: Person | None) -> None:
        self._household, self._person = household, person
        self.form.set_values(person.facts if person else {})
        self.form.show_unread(person.unread if person else {})
        self.draft.open(f"{household.id.hex()}/{person.id.hex() if person else ''}")
        self.form.focus_on("name")

    def on_field(self, name: str) -> None:
        if name == "id_number":
            fill_from_card(self.form)

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        draft = PersonDraft(filled(self.form.facts(PERSON_FIELDS)))
        return [*rules.check_person(draft, self.desk.today), *self._heads(draft), *self._taken(draft)]

    def _taken(self, draft: PersonDraft) -> list[Problem]:
        """Two of one number that a list brought are shown, and not held against another change."""
        person = self._person
        found = self.taken.look(draft.facts, person.id if person else b"")
        names = ("id_number", "id_kind")
        is_same = person is not None and all(person.facts.get(n) == draft.facts.get(n) for n in names)
        return [] if is_same else found

    def _heads(self, draft: PersonDraft) -> list[Problem]:
        """A second head is refused; two that a workbook left are not held against another change."""
        relation, person = draft.facts.get("relation", ""), self._person
        if self._household is None or (person is not None and person.facts.get("relation") == relation):
            return []
        others = (m.facts for m in self._household.members if m != person)
        return rules.check_new_head(relation, others)

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self._household is None:
            raise RuntimeError("no household is shown")
        facts = self.form.facts(PERSON_FIELDS)
        if self._person is None:
            return actions.add_person, (self._household.id, PersonDraft(filled(facts)))
        facts = changed(facts, self._person.facts)
        return actions.change_person, (self._household.id, self._person.id, facts)


def filled(facts: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in facts.items() if value is not None}


def changed(facts: Mapping[str, Value | None], shown: Mapping[str, Value]) -> dict[str, Value | None]:
    """What the clerk changed: a field that was left alone must not undo what somebody else saved meanwhile."""
    return {name: value for name, value in facts.items() if shown.get(name) != value}


def telephones(form: FactsForm) -> list[Problem]:
    """What is wrong with the household's own telephones."""
    found = rules.check_telephones(filled(form.facts(HOUSEHOLD_FIELDS, "h.")))
    return [replace(p, field=f"h.{p.field}") for p in found]


def fill_from_card(form: FactsForm, prefix: str = "") -> None:
    """Birth, sex and kind of document follow from a sound id number; what was typed by hand stays."""
    card = idcard.read(form.field(f"{prefix}id_number").value())
    if card is None:
        return
    given = {"sex": card.sex, "birth": card.birth.isoformat(), "id_kind": _CARD_KIND}
    for name, value in given.items():
        if not form.field(prefix + name).value():
            form.field(prefix + name).set_value(value)
