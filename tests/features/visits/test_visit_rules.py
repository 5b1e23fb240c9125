"""A visit's rules: what is refused, what is asked about, what is only listed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from desktop.core.problems import Weight
from desktop.features.visits import rules
from desktop.features.visits.model import Visit, VisitDraft, VisitFacts, VisitKind

TODAY = date(2027, 3, 14)
HOUSEHOLD = bytes(16)
DRAFT = VisitDraft(HOUSEHOLD, "2027-03-14", "home", "周启明", "屋顶漏雨，已联系村里派人来修")
FIRST = Visit(b"v", HOUSEHOLD, "371602012600", DRAFT.day, VisitKind.HOME, DRAFT.visitor, DRAFT.findings)


def codes(draft: VisitDraft, facts: VisitFacts | None = None) -> dict[str, Weight]:
    return {p.code: p.weight for p in rules.check(draft, TODAY, facts)}


def test_a_whole_visit_has_no_problem() -> None:
    assert codes(DRAFT, VisitFacts(that_day=3)) == {}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("day", "2027-03-15", "visit.future"),
        ("day", "1999-12-31", "visit.too_old"),
        ("day", "2027-03", "visit.day"),
        ("day", "20270314", "visit.day"),
        ("day", "2027-02-30", "visit.day"),
        ("day", "", "visit.day"),
        ("kind", "letter", "visit.kind"),
        ("visitor", "  ", "visit.visitor"),
        ("visitor", "周" * 61, "visit.visitor_long"),
        ("findings", " \n ", "visit.empty"),
        ("findings", "雨" * 5_001, "visit.long"),
        ("request", "雨" * 5_001, "visit.long"),
        ("solution", "雨" * 5_001, "visit.long"),
    ],
)
def test_what_is_refused(field: str, value: str, code: str) -> None:
    changes: Any = {field: value}
    assert codes(replace(DRAFT, **changes)) == {code: Weight.REFUSAL}


@pytest.mark.parametrize("day", ["2027-03-14", "2000-01-01"])
def test_the_first_and_the_last_possible_day(day: str) -> None:
    assert codes(replace(DRAFT, day=day)) == {}


def test_a_household_that_is_gone_is_refused() -> None:
    assert codes(DRAFT, VisitFacts(is_registered=False)) == {"visit.household": Weight.REFUSAL}


def test_more_than_fifteen_households_on_one_day_are_asked_about() -> None:
    assert codes(DRAFT, VisitFacts(that_day=14)) == {}
    assert codes(DRAFT, VisitFacts(that_day=15)) == {"visit.many": Weight.WARNING}
    assert codes(replace(DRAFT, kind="phone"), VisitFacts(that_day=15)) == {}


def test_findings_of_nine_characters_are_a_hint() -> None:
    assert codes(replace(DRAFT, findings="一二三四五六七八九")) == {"visit.short": Weight.HINT}
    assert codes(replace(DRAFT, findings="一二三四五六七八九十")) == {}


def test_findings_that_were_copied_are_a_hint() -> None:
    copied = VisitFacts(said_before=("家里都好", DRAFT.findings + "。"))
    assert codes(DRAFT, copied) == {"visit.alike": Weight.HINT}
    assert codes(DRAFT, VisitFacts(said_before=("老人膝盖疼，下周陪去卫生院看",))) == {}


def correction(first: Visit, draft: VisitDraft, why: str) -> list[str]:
    return [p.code for p in rules.check_correction(first, draft, why)]


def test_a_correction_needs_a_reason_and_a_difference() -> None:
    changed = replace(DRAFT, day="2027-03-13")
    assert correction(FIRST, changed, "日期写错") == []
    assert correction(FIRST, changed, " ") == ["visit.why"]
    assert correction(FIRST, changed, "错" * 201) == ["visit.why_long"]
    assert correction(FIRST, replace(DRAFT, findings=DRAFT.findings + "  "), "日期写错") == [
        "visit.unchanged"
    ]


def test_only_the_version_that_stands_is_corrected() -> None:
    replaced = replace(FIRST, replaced_by=b"w")
    assert correction(replaced, replace(DRAFT, day="2027-03-13"), "日期写错") == ["visit.replaced"]
