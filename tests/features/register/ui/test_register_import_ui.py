"""The import page: what is shown before anything is written, taking it in, undoing it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.features.register import api as register
from desktop.features.register.ui.import_screen import ImportScreen
from desktop.widgets.desk import Desk
from desktop.widgets.runner import Runner
from tests.features.register.ui.screens_maker import family, listen
from tests.features.register.workbook_maker import HEAD, WIFE, workbook

HEADINGS = (
    "乡(镇)",
    "行政村",
    "组",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "首次识别时间",
    "心情",
)
ROWS = [
    HEADINGS,
    ("里则街道", "西海新村", "1组", "3716000001", "37160000011", "张秀兰", HEAD, "户主", "201511", "好"),
    ("里则街道", "西海新村", "1组", "3716000001", "37160000012", "王建国", WIFE, "配偶", "201511", ""),
    ("里则街道", "望海楼村", "1组", "3716000002", "37160000021", "李梅", "37169919", "户主", "去年底", ""),
    ("青田街道", "别处村", "1组", "3716000003", "37160000031", "赵远", "", "户主", "", ""),
]


@pytest.fixture
def screen(desk: Desk, qtbot: QtBot) -> ImportScreen:
    made = ImportScreen(desk)
    qtbot.addWidget(made)
    made.resize(1180, 700)
    made.show()
    listen(desk, made)
    return made


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "list.xlsx", ROWS)


def count(desk: Desk) -> int:
    with desk.reader() as reader:
        return len(register.household_ids(reader))


def test_everything_is_shown_before_anything_is_written(screen: ImportScreen, desk: Desk, book: Path) -> None:
    screen.arrive(path=book)
    view = screen.view
    assert view.counts["households.new"].text() == "2"
    assert view.counts["people.new"].text() == "3"
    assert "望海楼村" in view.villages.text()
    assert "心情" in view.columns.text()
    assert view.left_out.text().startswith("有 1 行")
    doubts = [(d.row, d.column) for d in screen.plan.doubts] if screen.plan else []
    assert (4, "证件号码") in doubts
    assert view.doubts.table.model.rowCount() == len(doubts)
    assert count(desk) == 0


def test_ctrl_enter_takes_it_in_and_undo_takes_it_back(
    screen: ImportScreen, desk: Any, book: Path, qtbot: QtBot
) -> None:
    screen.arrive(path=book)
    qtbot.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert count(desk) == 2
    assert desk.navigator.said == ["已导入：新增 2 户 3 人"]
    assert list(desk.db.paths.backups.iterdir())
    qtbot.mouseClick(screen.empty.button, Qt.MouseButton.LeftButton)
    assert desk.navigator.went == [("register", {})]
    desk.navigator.undo()
    assert count(desk) == 0


def test_the_same_file_again_has_nothing_to_do(screen: ImportScreen, desk: Desk, book: Path) -> None:
    screen.arrive(path=book)
    screen.apply()
    screen.arrive(path=book)
    assert screen.view.counts["households.unchanged"].text() == "2"
    assert not screen.apply_button.isEnabled()


def test_doubts_are_filtered_as_one_types(screen: ImportScreen, book: Path, qtbot: QtBot) -> None:
    screen.arrive(path=book)
    whole = screen.view.doubts.table.model.rowCount()
    screen.view.doubts.filter.set_text("识别时间")
    qtbot.waitUntil(lambda: screen.view.doubts.table.model.rowCount() == 1)
    assert whole > 1


def test_the_report_is_the_workbook_with_its_doubtful_cells(
    screen: ImportScreen, desk: Any, book: Path, tmp_path: Path
) -> None:
    screen.arrive(path=book)
    screen.save_report(tmp_path / "report.xlsx")
    sheet = load_workbook(tmp_path / "report.xlsx").active
    assert sheet["G4"].comment is not None
    assert "存疑报告" in desk.navigator.said[-1]


def test_a_file_that_is_no_list_says_what_to_do(screen: ImportScreen, tmp_path: Path) -> None:
    screen.arrive(path=workbook(tmp_path / "other.xlsx", [("苹果", "梨"), (1, 2)]))
    assert screen.empty.isVisible()
    assert "other.xlsx" in screen.empty.sentence.text()
    assert screen.empty.hint.text()
    assert not screen.apply_button.isVisible()


def test_a_plan_older_than_the_register_is_read_again(
    screen: ImportScreen, desk: Desk, book: Path, qtbot: QtBot
) -> None:
    screen.arrive(path=book)
    family(desk, "赵新")
    screen.apply()
    assert count(desk) == 1
    assert "重新读取" in screen.empty.sentence.text()
    qtbot.mouseClick(screen.empty.button, Qt.MouseButton.LeftButton)
    screen.apply()
    assert count(desk) == 3


def test_a_change_while_reading_on_asks_to_read_again(
    screen: ImportScreen, desk: Desk, book: Path, qtbot: QtBot
) -> None:
    screen.arrive(path=book)
    desk.runner.act(None, lambda unit: unit.touched["household"])
    assert not screen.apply_button.isEnabled()
    qtbot.mouseClick(screen.view.again_button, Qt.MouseButton.LeftButton)
    assert screen.apply_button.isEnabled()


# ---- what would change, and who is not there

PHONES = (*HEADINGS[:-1], "人联系电话")


def changed(desk: Desk, tmp_path: Path, first: Path) -> Path:
    """The same list after a month: another telephone and name of a group, a new child, one household gone."""
    with desk.reader() as reader:
        plan = register.read_workbook(reader, first).plan
    with desk.db.unit(desk.actor, "导入") as unit:
        register.apply_import(unit, plan)
    rows = [
        PHONES,
        (
            "里则街道",
            "西海新村",
            "2组",
            "3716000001",
            "37160000011",
            "张秀兰",
            HEAD,
            "户主",
            "201612",
            "13812345678",
        ),
        ("里则街道", "西海新村", "2组", "3716000001", "37160000012", "王建国", WIFE, "配偶", "201612", ""),
        ("里则街道", "西海新村", "2组", "3716000001", "37160000013", "王小明", "", "之子", "201612", ""),
    ]
    return workbook(tmp_path / "month.xlsx", rows)


def lines(screen: ImportScreen) -> list[tuple[str, ...]]:
    table = screen.view.changes.table.model
    return [tuple(c.value(table.line(row)) for c in table.columns) for row in range(table.rowCount())]


def test_each_field_that_would_change_is_shown_with_both_values(
    screen: ImportScreen, desk: Desk, book: Path, tmp_path: Path
) -> None:
    screen.arrive(path=changed(desk, tmp_path, book))
    number = lines(screen)[0][1]
    assert len(number) > 10
    assert [(line[0], *line[2:]) for line in lines(screen)] == [
        ("2", "张秀兰", "首次识别时间", "2015-11", "2016-12"),
        ("2", "张秀兰", "组", "1组", "2组"),
        ("2", "张秀兰", "人联系电话", "（空）", "138****5678"),
        ("4", "王小明", "新增成员", "（空）", "王小明"),
    ]
    assert [screen.view.tabs.tabText(n) for n in range(3)] == ["存疑 0", "有变化 4", "不在表中 1"]
    assert screen.view.tabs.currentWidget() is screen.view.changes  # nothing is doubtful


def test_what_would_change_is_what_is_then_written(
    screen: ImportScreen, desk: Any, book: Path, tmp_path: Path
) -> None:
    screen.arrive(path=changed(desk, tmp_path, book))
    home = screen.view.changes.table.model.line(0).change.household
    screen.apply()
    with desk.reader() as reader:
        found = register.household(reader, home)
    assert found is not None
    assert (found.group, found.facts["identified"]) == ("2组", "2016-12")
    assert [m.name for m in found.members] == ["张秀兰", "王建国", "王小明"]
    assert found.members[0].facts["phone"] == "13812345678"


def test_a_telephone_of_which_the_hidden_part_changes_says_so(
    screen: ImportScreen, desk: Desk, book: Path, tmp_path: Path
) -> None:
    first = workbook(tmp_path / "first.xlsx", [PHONES, (*ROWS[1][:-1], "13899995678")])
    screen.arrive(path=changed(desk, tmp_path, first))
    phone = next(line for line in lines(screen) if line[3] == "人联系电话")
    assert phone[4:] == ("138****5678", "138****5678（遮住的几位不同）")


def test_the_counts_lead_to_their_lists_by_keyboard(
    screen: ImportScreen, desk: Any, book: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    screen.activateWindow()
    screen.arrive(path=changed(desk, tmp_path, book))
    view = screen.view
    count = view.counts["people.absent"]
    assert (count.text(), view.counts["households.changed"].text()) == ("1", "1")
    count.setFocus()
    qtbot.keyClick(count, Qt.Key.Key_Return)
    assert view.tabs.currentWidget() is view.absent
    assert view.absent.table.view.hasFocus()
    assert view.absent.table.line.name == "李梅"
    qtbot.keyClick(view.absent.table.view, Qt.Key.Key_Return)
    assert desk.navigator.went == [("register.household", {"household": view.absent.table.line.household})]
    qtbot.keyClick(view.absent.table.view, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert view.changes.table.view.hasFocus()


def test_changes_and_the_absent_are_filtered_as_one_types(
    screen: ImportScreen, desk: Desk, book: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    screen.arrive(path=changed(desk, tmp_path, book))
    changes, absent = screen.view.changes, screen.view.absent
    for typed, left in (("电话", 1), ("张秀兰 识别", 1), ("4", 1), ("谁也不是", 0), ("", 4)):
        changes.filter.set_text(typed)
        qtbot.waitUntil(lambda left=left: changes.table.model.rowCount() == left)
    for typed, left in (("lm", 1), ("zxl", 0), ("", 1)):
        absent.filter.set_text(typed)
        qtbot.waitUntil(lambda left=left: absent.table.model.rowCount() == left)


# ---- one primary button, stopping, closing


def test_each_page_has_one_primary_button(screen: ImportScreen, book: Path, tmp_path: Path) -> None:
    def primary() -> list[str]:
        buttons = screen.findChildren(QPushButton)
        return [b.text() for b in buttons if b.isVisible() and b.property("role") == "primary"]

    assert primary() == ["选择工作簿"]
    assert not screen.choose_button.isVisible()
    screen.arrive(path=workbook(tmp_path / "other.xlsx", [("苹果", "梨"), (1, 2)]))
    assert primary() == ["另选一个工作簿"]
    screen.arrive(path=book)
    assert primary() == ["导入"]
    assert screen.choose_button.isVisible()
    screen.apply()
    assert primary() == ["到户籍册查看"]


@pytest.fixture
def slow(desk: Any, qtbot: QtBot) -> Iterator[tuple[ImportScreen, Event]]:
    """The page on a real runner whose writer is busy until the event is set: an import then waits."""
    db, actor = desk.db, desk.actor
    desk.runner = Runner(lambda: db.unit(actor, "操作"), lambda: db.reader(actor))
    screen, free = ImportScreen(desk), Event()
    qtbot.addWidget(screen)
    screen.show()
    yield screen, free
    free.set()
    desk.runner.close()


def begin(slow: tuple[ImportScreen, Event], desk: Any, book: Path, qtbot: QtBot) -> ImportScreen:
    screen, free = slow
    screen.arrive(path=book)
    qtbot.waitUntil(lambda: screen.plan is not None)
    desk.runner.job(None, lambda tell: free.wait(20))
    screen.apply()
    return screen


def answer(qtbot: QtBot, screen: ImportScreen, words: str) -> list[str]:
    """Press that button of the question that is about to be asked."""
    asked: list[str] = []

    def press() -> None:
        box = next((b for b in screen.findChildren(QMessageBox) if b.isVisible()), None)
        if box is None:
            QTimer.singleShot(20, press)
            return
        asked.append(box.informativeText())
        next(b for b in box.buttons() if words in b.text()).click()

    QTimer.singleShot(0, press)
    return asked


def test_closing_the_window_during_an_import_asks(
    slow: tuple[ImportScreen, Event], desk: Any, book: Path, qtbot: QtBot
) -> None:
    screen = begin(slow, desk, book, qtbot)
    asked = answer(qtbot, screen, "取消")
    assert not screen.close()
    assert "一行也不会写入" in asked[0]
    assert screen.isVisible()
    answer(qtbot, screen, "停下并关闭")
    assert screen.close()
    slow[1].set()
    qtbot.waitUntil(lambda: screen.task.is_over)
    assert count(desk) == 0
    screen.show()
    assert screen.close()  # nothing is running: nobody asks


def test_a_stopped_import_says_that_nothing_was_written(
    slow: tuple[ImportScreen, Event], desk: Any, book: Path, qtbot: QtBot
) -> None:
    screen = begin(slow, desk, book, qtbot)
    screen.task.stop()
    slow[1].set()
    qtbot.waitUntil(lambda: screen.task.is_over)
    qtbot.waitUntil(lambda: bool(desk.navigator.said))
    assert "没有写入" in desk.navigator.said[-1]
    assert count(desk) == 0
    assert screen.apply_button.isEnabled()


def test_enter_chooses_a_workbook_as_soon_as_the_page_is_there(screen: ImportScreen, qtbot: QtBot) -> None:
    screen.activateWindow()
    screen.arrive()
    qtbot.waitUntil(screen.empty.button.hasFocus)


def test_who_may_not_import_hears_it_before_choosing_a_file(desk: Desk, qtbot: QtBot, book: Path) -> None:
    actor = replace(desk.actor, rights=desk.actor.rights - {"register.import"})
    made = ImportScreen(replace(desk, actor=actor))
    qtbot.addWidget(made)
    made.show()
    made.arrive(path=book)
    assert made.plan is None
    assert "没有导入名单的权限" in made.empty.sentence.text()
    assert not made.empty.button.isVisible()
    assert not made.choose_button.isVisible()
