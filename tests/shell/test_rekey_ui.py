"""系统 → 数据钥匙: a new key from the window, with the data closed; stopped, failed and done."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTabWidget
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.db import shelf
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.office.rules import rights_of
from desktop.features.register import api as register
from desktop.shell.assemble import open_window
from desktop.shell.keys_panel import KeysPanel
from desktop.shell.main import Program
from desktop.shell.rekey_dialog import RekeyDialog
from desktop.shell.rekey_page import RekeyPage
from desktop.widgets.runner import AtOnce
from tests.features.office.test_users import FIRST, OWN, add, settle
from tests.office_maker import PLACES, add_household

ADMIN, LONG = "correct horse", 30_000
CHEAP = Cost(1, 64, 1)
REKEY = partial(start.rekey_office, cost=CHEAP)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An office of three users: one who comes along, one with a first password."""
    made, _ = start.create_office(tmp_path / "o", PLACES["township"], "admin", ADMIN, cost=CHEAP)
    db, admin = made.db, made.actor
    add(db, admin)
    settle(db, "lili")
    add_household(db, admin, "齐见山")
    db.backup("daily")
    db.close()
    return tmp_path / "o"


@pytest.fixture
def program(qtbot: QtBot, root: Path) -> Iterator[Program]:
    made = Program(root, office.log_in, start.create_office, rekey=REKEY)
    made.start()
    logs_in(qtbot, made)
    yield made
    made.crash.uninstall()
    for one in (made.opened.window if made.opened else None, made._login, made._closed_page):
        if one is not None:
            one.close()


def logs_in(qtbot: QtBot, program: Program) -> None:
    login = program._login
    assert login is not None
    login.password.setText(ADMIN)
    login.enter()
    qtbot.waitUntil(lambda: program.opened is not None, timeout=LONG)


def asked(program: Program) -> RekeyDialog:
    """The dialog that the button of the page opens."""
    assert program.opened is not None
    window = program.opened.window
    window.go("system", tab="数据钥匙")
    (panel,) = window.findChildren(KeysPanel)
    assert "密码：admin、lili" in panel.opens.text()
    panel.rekey_button.click()
    (dialog,) = window.findChildren(RekeyDialog)
    return dialog


def types(qtbot: QtBot, dialog: RekeyDialog, login: str, password: str) -> None:
    field = dialog.form.field(login)
    field.clear()
    qtbot.keyClicks(field, password)


def test_from_the_button_to_the_new_code_and_back_to_the_login(
    qtbot: QtBot, program: Program, root: Path
) -> None:
    dialog = asked(program)
    types(qtbot, dialog, "admin", ADMIN)
    dialog.activateWindow()  # as a desktop does with a new window
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    qtbot.keyClick(dialog.form.field("admin"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: program._closed_page is not None, timeout=LONG)
    page = program._closed_page
    assert isinstance(page, RekeyPage)
    qtbot.waitUntil(lambda: page.heading.text() == "数据钥匙已换好", timeout=LONG)
    assert program.opened is None
    assert keys.open_with_recovery_code(Paths(root).keys, page.code.text())
    assert "lili" in page.left_out.text()
    assert "第二个地方" in page.backups.text()
    page.login_button.click()
    logs_in(qtbot, program)
    assert program.opened is not None
    with program.opened.desk.reader() as reader:
        assert len(register.household_ids(reader)) == 1
    with pytest.raises(Trouble):
        keys.open_with_password(Paths(root).keys, "lili", OWN)


def test_wrong_and_first_passwords_stand_under_their_fields_and_nothing_is_closed(
    qtbot: QtBot, program: Program
) -> None:
    assert program.opened is not None
    path, key = program.opened.desk.db.paths.keys, program.opened.desk.db.key
    keys.give_password(path, key, "lili", FIRST, is_first=True, cost=CHEAP)
    dialog = asked(program)
    dialog.accept()
    assert dialog.form._cells["admin"].note.text() == "请输入您的密码"
    types(qtbot, dialog, "admin", "wrong one")
    types(qtbot, dialog, "lili", FIRST)
    dialog.accept()
    qtbot.waitUntil(lambda: dialog.deed.isEnabled(), timeout=LONG)
    assert "不对" in dialog.form._cells["admin"].note.text()
    assert "先登录一次" in dialog.form._cells["lili"].note.text()
    assert program._closed_page is None
    dialog.reject()


def test_who_is_present_keeps_the_password(qtbot: QtBot, root: Path) -> None:
    page = RekeyPage(partial(REKEY, root), "admin", {"admin": ADMIN, "lili": OWN}, AtOnce)
    qtbot.addWidget(page)
    page.show()
    page.begin()
    assert page.heading.text() == "数据钥匙已换好"
    assert not page.left_out.isVisible()
    page.close()
    assert page.isVisible(), "the code is left by its button only"
    page.login_button.click()
    page.close()
    assert not page.isVisible()
    assert keys.open_with_password(Paths(root).keys, "lili", OWN)


def test_a_stop_leaves_everything_and_the_log_says_so(qtbot: QtBot, root: Path) -> None:
    page = RekeyPage(partial(REKEY, root), "admin", {"admin": ADMIN})
    qtbot.addWidget(page)
    before = Paths(root).keys.read_bytes()
    page.show()
    page.begin()
    for task in page.runner._waiting:
        task.stop()
    qtbot.waitUntil(lambda: page.login_button.isEnabled(), timeout=LONG)
    assert page.heading.text() == "已停下，数据钥匙没有换"
    assert not page.code.isVisible()
    assert Paths(root).keys.read_bytes() == before
    office.log_in(root, "admin", ADMIN)[0].close()


def test_a_full_disk_is_said_and_the_log_takes_its_word_back(
    qtbot: QtBot, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", full)
        page = RekeyPage(partial(REKEY, root), "admin", {"admin": ADMIN}, AtOnce)
        qtbot.addWidget(page)
        page.show()
        page.begin()
    assert page.heading.text() == "数据钥匙没有换"
    assert "磁盘空间" in page.sentence.text()
    db, _ = office.log_in(root, "admin", ADMIN)
    with db.engine.connect() as connection:
        said = connection.exec_driver_sql("SELECT about FROM audit WHERE event = 'key'").scalars().all()
    assert len(said) == 2
    assert "还是原来的" in said[-1]
    db.close()


def test_who_may_not_change_it_has_no_such_page(qtbot: QtBot, root: Path) -> None:
    db, admin = office.log_in(root, "admin", ADMIN)
    titles = {}
    for roles in (("clerk",), ("admin",)):
        clerk: Actor = replace(admin, rights=rights_of(roles))
        opened = open_window(db, clerk, AtOnce)
        qtbot.addWidget(opened.window)
        opened.window.go("system")
        (tabs,) = opened.window.screen_shown.findChildren(QTabWidget)  # type: ignore[union-attr]
        titles[roles[0]] = [tabs.tabText(n) for n in range(tabs.count())]
        opened.window.close()
        opened.desk.runner.close()
        opened.drafts.close()
    db.close()
    assert "数据钥匙" in titles["admin"]
    assert "数据钥匙" not in titles["clerk"]
    assert shelf.latest(Paths(root).backups) is not None
