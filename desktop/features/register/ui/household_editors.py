"""The forms of a household: one that is known already, and a new one with its head."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from desktop.core.problems import Problem, Weight
from desktop.features.office import api as office
from desktop.features.register import actions, groups, rules
from desktop.features.register.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS, Field, Section
from desktop.features.register.model import HEAD, Household, HouseholdDraft, PersonDraft
from desktop.features.register.ui.editors import Editor, Order, changed, fill_from_card, filled
from desktop.features.register.ui.facts_form import FactsForm
from desktop.features.register.ui.place_fields import GroupField, VillageField
from desktop.widgets.desk import Desk
from desktop.widgets.fields import NumberField

# What is asked of the head at once; everything else about a person is on the person's own form.
_HEAD_ALSO = frozenset({"education", "health", "labour"})
HEAD_FIELDS: tuple[Field, ...] = tuple(
    replace(f, section=Section.BASIC)
    for f in PERSON_FIELDS
    if f.name in _HEAD_ALSO or (f.section is Section.BASIC and f.name not in ("relation", "identified"))
)


class HouseholdEditor(Editor):
    """A household that is known already."""

    _household: Household | None = None

    def parts(self) -> Iterator[None]:
        self.village, self.group = VillageField(), GroupField()
        self.form.start("所在村组", "group")
        self.place = NumberField()
        hint = "换村时成员和走访一起迁过去，户编号不变"
        self.form.add("region", "村", self.village, required=True, hint=hint)
        self.form.add("group", "组", self.group)
        self.form.add("place", "在组里排第几户", self.place)
        yield from self.form.add_facts(HOUSEHOLD_FIELDS, "h.")

    def start_over(self) -> None:
        if self._household is not None:
            self.show_household(self._household)

    def show_household(self, household: Household) -> None:
        self._household = household
        own = (office.Place(household.region, household.village, "village", ""), "")
        places = [p for p in villages(self.desk) if p[0].key != household.region]
        self.village.set_places([own, *places])
        self.village.setEnabled(bool(places))
        self._show_groups(household.region)
        facts = {f"h.{name}": value for name, value in household.facts.items()}
        where = {"region": household.region, "group": household.group, "place": household.place}
        self.form.set_values({**where, **facts})
        self.form.show_unread(household.unread, "h.")
        self.draft.open(household.id.hex())
        self.form.focus_on("h.kind")

    def _show_groups(self, region: str) -> None:
        with self.desk.reader() as reader:
            self.group.set_groups([name for _, name in groups.of_village(reader, region)])

    def on_field(self, name: str) -> None:
        """In another village it goes to the end of a group there."""
        if name == "region" and self._household is not None:
            self._show_groups(self.village.value())
            home = self._household
            self.group.set_value("" if self.is_moving else home.group)
            self.place.set_value(None if self.is_moving else home.place)

    @property
    def is_moving(self) -> bool:
        return self._household is not None and self.village.value() != self._household.region

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        said = f"保存后这一户迁到{self.village.text()}，原来的组和位次不再保留"
        moving = self.is_moving and self.village.value()
        hints = [Problem("household.moving", "region", said, Weight.HINT)] if moving else []
        return [*hints, *telephones(self.form)]

    def said(self) -> str:
        return f"已迁到{self.village.text()}" if self.is_moving else super().said()

    def way_back(self) -> tuple[str, Order] | None:
        """A move is no step to take back; the household moves back to where it was."""
        home = self._household
        if home is None or not self.is_moving:
            return None
        return "迁回", (actions.move_and_change, (home.id, home.region, home.group, {}, home.place))

    def action(self) -> Order:
        household = self._household
        if household is None:
            raise RuntimeError("no household is shown")
        facts = changed(self.form.facts(HOUSEHOLD_FIELDS, "h."), household.facts)
        group, place = self.group.value(), self.place.value()
        if self.is_moving:
            return actions.move_and_change, (household.id, self.village.value(), group, facts, place)
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
        places = villages(self.desk)
        self.village.set_places(places)
        known = {p.key for p, _ in places}
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
            self.group.set_groups([name for _, name in groups.of_village(reader, region)] if region else [])

    def check(self, values: Mapping[str, Any]) -> list[Problem]:
        draft = self._draft()
        problems = rules.check_household(draft, self.desk.today) + self.taken.look(draft.members[0].facts)
        return [*self.renamed(problems), *telephones(self.form)]

    def _draft(self) -> HouseholdDraft:
        facts = filled(self.form.facts(HOUSEHOLD_FIELDS, "h."))
        head = filled(self.form.facts(HEAD_FIELDS, "p.")) | {"relation": HEAD}
        return HouseholdDraft(self.village.value(), self.group.value(), facts, (PersonDraft(head),))

    def action(self) -> Order:
        return actions.add_household, (self._draft(),)

    def said(self) -> str:
        return f"已新增{self.form.field('p.name').value()}户"

    def renamed(self, problems: Iterable[Problem]) -> list[Problem]:
        return [p if p.field in ("region", "") else replace(p, field=f"p.{p.field}") for p in problems]


def villages(desk: Desk) -> list[tuple[office.Place, str]]:
    """Where the clerk may put a household, each village with the name of its township."""
    with desk.reader() as reader:
        places = office.read_places(reader)
    return [(p, places.name(p.parent)) for p in places.villages() if p.key.startswith(desk.actor.prefix)]


def telephones(form: FactsForm) -> list[Problem]:
    """What is wrong with the household's own telephones."""
    found = rules.check_telephones(filled(form.facts(HOUSEHOLD_FIELDS, "h.")))
    return [replace(p, field=f"h.{p.field}") for p in found]
