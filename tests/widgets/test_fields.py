"""Fields: dates as they are typed, codes by code, initials or Chinese, and no value changed by the wheel."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.codes import codes
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.date_field import DateField
from desktop.widgets.fields import CheckField, ComboField, Field, NotesField, NumberField, TextField

TODAY = date(2026, 11, 22)


def relations(text: str) -> list[Choice]:
    return [Choice(e.code, e.name, e.code) for e in codes("jdlk_relation").search(text)]


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    made.resize(500, 400)
    with qtbot.waitActive(made):
        made.show()
    return made


def put(page: QWidget, field: Any) -> Any:
    layout = page.layout()
    assert layout is not None
    layout.addWidget(field)
    field.setFocus()
    QApplication.processEvents()
    return field


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20250314", date(2025, 3, 14)),
        ("3.14", date(2026, 3, 14)),
        ("3。14", date(2026, 3, 14)),
        ("２０２５．３．１４", date(2025, 3, 14)),
        ("2.30", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_dates_as_clerks_type_them(qtbot: QtBot, typed: str, day: date | None) -> None:
    field = DateField(lambda: TODAY)
    qtbot.addWidget(field)
    field.set_text(typed)
    assert field.value() == day
    assert (field.problem() is None) == (day is not None or not typed)


def test_a_day_without_a_year_lies_in_the_past_where_it_must(qtbot: QtBot) -> None:
    field = DateField(lambda: date(2027, 1, 5), past=True)
    qtbot.addWidget(field)
    field.set_text("12.28")
    assert field.value() == date(2026, 12, 28)
    field.set_text("20271228")
    assert field.value() == date(2027, 12, 28)


def test_the_understood_date_is_written_out_when_the_field_is_left(qtbot: QtBot, page: QWidget) -> None:
    field, other = put(page, DateField(lambda: TODAY)), put(page, TextField())
    field.setFocus()
    qtbot.keyClicks(field, "3.14")
    other.setFocus()
    assert field.text() == "2026-03-14"
    assert field.weekday() == "周六"


@pytest.mark.parametrize("typed", ["R01", "huzhu", "hz", "户主"])
def test_a_code_is_found_by_code_initials_or_chinese(qtbot: QtBot, page: QWidget, typed: str) -> None:
    field = put(page, CodeField(relations, codes("jdlk_relation").name))
    # Committed by the input method: QTest knows only the keys of an English keyboard.
    event = QInputMethodEvent()
    event.setCommitString(typed)
    QApplication.sendEvent(field, event)
    assert field.choices.isVisible()
    assert field.hasFocus()
    field.settle()
    assert (field.value(), field.text(), field.problem()) == ("R01", "户主", None)
    assert not field.choices.isVisible()


def test_the_list_of_choices_is_no_popup_window(qtbot: QtBot, page: QWidget) -> None:
    field = put(page, CodeField(relations, codes("jdlk_relation").name))
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.choices.isVisible()
    assert field.choices.window() is page
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.choices.isVisible()


def test_arrows_choose_and_a_click_takes(qtbot: QtBot, page: QWidget) -> None:
    field = put(page, CodeField(relations, codes("jdlk_relation").name))
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    second = field.choices.current
    assert second is not None
    at = field.choices.visualItemRect(field.choices.item(1)).center()
    qtbot.mouseClick(field.choices.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert field.value() == second.code


def test_what_is_no_code_stays_as_text_with_its_problem(qtbot: QtBot, page: QWidget) -> None:
    field, other = put(page, CodeField(relations, codes("jdlk_relation").name)), put(page, TextField())
    field.setFocus()
    qtbot.keyClicks(field, "qqq")
    other.setFocus()
    problem = field.problem()
    assert (field.value(), field.text()) == ("", "qqq")
    assert problem is not None
    assert problem.code == "field.code"


def test_changing_the_text_of_a_chosen_code_takes_the_code_away(qtbot: QtBot, page: QWidget) -> None:
    field = put(page, CodeField(relations, codes("jdlk_relation").name))
    field.set_value("R01")
    field.setCursorPosition(2)
    qtbot.keyClicks(field, "x")
    assert field.value() == ""


def wheel_over(widget: QWidget) -> None:
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def all_fields() -> list[tuple[Any, Any]]:
    return [
        (TextField(), "蔡园董村"),
        (NotesField(), "屋顶漏雨\n已约好修缮"),
        (ComboField([("1", "是"), ("2", "否")], empty="未填"), "1"),
        (NumberField(0, 20), 3),
        (CheckField("已参保"), True),
        (DateField(lambda: TODAY), date(2026, 3, 14)),
        (CodeField(relations, codes("jdlk_relation").name), "R01"),
    ]


@pytest.mark.parametrize("place", range(7))
def test_every_field_keeps_its_value_under_the_wheel_and_through_a_draft(
    qtbot: QtBot, page: QWidget, place: int
) -> None:
    field, value = all_fields()[place]
    put(page, field)
    assert isinstance(field, Field)
    field.set_value(value)
    wheel_over(field)
    assert field.value() == value
    kept = field.text()
    field.set_value(None)
    assert field.value() != value
    field.set_text(kept)
    assert field.value() == value


@pytest.mark.parametrize(("typed", "number"), [("３", 3), ("", None), ("三", None), ("21", 21), ("-1", None)])
def test_numbers(qtbot: QtBot, typed: str, number: int | None) -> None:
    field = NumberField(0, 20)
    qtbot.addWidget(field)
    field.set_text(typed)
    assert field.value() == number
    assert (field.problem() is None) == (typed in ("３", ""))
