"""On 1366 x 768, less what taskbar and title take, no list is scrolled sideways: at 100 % and at 130 % text."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor, Unit
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from desktop.shell import theme
from desktop.shell.assemble import open_window
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.runner import AtOnce
from tests.office_maker import VILLAGE

Office = tuple[Database, Actor]
LONG_VILLAGE = "371602012274"  # 仇赵徐新村
SIZE = (1366, 698)
PLACES: list[tuple[str, dict[str, Any]]] = [
    ("register", {}),
    ("register.household", {"tab": "成员"}),
    ("register.household", {"tab": "走访"}),
    ("visits", {}),
    ("visits.missing", {}),
    ("volunteers", {}),
]


@pytest.fixture
def home(township: Office) -> bytes:
    """Thirty households and volunteers, so that every list has its bar at the right; gives one that was visited."""
    db, actor = township
    with db.unit(actor, "录入") as unit:
        homes = [_household(unit, LONG_VILLAGE if n % 2 else VILLAGE) for n in range(30)]
        for key in homes[:20]:
            said = visits.VisitDraft(key, "2027-03-01", "phone", "李伟", "房屋完好，老人身体平稳")
            visits.record_visit(unit, said)
        for n in range(30):
            draft = volunteers.VolunteerDraft(LONG_VILLAGE, f"欧阳志{n}", "13800009000")
            volunteers.award(unit, volunteers.add_volunteer(unit, draft).id, 20, "陪伴独居老人半天")
    return homes[0]


def _household(unit: Unit, region: str) -> bytes:
    person = register.PersonDraft({"name": "欧阳志远", "relation": "R01", "phone": "13800001234"})
    facts = {"kind": "A02", "phone": "13800001234"}
    return register.add_household(unit, register.HouseholdDraft(region, "10组", facts, (person,))).id


@pytest.fixture(params=[100, 130])
def percent(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    theme.apply(qapp, request.param)
    yield request.param
    theme.apply(qapp)


def test_no_list_is_scrolled_sideways(qtbot: QtBot, township: Office, home: bytes, percent: int) -> None:
    opened = open_window(*township, AtOnce)
    window = opened.window
    qtbot.addWidget(window)
    window.resize(*SIZE)
    window.show()
    wide = {}
    try:
        for name, given in PLACES:
            window.go(name, **given, **({"household": home} if name.endswith("household") else {}))
            qtbot.wait(20)
            for table in window.findChildren(PagedTable):
                if table.view.isVisible() and table.view.horizontalScrollBar().maximum():
                    wide[f"{name} {given} {table.objectName()}"] = table.view.horizontalScrollBar().maximum()
    finally:
        window.close()
        opened.desk.runner.close()
        opened.drafts.close()
    assert not wide
    assert (window.width(), window.height()) == SIZE, "nothing on a page made the window larger"
