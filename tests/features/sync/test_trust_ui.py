"""Whom to believe, on the screen: a PC below is barred, keys are changed, and an office hears that it is barred or deaf."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.clock import FixedClock
from desktop.features.sync import api as sync
from desktop.features.sync import peers, rules
from desktop.features.sync.ui.below_tab import BelowTab
from desktop.features.sync.ui.pages import BELOW, ENROL, NOTICES
from desktop.features.sync.ui.revoke_dialog import RevokeDialog
from desktop.features.sync.ui.screen import SyncScreen
from desktop.shell.app import make_app
from tests.desk_maker import make_desk
from tests.features.sync.exchange_maker import Office, enrol, make, sends_down
from tests.journeys.hands import answering, lines
from tests.office_maker import NOON, add_household

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)
Offices = tuple[Office, Office]


@pytest.fixture(scope="module", autouse=True)
def dressed(qapp: object) -> object:
    return make_app()


def screen_of(qtbot: QtBot, at: Office, folder: Path, stick: Path | None = None) -> SyncScreen:
    folder.mkdir(exist_ok=True)
    desk = make_desk(at.db, at.actor, folder)
    desk.runner.crashed.connect(_raise)
    made = SyncScreen(desk, find=lambda: [stick] if stick else [])
    qtbot.addWidget(made)
    made.resize(1180, 660)
    desk.runner.changed.connect(made.on_changed)
    made.show()
    made.arrive()
    return made


def _raise(error: Exception) -> None:
    raise error


def below_of(screen: SyncScreen) -> BelowTab:
    screen.tabs.setCurrentIndex(BELOW)
    tab = screen.tabs._below.part()
    assert isinstance(tab, BelowTab)
    return tab


def agree(box: QMessageBox) -> None:
    (button,) = [b for b in box.buttons() if b.text() == "更换密钥"]
    button.click()


def said(screen: SyncScreen) -> str:
    return str(screen._desk.navigator.said[-1])  # type: ignore[attr-defined]


def test_a_pc_below_is_barred_and_what_it_writes_later_is_not_taken(
    qtbot: QtBot, offices: Offices, tmp_path: Path, stick: Path
) -> None:
    town, county = offices
    add_household(town.db, town.actor, "齐见山")
    assert county.reads(town.writes(stick)).entries
    screen = screen_of(qtbot, county, tmp_path / "desk")
    tab = below_of(screen)
    (shown,) = lines(tab.table.view)
    assert "".join(shown[2].split()) == town.node.fingerprint, "what the PC itself shows"
    tab.revoke_button.click()
    (dialog,) = tab.findChildren(RevokeDialog)
    assert dialog.form.field("which").count() == 1
    dialog.accept()
    assert "事由" in dialog.form._cells["reason"].note.text()
    qtbot.keyClicks(dialog.form.field("reason"), "lost with the bag")
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    qtbot.keyClick(dialog.form.field("reason"), Qt.Key.Key_Return)
    assert dialog.deed.hasFocus(), "one key out of the typing bars nobody"
    assert lines(tab.table.view)
    qtbot.keyClick(dialog.deed, Qt.Key.Key_Return)
    assert "停用名单" in said(screen)
    assert lines(tab.table.view) == []
    add_household(town.db, town.actor, "阮听涛")
    assert county.reads(town.writes(stick)).outcome == "not_trusted"
    with county.db.reader(county.actor) as reader:
        assert peers.children(reader.connection) == []
    screen.look()
    assert screen.tabs.isTabVisible(NOTICES)
    (notice,) = [n for n in screen._survey.notices if n.kind == "已停用"]
    assert (notice.peer, "lost with the bag" in notice.said) == ("里则街道", True)


def test_of_two_pcs_of_an_office_one_is_barred_or_both(
    qtbot: QtBot, offices: Offices, tmp_path: Path, stick: Path
) -> None:
    _, county = offices
    second = make(tmp_path / "second", "township")
    enrol(second, county, stick)
    tab = below_of(screen_of(qtbot, county, tmp_path / "desk"))
    tab.table.select_row(0)
    for choice, left in (("one", 1), ("all", 0)):
        tab.revoke()
        dialog = tab.findChildren(RevokeDialog)[-1]
        if choice == "all":
            assert dialog.form.field("which").count() == 1, "only one is left"
        else:
            assert dialog.form.field("which").count() == 2
        dialog.form.field("reason").set_value("换新电脑")
        dialog.accept()
        assert len(lines(tab.table.view)) == left
    second.db.close()


def test_who_may_not_enrol_bars_nobody(qtbot: QtBot, offices: Offices, tmp_path: Path) -> None:
    _, county = offices
    county.actor = replace(county.actor, rights=county.actor.rights - {"bundle.enrol"})
    screen = screen_of(qtbot, county, tmp_path / "desk")
    tab = below_of(screen)
    assert not tab.revoke_button.isVisible()
    tab.revoke()
    assert not tab.findChildren(RevokeDialog)
    screen.tabs.setCurrentIndex(ENROL)
    assert not screen.tabs.keys_card.rotate_button.isVisible()


def test_new_keys_wait_for_the_office_above_and_then_count(
    qtbot: QtBot, offices: Offices, tmp_path: Path, stick: Path
) -> None:
    town, county = offices
    screen = screen_of(qtbot, town, tmp_path / "desk")
    screen.tabs.setCurrentIndex(ENROL)
    card, before = screen.tabs.keys_card, town.node.fingerprint
    with answering(QMessageBox, agree):
        card.rotate_button.click()
    assert town.node.fingerprint == before
    assert not card.rotate_button.isEnabled()
    assert "等上级认可" in card.state.text()
    county.reads(town.writes(stick))
    sends_down(county, town, stick)
    assert town.node.fingerprint != before
    screen.look()
    assert card.rotate_button.isEnabled()
    assert screen.enrolment.own.text().replace(" ", "") == town.node.fingerprint


def test_a_root_changes_its_keys_at_once(qtbot: QtBot, offices: Offices, tmp_path: Path) -> None:
    _, county = offices
    screen = screen_of(qtbot, county, tmp_path / "desk")
    screen.tabs.setCurrentIndex(ENROL)
    before = county.node.fingerprint
    with answering(QMessageBox, lambda box: box.reject()):
        screen.tabs.keys_card.rotate_button.click()
    assert county.node.fingerprint == before, "the safe answer is no"
    with answering(QMessageBox, agree):
        screen.tabs.keys_card.rotate_button.click()
    assert said(screen) == "已换用新的密钥"
    assert county.node.fingerprint != before
    screen.on_changed(Changes(), None)
    assert screen.enrolment.own.text().replace(" ", "") == county.node.fingerprint


def test_a_barred_office_is_told_and_may_enrol_anew(
    qtbot: QtBot, offices: Offices, tmp_path: Path, stick: Path
) -> None:
    town, _ = offices
    stick.mkdir(exist_ok=True)
    screen = screen_of(qtbot, town, tmp_path / "desk", stick)
    assert not screen.now.warning_card.isVisible()
    for why, what in rules.BARRED.items():
        town.put(barred=why)
        screen.look()
        assert screen.now.warning_card.isVisible()
        assert what[0] in screen.now.warning.text()
        assert screen.enrolment.request_button.isEnabled()
        with town.db.reader(town.actor) as reader:
            (due,) = sync.warned(sync.outlook(reader, town.db), reader.now)
        assert (due.what, due.screen, due.given) == (what[0], "sync", {"page": "enrol"})
    screen.arrive(page="enrol")
    assert screen.tabs.currentIndex() == ENROL


def test_a_list_that_is_old_is_told_after_sixty_days(
    qtbot: QtBot, offices: Offices, tmp_path: Path, stick: Path
) -> None:
    town, county = offices
    sends_down(county, town, stick)
    screen = screen_of(qtbot, town, tmp_path / "desk")
    assert isinstance(town.db.clock, FixedClock)
    for days, is_told in ((59, False), (61, True)):
        town.db.clock.moment = NOON + timedelta(days=days)
        screen.look()
        assert screen.now.warning_card.isVisible() is is_told
        assert f"（{days} 天前）" in screen.tabs.keys_card.list_age.text()
    assert "61 天没有更新" in screen.now.warning.text()
    assert screen.tabs.keys_card.list_age.property("role") == "refusal"
