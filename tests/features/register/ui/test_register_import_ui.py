"""The import page: what is shown before anything is written, taking it in, undoing it."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.features.register import api as register
from desktop.features.register.ui.import_screen import ImportScreen
from desktop.widgets.desk import Desk
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
    assert view.table.model.rowCount() == len(doubts)
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
    whole = screen.view.table.model.rowCount()
    screen.view.filter.set_text("识别时间")
    qtbot.waitUntil(lambda: screen.view.table.model.rowCount() == 1)
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
