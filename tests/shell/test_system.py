"""系统: the history takes back a step, a backup is made and listed, settings are kept, numbering letters change."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.core.crypto import Cost
from desktop.core.db import history
from desktop.core.db.database import Database
from desktop.core.db.undo import undo
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.core.settings import PRINT_TWO_SIDED, TEXT_SIZE, Settings
from desktop.features.office import api as office
from desktop.features.office import users
from desktop.features.office.model import UserDraft
from desktop.features.office.users import Safe
from desktop.features.register import actions as register_actions
from desktop.features.register import api as register
from desktop.shell.settings_panel import SettingsPanel
from desktop.shell.system import SystemScreen
from tests.desk_maker import make_desk
from tests.office_maker import VILLAGE, add_household

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
    assert screen.history.line.name.startswith("新增户 ")
    assert [c.value(screen.history.line) for c in screen.history.model.columns if c.name == "who"] == [
        actor.name
    ]
    qtbot.mouseClick(screen.undo_button, Qt.MouseButton.LeftButton)
    with db.reader(actor) as reader:
        assert register.household_ids(reader) == []
    back, first = map(screen.history.model.line, range(2))
    assert first.name.endswith(" 张*兰")
    assert back.name == f"撤销：{first.name}"
    assert screen.history.model.line(1).is_undone


def test_what_nobody_takes_back_is_not_offered(screen: SystemScreen, township: Office, qtbot) -> None:  # type: ignore[no-untyped-def]
    screen.history.select_row(1)
    assert screen.history.line.name == "建立办公室"
    assert not screen.undo_button.isEnabled()
    assert "不能撤销" in screen.undo_button.toolTip()
    db, actor = township
    home = add_household(db, actor, "李大山", OTHER_VILLAGE)
    with db.unit(actor, "迁移") as unit:
        register.move_household(unit, home, VILLAGE)
    screen.arrive()
    screen.history.select_row(0)
    assert screen.history.line.name.startswith("迁移户")
    assert not screen.undo_button.isEnabled()
    assert "再迁回" in screen.undo_button.toolTip()


OTHER_VILLAGE = "371602012601"


def history_of(db: Database, actor: Actor, folder: Path, qtbot: QtBot) -> SystemScreen:
    made = SystemScreen(make_desk(db, actor, folder))
    qtbot.addWidget(made)
    made.show()
    made.arrive()
    return made


def test_a_village_clerk_sees_the_steps_of_the_village_and_takes_back_only_those(
    township: Office, tmp_path: Path, qtbot: QtBot
) -> None:
    db, admin = township
    with db.unit(admin, "用户") as unit:
        draft = UserDraft("lili", "李丽", ("village",), VILLAGE)
        users.add_user(unit, Safe(db.paths.keys, db.key, Cost(1, 64, 1)), draft, "first password")
    add_household(db, admin, "张秀兰")
    add_household(db, admin, "李大山", OTHER_VILLAGE)
    with db.unit(admin, "新增两村的户") as unit:
        for region in (VILLAGE, OTHER_VILLAGE):
            member = register.PersonDraft({"name": "周平", "relation": "R01"})
            register.add_household(unit, register.HouseholdDraft(region, "二组", {}, (member,)))
    with db.reader(office.SYSTEM) as reader:
        village = office.actor_of(reader, "lili")
    assert village is not None
    screen = history_of(db, village, tmp_path, qtbot)
    both, own = (screen.history.model.line(n) for n in range(2))
    assert screen.history.model.rowCount() == 2  # neither the other village's nor the office's users
    assert [both.may_undo, own.may_undo] == [False, True]
    assert not screen.undo_button.isEnabled()
    with pytest.raises(Refused) as refused, db.unit(village, "撤销") as unit:
        undo(unit, both.key)
    assert refused.value.code == "right.region"
    screen.history.select_row(1)
    qtbot.mouseClick(screen.undo_button, Qt.MouseButton.LeftButton)
    with db.reader(village) as reader:
        assert len(register.household_ids(reader)) == 1


def test_who_may_not_undo_is_told_who_may(township: Office, tmp_path: Path, qtbot: QtBot) -> None:
    db, admin = township
    add_household(db, admin, "张秀兰")
    screen = history_of(db, replace(admin, rights=admin.rights - {"undo"}), tmp_path, qtbot)
    assert not screen.undo_button.isVisible()
    assert "请联系做这一步的经办" in " ".join(part.text() for part in screen.findChildren(QLabel))


def test_the_letters_of_numbers_are_taken_back_by_who_may_set_them(township: Office) -> None:
    db, admin = township
    with db.unit(admin, "字母") as unit:
        register_actions.set_prefix(unit, "out", "q")
    clerk = replace(admin, rights=admin.rights - {"office.change"})
    with db.reader(clerk) as reader:
        assert not history.recent(reader)[0].may_undo
    with pytest.raises(Refused) as refused, db.unit(clerk, "撤销") as unit_of_clerk:
        undo(unit_of_clerk, unit.action_key)
    assert refused.value.code == "right.missing"


def test_settings_are_kept(township: Office, tmp_path: Path, qtbot) -> None:  # type: ignore[no-untyped-def]
    db, actor = township
    panel = SettingsPanel(make_desk(db, actor, tmp_path))
    qtbot.addWidget(panel)
    panel.form.field(TEXT_SIZE.key).set_value(115)
    panel.form.field(PRINT_TWO_SIDED.key).set_value(True)
    panel.save()
    again = Settings(db.paths.settings)
    assert (again.get(TEXT_SIZE), again.get(PRINT_TWO_SIDED)) == (115, True)
