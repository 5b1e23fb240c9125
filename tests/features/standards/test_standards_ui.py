"""代码与标准 in a real window: by keyboard at the county, only to look at in the township, and the form that follows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.register.ui.form_screen import HouseholdForm
from desktop.features.standards import api as standards
from desktop.features.standards.ui.panel import DAYS, LINES, StandardsPanel
from desktop.shell.assemble import Opened, open_window
from desktop.widgets.runner import AtOnce
from tests.features.sync.exchange_maker import Office, enrol, make, sends_down
from tests.office_maker import add_household, make_office

LIST = "monitor_class"
pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def county(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    db, actor = make_office(tmp_path, "county")
    opened = window(qtbot, db, actor)
    yield opened
    opened.close()


def window(qtbot: QtBot, db: Database, actor: Actor) -> Opened:
    opened = open_window(db, actor, AtOnce)
    qtbot.addWidget(opened.window)
    opened.window.resize(1366, 768)
    opened.window.show()
    return opened


def panel_of(opened: Opened) -> StandardsPanel:
    opened.window.go("system", tab="代码与标准")
    found = opened.window.findChild(StandardsPanel)
    assert isinstance(found, StandardsPanel)
    return found


def keys(opened: Opened, *typed: Any) -> None:
    """Text is typed, a key is pressed, a pair is a key with Control."""
    for one in typed:
        target = opened.window.focusWidget()
        assert target is not None
        if isinstance(one, str) and one.isascii():
            QTest.keyClicks(target, one)
        elif isinstance(one, str):  # what an input method hands over
            assert isinstance(target, QLineEdit)
            target.insert(one)
        elif isinstance(one, tuple):
            QTest.keyClick(target, one[0], Qt.KeyboardModifier.ControlModifier)
        else:
            QTest.keyClick(target, one)
        QApplication.processEvents()


def cells(panel: StandardsPanel) -> list[list[str]]:
    table = panel.page.table
    shown = [table.model.line(row) for row in range(len(table.model.keys))]
    return [[c.value(line) for c in table.model.columns] for line in shown]


def problems(panel: StandardsPanel) -> str:
    form = panel.page.form
    return " ".join(cell.note.text() for cell in form._cells.values()) + form._band_text.text()


def test_a_code_is_added_by_keyboard(county: Opened) -> None:
    panel = panel_of(county)
    assert panel.may_change
    panel.choice.setFocus()
    panel.choice.set_value(LIST)
    panel.page.table.view.setFocus()
    keys(county, (Qt.Key.Key_N,))
    keys(county, "M01", Qt.Key.Key_Return, "因灾困难户", Qt.Key.Key_Return, "20270101", Qt.Key.Key_Return)
    keys(county, (Qt.Key.Key_Return,))
    assert "一个代码的含义不能改" in problems(panel)
    panel.page.form.focus_on("code")
    panel.page.form.field("code").set_value("")
    keys(county, "M04", (Qt.Key.Key_Return,))
    assert ["M04", "因灾困难户", "2027-01-01", "", "在用"] in cells(panel)
    assert panel.page.table.footer.text() == "监测对象类别：在用 4 项，共 4 项"


def test_an_end_and_its_undo_are_seen(county: Opened) -> None:
    panel = panel_of(county)
    panel.choice.set_value(LIST)
    panel.page.table.select_row(2)
    form = panel.page.form
    form.field("what").set_value("end")
    assert not form.field("name").isEnabled()
    form.field("day").set_text("20270313")
    panel.page.save_button.click()
    assert ["M03", "突发严重困难户", "随程序", "2027-03-13", "已停用"] in cells(panel)
    assert "用到 2027-03-13 为止（滨城区）" in panel.page.told.text()
    county.window.toast.undo_button.click()
    assert ["M03", "突发严重困难户", "随程序", "", "在用"] in cells(panel)


def test_standards_and_days(county: Opened) -> None:
    panel = panel_of(county)
    assert panel.choice.value() == LINES
    first = cells(panel)[0]
    assert first[:4] == ["脱贫标准（每人每年纯收入）", "2020", "4,000.00 元", "未经核实的默认值"]
    assert cells(panel)[1][3] == "未规定"
    panel.page.table.select_row(1)
    for name, text in {"year": "2027", "value": "九千", "source": "鲁乡振发〔2027〕3号"}.items():
        panel.page.form.field(name).set_text(text)
    panel.page.save_button.click()
    assert "请填写数额，单位是元" in problems(panel)
    panel.page.form.field("value").set_text("9000")
    panel.page.save_button.click()
    assert cells(panel)[1] == [
        "防返贫监测线（每人每年纯收入）", "2027", "9,000.00 元", "滨城区", "鲁乡振发〔2027〕3号",
    ]  # fmt: skip
    panel.page.drop_button.click()
    assert cells(panel)[1][3] == "未规定"
    panel.choice.set_value(DAYS)
    panel.page.start_new()
    panel.page.form.field("day").set_text("20271004")
    panel.page.form.field("note").set_text("国庆节调休")
    panel.page.save_button.click()
    (line,) = cells(panel)
    assert line == ["2027-10-04", "周一", "放假", "上班（未公布）", "国庆节调休", "滨城区"]


def test_a_township_looks_and_is_told_why(township: tuple[Database, Actor], qtbot: QtBot) -> None:
    opened = window(qtbot, *township)
    panel = panel_of(opened)
    assert not panel.may_change
    assert "本单位只能查看；要增改请报县级" in panel.why
    for choice in (LINES, DAYS, LIST):
        panel.choice.set_value(choice)
        form = panel.page.form
        assert not any(form.field(name).isEnabled() for name in form.values())
        assert not panel.page.save_button.isVisible()
        panel.page.save()
    assert [line[0] for line in cells(panel)] == ["M01", "M02", "M03"]
    opened.close()


def test_the_form_at_the_township_follows(tmp_path: Path, qtbot: QtBot) -> None:
    town: Office = make(tmp_path, "township")
    county = make(tmp_path, "county")
    enrol(town, county, tmp_path / "stick")
    home = add_household(town.db, town.actor, "何小满")
    opened = window(qtbot, town.db, town.actor)
    assert offered(opened, home, qtbot) == ["M01", "M02", "M03"]
    with county.db.unit(county.actor, "代码") as unit:
        standards.add_code(unit, LIST, "M04", "因灾困难户", "2027-01-01")
        standards.end_code(unit, LIST, "M02", "2027-01-31")
    opened.window.go("today")
    sends_down(county, town, tmp_path / "stick")
    assert offered(opened, home, qtbot) == ["M01", "M03", "M04"]
    opened.close()
    county.db.close()


def offered(opened: Opened, home: bytes, qtbot: QtBot) -> list[str]:
    """The codes that the household's form offers."""
    opened.window.go("register.form", household=home)
    screen = opened.window.screen_shown
    assert isinstance(screen, HouseholdForm)
    qtbot.waitUntil(lambda: screen.is_ready)
    return [c.code for c in screen.editor.form.field("h.monitor_class")._find("")]
