"""Lists: ids first and rows when painted; the selected row, columns and order behave."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.core.errors import Trouble
from desktop.core.remember import Remember
from desktop.shell import theme
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.keep import Keep
from desktop.widgets.paged_model import PAGE, RAW_ROLE, TONE_ROLE, PagedModel
from desktop.widgets.paged_table import PagedTable

COLUMNS = [
    Column("number", "户编号", lambda n: f"y{n:07d}", 110, sort="number"),
    Column("size", "人口", lambda n: f"{n % 7} 人", 64, sort="size", align=Align.RIGHT, raw=lambda n: n % 7),
    Column("state", "监测", lambda n: "在册", 120, tone=lambda n: Tone.DONE if n % 2 else None),
    Column("place", "住址", lambda n: "里则街道", 100, stretch=True),
]


class Store:
    """Reads lines by key and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []
        self.shift = 0

    def read(self, keys: Sequence[int]) -> dict[int, int]:
        self.asked.append(keys)
        return {key: key + self.shift for key in keys}


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def table(qtbot: QtBot, store: Store) -> PagedTable:
    made = PagedTable(COLUMNS, store.read, "register")
    qtbot.addWidget(made)
    made.resize(700, 400)
    with qtbot.waitActive(made):
        made.show()
    return made


def test_the_model_keeps_qts_rules(store: Store, qtbot: QtBot) -> None:
    model = PagedModel(COLUMNS, store.read)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for keys in (range(3), [], range(1000), [5, 4]):
        model.set_keys(keys)
        model.mark_stale()
    assert model.rowCount() == 2


def test_only_painted_rows_are_read(qtbot: QtBot, table: PagedTable, store: Store) -> None:
    table.set_keys(range(100_000))
    qtbot.wait(20)
    assert 1 <= len(store.asked) <= 2
    assert all(len(keys) == PAGE for keys in store.asked)
    table.select(99_999)
    qtbot.wait(20)
    assert len(store.asked) <= 4
    assert table.line == 99_999


def test_stale_rows_are_read_again_in_their_place(qtbot: QtBot, table: PagedTable, store: Store) -> None:
    table.set_keys(range(500))
    table.select(3)
    assert table.line == 3
    store.shift = 1000
    assert table.line == 3
    table.mark_stale()
    assert (table.key, table.line) == (3, 1003)


def test_the_selected_key_stays_selected_or_its_neighbour_is(table: PagedTable) -> None:
    table.set_keys(range(100))
    table.select(40)
    table.set_keys(range(30, 60))
    assert table.key == 40
    table.set_keys([k for k in range(30, 60) if k != 40])
    assert table.key == 41
    table.set_keys([])
    assert table.key is None


def test_a_line_that_is_gone_is_blank_and_asked_for_once(qtbot: QtBot) -> None:
    asked: list[object] = []

    def read(keys: Sequence[int]) -> dict[int, int]:
        asked.append(keys)
        return {}

    model = PagedModel(COLUMNS, read)
    model.set_keys([1])
    index = model.index(0, 0)
    assert [index.data(), index.data(), index.data(RAW_ROLE)] == [None, None, None]
    assert len(asked) == 1


def test_trouble_while_painting_is_told_once(qtbot: QtBot) -> None:
    def read(keys: Sequence[int]) -> dict[int, int]:
        raise Trouble("数据文件读不出来")

    table = PagedTable(COLUMNS, read)
    qtbot.addWidget(table)
    table.show()
    table.set_keys(range(10))
    qtbot.wait(50)
    table.repaint()
    qtbot.wait(20)
    (told,) = table.findChildren(QMessageBox)
    assert told.text() == "数据文件读不出来。"
    told.accept()


def test_a_bug_while_painting_is_not_swallowed(qtbot: QtBot) -> None:
    table = PagedTable(COLUMNS, lambda _keys: {}[0])
    qtbot.addWidget(table)
    with qtbot.captureExceptions() as caught:
        table.show()
        table.set_keys(range(10))
        qtbot.wait(50)
    assert [kind for kind, *_ in caught] == [KeyError]


def test_an_empty_list_says_what_would_stand_here(qtbot: QtBot, table: PagedTable) -> None:
    pressed: list[int] = []
    table.say_empty("名册里还没有户", "可以从工作簿导入。", "导入", lambda: pressed.append(1))
    assert table.empty.isVisible()
    table.empty.button.click()
    assert pressed == [1]
    table.set_keys([1])
    assert not table.empty.isVisible()


def test_enter_and_double_click_open(qtbot: QtBot, table: PagedTable) -> None:
    opened: list[object] = []
    table.opened.connect(opened.append)
    table.set_keys(range(5))
    table.select(2)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    at = table.view.visualRect(table.model.index(3, 0)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened == [2, 3]


def test_three_clicks_on_a_title_sort_up_down_and_not_at_all(table: PagedTable) -> None:
    wanted: list[tuple[str, bool]] = []
    table.order_wanted.connect(lambda name, down: wanted.append((name, down)))
    table.set_keys(range(5))
    for place in (1, 1, 1, 3):
        table.header.sectionClicked.emit(place)
    assert wanted == [("size", False), ("size", True), ("", False)]


def test_a_short_list_sorts_by_raw_values(qtbot: QtBot) -> None:
    table = PagedTable([COLUMNS[0], Column("size", "人口", lambda n: f"{n} 人", raw=lambda n: n or None)])
    qtbot.addWidget(table)
    table.set_lines([10, 9, 0, 100])
    table.header.sectionClicked.emit(1)
    assert [table.model.line(row) for row in range(4)] == [9, 10, 100, 0]
    table.header.sectionClicked.emit(1)
    assert [table.model.line(row) for row in range(4)] == [100, 10, 9, 0]


def test_what_stretches_never_gets_narrower_than_its_own_width(qtbot: QtBot, table: PagedTable) -> None:
    table.set_keys(range(3))
    place, bar = len(COLUMNS) - 1, table.view.horizontalScrollBar()
    for width, is_roomy in ((800, True), (330, False), (700, True)):
        table.resize(width, 300)
        qtbot.wait(20)
        assert (table.header.sectionSize(place) > 110) is is_roomy
        assert table.header.sectionSize(place) >= 100
        assert (bar.maximum() == 0) is is_roomy, "the list scrolls instead"
    table.header.resizeSection(0, 600)
    assert table.header.sectionSize(place) == 100


def test_columns_grow_with_the_text(qtbot: QtBot, store: Store) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, 150)
    try:
        table = PagedTable(COLUMNS, store.read)
        qtbot.addWidget(table)
        assert [table.header.sectionSize(n) for n in range(3)] == [165, 96, 180]
    finally:
        theme.apply(app)


def test_cells_know_their_tone_and_side(table: PagedTable) -> None:
    table.set_keys([0, 1])
    assert [table.model.index(row, 2).data(TONE_ROLE) for row in (0, 1)] == [None, Tone.DONE]
    side = table.model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert side & Qt.AlignmentFlag.AlignRight


def test_columns_are_remembered_by_name_and_can_be_put_back(
    qtbot: QtBot, tmp_path: Path, store: Store
) -> None:
    def opened(columns: list[Column]) -> tuple[PagedTable, Keep]:
        table, keep = PagedTable(columns, store.read, "register"), Keep(Remember(tmp_path / "r.json"))
        qtbot.addWidget(table)
        keep.columns(table)
        return table, keep

    table, keep = opened(COLUMNS)
    table.header.resizeSection(0, 173)
    table.header.moveSection(2, 0)
    table.header.menu().actions()[1].setChecked(False)
    keep.save()
    # The next version brings a new column in front: the others are still known by their names.
    again, _ = opened([Column("mark", "", lambda n: "", 30), *COLUMNS])
    assert again.header.sectionSize(1) == 173
    assert again.header.visualIndex(3) < again.header.visualIndex(1)
    assert again.header.isSectionHidden(2)
    again.header.menu().actions()[-1].trigger()
    assert [again.header.visualIndex(i) for i in range(5)] == [0, 1, 2, 3, 4]
    assert not again.header.isSectionHidden(2)
    assert again.header.sectionSize(1) == 110


def test_the_last_column_cannot_be_hidden(table: PagedTable) -> None:
    for action in table.header.menu().actions()[:4]:
        action.setChecked(False)
    assert table.header.hiddenSectionCount() == 3


def test_what_is_new_at_the_top_is_seen_and_a_place_further_down_is_kept(
    qtbot: QtBot, table: PagedTable
) -> None:
    bar = table.view.verticalScrollBar()
    table.set_keys(range(10, 500))
    table.select_row(0)
    table.set_keys(range(8, 500))
    assert (bar.value(), table.key) == (0, 10)
    table.select(300)
    before = table.view.rowViewportPosition(table.view.currentIndex().row())
    table.set_keys(range(5, 500))
    assert table.key == 300
    assert table.view.rowViewportPosition(table.view.currentIndex().row()) == before


def test_the_keyboard_stays_with_the_list_when_it_fills_and_empties(table: PagedTable, qtbot: QtBot) -> None:
    table.say_empty("还没有", "", "新增", lambda: None)
    table.empty.button.setFocus()
    assert table.empty.button.hasFocus()
    table.set_keys([1, 2])
    assert table.view.hasFocus()
    assert not table.empty.isVisible()
    table.set_keys([])
    assert table.empty.button.hasFocus()
    assert not table.view.isVisible()
