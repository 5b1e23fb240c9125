"""Telephone and id numbers in the forms: masked until a reason was given, and never lost by saving."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.core import masking
from desktop.core.idcard import checksum
from desktop.features.register import api as register
from desktop.features.register.ui.form_screen import HouseholdForm
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.widgets.ask_reason import AskReason
from desktop.widgets.desk import Desk
from tests.features.register.ui.screens_maker import HEAD_ID, family, household

CONTROL = Qt.KeyboardModifier.ControlModifier
PHONE = "13812345678"
OTHER_ID = "37169919620304002" + checksum("37169919620304002")


def opened(qtbot: QtBot, desk: Desk, **given: Any) -> HouseholdForm:
    form = HouseholdForm(desk)
    qtbot.addWidget(form)
    form.resize(1180, 700)
    form.show()
    form.activateWindow()
    form.arrive(**given)
    qtbot.waitUntil(lambda: form.is_ready)
    return form


@pytest.fixture
def home(desk: Desk) -> register.Household:
    """张秀兰 with both numbers."""
    key = family(desk, "张秀兰", phone=PHONE, address="前街 3 号")
    person = household(desk, key).members[0].id
    with desk.db.unit(desk.actor, "改") as unit:
        register.change_person(unit, key, person, {"id_number": HEAD_ID, "phone": PHONE})
    return household(desk, key)


def gives_reason(form: Any) -> None:
    (ask,) = [d for d in form.findChildren(AskReason) if d.isVisible()]
    ask.form.set_values({"reason": "核对身份"})
    ask.accept()


def unmasked(desk: Desk) -> list[tuple[str, str]]:
    with desk.reader() as reader:
        found = reader.connection.exec_driver_sql(
            "SELECT reason, about FROM audit WHERE event = 'unmask'"
        ).all()
    return [(reason, about) for reason, about in found]


def test_the_numbers_of_a_household_are_masked_and_survive_saving(
    desk: Desk, qtbot: QtBot, home: register.Household
) -> None:
    form = opened(qtbot, desk, household=home.id)
    phone = form.editor.form.field("h.phone")
    assert phone.displayText() == "138****5678"
    assert phone.isReadOnly()
    form.editor.form.field("h.address").set_text("后街 5 号")
    form.save()
    saved = household(desk, home.id)
    assert (saved.facts["phone"], saved.facts["address"]) == (PHONE, "后街 5 号")
    assert not unmasked(desk)


def test_a_reason_opens_them_and_is_written_down(desk: Desk, qtbot: QtBot, home: register.Household) -> None:
    form = opened(qtbot, desk, household=home.id)
    phone = form.editor.form.field("h.phone")
    qtbot.keyClick(form, Qt.Key.Key_D, CONTROL)
    assert phone.displayText() == "138****5678", "not before the reason"
    gives_reason(form)
    assert phone.displayText() == PHONE
    assert not phone.isReadOnly()
    assert unmasked(desk) == [("核对身份", f"户 {home.number} 的证件号码和电话")]
    qtbot.keyClick(form, Qt.Key.Key_D, CONTROL)
    assert phone.displayText() == "138****5678"


def test_typing_over_a_covered_number_asks_first(desk: Desk, qtbot: QtBot, home: register.Household) -> None:
    form = opened(qtbot, desk, household=home.id, person=home.members[0].id)
    number = form.editor.form.field("id_number")
    assert number.displayText() == masking.id_number(HEAD_ID)
    assert HEAD_ID not in number.displayText()
    number.setFocus()
    qtbot.keyClick(number, Qt.Key.Key_3)
    assert number.value() == HEAD_ID
    gives_reason(form)
    number.selectAll()
    qtbot.keyClicks(number, OTHER_ID)
    form.save()
    person = household(desk, home.id).members[0]
    assert person.facts["id_number"] == OTHER_ID
    assert person.facts["phone"] == PHONE, "only seen, not touched"


def test_a_reason_given_on_the_page_holds_for_its_form(
    desk: Any, qtbot: QtBot, home: register.Household
) -> None:
    page = HouseholdPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.arrive(household=home.id)
    page.band.eye.toggle()
    gives_reason(page)
    page.change()
    name, given = desk.navigator.went[-1]
    assert name == "register.form"
    form = opened(qtbot, desk, **given)
    assert form.editor.form.field("h.phone").displayText() == PHONE
    assert len(unmasked(desk)) == 1
    form.arrive(household=home.id)
    qtbot.waitUntil(lambda: form.is_ready)
    assert form.editor.form.field("h.phone").displayText() == "138****5678", "the next time it is asked again"


def test_a_draft_keeps_the_number_that_was_typed_and_covers_it(
    desk: Desk, qtbot: QtBot, home: register.Household
) -> None:
    form = opened(qtbot, desk, household=home.id)
    form.editor.number_wanted.emit()
    gives_reason(form)
    phone = form.editor.form.field("h.phone")
    phone.selectAll()
    qtbot.keyClicks(phone, "13911112222")
    form.leave()
    assert phone.displayText() == "139****2222", "nothing stays open behind"
    again = opened(qtbot, desk, household=home.id)
    phone = again.editor.form.field("h.phone")
    assert phone.displayText() == "139****2222"
    again.save()
    assert household(desk, home.id).facts["phone"] == "13911112222"


def test_what_is_new_is_not_covered(desk: Desk, qtbot: QtBot, home: register.Household) -> None:
    form = opened(qtbot, desk)
    qtbot.keyClicks(form.editor.form.field("h.phone"), PHONE)
    form.leave()
    form.arrive()
    qtbot.waitUntil(lambda: form.is_ready)
    assert form.editor.form.field("h.phone").displayText() == PHONE
    assert form.eye.isHidden()
    form.arrive(household=home.id, person=b"")
    qtbot.waitUntil(lambda: form.is_ready)
    qtbot.keyClicks(form.editor.form.field("phone"), PHONE)
    assert form.editor.form.field("phone").displayText() == PHONE
    assert form.eye.isHidden()


def test_an_unread_number_of_the_list_is_masked_beside_its_field(desk: Desk, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", unread={"phone": "138123456789"})
    page = HouseholdPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.arrive(household=key)
    assert "138123456789" not in "".join(
        part.text() for part in page.facts.findChildren(type(page.band.phone))
    )
    form = opened(qtbot, desk, household=key)
    note = form.editor.form._cells["h.phone"].note
    assert "138*****6789" in note.text()
    qtbot.mouseClick(form.eye, Qt.MouseButton.LeftButton)
    gives_reason(form)
    assert "138123456789" in note.text()


def test_who_may_not_see_numbers_has_no_eye_and_loses_nothing(
    desk: Desk, qtbot: QtBot, home: register.Household
) -> None:
    rights = desk.actor.rights - {"data.sensitive"}
    actor = replace(desk.actor, rights=rights, is_masked=True)
    form = opened(qtbot, replace(desk, actor=actor), household=home.id)
    phone = form.editor.form.field("h.phone")
    assert PHONE not in (phone.displayText(), phone.text())
    assert form.eye.isHidden()
    phone.setFocus()
    qtbot.keyClick(phone, Qt.Key.Key_1)
    assert not form.findChildren(AskReason)
    form.editor.form.field("h.address").set_text("后街 5 号")
    form.save()
    assert household(desk, home.id).facts["phone"] == PHONE
