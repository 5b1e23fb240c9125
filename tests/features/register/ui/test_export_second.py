"""Many households leave the program together only by two people's word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused
from desktop.core.jobs import silent
from desktop.features.office import api as office
from desktop.features.office import audit, second
from desktop.features.register import api as register
from desktop.features.register.ui import list_export
from desktop.features.register.ui.list_screen import RegisterScreen
from desktop.shell.app import make_app
from desktop.widgets.ask_second import AskSecond
from desktop.widgets.desk import Desk
from tests.desk_maker import make_desk
from tests.features.office.test_users import FIRST, OWN, add, draft, settle
from tests.office_maker import VILLAGE, make_office

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Actor]]:
    """One household more than one person may take along; nobody else in the office yet."""
    make_app()
    db, actor = make_office(tmp_path_factory.mktemp("o"))
    with db.unit(actor, "新增") as unit:
        for n in range(second.MOST_ALONE + 1):
            member = register.PersonDraft({"name": f"甲{n}", "relation": "R01"})
            register.add_household(unit, register.HouseholdDraft(VILLAGE, "一组", {}, (member,)))
    yield db, actor
    db.close()


def ids(db: Database, actor: Actor) -> list[bytes]:
    with db.reader(actor) as reader:
        return list(register.household_ids(reader))


def write(
    db: Database, actor: Actor, wanted: list[bytes], target: Path, by: office.Second | None = None
) -> int:
    return list_export.write(db, actor, wanted, ["number"], None, target, by, silent)


def noted(db: Database, actor: Actor) -> list[str]:
    with db.reader(actor) as reader:
        found = audit.ids(reader, "", "second")
        lines = audit.lines(reader, found)
        return [lines[i].about for i in found]


def test_alone_in_the_office_one_goes_on_and_the_log_says_so(
    big: tuple[Database, Actor], tmp_path: Path
) -> None:
    everybody = ids(*big)
    assert write(*big, everybody[:200], tmp_path / "few.xlsx") == 200
    assert noted(*big) == []
    assert write(*big, everybody, tmp_path / "all.xlsx") == 201
    assert noted(*big) == ["导出 201 户：单位里没有第二位可以复核的人，一人办理"]


def test_with_a_reviewer_two_stand_by_it(big: tuple[Database, Actor], tmp_path: Path) -> None:
    db, actor = big
    add(db, actor, draft("fuhe", ("reviewer",)))
    everybody, path = ids(db, actor), db.paths.keys
    refusals = {
        "second.missing": None,
        "second.first": office.Second("fuhe", FIRST, path),
        "second.password": office.Second("fuhe", "wrong", path),
        "second.right": office.Second("admin", "pw", path),
    }
    for code, by in refusals.items():
        with pytest.raises(Refused) as caught:
            write(db, actor, everybody, tmp_path / "all.xlsx", by)
        assert caught.value.code == code
        assert list(tmp_path.iterdir()) == []
    settle(db, "fuhe")
    assert write(db, actor, everybody[1:], tmp_path / "few.xlsx") == 200
    assert write(db, actor, everybody, tmp_path / "all.xlsx", office.Second("fuhe", OWN, path)) == 201
    assert noted(db, actor) == ["导出 201 户：由 李丽 复核"]


def asked(screen: RegisterScreen) -> AskSecond:
    (dialog,) = [d for d in screen.findChildren(AskSecond) if d.isVisible()]
    return dialog


def test_the_list_asks_for_the_second_person(
    big: tuple[Database, Actor], tmp_path: Path, qtbot: QtBot
) -> None:
    db, actor = big
    desk: Desk = make_desk(db, actor, tmp_path)
    add(db, actor, draft("fuhe", ("reviewer",)))
    settle(db, "fuhe")
    screen = RegisterScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.save_list(tmp_path / "list.xlsx")
    dialog = asked(screen)
    assert not (tmp_path / "list.xlsx").exists()
    dialog.form.set_values({"second": "fuhe"})
    dialog.form.field("second_password").setText("wrong")
    dialog.accept()
    again = asked(screen)
    assert "密码不对" in "".join(part.text() for part in again.findChildren(QLabel))
    again.form.set_values({"second": "fuhe"})
    again.form.field("second_password").setText(OWN)
    again.accept()
    assert load_workbook(tmp_path / "list.xlsx").active.max_row == 202
