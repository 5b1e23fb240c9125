"""Where a list has no room for all its columns, those that can be spared are left out; the clerk's choice stands."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.widgets.columns import Column
from desktop.widgets.paged_table import PagedTable


def shown(table: PagedTable) -> list[str]:
    header = table.header
    return [c.name for n, c in enumerate(table.model.columns) if not header.isSectionHidden(n)]


@pytest.fixture
def table(qtbot: QtBot) -> PagedTable:
    columns = [
        Column("number", "户编号", str, 100),
        Column("phone", "电话", str, 100, spare=2),
        Column("kind", "户类型", str, 100, spare=1),
        Column("skills", "特长", str, 100, hidden=True, spare=3),
        Column("place", "村组", str, 100, stretch=True),
    ]
    made = PagedTable(columns, name="t")
    made.set_lines(list("abc"))
    qtbot.addWidget(made)
    made.resize(460, 300)
    made.show()
    return made


def fills(table: PagedTable) -> bool:
    return bool(table.header.length() == table.view.viewport().width())


def test_what_can_be_spared_goes_first_and_comes_back(table: PagedTable) -> None:
    assert shown(table) == ["number", "phone", "kind", "place"]
    table.resize(380, 300)
    assert shown(table) == ["number", "kind", "place"]
    assert fills(table), "and nothing is scrolled"
    table.resize(250, 300)
    assert shown(table) == ["number", "place"]
    table.resize(460, 300)
    assert shown(table) == ["number", "phone", "kind", "place"]
    assert table.header.sectionSize(1) == 100
    assert fills(table)


def test_what_was_left_out_is_not_kept_as_hidden(table: PagedTable) -> None:
    before = table.header.kept_layout()
    table.resize(250, 300)
    assert [(name, hidden) for name, _, hidden in table.header.kept_layout()] == [
        (name, hidden) for name, _, hidden in before
    ]
    assert [width for *_, width, _ in table.header.kept_layout()][1] == 100
    kept: Any = [list(one) for one in before]
    table.header.restore_layout(kept)
    assert shown(table) == ["number", "place"]


def test_whom_the_clerk_asks_for_stays(table: PagedTable) -> None:
    table.resize(300, 300)
    assert "phone" not in shown(table)
    action = next(a for a in table.header.menu().actions() if a.text() == "电话")
    assert not action.isChecked()
    action.setChecked(True)
    assert "phone" in shown(table)
    action.setChecked(False)
    table.resize(460, 300)
    assert shown(table) == ["number", "kind", "place"]
    assert dict((name, hidden) for name, _, hidden in table.header.kept_layout())["phone"]
