"""The filter box: committed text only, at once on short lists, after a rest on long ones."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.filter_bar import FilterBar


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    return made


def compose(box: QWidget, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(box, event)


def test_filters_as_one_types(qtbot: QtBot, bar: FilterBar) -> None:
    heard: list[str] = []
    bar.filtered.connect(heard.append)
    qtbot.keyClicks(bar.box, "zx")
    qtbot.waitUntil(lambda: heard[-1:] == ["zx"])


def test_a_word_being_composed_is_not_filtered_by(qtbot: QtBot, bar: FilterBar) -> None:
    heard: list[str] = []
    bar.filtered.connect(heard.append)
    compose(bar.box, "zhang")
    qtbot.wait(30)
    assert heard == []
    assert bar.box.is_composing
    compose(bar.box, "", "张")
    qtbot.waitUntil(lambda: heard == ["张"])
    assert not bar.box.is_composing


def test_a_long_list_is_asked_once_after_a_rest(qtbot: QtBot, bar: FilterBar) -> None:
    heard: list[str] = []
    bar.filtered.connect(heard.append)
    bar.set_size(120_000)
    qtbot.keyClicks(bar.box, "zxl")
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["zxl"]


def test_down_goes_to_the_list_with_the_last_key_filtered(qtbot: QtBot, bar: FilterBar) -> None:
    heard: list[str] = []
    bar.set_size(120_000)
    bar.filtered.connect(heard.append)
    bar.down.connect(lambda: heard.append("down"))
    qtbot.keyClicks(bar.box, "z")
    qtbot.keyClick(bar.box, Qt.Key.Key_Down)
    assert heard == ["z", "down"]


def test_escape_empties_the_box(qtbot: QtBot, bar: FilterBar) -> None:
    bar.set_text("zxl")
    qtbot.keyClick(bar.box, Qt.Key.Key_Escape)
    assert bar.text == ""


def test_a_condition_is_a_chip_that_goes_away_when_pressed(qtbot: QtBot, bar: FilterBar) -> None:
    removed: list[str] = []
    bar.condition_removed.connect(removed.append)
    bar.add_condition("kind", "已脱贫")
    chips = [b for b in bar.findChildren(QPushButton) if b.text() == "已脱贫"]
    chips[0].click()
    assert removed == ["kind"]
    assert not chips[0].isVisible()
