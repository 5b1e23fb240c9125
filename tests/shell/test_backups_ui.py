"""系统 → 备份: the day's backup, the second place, the rehearsal, the restore as the clerk meets it."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from desktop import start
from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.db import proof, rehearsal, second_place, shelf
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.due import Due
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.shell import restore_page
from desktop.shell.backup_care import BackupCare
from desktop.shell.backup_panel import BackupPanel
from desktop.shell.main import Program
from desktop.shell.restore_page import Case, RestorePage
from desktop.shell.restore_wizard import RestoreWizard
from desktop.widgets.runner import AtOnce
from tests.desk_maker import make_desk
from tests.office_maker import NOON, add_household

Office = tuple[Database, Actor]
PASSWORD, LONG = "correct horse", 30_000


@pytest.fixture
def panel(township: Office, tmp_path: Path, qtbot: QtBot) -> BackupPanel:
    db, actor = township
    add_household(db, actor, "张秀兰")
    desk = make_desk(db, actor, tmp_path)
    made = BackupPanel(desk, BackupCare(db, AtOnce, desk.runner, desk.navigator))
    qtbot.addWidget(made)
    made.show()
    return made


def said(panel: BackupPanel) -> str:
    return str(panel._desk.navigator.said[-1])


def presses(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_backup_is_made_checked_and_listed(panel: BackupPanel, qtbot: QtBot) -> None:
    assert not panel.rehearse_button.isEnabled()
    presses(qtbot, panel.back_up_button)
    assert [panel.table.model.line(row).why for row in range(len(panel.table.model.keys))] == ["manual"]
    assert said(panel) == "已备份，并检查过与数据一致"
    assert panel.back_up_button.isEnabled()


def test_the_first_start_of_a_day_backs_up_and_the_second_does_not(
    township: Office, panel: BackupPanel
) -> None:
    db, _ = township
    panel._care.start()
    panel._care.start()
    assert [b.why for b in shelf.all_in(db.paths.backups)] == ["daily"]
    db.clock.moment = NOON + timedelta(days=1)  # type: ignore[attr-defined]
    panel._care.start()
    assert [b.why for b in shelf.all_in(db.paths.backups)] == ["daily", "daily"]


def test_the_days_backup_goes_to_the_second_place_by_itself(
    township: Office, panel: BackupPanel, tmp_path: Path
) -> None:
    db, _ = township
    stick = tmp_path / "stick"
    stick.mkdir()
    assert "请选一个U盘" in panel.place_label.text()
    panel.take_place(stick)
    assert said(panel) == "还没有备份，请先做一份"
    panel._care.start()
    assert len(list(stick.rglob("*-daily.db"))) == 1
    assert "上次拷贝 2027-03-14 12:00" in panel.place_label.text()


def test_a_week_without_the_second_place_is_seen_here_and_in_today(
    township: Office, panel: BackupPanel
) -> None:
    db, _ = township
    panel._care.start()
    assert panel.place_label.property("role") == ""
    db.clock.moment = NOON + timedelta(days=7)  # type: ignore[attr-defined]
    panel.refresh()
    assert panel.place_label.property("role") == "refusal"
    (due,) = second_place.due(db.paths, NOON.date() + timedelta(days=7))
    assert isinstance(due, Due)
    assert (due.screen, due.given) == ("system", {"tab": "备份"})


def test_a_rehearsal_says_how_it_came_out_and_when(
    township: Office, panel: BackupPanel, qtbot: QtBot
) -> None:
    db, _ = township
    panel._care.start()
    presses(qtbot, panel.rehearse_button)
    assert said(panel).startswith("演练通过")
    assert "上次演练 2027-03-14 12:00" in panel.rehearsed_label.text()
    assert "通过" in panel.rehearsed_label.text()
    copy = shelf.all_in(db.paths.backups)[0].path
    copy.write_bytes(copy.read_bytes()[:-4096])
    panel.refresh()
    troubles: list[object] = []
    panel._care.runner.trouble.connect(troubles.append)
    presses(qtbot, panel.rehearse_button)
    assert len(troubles) == 1
    assert "没有通过" in panel.rehearsed_label.text()
    last = rehearsal.last(db.paths)
    assert last is not None
    assert not last.is_good


def test_damage_is_noticed_at_the_start(township: Office, panel: BackupPanel) -> None:
    db, _ = township
    found: list[bool] = []
    panel._care.damaged.connect(lambda: found.append(True))
    panel._care.start()
    assert found == []
    db.engine.dispose()
    content = bytearray(db.paths.database.read_bytes())
    for page in range(20, 24):
        content[page * 4096 + 100] ^= 1
    db.paths.database.write_bytes(content)
    panel._care.start()
    assert found == [True]


def wizard(panel: BackupPanel, qtbot: QtBot) -> RestoreWizard:
    made = RestoreWizard(panel._desk, panel._care, None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_wizard_shows_what_would_be_lost_by_whom_and_when(
    township: Office, panel: BackupPanel, qtbot: QtBot
) -> None:
    db, actor = township
    panel._care.start()
    add_household(db, actor, "李大山")
    opened = wizard(panel, qtbot)
    presses(qtbot, opened.next_button)
    assert opened.pages.currentIndex() == 1
    assert "1 项操作（2 条变更）不在其中" in opened.summary.text()
    action = opened.lost.model.line(0)
    said = [c.value(action) for c in opened.lost.model.columns]
    assert [*said[:2], *said[3:]] == ["2027-03-14 12:00", "管理员", "2"]
    assert said[2].startswith("新增户 ")
    assert said[2].endswith(" 李*山"), "which household is lost is seen at once"
    wanted: list[shelf.Backup] = []
    panel._care.restore_wanted.connect(wanted.append)
    presses(qtbot, opened.restore_button)
    assert [b.why for b in wanted] == ["daily"]
    assert [b.why for b in shelf.all_in(db.paths.backups)] == ["restore", "daily"]
    assert opened.result() == QDialog.DialogCode.Accepted


def test_the_wizard_takes_a_backup_from_a_stick_and_refuses_a_strange_file(
    township: Office, panel: BackupPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    db, _ = township
    copy = db.backup("manual")
    away = tmp_path / copy.name
    copy.rename(away)
    opened = wizard(panel, qtbot)
    assert opened.choices.line is None
    opened.take_file(tmp_path / "strange.db")
    assert "不是本程序做的备份" in opened.sentence.text()
    opened.take_file(away)
    assert opened.choices.line.path == away
    away.write_bytes(os.urandom(8_192))
    presses(qtbot, opened.next_button)
    assert "打不开" in opened.sentence.text()
    assert opened.pages.currentIndex() == 0


def test_data_that_is_found_damaged_while_it_is_compared_is_said_to_be(
    township: Office, panel: BackupPanel, qtbot: QtBot
) -> None:
    db, _ = township
    db.backup("manual")
    with db.engine.connect() as connection:
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'action'"
        ).scalar_one()
    db.engine.dispose()
    with db.paths.database.open("r+b") as file:
        file.seek((page - 1) * 4096 + 2_000)
        file.write(b"xxxx")
    opened = wizard(panel, qtbot)
    presses(qtbot, opened.next_button)
    assert "数据库已损坏" in opened.sentence.text()
    assert opened.next_button.isEnabled()


def test_the_page_restores_proves_and_leads_to_the_login(township: Office, qtbot: QtBot) -> None:
    db, actor = township
    backup = shelf.read(db.backup("manual"))
    add_household(db, actor, "张秀兰")
    db.close()
    page = RestorePage(Case(db.paths, db.key, backup), AtOnce)
    qtbot.addWidget(page)
    page.show()
    page.begin()
    assert page.heading.text() == "已恢复"
    with qtbot.waitSignal(page.finished):
        presses(qtbot, page.login_button)
    again, _ = office.log_in(db.paths.root, "admin", "pw")
    with again.reader(actor) as reader:
        assert register.household_ids(reader) == []
    again.close()


def test_damaged_data_meets_the_latest_good_backup(township: Office, qtbot: QtBot) -> None:
    db, _ = township
    backup = shelf.read(db.backup("daily"))
    db.close()
    db.paths.database.write_bytes(os.urandom(20_480))
    page = RestorePage(Case(db.paths, db.key, backup, is_damaged=True), AtOnce)
    qtbot.addWidget(page)
    page.show()
    assert "2027-03-14 12:00" in page.sentence.text()
    assert "上级或下级办公室" in page.neighbours.text()
    presses(qtbot, page.restore_button)
    assert page.heading.text() == "已恢复"
    assert len(list(db.paths.backups.glob("*-damaged/office.db"))) == 1


def test_a_restore_that_fails_says_that_nothing_was_touched(township: Office, qtbot: QtBot) -> None:
    db, _ = township
    backup = shelf.read(db.backup("daily"))
    assert backup is not None
    db.close()
    before = db.paths.database.read_bytes()
    backup.path.write_bytes(backup.path.read_bytes()[:-8192])
    page = RestorePage(Case(db.paths, db.key, backup), AtOnce)
    qtbot.addWidget(page)
    page.show()
    page.begin()
    assert page.heading.text() == "没有恢复"
    assert db.paths.database.read_bytes() == before
    assert page.restore_button.isVisible()


def met_damaged(db: Database, backup: shelf.Backup | None, qtbot: QtBot) -> RestorePage:
    page = RestorePage(Case(db.paths, db.key, backup, is_damaged=True), AtOnce)
    qtbot.addWidget(page)
    page.show()
    return page


def spoil(backup: Path) -> None:
    with backup.open("r+b") as file:
        file.seek(9_000)
        file.write(b"xxxxxxxx")


def test_a_newest_backup_that_is_damaged_too_gives_way_to_the_one_before(
    township: Office, qtbot: QtBot
) -> None:
    db, actor = township
    db.backup("daily")
    add_household(db, actor, "张秀兰")
    spoil(db.backup("manual"))
    db.close()
    db.paths.database.write_bytes(os.urandom(20_480))
    page = met_damaged(db, shelf.latest(db.paths.backups), qtbot)
    presses(qtbot, page.restore_button)
    assert page.heading.text() == "没有恢复"
    assert "下一份检查通过的备份做于" in page.sentence.text()
    assert page.restore_button.text() == "用这份备份恢复"
    presses(qtbot, page.restore_button)
    assert page.heading.text() == "已恢复"
    assert not page.stick_button.isVisible()
    assert len(list(db.paths.backups.glob("*-damaged"))) == 1
    again, _ = office.log_in(db.paths.root, "admin", "pw")
    with again.reader(actor) as reader:
        assert register.household_ids(reader) == []
    again.close()


@pytest.mark.parametrize("is_on_shelf", [True, False])
def test_where_no_copy_here_does_one_is_taken_from_the_stick(
    township: Office, qtbot: QtBot, tmp_path: Path, is_on_shelf: bool
) -> None:
    db, _ = township
    made = db.backup("daily")
    stick = tmp_path / "stick"
    stick.mkdir()
    shutil.copy(made, stick / made.name)
    db.close()
    db.paths.database.write_bytes(os.urandom(20_480))
    if is_on_shelf:
        spoil(made)
    else:
        made.unlink()
    page = met_damaged(db, shelf.latest(db.paths.backups), qtbot)
    if is_on_shelf:
        presses(qtbot, page.restore_button)
        assert page.restore_button.text() == "再试一次"
    assert page.stick_button.isVisible()
    page.take_file(tmp_path / "strange.db")
    assert "不是本程序做的备份" in page.sentence.text()
    page.take_file(stick / made.name)
    assert "2027-03-14 12:00" in page.sentence.text()
    presses(qtbot, page.restore_button)
    assert page.heading.text() == "已恢复"


def test_trying_again_keeps_the_damaged_data_once(
    township: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, _ = township
    made = db.backup("daily")
    away = made.rename(made.with_name("away"))
    db.close()
    db.paths.database.write_bytes(os.urandom(20_480))
    page = met_damaged(db, shelf.Backup(made, NOON, "daily", 0), qtbot)
    moments = iter([NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)])
    monkeypatch.setattr(restore_page, "datetime", type("Clock", (), {"now": lambda _zone: next(moments)}))
    presses(qtbot, page.restore_button)
    presses(qtbot, page.restore_button)
    away.rename(made)
    presses(qtbot, page.restore_button)
    assert page.heading.text() == "已恢复"
    assert len(list(db.paths.backups.glob("*-damaged"))) == 1


def test_a_bug_after_the_change_does_not_say_that_nothing_was_touched(
    township: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, _ = township
    backup = shelf.read(db.backup("daily"))
    db.close()
    page = RestorePage(Case(db.paths, db.key, backup), AtOnce)
    qtbot.addWidget(page)
    page.show()
    monkeypatch.setattr(proof, "file_digest", forgetting_after(3, proof.file_digest))
    with qtbot.waitSignal(page.crashed):
        page.begin()
    assert not db.paths.restored.exists(), "the data was changed"
    assert "没有动" not in page.heading.text() + page.sentence.text()
    assert "请登录看看" in page.sentence.text()
    assert page.login_button.isEnabled()


def forgetting_after(times: int, real: Callable[[Path], str]) -> Callable[[Path], str]:
    """A bug of ours that comes with the proof of what has taken its place."""
    left = iter(range(times - 1))

    def digest(path: Path) -> str:
        if next(left, None) is None:
            raise RuntimeError("a bug")
        return real(path)

    return digest


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    own = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
    running, _ = start.create_office(tmp_path / "o", own, "admin", PASSWORD, cost=Cost(1, 64, 1))
    running.db.close()
    made = Program(tmp_path / "o", office.log_in, start.create_office)
    yield made
    made.crash.uninstall()
    for one in (made.opened.window if made.opened else None, made._login, made._closed_page):
        if one is not None:
            one.close()


def logs_in(qtbot: QtBot, program: Program) -> None:
    login = program._login
    assert login is not None
    login.password.setText(PASSWORD)
    login.enter()


def test_the_whole_way_from_the_window_through_the_restore_to_the_window(
    qtbot: QtBot, program: Program
) -> None:
    program.start()
    logs_in(qtbot, program)
    qtbot.waitUntil(lambda: program.opened is not None, timeout=LONG)
    assert program.opened is not None
    db, actor = program.opened.desk.db, program.opened.desk.actor
    qtbot.waitUntil(lambda: bool(shelf.all_in(db.paths.backups)), timeout=LONG)
    add_household(db, actor, "张秀兰")
    program.opened.window.go("system", tab="备份")
    opened = RestoreWizard(program.opened.desk, program.opened.care, None, program.opened.window)
    opened.show()
    opened.look()
    qtbot.waitUntil(lambda: opened.pages.currentIndex() == 1, timeout=LONG)
    opened.go_on()
    qtbot.waitUntil(lambda: program._closed_page is not None, timeout=LONG)
    page = program._closed_page
    assert page is not None
    qtbot.waitUntil(lambda: page.heading.text() == "已恢复", timeout=LONG)
    assert program.opened is None
    page.login_button.click()
    logs_in(qtbot, program)
    qtbot.waitUntil(lambda: program.opened is not None, timeout=LONG)
    again = program.opened.desk.db
    assert again.node.incarnation != db.node.incarnation
    with again.reader(actor) as reader:
        assert register.household_ids(reader) == []
    qtbot.waitUntil(lambda: not program.opened.desk.runner.is_busy, timeout=LONG)
    with again.engine.connect() as connection:
        noted = connection.exec_driver_sql("SELECT about FROM audit WHERE event = 'restore'").scalars().all()
    assert len(noted) == 1


def test_damaged_drafts_are_told_and_keep_nobody_out(qtbot: QtBot, program: Program) -> None:
    (program._root / "drafts.db").write_bytes(os.urandom(8192))
    program.start()
    logs_in(qtbot, program)
    qtbot.waitUntil(lambda: program.opened is not None, timeout=LONG)
    assert program.opened is not None
    window = program.opened.window
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=LONG)
    (box,) = window.findChildren(QMessageBox)
    assert "drafts.damaged" in box.text()
    box.close()
    assert (program._root / "drafts.damaged").exists()


def test_data_that_does_not_open_leads_from_the_login_to_the_backup(qtbot: QtBot, program: Program) -> None:
    running, _ = office.log_in(program._root, "admin", PASSWORD)
    running.backup("daily")
    running.close()
    running.paths.database.write_bytes(os.urandom(20_480))
    program.start()
    logs_in(qtbot, program)
    qtbot.waitUntil(lambda: program._closed_page is not None, timeout=LONG)
    page = program._closed_page
    assert page is not None
    page.restore_button.click()
    qtbot.waitUntil(lambda: page.heading.text() == "已恢复", timeout=LONG)
    page.login_button.click()
    logs_in(qtbot, program)
    qtbot.waitUntil(lambda: program.opened is not None, timeout=LONG)


def test_a_password_that_an_administrator_set_restores_nothing(qtbot: QtBot, program: Program) -> None:
    running, _ = office.log_in(program._root, "admin", PASSWORD)
    keys.give_password(running.paths.keys, running.key, "new", PASSWORD, is_first=True, cost=Cost(1, 64, 1))
    running.backup("daily")
    running.close()
    running.paths.database.write_bytes(os.urandom(20_480))
    program.start()
    login = program._login
    assert login is not None
    login.user.setText("new")
    logs_in(qtbot, program)
    qtbot.waitUntil(lambda: login.sentence.isVisible(), timeout=LONG)
    assert "由他恢复" in login.sentence.text()
    assert program._closed_page is None
