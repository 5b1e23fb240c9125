"""The forms of household and person, by keyboard."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.problems import Problem
from desktop.features.register import api as register
from desktop.features.register.fields import Kind
from desktop.features.register.tables import PersonRow
from desktop.features.register.ui.fact_fields import (
    AmountField,
    CodesField,
    IdField,
    RoughDateField,
    YesNoField,
)
from desktop.features.register.ui.form_screen import NEW, HouseholdForm
from desktop.widgets.desk import Desk
from tests.features.register.ui.screens_maker import HEAD_ID, family, household
from tests.office_maker import VILLAGE

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def form(desk: Desk, qtbot: QtBot) -> HouseholdForm:
    screen = HouseholdForm(desk)
    qtbot.addWidget(screen)
    screen.resize(1180, 700)
    screen.show()
    screen.activateWindow()
    return screen


def arrives(qtbot: QtBot, form: HouseholdForm, **given: Any) -> Any:
    """Open the form; the first time it is built over a few turns of the event loop."""
    form.arrive(**given)
    qtbot.waitUntil(lambda: form.is_ready)
    return form.editor.form


def types(qtbot: QtBot, form: Any, **values: str) -> None:
    for name, text in values.items():
        field = form.field(name.replace("__", "."))
        field.setFocus()
        field.selectAll()
        if text.isascii():
            qtbot.keyClicks(field, text)
        else:
            field.insert(text)  # as an input method commits it: there is no key for 张


def ids(desk: Desk) -> list[bytes]:
    with desk.reader() as reader:
        return register.household_ids(reader)


def note(form: Any, name: str) -> str:
    cell = form._cells[name]
    return cell.note.text() if cell.note.isVisible() else ""


def test_a_new_household_by_keyboard_alone(desk: Any, form: HouseholdForm, qtbot: QtBot) -> None:
    fields = arrives(qtbot, form)
    assert QApplication.focusWidget() is fields.field("region")
    qtbot.keyClicks(fields.field("region"), "xhxc")
    qtbot.keyClick(fields.field("region"), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is fields.field("group")
    types(qtbot, fields, group="3组", p__name="张秀兰", p__id_number=HEAD_ID, h__kind="一般脱贫户")
    qtbot.keyClick(fields.field("h.kind"), Qt.Key.Key_Return)
    types(qtbot, fields, h__per_capita_income="8000")
    qtbot.keyClick(fields, Qt.Key.Key_Return, CONTROL)
    found = household(desk, ids(desk)[0])
    assert (found.village, found.group, found.head.name) == ("西海新村", "3组", "张秀兰")
    assert found.facts == {"kind": "A01", "per_capita_income": 800000}
    assert found.head.facts["birth"] == "1951-02-03"
    assert found.head.facts["sex"] == "1"
    assert desk.navigator.said == ["已新增张秀兰户"]
    assert desk.navigator.backs == 1
    assert desk.navigator.went == [("register.household", {"household": found.id})]
    desk.navigator.undo()
    assert ids(desk) == []


def test_a_household_without_village_and_name_is_refused_under_the_fields(
    desk: Desk, form: HouseholdForm, qtbot: QtBot
) -> None:
    fields = arrives(qtbot, form)
    form.save()
    assert note(fields, "region") == "请选择所在的村"
    assert note(fields, "p.name") == "请填写姓名"
    assert ids(desk) == []


def test_a_word_that_is_no_code_stops_before_saving(desk: Desk, form: HouseholdForm, qtbot: QtBot) -> None:
    fields = arrives(qtbot, form, region=VILLAGE)
    types(qtbot, fields, p__name="张秀兰", h__cause="天知道")
    form.save()
    assert "天知道" in note(fields, "h.cause")
    assert ids(desk) == []


def test_save_and_next_keeps_village_and_group(desk: Any, form: HouseholdForm, qtbot: QtBot) -> None:
    first = household(desk, family(desk, "王建国", region="371602012269"))
    fields = arrives(qtbot, form, region=first.region, group="1组")
    assert QApplication.focusWidget() is fields.field("p.name")
    types(qtbot, fields, p__name="张秀兰")
    qtbot.keyClick(fields, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert fields.field("region").value() == first.region
    assert fields.field("p.name").value() == ""
    assert desk.navigator.backs == 0
    assert len(ids(desk)) == 2


def test_a_draft_is_kept_and_comes_back(desk: Desk, form: HouseholdForm, qtbot: QtBot) -> None:
    fields = arrives(qtbot, form)
    types(qtbot, fields, p__name="张秀兰")
    assert form.leave()
    arrives(qtbot, form)
    assert fields.field("p.name").value() == "张秀兰"
    assert form.editor.draft.isVisible()
    form.editor.draft.drop_button.click()
    assert fields.field("p.name").value() == ""
    assert desk.drafts.get("register.form", "") is None


def test_a_saved_form_leaves_no_draft(desk: Desk, form: HouseholdForm, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    fields = arrives(qtbot, form, household=key)
    types(qtbot, fields, h__address="前街 3 号")
    fields.draft_due.emit(fields.texts())
    assert desk.drafts.get("register.form", key.hex()) is not None
    form.save()
    assert desk.drafts.get("register.form", key.hex()) is None
    assert household(desk, key).facts["address"] == "前街 3 号"


def test_only_what_was_changed_here_is_saved(desk: Desk, form: HouseholdForm, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰", phone="13800000000")
    fields = arrives(qtbot, form, household=key)
    with desk.db.unit(desk.actor, "修改") as unit:
        register.change_household(unit, key, {"phone": "13911112222"})
    types(qtbot, fields, h__address="前街 3 号")
    form.save()
    assert household(desk, key).facts == {"phone": "13911112222", "address": "前街 3 号"}


def test_an_emptied_field_is_emptied_and_a_group_can_change(
    desk: Desk, form: HouseholdForm, qtbot: QtBot
) -> None:
    key = family(desk, "张秀兰", address="前街 3 号")
    fields = arrives(qtbot, form, household=key)
    fields.field("h.address").clear()
    types(qtbot, fields, group="8组")
    form.save()
    found = household(desk, key)
    assert found.facts == {}
    assert found.group == "8组"


def test_what_was_left_unread_is_said_until_it_is_filled(
    desk: Desk, form: HouseholdForm, qtbot: QtBot
) -> None:
    key = family(desk, "张秀兰", unread={"identified": "去年底"})
    fields = arrives(qtbot, form, household=key)
    assert "去年底" in note(fields, "h.identified")
    types(qtbot, fields, h__identified="201611")
    fields.recheck()
    assert note(fields, "h.identified") == ""
    form.save()
    assert household(desk, key).unread == {}
    assert household(desk, key).facts["identified"] == "2016-11"


def test_members_are_added_one_after_the_other(desk: Any, form: HouseholdForm, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    fields = arrives(qtbot, form, household=key, person=NEW)
    types(qtbot, fields, name="王小明")
    qtbot.keyClick(fields, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert fields.field("name").value() == ""
    types(qtbot, fields, name="王小红")
    qtbot.keyClick(fields, Qt.Key.Key_Return, CONTROL)
    assert [m.name for m in household(desk, key).members] == ["张秀兰", "王小明", "王小红"]
    assert desk.navigator.backs == 1


def test_a_person_without_a_name_is_refused(desk: Desk, form: HouseholdForm, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    fields = arrives(qtbot, form, household=key, person=household(desk, key).members[0].id)
    fields.field("name").clear()
    form.save()
    assert note(fields, "name") == "请填写姓名"
    assert household(desk, key).members[0].name == "张秀兰"


def test_a_second_head_is_refused(desk: Desk, form: HouseholdForm, qtbot: QtBot) -> None:
    key = family(desk, "张秀兰")
    fields = arrives(qtbot, form, household=key, person=NEW)
    types(qtbot, fields, name="王小明")
    fields.field("relation").set_value("R01")
    fields.recheck()
    assert "已有户主" in note(fields, "relation")
    form.save()
    assert len(household(desk, key).members) == 1


def test_a_wrong_id_number_is_warned_of_and_fills_nothing(
    desk: Desk, form: HouseholdForm, qtbot: QtBot
) -> None:
    fields = arrives(qtbot, form, household=family(desk, "张秀兰"), person=NEW)
    types(qtbot, fields, id_number=HEAD_ID[:17] + ("1" if HEAD_ID[17] == "0" else "0"))
    fields.recheck()
    assert "校验" in note(fields, "id_number")
    assert fields.field("birth").value() == ""


# ---- the fields


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2019", "2019"),
        ("201904", "2019-04"),
        ("20190412", "2019-04-12"),
        ("3.14", "2027-03-14"),
        ("3。14", "2027-03-14"),
        ("2019年4月", "2019-04"),
        ("20190231", ""),
    ],
)
def test_dates_are_kept_as_exactly_as_typed(desk: Desk, qtbot: QtBot, typed: str, value: str) -> None:
    field = RoughDateField(lambda: desk.today)
    qtbot.addWidget(field)
    field.set_text(typed)
    assert field.value() == value
    assert (field.problem() is None) == bool(value)


@pytest.mark.parametrize(
    ("typed", "value"), [("8000", 800000), ("1,234.5", 123450), ("", None), ("约八千", None)]
)
def test_amounts_are_whole_fen(qtbot: QtBot, typed: str, value: int | None) -> None:
    field = AmountField(Kind.MONEY)
    qtbot.addWidget(field)
    field.set_text(typed)
    assert field.value() == value
    problem: Problem | None = field.problem()
    assert (problem is not None) == (typed == "约八千")


def test_several_codes_in_one_line(qtbot: QtBot) -> None:
    from desktop.core.codes import codes

    field = CodesField(lambda: codes("jdlk_health"))
    qtbot.addWidget(field)
    field.set_text("残疾 cqmxb")
    assert field.value() == "H02 H04"
    field.left.emit()
    assert field.text() == "长期慢性病、残疾"
    field.set_text("残疾、飞天")
    assert field.problem() is not None


def test_one_key_says_yes_no_or_not_known(qtbot: QtBot) -> None:
    field = YesNoField()
    qtbot.addWidget(field)
    values = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_N, Qt.Key.Key_Delete):
        qtbot.keyClick(field, key)
        values.append(field.value())
    assert values == [1, 0, ""]


def test_an_id_number_is_put_right_when_it_is_left(qtbot: QtBot) -> None:
    field = IdField()
    qtbot.addWidget(field)
    field.set_text(" 37169919510203001x ")
    field.left.emit()
    assert field.text() == "37169919510203001X"


# ---- the way back, saving, numbers that are somebody's, the place in the group


def test_back_keeps_a_draft_and_ctrl_s_saves(desk: Any, form: HouseholdForm, qtbot: QtBot) -> None:
    fields = arrives(qtbot, form)
    types(qtbot, fields, p__name="张秀兰")
    qtbot.mouseClick(form.back_button, Qt.MouseButton.LeftButton)
    assert desk.navigator.backs == 1
    assert desk.drafts.get("register.form", "") is not None
    fields = arrives(qtbot, form)
    types(qtbot, fields, region="xhxc")  # its list is open
    qtbot.keyClick(fields, Qt.Key.Key_S, CONTROL)
    assert household(desk, ids(desk)[0]).village == "西海新村"
    assert "Ctrl+S" in form.save_button.toolTip()
    assert "Esc" in form.back_button.toolTip()


def test_a_number_that_is_somebodys_is_said_while_typing_and_leads_there(
    desk: Any, form: HouseholdForm, qtbot: QtBot
) -> None:
    owner = family(desk, "张秀兰")
    with desk.db.unit(desk.actor, "改") as unit:
        first = household(desk, owner).members[0].id
        register.change_person(unit, owner, first, {"id_number": HEAD_ID})
    fields = arrives(qtbot, form, household=family(desk, "王建国"), person=NEW)
    types(qtbot, fields, name="王小明", id_number=HEAD_ID)
    qtbot.waitUntil(form.editor.taken.isVisible)
    assert household(desk, owner).number in form.editor.taken.said.text()
    assert household(desk, owner).number in note(fields, "id_number")
    form.save()
    assert len(ids(desk)) == 2
    assert len(household(desk, ids(desk)[1]).members) == 1
    qtbot.mouseClick(form.editor.taken.go_button, Qt.MouseButton.LeftButton)
    assert desk.navigator.went == [("register.household", {"household": owner})]
    fields.field("id_number").clear()
    qtbot.waitUntil(lambda: not form.editor.taken.isVisible())
    form.save()
    assert desk.navigator.backs == 1


def test_a_number_that_a_list_brought_twice_is_no_bar_to_another_change(
    desk: Any, form: HouseholdForm, qtbot: QtBot
) -> None:
    keys = [family(desk, "张秀兰"), family(desk, "王建国")]
    for key in keys:
        person = household(desk, key).members[0].id
        with desk.db.unit(desk.actor, "收件") as unit:  # as a bundle may bring it
            unit.change(PersonRow, person, id_number=HEAD_ID)
    fields = arrives(qtbot, form, household=keys[1], person=household(desk, keys[1]).members[0].id)
    fields.recheck()
    assert form.editor.taken.isVisible()
    types(qtbot, fields, welfare_job="护林员")
    form.save()
    assert household(desk, keys[1]).members[0].facts["welfare_job"] == "护林员"


def test_a_telephone_of_three_digits_is_warned_of_and_kept(
    desk: Any, form: HouseholdForm, qtbot: QtBot
) -> None:
    key = family(desk, "张秀兰")
    fields = arrives(qtbot, form, household=key)
    types(qtbot, fields, h__phone="110", h__collector_phone="120")
    fields.recheck()
    assert note(fields, "h.phone").startswith("请核对：不是 11 位手机号码")
    assert note(fields, "h.collector_phone")
    form.save()
    assert household(desk, key).facts["phone"] == "110"
    fields = arrives(qtbot, form)
    types(qtbot, fields, p__phone="110")
    fields.recheck()
    assert note(fields, "p.phone")


def test_a_household_is_put_at_another_place_of_its_group(
    desk: Any, form: HouseholdForm, qtbot: QtBot
) -> None:
    keys = [family(desk, name) for name in ("张甲", "王乙", "李丙")]
    fields = arrives(qtbot, form, household=keys[2])
    assert fields.field("place").value() == 3
    types(qtbot, fields, place="1")
    form.save()
    assert ids(desk) == [keys[2], keys[0], keys[1]]
    fields = arrives(qtbot, form, household=keys[2])
    types(qtbot, fields, place="7")
    form.save()
    assert "3 户" in note(fields, "place")
