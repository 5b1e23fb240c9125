"""系统: the history takes back a step, a backup is made and listed, settings are kept, numbering letters change."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.settings import PRINT_TWO_SIDED, TEXT_SIZE, Settings
from desktop.features.register import api as register
from desktop.shell.settings_panel import SettingsPanel
from desktop.shell.system import SystemScreen
from tests.desk_maker import make_desk
from tests.office_maker import add_household

Office = tuple[Database, Actor]


@pytest.fixture
def screen(township: Office, tmp_path: Path, qtbot) -> SystemScreen:  # type: ignore[no-untyped-def]
    db, actor = township
    add_household(db, actor, "张秀兰")
    made = SystemScreen(make_desk(db, actor, tmp_path))
    qtbot.addWidget(made)
    made.show()
    made.arrive()
    return made


def test_the_chosen_step_is_taken_back(screen: SystemScreen, township: Office, qtbot) -> None:  # type: ignore[no-untyped-def]
    db, actor = township
    assert screen.history.line.name == "新增户"
    assert [c.value(screen.history.line) for c in screen.history.model.columns if c.name == "who"] == [
        actor.name
    ]
    qtbot.mouseClick(screen.undo_button, Qt.MouseButton.LeftButton)
    with db.reader(actor) as reader:
        assert register.household_ids(reader) == []
    assert [a.name for a in map(screen.history.model.line, range(2))] == ["撤销", "新增户"]
    assert screen.history.model.line(1).is_undone


def test_the_making_of_the_office_says_that_it_stays(screen: SystemScreen, qtbot) -> None:  # type: ignore[no-untyped-def]
    screen.history.select_row(1)
    assert screen.history.line.name == "建立办公室"
    qtbot.mouseClick(screen.undo_button, Qt.MouseButton.LeftButton)
    assert screen._desk.navigator.said[-1] == "这一步不能撤销"
    assert screen.undo_button.isEnabled()


def test_settings_are_kept(township: Office, tmp_path: Path, qtbot) -> None:  # type: ignore[no-untyped-def]
    db, actor = township
    panel = SettingsPanel(make_desk(db, actor, tmp_path))
    qtbot.addWidget(panel)
    panel.form.field(TEXT_SIZE.key).set_value(115)
    panel.form.field(PRINT_TWO_SIDED.key).set_value(True)
    panel.save()
    again = Settings(db.paths.settings)
    assert (again.get(TEXT_SIZE), again.get(PRINT_TWO_SIDED)) == (115, True)
