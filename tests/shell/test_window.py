"""The frame: menu, keys, search, going and coming back, notes and troubles."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.errors import Trouble
from desktop.core.found import Found
from desktop.shell.ahead import REST
from desktop.shell.menu import NARROW, WIDE, Place
from desktop.shell.screens import Screens
from desktop.shell.window import Window
from desktop.widgets.line_edit import LineEdit
from desktop.widgets.runner import AtOnce
from desktop.widgets.screen import Screen

PLACES = [
    Place("today", "今日", "today"),
    Place("register", "户籍册", "household"),
    Place("sync", "U盘交换", "exchange", 1),
]
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Page(Screen):
    """Writes down what it is asked."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.heard: list[Any] = []
        self.box = LineEdit()
        self.body.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.keeps_esc = False

    def arrive(self, **given: Any) -> None:
        self.heard.append(given)

    def on_changed(self, changes: Changes, sender: object) -> None:
        self.heard.append(changes.tables)

    def leave(self) -> bool:
        keeps, self.keeps_esc = self.keeps_esc, False
        return not keeps


def find(text: str) -> list[Found]:
    found = Found("户", "张秀兰", "y0120031", "register.household", {"household": "h1"})
    return [found] if text in ("zxl", "张秀兰") else []


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    screens = Screens()
    for name in ("today", "register", "register.household", "sync"):
        screens.add(name, lambda name=name: Page(name))
    actions = [Found("功能", "导入工作簿", "", "register", {"do": "import"})]
    made = Window("里则街道", "张敏", PLACES, screens, find, actions)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    made.go_to_place("today")
    return made


def shown(window: Window) -> str:
    page = window.screen_shown
    return page.title.text() if page else ""


def test_screens_are_built_on_first_use(window: Window) -> None:
    assert len(list(window.screens.built())) == 1
    window.go("register")
    assert len(list(window.screens.built())) == 2
    with pytest.raises(ValueError):
        window.screens.add("register", lambda: Page("x"))


def test_the_other_pages_are_built_while_nobody_types(qtbot: QtBot, window: Window) -> None:
    window.build_ahead()
    qtbot.waitUntil(lambda: len(list(window.screens.built())) == len(window.screens.names()))
    assert shown(window) == "today"
    assert [page.heard for page in window.screens.built() if isinstance(page, Page)] == [[{}], [], [], []]


def test_typing_puts_off_the_building(qtbot: QtBot, window: Window) -> None:
    window.build_ahead()
    for _ in range(8):
        qtbot.wait(REST // 4)
        qtbot.keyClick(window.windowHandle(), Qt.Key.Key_A)
    assert len(list(window.screens.built())) == 1


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_2, "register"), (Qt.Key.Key_3, "sync")])
def test_alt_digit_opens_a_place(qtbot: QtBot, window: Window, key: Qt.Key, name: str) -> None:
    qtbot.keyClick(window, key, ALT)
    assert shown(window) == name
    assert window.menu.buttons[name].isChecked()
    assert not window.menu.buttons["today"].isChecked()


def test_a_click_on_the_open_place_leaves_it_marked(qtbot: QtBot, window: Window) -> None:
    button = window.menu.buttons["register"]
    for _ in range(2):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isChecked()
        assert shown(window) == "register"


def test_esc_goes_back_and_the_page_stands_where_it_was(qtbot: QtBot, window: Window) -> None:
    window.go_to_place("register")
    page = window.screen_shown
    assert isinstance(page, Page)
    window.go("register.household", household="h1")
    assert window.menu.buttons["register"].isChecked()
    detail = window.screen_shown
    assert isinstance(detail, Page)
    assert detail.heard == [{"household": "h1"}]
    detail.keeps_esc = True
    qtbot.keyClick(detail.box, Qt.Key.Key_Escape)
    assert shown(window) == "register.household"
    qtbot.keyClick(detail.box, Qt.Key.Key_Escape)
    assert shown(window) == "register"
    assert page.heard == [{}]
    qtbot.keyClick(page.box, Qt.Key.Key_Escape)
    assert shown(window) == "register"


def test_ctrl_k_finds_people_and_opens_them(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    assert window.search.hasFocus()
    qtbot.keyClicks(window.search, "zxl")
    # Enter at once: what was typed last is looked for before it opens.
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert shown(window) == "register.household"
    assert window.search.text() == ""
    assert not window.search.results.isVisible()


def test_ctrl_k_finds_actions_by_initials_and_says_when_there_is_nothing(
    qtbot: QtBot, window: Window
) -> None:
    window.search.take_focus()
    qtbot.keyClicks(window.search, "drgz")
    qtbot.waitUntil(window.search.results.isVisible)
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    page = window.screen_shown
    assert isinstance(page, Page)
    assert page.heard == [{"do": "import"}]
    window.search.take_focus()
    qtbot.keyClicks(window.search, "qqqq")
    qtbot.waitUntil(window.search.results.isVisible)
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert shown(window) == "register"
    assert window.search.text() == "qqqq"


def test_the_menu_folds_in_a_narrow_window_and_keeps_its_words(qtbot: QtBot, window: Window) -> None:
    assert window.menu.width() == WIDE
    window.menu.set_count("sync", 128)
    window.resize(1000, 700)
    assert window.menu.width() == NARROW
    word = window.menu.buttons["sync"]._word
    assert word.isVisible()
    count = window.menu.buttons["sync"]._count
    qtbot.waitUntil(lambda: word.width() >= word.fontMetrics().horizontalAdvance(word.text()))
    assert count.width() >= count.fontMetrics().horizontalAdvance("128") + 16


def test_counts_are_words_too(window: Window) -> None:
    window.menu.set_count("register", 7)
    assert window.menu.buttons["register"].accessibleName() == "户籍册 7"
    window.menu.set_count("register", 0)
    assert not window.menu.buttons["register"]._count.isVisible()


def test_open_screens_hear_what_changed(window: Window) -> None:
    unit = SimpleNamespace(changes=Changes(frozenset({"visit"})))
    runner = AtOnce(lambda: nullcontext(unit))  # type: ignore[arg-type,return-value]
    window.connect_runner(runner)
    runner.act(None, lambda unit: None)
    page = window.screen_shown
    assert isinstance(page, Page)
    assert page.heard[-1] == frozenset({"visit"})
    runner.close()


def test_trouble_is_told_in_a_sentence_with_what_to_do(qtbot: QtBot, window: Window) -> None:
    window.tell(Trouble("无法写入“手册.pdf”", "请先关闭打开着它的程序"))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert box.text() == "无法写入“手册.pdf”。"
    assert box.informativeText() == "请先关闭打开着它的程序。"
    box.accept()


def test_a_note_offers_undo_by_button_and_by_ctrl_z(qtbot: QtBot, window: Window) -> None:
    undone: list[int] = []
    window.say("已保存", lambda: undone.append(1))
    assert window.toast.isVisible()
    assert not window.toast.hasFocus()
    window.toast.undo_button.click()
    assert (undone, window.toast.isVisible()) == ([1], False)
    window.say("已保存", lambda: undone.append(2))
    window.menu.buttons["today"].setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert undone == [1, 2]
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert undone == [1, 2]
    window.say("已写出数据包")
    assert not window.toast.undo_button.isVisible()


def test_the_foot_says_facts_and_takes_them_away(window: Window) -> None:
    window.foot.say("here", "仅在本机：31 条变更")
    assert window.foot.said("here") == "仅在本机：31 条变更"
    window.foot.say("here", "")
    assert window.foot.said("here") == ""


def test_nothing_is_clipped_at_1366_by_768(window: Window) -> None:
    assert window.minimumSizeHint().width() <= 1000
    assert window.minimumSizeHint().height() <= 700
    for button in window.menu.buttons.values():
        word = button._word
        assert word.width() >= word.fontMetrics().horizontalAdvance(word.text())


def test_closing_is_told(qtbot: QtBot, window: Window) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()


def test_esc_in_the_search_goes_back_to_the_field_and_not_a_page_back(qtbot: QtBot, window: Window) -> None:
    window.go_to_place("register")
    window.go("register.household", household="h1")
    before = QApplication.focusWidget()
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.search, "nobody")
    for _ in range(2):  # the list, then the search itself
        qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    assert (shown(window), QApplication.focusWidget()) == ("register.household", before)
    assert window.search.text() == ""


def test_ctrl_z_without_an_offer_says_where_to_undo(qtbot: QtBot, window: Window) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert "操作历史" in window.toast.sentence.text()


def test_a_function_that_begins_so_comes_before_people(qtbot: QtBot) -> None:
    people = [Found("人", f"达人{n}", "", "register.household") for n in range(3)]
    actions = [Found("功能", name, screen="x") for name in ("打印手册和牌", "新增户", "导出手册")]
    window = Window("里则街道", "张敏", PLACES, Screens(), lambda _text: people, actions)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    for typed, first in (("dy", "打印手册和牌"), ("打", "打印手册和牌"), ("达", "达人0"), ("手册", "达人0")):
        window.search.take_focus()
        window.search.setText(typed)
        qtbot.wait(150)
        assert first in found_lines(window)[0]
    assert "导出手册" in found_lines(window)[-1]


def found_lines(window: Window) -> list[str]:
    results = window.search.results
    return [item.text() for row in range(results.count()) if (item := results.item(row)) is not None]


def test_a_note_covers_nothing_that_one_types_into(qtbot: QtBot, window: Window) -> None:
    page = window.screen_shown
    assert isinstance(page, Page)
    last = LineEdit()
    page.body.addStretch(1)
    page.body.addWidget(last)
    window.foot.say("unsent", "仅在本机：3 条变更")
    for size in ((1366, 768), (1000, 700)):
        window.resize(*size)
        window.say("已保存志愿者 何小满", lambda: None)
        qtbot.wait(20)
        field = QRect(last.mapTo(window, QPoint()), last.size())
        assert field.width() > 500, "the field stands there"
        assert not window.toast.geometry().intersects(field)
        assert window.rect().contains(window.toast.geometry())


def test_a_high_page_scrolls_and_leaves_the_status_bar_in_sight(qtbot: QtBot, window: Window) -> None:
    page = window.screen_shown
    assert isinstance(page, Page)
    page.box.setMinimumHeight(900)
    window.resize(911, 470)  # 1366 x 768 at 150 %
    qtbot.wait(20)
    assert window.size() == QSize(911, 470)
    assert window.rect().contains(QRect(window.foot.mapTo(window, QPoint()), window.foot.size()))
    assert page.height() >= 900
    window.go("register")
    qtbot.wait(20)
    other = window.screen_shown
    assert other is not None
    assert other.height() < 470, "only the page that needs it scrolls"
