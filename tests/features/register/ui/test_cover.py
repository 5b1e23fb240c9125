"""The cover over a form that is being built says nothing at first, and a word when it takes long."""

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.features.register.ui.cover import Cover


def test_only_who_waits_long_is_told(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(600, 400)
    cover = Cover(page)
    page.show()
    for _ in range(3):
        cover.over(QRect(0, 0, 600, 400))
    assert cover.isVisible()
    assert not cover.said.isVisible()
    qtbot.waitUntil(cover.said.isVisible, timeout=3000)
    cover.hide()
    cover.over(QRect(0, 0, 600, 400))
    assert not cover.said.isVisible(), "the next form waits anew"
