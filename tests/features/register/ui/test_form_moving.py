"""The edit form moves a household to another village of the office: people, visits and number go with it."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.core.db import history
from desktop.features.register import api as register
from desktop.features.register.ui.form_screen import HouseholdForm
from desktop.features.visits import api as visits
from desktop.widgets.desk import Desk
from tests.features.register.ui.screens_maker import family, household
from tests.office_maker import VILLAGE

OTHER = "371602012269"  # 西海新村


@pytest.fixture
def home(desk: Desk) -> register.Household:
    """The second of its group, visited once."""
    family(desk, "王建国")
    key = family(desk, "张秀兰", more=1, address="前街 3 号")
    family(desk, "李梅")
    draft = visits.VisitDraft(key, "2027-03-01", "home", "李伟", "屋顶东角漏雨，已经拍了照片")
    with desk.db.unit(desk.actor, "记走访") as unit:
        visits.record_visit(unit, draft)
    return household(desk, key)


@pytest.fixture
def form(desk: Desk, qtbot: QtBot, home: register.Household) -> HouseholdForm:
    made = HouseholdForm(desk)
    qtbot.addWidget(made)
    made.resize(1180, 700)
    made.show()
    made.activateWindow()
    made.arrive(household=home.id)
    qtbot.waitUntil(lambda: made.is_ready)
    return made


def goes_to(qtbot: QtBot, form: HouseholdForm, typed: str) -> Any:
    fields = form.editor.form
    fields.focus_on("region")
    qtbot.keyClicks(fields.field("region"), typed)
    qtbot.keyClick(fields.field("region"), Qt.Key.Key_Return)
    return fields


def test_a_household_moves_with_everything_and_keeps_its_number(
    desk: Any, qtbot: QtBot, form: HouseholdForm, home: register.Household
) -> None:
    fields = goes_to(qtbot, form, "xhxc")
    assert fields.values()["region"] == OTHER
    assert (fields.values()["group"], fields.values()["place"]) == ("", None), "of the old village"
    fields.recheck()
    assert "保存后这一户迁到西海新村" in fields._cells["region"].note.text()
    fields.field("group").set_text("3组")
    fields.field("h.address").set_text("新街 1 号")
    form.save()
    moved = household(desk, home.id)
    assert (moved.region, moved.group, moved.place) == (OTHER, "3组", 1)
    assert (moved.number, moved.facts["address"]) == (home.number, "新街 1 号")
    assert [m.name for m in moved.members] == ["张秀兰", "张小0"]
    with desk.reader() as reader:
        assert register.household_ids(reader, region=OTHER) == [home.id]
        assert home.id not in register.household_ids(reader, region=VILLAGE)
        assert [v.region for v in visits.visits_of(reader, home.id)] == [OTHER]
        assert history.recent(reader)[0].name == f"迁移户 {home.number} 张*兰"
    assert desk.navigator.said[-1] == "已迁到西海新村"


def test_it_moves_back_to_its_very_place(
    desk: Any, qtbot: QtBot, form: HouseholdForm, home: register.Household
) -> None:
    goes_to(qtbot, form, "xhxc")
    form.save()
    assert desk.navigator.offer == "迁回"
    desk.navigator.undo()
    back = household(desk, home.id)
    assert (back.region, back.group, back.place) == (VILLAGE, "1组", home.place)
    assert back.number == home.number
    assert desk.navigator.said[-1] == "已迁回"
    with desk.reader() as reader:
        lines = register.household_lines(reader, register.household_ids(reader, region=VILLAGE))
    assert [line.head for line in lines] == ["王建国", "张秀兰", "李梅"]


def test_who_changes_the_mind_finds_group_and_place_again(
    desk: Any, qtbot: QtBot, form: HouseholdForm, home: register.Household
) -> None:
    fields = goes_to(qtbot, form, "xhxc")
    fields.field("region").set_value(VILLAGE)
    assert (fields.values()["group"], fields.values()["place"]) == (home.group, home.place)
    form.save()
    assert household(desk, home.id) == home


def test_no_village_at_all_is_refused(
    desk: Any, qtbot: QtBot, form: HouseholdForm, home: register.Household
) -> None:
    fields = form.editor.form
    fields.focus_on("region")
    fields.field("region").clear()
    form.save()
    assert fields._cells["region"].note.text() == "这里没有这个村，请从本单位的村里选一个"
    assert household(desk, home.id) == home
