"""Parts that are made when they are first seen, and splitters that ask nobody for a size before they are shown."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.later import Later
from desktop.widgets.parts import Split, column


def test_a_part_is_made_once_when_it_is_first_seen(qtbot: QtBot) -> None:
    made: list[QLabel] = []

    def make() -> QLabel:
        made.append(QLabel("第二页"))
        return made[-1]

    tabs, part = QTabWidget(), Later(make)
    qtbot.addWidget(tabs)
    tabs.addTab(QLabel("第一页"), "一")
    tabs.addTab(part, "二")
    tabs.show()
    assert (made, part.is_made, part.made) == ([], False, None)
    for place in (1, 0, 1):
        tabs.setCurrentIndex(place)
    assert len(made) == 1
    assert made[0].isVisible()
    assert part.part() is made[0]


def test_a_splitter_gives_its_parts_the_sizes_that_were_asked_for_before_it_was_shown(qtbot: QtBot) -> None:
    split, page = Split(Qt.Orientation.Horizontal), QWidget()
    left, right, hidden = QLabel("左"), QLabel("右"), QLabel("不看")
    hidden.hide()
    for part in (left, right, hidden):
        split.addWidget(part)
    split.setSizes([300, 100, 0])
    page.setLayout(column(split))
    qtbot.addWidget(page)
    page.resize(408, 100)
    page.show()
    assert (left.isVisible(), right.isVisible(), hidden.isVisible()) == (True, True, False)
    assert abs(left.width() - 300) < 10
    split.setSizes([100, 300, 0])
    assert abs(left.width() - 100) < 10


def test_a_part_that_is_added_to_a_shown_splitter_is_seen(qtbot: QtBot) -> None:
    split = Split(Qt.Orientation.Vertical)
    qtbot.addWidget(split)
    split.addWidget(QLabel("上"))
    split.show()
    late = QLabel("下")
    split.addWidget(late)
    late.show()
    assert late.isVisible()
