"""The list and the household's page, by keyboard."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.register.model import State
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.features.register.ui.list_screen import RegisterScreen
from desktop.features.register.ui.numbering_panel import NumberingPanel
from desktop.widgets.desk import Desk
from tests.features.register.ui.screens_maker import family, household, listen
from tests.office_maker import VILLAGE

CONTROL = Qt.KeyboardModifier.ControlModifier
OTHER_VILLAGE = "371602012269"


def shown(qtbot: QtBot, screen: Any, **given: Any) -> Any:
    qtbot.addWidget(screen)
    screen.resize(1180, 700)
    screen.show()
    qtbot.waitExposed(screen)
    screen.activateWindow()
    screen.arrive(**given)
    qtbot.wait(1)
    return screen


def names(screen: RegisterScreen) -> list[str]:
    model = screen.table.model
    return [model.line(row).head for row in range(model.rowCount())]


@pytest.fixture
def listed(desk: Desk, qtbot: QtBot) -> RegisterScreen:
    family(desk, "张秀兰", more=2, kind="A01", address="前街 3 号")
    family(desk, "王建国", group="2组", kind="A04")
    family(desk, "李梅", region=OTHER_VILLAGE)
    screen = RegisterScreen(desk)
    listen(desk, screen)
    return shown(qtbot, screen)


def test_typing_initials_filters_and_enter_opens(listed: RegisterScreen, desk: Any, qtbot: QtBot) -> None:
    assert listed.table.footer.text() == "共 3 户 5 人"
    qtbot.keyClick(listed, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(listed.filter.box, "zxl")
    qtbot.waitUntil(lambda: names(listed) == ["张秀兰"])
    assert listed.table.footer.text() == "筛选出 1 户 3 人"
    qtbot.keyClick(listed.filter.box, Qt.Key.Key_Down)
    qtbot.keyClick(listed.table.view, Qt.Key.Key_Return)
    name, given = desk.navigator.went[-1]
    assert name == "register.household"
    assert given == {"household": listed.table.key, "among": (listed.table.key,)}


def test_a_village_and_a_group_are_chosen_in_the_tree(listed: RegisterScreen, qtbot: QtBot) -> None:
    assert listed.tree.choose(VILLAGE)
    assert sorted(names(listed)) == ["张秀兰", "王建国"]
    listed.table.select_row(1)
    assert listed.tree.choose(VILLAGE, "2组")
    assert names(listed) == ["王建国"]
    assert listed.tree.choose(OTHER_VILLAGE)
    assert listed.table.line.head == "李梅"
    assert not listed.tree.choose(VILLAGE, "9组")


def test_new_import_and_print_know_the_chosen_place(listed: RegisterScreen, desk: Any, qtbot: QtBot) -> None:
    listed.tree.choose(VILLAGE, "2组")
    for key in (Qt.Key.Key_N, Qt.Key.Key_I, Qt.Key.Key_P):
        qtbot.keyClick(listed, key, CONTROL)
    assert desk.navigator.went == [
        ("register.form", {"region": VILLAGE, "group": "2组"}),
        ("register.import", {}),
        ("handbook", {"region": VILLAGE}),
    ]


def test_a_state_is_a_condition_that_can_be_taken_away(listed: RegisterScreen) -> None:
    listed.set_state(State.POOR)
    assert names(listed) == ["王建国"]
    listed.filter.condition_removed.emit("state")
    assert len(names(listed)) == 3


def test_a_click_on_a_heading_sorts(listed: RegisterScreen) -> None:
    listed.table.header.sorted_by.emit("size", True)
    assert names(listed)[0] == "张秀兰"
    listed.table.header.sorted_by.emit("size", False)
    assert names(listed)[-1] == "张秀兰"


def test_the_list_hears_of_a_new_household_and_keeps_its_place(
    listed: RegisterScreen, desk: Desk, qtbot: QtBot
) -> None:
    chosen = next(k for k in listed.table.model.keys if household(desk, k).members[0].name == "李梅")
    listed.table.select(chosen)
    family(desk, "赵新")
    listed.hide()
    desk.runner.act(None, lambda unit: unit.touched["household"].append(chosen))
    assert len(names(listed)) == 3  # hidden pages wait
    listed.show()
    assert len(names(listed)) == 4
    assert listed.table.key == chosen


def test_an_empty_register_offers_the_import(desk: Any, qtbot: QtBot) -> None:
    screen = shown(qtbot, RegisterScreen(desk))
    assert screen.table.empty.sentence.text() == "户籍册还是空的"
    qtbot.mouseClick(screen.table.empty.button, Qt.MouseButton.LeftButton)
    assert desk.navigator.went == [("register.import", {})]


def test_a_filter_without_hits_offers_to_empty_it(listed: RegisterScreen, qtbot: QtBot) -> None:
    listed.arrive(text="qqq")
    qtbot.waitUntil(lambda: not names(listed))
    qtbot.mouseClick(listed.table.empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(names(listed)) == 3)


def test_a_workbook_dropped_on_the_list_is_imported(listed: RegisterScreen, desk: Any) -> None:
    given = QMimeData()
    given.setUrls([QUrl.fromLocalFile("/stick/list.xlsx")])
    nothing = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(), Qt.DropAction.CopyAction, given, Qt.MouseButton.LeftButton, nothing)
    listed.dropEvent(event)
    assert desk.navigator.went == [("register.import", {"path": Path("/stick/list.xlsx")})]


def test_the_last_visit_is_a_column_of_the_shell(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    screen = shown(qtbot, RegisterScreen(desk, last_visits=lambda ids: dict.fromkeys(ids, "2027-03-01")))
    column = next(c for c in screen.table.model.columns if c.name == "last_visit")
    assert column.value(screen.table.model.line(screen.table.model.row_of(key))) == "2027-03-01"


# ---- the household's page


class VisitsTab(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.asked: list[bytes] = []

    def show_household(self, household_id: bytes) -> None:
        self.asked.append(household_id)


def texts(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel))


def test_numbers_are_masked_until_the_eye_is_opened(desk: Desk, qtbot: QtBot) -> None:
    first, second = family(desk, "张秀兰", phone="13812345678"), family(desk, "王建国", phone="13899990000")
    page = shown(qtbot, HouseholdPage(desk), household=first, among=(first, second))
    assert page.band.phone.text() == "电话 138****5678"
    assert "13812345678" not in texts(page)
    qtbot.keyClick(page, Qt.Key.Key_D, CONTROL)
    assert page.band.phone.text() == "电话 13812345678"
    page.step(1)
    assert page.household.id == second
    assert page.band.phone.text() == "电话 138****0000"


def test_what_a_workbook_left_unread_stands_in_amber(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", unread={"identified": "去年底"})
    page = shown(qtbot, HouseholdPage(desk), household=key)
    assert page.band.unread.text() == "待核对 1 项"
    assert "去年底" in texts(page.facts.findChild(QWidget, "unread"))


def test_a_tab_handed_in_reads_when_it_is_looked_at(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    page = shown(qtbot, HouseholdPage(desk, tabs=[("走访", VisitsTab)]), household=key)
    tab = page.tabs.widget(2)
    assert tab.asked == []
    page.arrive(household=key, tab="走访")
    assert tab.asked == [key]


def test_keys_of_the_page_lead_to_form_and_handbook(desk: Any, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    page = shown(qtbot, HouseholdPage(desk, deeds=[("记走访", "visits.form")]), household=key)
    for one in (Qt.Key.Key_E, Qt.Key.Key_P, Qt.Key.Key_N):
        qtbot.keyClick(page, one, CONTROL)
    page.tabs.setCurrentIndex(1)
    qtbot.keyClick(page, Qt.Key.Key_E, CONTROL)
    member = household(desk, key).members[0].id
    assert desk.navigator.went == [
        ("register.form", {"household": key}),
        ("handbook", {"household": key}),
        ("register.form", {"household": key, "person": b""}),
        ("register.form", {"household": key, "person": member}),
    ]


def test_a_member_taken_out_comes_back_by_undo(desk: Any, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", more=1)
    page = HouseholdPage(desk)
    listen(desk, page)
    shown(qtbot, page, household=key, tab="成员")
    page.members.table.select_row(1)
    page.members.table.setFocus()
    qtbot.keyClick(page.members.table.view, Qt.Key.Key_Delete)
    assert [m.name for m in page.household.members] == ["张秀兰"]
    assert desk.navigator.said == ["已将张小0移出本户"]
    desk.navigator.undo()
    assert [m.name for m in page.household.members] == ["张秀兰", "张小0"]


def test_a_household_that_is_gone_leads_back(desk: Any, qtbot: QtBot) -> None:
    shown(qtbot, HouseholdPage(desk), household=b"\0" * 16)
    assert desk.navigator.backs == 1


# ---- the letters of numbers


def test_a_letter_is_checked_saved_and_seen_in_the_number(desk: Any, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", kind="A04")
    panel = NumberingPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.form.field("poor").set_text("7")
    panel.save()
    assert "小写字母" in texts(panel)
    assert household(desk, key).number.startswith("w")
    panel.form.field("poor").set_text("p")
    panel.save()
    assert household(desk, key).number.startswith("p")
    assert texts(panel).count("未核实的默认值") == 3
