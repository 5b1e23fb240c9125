"""志愿积分 by keyboard: points given, spent and put right; volunteers added and changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.volunteers import api as volunteers
from desktop.features.volunteers.model import TransferKind
from desktop.features.volunteers.ui.form import VolunteerForm
from desktop.features.volunteers.ui.screen import VolunteersScreen
from desktop.shell.app import make_app
from desktop.widgets.ask_reason import AskReason
from tests.desk_maker import Asked, make_desk
from tests.office_maker import VILLAGE

Key, Mod = Qt.Key, Qt.KeyboardModifier
AWARD, REDEEM, REVERSAL = TransferKind.AWARD, TransferKind.REDEEM, TransferKind.REVERSAL


class Clerk:
    """Two volunteers, one with twenty points."""

    def __init__(self, bot: QtBot, db: Database, actor: Actor, folder: Path) -> None:
        self.bot, self.db, self.actor = bot, db, actor
        self.desk = make_desk(db, actor, folder)
        self.asked: Asked = self.desk.navigator  # type: ignore[assignment]
        with db.unit(actor, "登记") as unit:
            self.he, self.she = (
                volunteers.add_volunteer(unit, volunteers.VolunteerDraft(VILLAGE, name, phone)).id
                for name, phone in (("周志远", "13800009000"), ("吴秀梅", "13800009001"))
            )
            volunteers.award(unit, self.he, 20, "清扫村道")

    def opens(self, made: Any, **given: Any) -> Any:
        self.bot.addWidget(made)
        made.resize(1180, 700)
        with self.bot.waitActive(made):  # keys and focus need a window that is really there
            made.show()
            made.activateWindow()
        self.desk.runner.changed.connect(made.on_changed)
        made.arrive(**given)
        return made

    def presses(self, where: QWidget, key: Key, *mods: Mod) -> None:
        chord = Mod.NoModifier
        for one in mods:
            chord |= one
        self.bot.keyClick(where, key, chord)

    def balance(self, volunteer: bytes) -> int:
        with self.desk.reader() as reader:
            return volunteers.balances(reader, [volunteer])[volunteer]


@pytest.fixture
def clerk(qtbot: QtBot, township: tuple[Database, Actor], tmp_path: Path) -> Iterator[Clerk]:
    make_app()
    made = Clerk(qtbot, *township, tmp_path)
    yield made
    made.desk.runner.close()


@pytest.fixture
def screen(clerk: Clerk) -> VolunteersScreen:
    """Opened on the one with points."""
    made: VolunteersScreen = clerk.opens(VolunteersScreen(clerk.desk), volunteer=clerk.he.hex())
    return made


def test_the_list_shows_balances_and_the_ledger_beside(clerk: Clerk, screen: VolunteersScreen) -> None:
    assert screen.table.key == clerk.he
    assert "余额合计 20 分" in screen.table.footer.text()
    assert screen.account.balance.text() == "20 分"
    assert screen.account.table.line.reason == "清扫村道"
    screen.filter.set_text("wxm")
    screen.filter._go_down()
    assert screen.table.key == clerk.she
    assert screen.account.balance.text() == "0 分"


def test_points_given_by_keyboard(clerk: Clerk, screen: VolunteersScreen) -> None:
    clerk.presses(screen.table.view, Key.Key_Return)
    form = screen.account.forms.forms[AWARD]
    assert form.field("points").hasFocus()
    clerk.bot.keyClicks(form.field("points"), "15")
    clerk.presses(form.field("points"), Key.Key_Return)
    form.field("reason").insert("陪伴独居老人")
    clerk.presses(form.field("reason"), Key.Key_Return, Mod.ControlModifier)
    assert clerk.balance(clerk.he) == 35
    assert screen.account.balance.text() == "35 分", "the screen hears its own writing"
    assert not screen.account.forms.isVisible()
    assert screen.table.view.hasFocus()


def test_the_same_for_the_next_one(clerk: Clerk, screen: VolunteersScreen) -> None:
    screen.table.select_row(0)
    first = screen.table.key
    clerk.presses(screen, Key.Key_F2)
    form = screen.account.forms.forms[AWARD]
    form.field("points").set_text("5")
    form.field("reason").set_text("清扫村道")
    clerk.presses(form.field("reason"), Key.Key_Return, Mod.ControlModifier, Mod.ShiftModifier)
    assert screen.table.key != first
    assert form.isVisible()
    assert form.values()["points"] == 5
    clerk.presses(form.field("points"), Key.Key_Return, Mod.ControlModifier)
    assert {clerk.balance(clerk.he), clerk.balance(clerk.she)} == {25, 5}


def test_spending_too_much_is_said_under_the_field(clerk: Clerk, screen: VolunteersScreen) -> None:
    clerk.presses(screen, Key.Key_F3)
    form = screen.account.forms.forms[REDEEM]
    form.field("points").set_text("21")
    form.field("reason").set_text("洗衣液一瓶")
    clerk.presses(form.field("points"), Key.Key_Return, Mod.ControlModifier)
    assert "余额只有 20 分" in form._cells["points"].note.text()
    assert clerk.balance(clerk.he) == 20
    form.field("points").set_text("20")
    clerk.presses(form.field("points"), Key.Key_Return, Mod.ControlModifier)
    assert clerk.balance(clerk.he) == 0


def test_a_reversal_needs_a_reason_and_happens_once(clerk: Clerk, screen: VolunteersScreen) -> None:
    clerk.presses(screen, Key.Key_F4)
    form = screen.account.forms.forms[REVERSAL]
    clerk.presses(form.field("reason"), Key.Key_Return, Mod.ControlModifier)
    assert form._cells["reason"].note.isVisible()
    form.field("reason").set_text("记错了人")
    clerk.presses(form.field("reason"), Key.Key_Return, Mod.ControlModifier)
    assert clerk.balance(clerk.he) == 0
    lines = [screen.account.table.model.line(n) for n in range(2)]
    assert [line.is_reversed for line in lines] == [False, True]
    for row in range(2):
        screen.account.table.select_row(row)
        clerk.presses(screen, Key.Key_F4)
        assert not screen.account.forms.isVisible()


def test_undo_of_an_award(clerk: Clerk, screen: VolunteersScreen) -> None:
    clerk.presses(screen, Key.Key_F2)
    form = screen.account.forms.forms[AWARD]
    form.field("points").set_text("5")
    form.field("reason").set_text("清扫村道")
    form.save_button.click()
    assert clerk.balance(clerk.he) == 25
    assert clerk.asked.undo is not None
    clerk.asked.undo()
    assert screen.account.balance.text() == "20 分"


def test_escape_closes_the_small_form_and_keeps_what_was_typed(
    clerk: Clerk, screen: VolunteersScreen
) -> None:
    clerk.presses(screen, Key.Key_F2)
    form = screen.account.forms.forms[AWARD]
    clerk.bot.keyClicks(form.field("points"), "7")
    assert not screen.leave(), "the first Esc is for the form"
    assert not screen.account.forms.isVisible()
    clerk.presses(screen, Key.Key_F2)
    assert form.values()["points"] == 7
    screen.leave()
    assert screen.leave()


def test_another_volunteer_closes_the_form(clerk: Clerk, screen: VolunteersScreen) -> None:
    clerk.presses(screen, Key.Key_F2)
    screen.table.select(clerk.she)
    assert not screen.account.forms.isVisible()
    assert screen.account.award_button.isVisible()


def test_a_volunteer_added_by_keyboard_is_selected_in_the_list(
    clerk: Clerk, screen: VolunteersScreen
) -> None:
    form = clerk.opens(VolunteerForm(clerk.desk))
    form.form.field("name").set_text("郑海燕")
    form.form.field("phone").set_text("13800009002")
    form.save()
    assert "请选择志愿者所在的村" in form.form._cells["region"].note.text()
    region = form.form.place._find("里则")[0]
    form.form.place.set_value(region.code)
    clerk.presses(form.form.field("phone"), Key.Key_Return, Mod.ControlModifier)
    assert clerk.asked.gone[-1][0] == "back"
    assert screen.table.line.name == "郑海燕"


def test_saving_and_the_next_keeps_the_village(clerk: Clerk) -> None:
    form = clerk.opens(VolunteerForm(clerk.desk))
    place = form.form.place._find("里则")[0].code
    form.form.field("name").set_text("郑海燕")
    form.form.place.set_value(place)
    clerk.presses(form.form.field("name"), Key.Key_Return, Mod.ControlModifier, Mod.ShiftModifier)
    assert form.form.values()["name"] == ""
    assert form.form.values()["region"] == place
    assert form.form.field("name").hasFocus()


def test_changing_keeps_the_village_and_the_draft(clerk: Clerk) -> None:
    form = clerk.opens(VolunteerForm(clerk.desk), volunteer=clerk.he)
    assert not form.form.place.isEnabled()
    form.form.field("skills").insert("修水电")
    assert form.leave()
    again = clerk.opens(VolunteerForm(clerk.desk), volunteer=clerk.he)
    assert again.form.values()["skills"] == "修水电"
    again.save()
    with clerk.desk.reader() as reader:
        found = volunteers.volunteer(reader, clerk.he)
    assert found is not None
    assert (found.region, found.skills) == (VILLAGE, "修水电")
    assert not clerk.desk.drafts.list()


def test_numbers_are_covered_until_a_reason_was_given(clerk: Clerk) -> None:
    form = clerk.opens(VolunteerForm(clerk.desk), volunteer=clerk.he)
    phone = form.form.field("phone")
    assert phone.displayText() == "138****9000"
    form.form.field("skills").set_text("理发")
    form.save()
    again = clerk.opens(VolunteerForm(clerk.desk), volunteer=clerk.he)
    phone = again.form.field("phone")
    phone.setFocus()
    clerk.bot.keyClick(phone, Key.Key_1)
    (ask,) = again.findChildren(AskReason)
    ask.accept()
    assert phone.displayText() == "13800009000", "saving had left it as it was"
    phone.selectAll()
    clerk.bot.keyClicks(phone, "13911112222")
    again.save()
    with clerk.desk.reader() as reader:
        found = volunteers.volunteer(reader, clerk.he)
        about = reader.connection.exec_driver_sql("SELECT about FROM audit WHERE event = 'unmask'").scalar()
    assert found is not None
    assert (found.phone, found.skills) == ("13911112222", "理发")
    assert about == "志愿者 周志远 的证件号码和电话"


def test_of_a_new_volunteer_nothing_is_covered(clerk: Clerk) -> None:
    form = clerk.opens(VolunteerForm(clerk.desk), volunteer=clerk.he)
    form.arrive()
    clerk.bot.keyClicks(form.form.field("phone"), "13911112222")
    assert form.form.field("phone").displayText() == "13911112222"
    assert form.eye.isHidden()


def test_an_empty_office_offers_to_add(
    qtbot: QtBot, township: tuple[Database, Actor], tmp_path: Path
) -> None:
    make_app()
    desk = make_desk(*township, tmp_path)
    screen = VolunteersScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.arrive()
    screen.table.empty.button.click()
    asked: Any = desk.navigator
    assert asked.gone == [("volunteers.form", {})]
    desk.runner.close()


def test_a_half_typed_booking_is_kept_as_a_draft(clerk: Clerk, screen: VolunteersScreen) -> None:
    forms = screen.account.forms
    screen.account.open_form(TransferKind.AWARD)
    clerk.bot.keyClicks(forms.forms[TransferKind.AWARD].field("points"), "15")
    clerk.presses(screen, Key.Key_Escape)
    screen.leave()
    assert "草稿" in clerk.asked.said[-1]

    again: VolunteersScreen = clerk.opens(VolunteersScreen(clerk.desk), volunteer=clerk.he.hex())
    award = again.account.forms.forms[TransferKind.AWARD]
    again.account.open_form(TransferKind.AWARD)
    assert award.values()["points"] == 15, "after a power cut too: the store is not this screen's"
    assert again.account.forms.drafts[TransferKind.AWARD].isVisible()
    again.account.forms.close_form()
    again.table.select(clerk.she)
    again.account.open_form(TransferKind.AWARD)
    assert award.values()["points"] is None, "it was about the other one"
    again.account.forms.close_form()
    again.table.select(clerk.he)
    again.account.open_form(TransferKind.AWARD)
    award.field("reason").set_value("帮老人收玉米")
    clerk.presses(award.field("reason"), Key.Key_Return, Mod.ControlModifier)
    assert clerk.balance(clerk.he) == 35
    assert not clerk.desk.drafts.list()


def test_a_draft_can_be_dropped(clerk: Clerk, screen: VolunteersScreen) -> None:
    forms = screen.account.forms
    screen.account.open_form(TransferKind.REDEEM)
    clerk.bot.keyClicks(forms.forms[TransferKind.REDEEM].field("points"), "5")
    forms.close_form()
    screen.account.open_form(TransferKind.REDEEM)
    forms.drafts[TransferKind.REDEEM].drop_button.click()
    assert forms.forms[TransferKind.REDEEM].values()["points"] is None
    assert not clerk.desk.drafts.list()
