"""Forms: problems under their fields, drafts, Enter moves on, Ctrl+Enter saves."""

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.problems import Problem, Weight
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.fields import ComboField, NotesField, NumberField, TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import button


def check(values: Mapping[str, Any]) -> list[Problem]:
    """Rules of an invented visit."""
    problems = []
    if not values["findings"]:
        problems.append(Problem("visit.empty", "findings", "请写明走访情况"))
    if len(values["visitor"]) == 1:
        problems.append(Problem("visit.short", "visitor", "姓名只有一个字", Weight.WARNING))
    return problems


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form(check)
    made.section("走访情况")
    made.add("visitor", "走访人", TextField(), required=True)
    made.add("kind", "方式", ComboField([("1", "入户"), ("2", "电话")]))
    made.add("count", "在家人数", NumberField(0, 20))
    made.add("findings", "走访发现", NotesField(), wide=True, required=True)
    qtbot.addWidget(made)
    made.resize(800, 500)
    with qtbot.waitActive(made):
        made.show()
    return made


def note(form: Form, name: str) -> str:
    cell = form._cells[name]
    return cell.note.text() if cell.note.isVisible() else ""


def test_an_untouched_form_shows_no_problem(form: Form) -> None:
    form.recheck()
    assert [note(form, name) for name in form.values()] == ["", "", "", ""]


def test_problems_appear_under_their_field_in_their_weight(qtbot: QtBot, form: Form) -> None:
    qtbot.keyClicks(form.field("visitor"), "a")
    qtbot.waitUntil(lambda: "只有一个字" in note(form, "visitor"))
    assert form.field("visitor").property("weight") == "warning"
    qtbot.keyClicks(form.field("visitor"), "b")
    qtbot.waitUntil(lambda: note(form, "visitor") == "")
    assert not form.field("visitor").property("weight")


def test_a_refusal_marks_its_field_and_takes_the_cursor_there(qtbot: QtBot, form: Form) -> None:
    form.focus_first()
    form.show_problems(check(form.values()) + [Problem("visit.twice", "", "这一天已经记过一次走访")])
    assert "走访情况" in note(form, "findings")
    assert form.field("findings").property("weight") == "refusal"
    assert form.field("findings").hasFocus()
    assert form._band.isVisible()
    assert "已经记过" in form._band_text.text()


def test_what_is_wrongly_typed_is_a_problem_of_that_field(form: Form) -> None:
    form.set_texts({"count": "三"})
    assert [(p.code, p.field) for p in form.typing_problems()] == [("field.number", "count")]
    assert note(form, "count")


def test_enter_moves_on_but_not_while_composing_and_not_in_notes(qtbot: QtBot, form: Form) -> None:
    form.focus_first()
    visitor = form.field("visitor")
    QApplication.sendEvent(visitor, QInputMethodEvent("zhang", []))
    qtbot.keyClick(visitor, Qt.Key.Key_Return)
    assert visitor.hasFocus()
    QApplication.sendEvent(visitor, QInputMethodEvent())
    qtbot.keyClick(visitor, Qt.Key.Key_Return)
    assert form.field("kind").hasFocus()
    qtbot.keyClick(form.field("kind"), Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert form.field("count").hasFocus()
    qtbot.keyClick(form.field("count"), Qt.Key.Key_Return)
    assert form.field("findings").hasFocus()
    qtbot.keyClick(form.field("findings"), Qt.Key.Key_Return)
    assert form.field("findings").hasFocus()
    assert form.field("findings").text() == "\n"


@pytest.mark.parametrize("name", ["visitor", "findings"])
def test_ctrl_enter_saves_from_every_field(qtbot: QtBot, form: Form, name: str) -> None:
    form.focus_on(name)
    heard: list[str] = []
    form.save_wanted.connect(lambda: heard.append("save"))
    form.save_next_wanted.connect(lambda: heard.append("next"))
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(form.field(name), Qt.Key.Key_Return, control)
    qtbot.keyClick(form.field(name), Qt.Key.Key_Return, control | shift)
    assert heard == ["save", "next"]
    assert form.field(name).text() == ""


def test_a_draft_is_due_within_a_second_of_typing_and_comes_back(qtbot: QtBot, form: Form) -> None:
    with qtbot.waitSignal(form.draft_due, timeout=2500) as draft:
        qtbot.keyClicks(form.field("findings"), "wu ding")
    assert draft.args[0]["findings"] == "wu ding"
    form.set_values({})
    assert form.values()["findings"] == ""
    form.set_texts(draft.args[0])
    assert form.values()["findings"] == "wu ding"
    assert form.is_changed


def test_filling_a_form_is_no_change_and_makes_no_draft(qtbot: QtBot, form: Form) -> None:
    with qtbot.assertNotEmitted(form.draft_due, wait=1200):
        form.set_values({"visitor": "李伟", "kind": "2", "count": 3, "findings": "平安"})
    assert not form.is_changed
    assert form.values() == {"visitor": "李伟", "kind": "2", "count": 3, "findings": "平安"}


def test_what_is_saved_makes_no_draft_any_more(qtbot: QtBot, form: Form) -> None:
    qtbot.keyClicks(form.field("findings"), "a")
    form.mark_saved()
    with qtbot.assertNotEmitted(form.draft_due, wait=1200):
        pass
    assert not form.is_changed


def test_ctrl_enter_takes_what_is_marked_in_an_open_list(qtbot: QtBot) -> None:
    form = Form()
    field = form.add("visitor", "走访人", CodeField(lambda text: [Choice("1", "李伟")] if text else [], str))
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
    field.setFocus()
    qtbot.keyClicks(field, "lw")
    assert field.choices.isVisible()
    with qtbot.waitSignal(form.save_wanted):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert field.value() == "1"


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot) -> None:
    pressed: list[bool] = []
    made = button("保存", lambda: pressed.append(True))
    qtbot.addWidget(made)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_A):
        qtbot.keyClick(made, key)
    assert len(pressed) == 3
    qtbot.keyClick(made, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(pressed) == 3  # Ctrl+Enter belongs to the form
