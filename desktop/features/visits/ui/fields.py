"""The fields of a visit: the household found as one types, the date, who was there, what was found."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from desktop.core import pinyin
from desktop.core.problems import Problem, Weight
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.visits import rules, store
from desktop.features.visits.model import KIND_NAMES, Visit, VisitDraft, VisitFacts, VisitKind
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.date_field import DateField
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField, NotesField
from desktop.widgets.form import Form

_MOST_FOUND, _HITS = 20, 80
_KEPT = "household_key"


class VisitFields(Form):
    """The form of one visit. With `correcting` it asks why too."""

    def __init__(self, desk: Desk, *, correcting: bool = False) -> None:
        super().__init__(self._problems)
        self._desk, self.corrected = desk, b""
        self.section()
        # What stays from visit to visit comes first: Enter goes from the household straight to what was found.
        self.day = DateField(lambda: desk.today, past=True, hint="如 3.14，也可以只写日")
        self.add("day", "走访日期", self.day, required=True)
        self.visitor = VisitorField()
        self.add("visitor", "走访人", self.visitor, required=True)
        kinds = [(kind.value, words) for kind, words in KIND_NAMES.items()]
        self.add("kind", "走访方式", ComboField(kinds), required=True)
        self.household = CodeField(self._find_household, self._household_title, "户编号末几位、首字母或姓名")
        self.add("household_id", "走访哪一户", self.household, required=True)
        notes = NotesField("看到、问到的实际情况", 4 if correcting else 6)
        self.add("findings", "走访情况", notes, wide=True, required=True)
        self.add("request", "群众诉求", NotesField("", 3))
        self.add("solution", "解决情况", NotesField("答应了什么，何时办", 3))
        if correcting:
            self.add("why", "为什么更正", NotesField("如：日期记错了", 2), wide=True, required=True)

    def load_visitors(self) -> None:
        """The names that were used before, then the office's users; read once, not at every key."""
        with self._desk.reader() as reader:
            known = [*store.visitors(reader), *office.user_names(reader).values()]
        self.visitor.known = list(dict.fromkeys(known))

    def draft(self, values: Mapping[str, Any] | None = None) -> VisitDraft:
        v = values or self.values()
        return VisitDraft(
            v["household_id"] or b"",
            v["day"].isoformat() if v["day"] else "",
            v["kind"],
            v["visitor"],
            v["findings"],
            v["request"],
            v["solution"],
        )

    @property
    def why(self) -> str:
        return str(self.values().get("why", ""))

    def fill(self, visit: Visit) -> None:
        """What stands in a visit that is to be corrected."""
        draft = rules.draft_of(visit)
        self.set_values(
            {
                "household_id": draft.household_id,
                "day": date.fromisoformat(draft.day),
                "kind": draft.kind,
                "visitor": draft.visitor,
                "findings": draft.findings,
                "request": draft.request,
                "solution": draft.solution,
            }
        )

    def refusals(self) -> list[Problem]:
        """What stands against saving, as far as the form can see it; the action has the last word."""
        found = self.typing_problems()
        typed_wrong = {p.field for p in found}
        found += [p for p in self._problems(self.values()) if p.field not in typed_wrong]
        return [p for p in found if p.weight is Weight.REFUSAL]

    def _problems(self, values: Mapping[str, Any]) -> list[Problem]:
        draft = self.draft(values)
        facts = VisitFacts()
        if draft.household_id:
            with self._desk.reader() as reader:
                facts = store.facts(reader, draft, self.corrected or None)
        return rules.check(draft, self._desk.today, facts)

    def focus_next_empty(self) -> None:
        """To the first field that still has to be filled; what stays from the last visit is passed over."""
        values = self.values()
        empty = [name for name in ("day", "visitor", "household_id", "findings") if not values[name]]
        self.focus_on(empty[0] if empty else "findings")

    def texts(self) -> dict[str, str]:
        # Two households may read alike: the draft keeps which one was chosen.
        chosen = self.household.value()
        return super().texts() | {_KEPT: chosen.hex() if chosen else ""}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        super().set_texts(texts)
        kept = texts.get(_KEPT, "")
        if kept and self._household_title(bytes.fromhex(kept)):
            self.household.set_value(bytes.fromhex(kept))

    def _find_household(self, text: str) -> Sequence[Choice]:
        if not text:
            return []
        with self._desk.reader() as reader:
            hits = register.search_people(reader, text, _HITS)
            found = [*register.numbered(reader, text, _MOST_FOUND), *(hit.household for hit in hits)]
            ids = list(dict.fromkeys(found))[:_MOST_FOUND]
            lines = register.household_lines(reader, ids)
        matched = {hit.household: hit.name for hit in reversed(hits)}
        return [Choice(i.id, _title(i), _detail(i, matched.get(i.id, i.head))) for i in lines]

    def _household_title(self, household_id: bytes) -> str:
        with self._desk.reader() as reader:
            lines = register.household_lines(reader, [household_id])
        return _title(lines[0]) if lines else ""


class VisitorField(CodeField):
    """Who was there: the known ones by initials or Chinese; a new name is taken as it is typed, but never letters."""

    def __init__(self) -> None:
        self.known: list[str] = []
        super().__init__(self.matching, str, "姓名或首字母")

    def matching(self, text: str) -> Sequence[Choice]:
        found = [Choice(name, name) for name in self.known if _means(text.lower(), name)]
        is_new = text and text not in self.known and not _are_letters(text)
        return [*found, Choice(text, text, "新的走访人")] if is_new else found

    def problem(self) -> Problem | None:
        """Letters are initials: "lw" must not become a new name."""
        text = self.text().strip()
        if super().problem() is None or not _are_letters(text):
            return super().problem()
        if self.matching(text):
            return Problem("visit.several", "", f"“{text}”对得上几个人，请从列表中选一位")
        return Problem("visit.letters", "", f"没有首字母是“{text}”的走访人；新的走访人请写汉字姓名")


def _are_letters(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).isascii()


def _title(line: register.HouseholdLine) -> str:
    return f"{line.head} {line.number}"


def _detail(line: register.HouseholdLine, matched: str) -> str:
    """Where they live; and which member was meant when it was not the head."""
    place = f"{line.village}{line.group} {line.size}人"
    return f"{place}（{matched}）" if matched != line.head else place


def _means(text: str, name: str) -> bool:
    if not text.isascii() or text in name:
        return text in name
    return any(s.startswith(text) for s in (*pinyin.initials(name).split(), *pinyin.full(name).split()))


def first_values(today: date) -> dict[str, Any]:
    """What a new visit starts with."""
    return {"day": today, "kind": VisitKind.HOME.value}
