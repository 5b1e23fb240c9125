"""What the proofs see in a picture of the window, on pictures of the real one."""

from pathlib import Path

from installers import looking, sample_office
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from desktop.features.register import api as register
from desktop.shell.app import make_app
from desktop.shell.assemble import PLACES, open_window
from desktop.widgets.runner import AtOnce
from tests.office_maker import add_household, make_office


def test_the_household_and_the_place_are_recognised(qtbot: QtBot, tmp_path: Path) -> None:
    make_app()
    db, actor = make_office(tmp_path)
    household = add_household(db, actor, "何小满")
    opened = open_window(db, actor, AtOnce)
    qtbot.addWidget(opened.window)
    opened.window.resize(1366, 768)
    opened.window.show()

    def picture(screen: str, **given: object) -> Path:
        opened.window.go(screen, **given)
        qtbot.wait(50)
        path = tmp_path / f"{screen}.png"
        opened.window.grab().save(str(path))
        return path

    try:
        first = picture("today")
        page = picture("register.household", household=household)
        exchange = picture("sync")
        with db.reader(actor) as reader:
            (line,) = register.household_lines(reader, [household])
    finally:
        opened.close()
    assert looking.code(page) == line.number
    assert looking.code(first) == ""
    assert looking.place(first, first) == 0
    assert looking.place(first, exchange) == sample_office.EXCHANGE
    assert PLACES[sample_office.EXCHANGE].name == "sync"


def test_a_picture_without_a_menu_has_no_place(qtbot: QtBot, tmp_path: Path) -> None:
    blank = QPixmap(400, 300)
    blank.fill(QColor("white"))
    blank.save(str(tmp_path / "blank.png"))
    assert looking.mark(tmp_path / "blank.png") is None
    assert looking.place(tmp_path / "blank.png", tmp_path / "blank.png") == -1
