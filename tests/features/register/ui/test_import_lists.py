"""The lists of an import as big as a county: no widget a row, and the window never waits for them."""

from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.features.register.import_plan import Change, ImportPlan
from desktop.features.register.sheet_model import Owner
from desktop.features.register.ui.import_lists import ChangeList
from desktop.widgets.desk import Desk
from desktop.widgets.runner import Runner
from tests.calibration import slowness

PEOPLE = 120_000


@pytest.fixture
def busy(desk: Desk) -> Iterator[Desk]:
    """A desk with the real runner."""
    db, actor = desk.db, desk.actor
    desk.runner = Runner(lambda: db.unit(actor, "操作"), lambda: db.reader(actor))
    yield desk
    desk.runner.close()


def county() -> ImportPlan:
    plan = ImportPlan()
    before: dict[str, Any] = {"education": "J01", "phone": "13800000000"}
    for n in range(PEOPLE):
        key, values = n.to_bytes(16, "big"), {"education": "J02", "phone": f"139{n:08d}"}
        change = Change(Owner.PERSON, key, key, f"y{n:010d}", f"张{n}", n + 2, before, values)
        plan.person_changes.append(change)
    return plan


def test_a_county_of_changes_is_listed_without_holding_the_window_up(busy: Desk, qtbot: QtBot) -> None:
    shown = ChangeList(busy)
    qtbot.addWidget(shown)
    shown.resize(1100, 500)
    shown.show()
    plan, slow = county(), slowness()
    began = monotonic()
    shown.show_plan(plan)
    assert monotonic() - began < 0.1 * slow
    qtbot.waitUntil(lambda: shown.table.model.rowCount() == 2 * PEOPLE, timeout=30_000)
    gaps, at = [], monotonic()
    shown.filter.set_text("张119999")
    while shown.table.model.rowCount() != 2 and monotonic() - began < 60:
        qtbot.wait(1)
        now = monotonic()
        gaps.append(now - at)
        at = now
    assert [shown.table.model.line(n).title for n in range(2)] == ["文化程度", "人联系电话"]
    assert max(gaps) < 0.1 * slow
    assert len(shown.findChildren(object)) < 200
