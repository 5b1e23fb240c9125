"""The settings of this PC: where their button stands, and its keys."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.settings import TEXT_SIZE, Settings
from desktop.shell.settings_panel import SettingsPanel
from tests.desk_maker import make_desk


def test_the_button_stands_by_the_fields_and_has_a_key(
    township: tuple[Database, Actor], tmp_path: Path, qtbot: QtBot
) -> None:
    db, actor = township
    panel = SettingsPanel(make_desk(db, actor, tmp_path))
    qtbot.addWidget(panel)
    panel.resize(1100, 700)
    with qtbot.waitActive(panel):
        panel.show()
    fields = [panel.form.field(key) for key in panel.form.values()]
    lowest = max(f.mapTo(panel, f.rect().bottomLeft()).y() for f in fields)
    top = panel.save_button.mapTo(panel, panel.save_button.rect().topLeft())
    assert 0 < top.y() - lowest < 100, "not at the foot of the page"
    assert top.x() < 100, "under the fields, at their left"
    panel.form.field(TEXT_SIZE.key).set_value(115)
    qtbot.keyClick(fields[0], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert Settings(db.paths.settings).get(TEXT_SIZE) == 115
