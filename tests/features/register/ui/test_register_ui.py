"""The list and the household's page, by keyboard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import Cancelled, Trouble
from desktop.features.register import api as register
from desktop.features.register.model import State
from desktop.features.register.ui import list_export
from desktop.features.register.ui.household_card import HouseholdCard
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.features.register.ui.list_screen import RegisterScreen
from desktop.features.register.ui.numbering_panel import NumberingPanel
from desktop.features.register.ui.remove_dialog import RemoveDialog
from desktop.widgets.ask_reason import AskReason
from desktop.widgets.desk import Desk
from desktop.widgets.later import Later
from tests.features.register.ui.screens_maker import HEAD_ID, family, household, listen
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
    assert "13812345678" not in texts(page)
    (ask,) = page.findChildren(AskReason)
    ask.form.set_values({"reason": "核对身份"})
    ask.accept()
    assert page.band.phone.text() == "电话 13812345678"
    with desk.reader() as reader:
        reason = "SELECT reason, about FROM audit WHERE event = 'unmask'"
        assert reader.connection.exec_driver_sql(reason).all() == [
            ("核对身份", f"户 {page.household.number} 的证件号码和电话")
        ]
    page.step(1)
    assert page.household.id == second
    assert page.band.phone.text() == "电话 138****0000"


def test_what_a_workbook_left_unread_stands_in_amber(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", unread={"identified": "去年底"})
    page = shown(qtbot, HouseholdPage(desk), household=key)
    assert page.band.unread.text() == "待核对 1 项"
    assert "去年底" in texts(page.facts.findChild(QWidget, "unread"))


def test_a_doubtful_number_is_marked_once_where_it_stands(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", more=1, phone="1381234567")
    child = household(desk, key).members[1].id
    with desk.db.unit(desk.actor, "改") as unit:
        register.change_person(unit, key, child, {"id_number": "371699200602290"})
    page = shown(qtbot, HouseholdPage(desk), household=key)
    assert texts(page.facts).count("请核对") == 1
    assert "请核对：不是 11 位手机号码，也不像固定电话" in texts(page.facts)
    assert page.band.unread.text() == "待核对 2 项"
    page.members.table.select_row(1)
    assert texts(page.members.facts).count("请核对") == 1
    column = next(c for c in page.members.table.model.columns if c.name == "unread")
    assert [column.value(m) for m in page.household.members] == ["", "1 项"]


def test_stars_are_no_doubtful_number(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", phone="13812345678")
    with desk.db.unit(desk.actor, "改") as unit:
        register.change_person(unit, key, household(desk, key).members[0].id, {"id_number": HEAD_ID})
    rights = desk.actor.rights - {"data.sensitive"}
    masked = replace(desk, actor=replace(desk.actor, rights=rights, is_masked=True))
    page = shown(qtbot, HouseholdPage(masked), household=key)
    assert "*" in page.band.phone.text()
    assert page.band.unread.isHidden()
    assert "请核对" not in texts(page.facts) + texts(page.members.facts)


def test_dates_and_money_read_as_on_every_screen(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", data_date="2025-06-30", identified="2015-11", per_capita_income=800000)
    page = shown(qtbot, HouseholdPage(desk), household=key)
    for said in ("2025-06-30", "2015-11", "8,000.00 元"):
        assert said in texts(page.facts)
    card = HouseholdCard(desk)
    qtbot.addWidget(card)
    card.show_household(key)
    qtbot.waitUntil(lambda: "人均纯收入：8,000.00 元" in texts(card))
    assert "首次识别时间：2015-11" in texts(card)


def test_a_tab_handed_in_reads_when_it_is_looked_at(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    page = shown(qtbot, HouseholdPage(desk, tabs=[("走访", VisitsTab)]), household=key)
    place = page.tabs.widget(2)
    assert isinstance(place, Later)
    assert not place.is_made
    page.arrive(household=key, tab="走访")
    assert place.part().asked == [key]


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


def test_letters_lists_and_exports_are_offered_to_those_who_may(desk: Any, qtbot: QtBot) -> None:
    taken = {"office.change", "register.import", "register.export"}
    village = replace(desk, actor=replace(desk.actor, rights=desk.actor.rights - taken))
    for one, is_offered in ((desk, True), (village, False)):
        panel, listed = NumberingPanel(one), RegisterScreen(one)
        for made in (panel, listed):
            qtbot.addWidget(made)
            made.show()
        assert panel.save_button.isVisible() is is_offered
        assert panel.form.field("poor").isEnabled() is is_offered
        words = {b.text() for b in listed.findChildren(QPushButton) if b.isVisible()}
        assert ({"导入", "导出"} <= words) is is_offered


def test_a_typed_number_chooses_the_household_that_bears_it(
    listed: RegisterScreen, desk: Any, qtbot: QtBot
) -> None:
    last = household(desk, listed.table.model.keys[-1])
    first = household(desk, listed.table.model.keys[0])
    with desk.db.unit(desk.actor, "改") as unit:
        register.change_household(unit, first.id, {"phone": f"1380000{last.body[-4:]}"})
    listed.table.select(first.id)
    qtbot.keyClicks(listed.filter.box, last.body[-4:])
    qtbot.waitUntil(lambda: listed.table.model.keys == [last.id, first.id])
    qtbot.keyClick(listed.filter.box, Qt.Key.Key_Return)
    qtbot.keyClick(listed.table.view, Qt.Key.Key_Return)
    assert desk.navigator.went[-1][1]["household"] == last.id


def test_how_many_they_are_is_counted_and_the_workbooks_figure_said_where_it_differs(
    desk: Desk, qtbot: QtBot
) -> None:
    key = family(desk, "张秀兰", more=1, stated_size=2)
    page = HouseholdPage(desk)
    listen(desk, page)
    shown(qtbot, page, household=key)
    assert "2 人" in texts(page.facts)
    assert "请核对" not in texts(page.facts)
    desk.runner.act(None, register.add_person, key, register.PersonDraft({"name": "张小新"}))
    assert "3 人" in texts(page.facts)
    assert "请核对：表中写的是 2 人，在册 3 人" in texts(page.facts)
    unsaid = shown(qtbot, HouseholdPage(desk), household=family(desk, "王建国"))
    assert "1 人" in texts(unsaid.facts)
    assert "请核对" not in texts(unsaid.facts)


# ---- taking out


def test_the_last_member_is_not_taken_out_and_the_sentence_says_how(desk: Any, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    page = shown(qtbot, HouseholdPage(desk), household=key, tab="成员")
    page.members.table.setFocus()
    qtbot.keyClick(page.members.table.view, Qt.Key.Key_Delete)
    box = page.findChild(QMessageBox)
    assert "删除本户" in box.text()
    sentence = box.findChild(QLabel, "qt_msgbox_label")
    assert sentence.wordWrap() or sentence.width() >= sentence.sizeHint().width()  # nothing is cut off
    box.close()
    assert len(household(desk, key).members) == 1


def test_a_household_is_deleted_with_its_reason_and_comes_back(desk: Any, qtbot: QtBot) -> None:
    key, other = family(desk, "张秀兰", more=1), family(desk, "王建国")
    page = HouseholdPage(desk)
    listen(desk, page)
    shown(qtbot, page, household=key)
    page.more.actions()[0].trigger()
    dialog = page.findChild(RemoveDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.form.field("reason").hasFocus)
    qtbot.keyClick(dialog.form.field("reason"), Qt.Key.Key_Return, CONTROL)
    assert "请写明原因" in texts(dialog)
    dialog.form.field("reason").insert("登记重复")
    qtbot.keyClick(dialog.form.field("reason"), Qt.Key.Key_Return, CONTROL)
    with desk.reader() as reader:
        assert register.household_ids(reader) == [other]
    assert desk.navigator.said == ["已删除张秀兰户"]
    assert desk.navigator.backs == 1
    desk.navigator.undo()
    assert [m.name for m in household(desk, key).members] == ["张秀兰", "张小0"]


def test_enter_goes_from_the_reason_to_the_deed_and_only_there_deletes(desk: Any, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    page = shown(qtbot, HouseholdPage(desk), household=key)
    qtbot.keyClick(page, Qt.Key.Key_Delete, CONTROL)
    dialog = page.findChild(RemoveDialog)
    dialog.activateWindow()
    reason = dialog.form.field("reason")
    qtbot.waitUntil(reason.hasFocus)
    reason.insert("登记重复")
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert dialog.save_button.hasFocus()
    assert dialog.isVisible(), "one Enter is not enough"
    qtbot.keyClick(dialog.save_button, Qt.Key.Key_Tab)
    assert dialog._close.hasFocus()
    dialog.save_button.setFocus()
    qtbot.keyClick(dialog.save_button, Qt.Key.Key_Return)
    with desk.reader() as reader:
        assert register.household_ids(reader) == []


# ---- the list as a workbook


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return list(load_workbook(path).active.iter_rows(values_only=True))


def test_the_list_is_exported_as_it_is_filtered_with_numbers_masked(
    listed: RegisterScreen, desk: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    listed.tree.choose(VILLAGE)
    listed.table.header.sorted_by.emit("size", False)
    kind = next(n for n, c in enumerate(listed.table.model.columns) if c.name == "kind")
    listed.table.header.menu().actions()[kind].setChecked(False)
    listed.save_list(tmp_path / "list.xlsx")
    head, *rows = rows_of(tmp_path / "list.xlsx")
    assert head == ("户编号", "户主", "人口", "状态", "监测", "电话", "村组")
    assert [(r[1], r[2], r[5], r[6]) for r in rows] == [
        ("王建国", 1, "138****1234", f"{VILLAGE} 2组"),
        ("张秀兰", 3, "138****1234", f"{VILLAGE} 1组"),
    ]
    assert desk.navigator.said == ["已导出 2 户到“list.xlsx”，电话已遮住中间几位"]
    assert desk.navigator.offer == "打开文件夹"


def test_the_last_visit_is_exported_too(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    family(desk, "张秀兰")
    screen = shown(qtbot, RegisterScreen(desk, last_visits=lambda ids: dict.fromkeys(ids, "2027-03-01")))
    screen.save_list(tmp_path / "list.xlsx")
    assert [row[-1] for row in rows_of(tmp_path / "list.xlsx")] == ["上次走访", "2027-03-01"]


def test_a_stopped_export_leaves_no_file(listed: RegisterScreen, desk: Desk, tmp_path: Path) -> None:
    def stop(_done: int, _total: int, _stage: str = "") -> None:
        raise Cancelled

    ids = listed.table.model.keys
    with pytest.raises(Cancelled):
        list_export.write(desk.db, desk.actor, ids, ["number"], None, tmp_path / "list.xlsx", None, stop)
    assert list(tmp_path.glob("list*")) == []


def test_a_target_that_cannot_be_written_is_told(listed: RegisterScreen, desk: Any, tmp_path: Path) -> None:
    troubles: list[Trouble] = []
    desk.runner.trouble.connect(troubles.append)
    listed.save_list(tmp_path / "no folder" / "list.xlsx")
    assert "无法写入" in troubles[0].sentence
    assert desk.navigator.said == []
