"""What a clerk does with visits: write one down, put one right."""

from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.register import api as register
from desktop.features.visits import rules, store
from desktop.features.visits.model import Visit, VisitDraft


def record_visit(unit: Unit, draft: VisitDraft) -> Visit:
    household = _household(unit, draft.household_id)
    unit.require("visit.record", household.region)
    unit.name = f"记走访 {register.called(household)}"
    refuse_if(rules.check(draft, unit.today, store.facts(unit, draft)))
    return _found(unit, store.add(unit, rules.trimmed(draft), household.region))


def correct_visit(unit: Unit, visit_id: bytes, draft: VisitDraft, why: str) -> Visit:
    """Write a visit that replaces another; the first stays and is read. The draft may name another household."""
    first = _found(unit, visit_id)
    household = _household(unit, draft.household_id)
    unit.require("visit.record", first.region)
    unit.require("visit.record", household.region)
    unit.name = f"更正走访 {register.called(household)}"
    facts = store.facts(unit, draft, correcting=visit_id)
    refuse_if([*rules.check_correction(first, draft, why), *rules.check(draft, unit.today, facts)])
    made = store.add(unit, rules.trimmed(draft), household.region, visit_id, why.strip())
    return _found(unit, made)


def _household(unit: Unit, household_id: bytes) -> register.Household:
    # Not from the list's lines: those of a household added in this unit are made when it commits.
    found = register.household(unit, household_id)
    if found is None:
        raise Refused([rules.GONE])
    return found


def _found(unit: Unit, visit_id: bytes) -> Visit:
    found = store.visit(unit, visit_id)
    if found is None:
        raise Refused([Problem("visit.gone", "", "这条走访已被撤销，请刷新列表")])
    return found
