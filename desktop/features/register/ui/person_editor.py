"""The form of a member of a household."""

from collections.abc import Iterator, Mapping
from typing import Any

from desktop.core.problems import Problem
from desktop.features.register import actions, rules
from desktop.features.register.fields import PERSON_FIELDS
from desktop.features.register.model import Household, Person, PersonDraft
from desktop.features.register.ui.editors import Editor, Order, changed, fill_from_card, filled


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

    def said(self) -> str:
        return f"已保存{self.form.field('name').value()}"

    def _heads(self, draft: PersonDraft) -> list[Problem]:
        """A second head is refused; two that a workbook left are not held against another change."""
        relation, person = draft.facts.get("relation", ""), self._person
        if self._household is None or (person is not None and person.facts.get("relation") == relation):
            return []
        others = (m.facts for m in self._household.members if m != person)
        return rules.check_new_head(relation, others)

    def action(self) -> Order:
        if self._household is None:
            raise RuntimeError("no household is shown")
        facts = self.form.facts(PERSON_FIELDS)
        if self._person is None:
            return actions.add_person, (self._household.id, PersonDraft(filled(facts)))
        facts = changed(facts, self._person.facts)
        return actions.change_person, (self._household.id, self._person.id, facts)
