"""依法删除 from the household's page: what goes, reason, number typed again, second person; the list with receipts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.core.db import shelf
from desktop.features.office.model import UserDraft
from desktop.features.register import api as register
from desktop.features.register.ui.erase_dialog import EraseDialog
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.features.sync import api as sync
from desktop.features.sync.ui.erased_list import ErasedList
from desktop.features.sync.ui.pages import ERASED
from desktop.features.sync.ui.screen import SyncScreen
from desktop.shell.app import make_app
from desktop.shell.assemble import TABLE_NAMES
from tests.desk_maker import make_desk
from tests.features.office.test_users import OWN, add, settle
from tests.features.sync.exchange_maker import VILLAGE, Office
from tests.features.sync.moving_maker import Three, household, three, visit
from tests.journeys.hands import lines

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)


@pytest.fixture(scope="module", autouse=True)
def dressed(qapp: object) -> object:
    return make_app()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Three]:
    made = three(tmp_path)
    yield made
    made.close()


def page_of(qtbot: QtBot, at: Office, home: bytes, folder: Path) -> HouseholdPage:
    folder.mkdir(exist_ok=True)
    desk = make_desk(at.db, at.actor, folder)
    made = HouseholdPage(desk)
    desk.runner.changed.connect(made.on_changed)
    qtbot.addWidget(made)
    made.show()
    made.arrive(household=home)
    return made


def menu_of(page: HouseholdPage) -> list[str]:
    return [a.text().split("\t")[0] for a in page.more.actions() if a.text()]


def dialog_of(page: HouseholdPage) -> EraseDialog:
    dialog = page.findChildren(EraseDialog)[-1]
    dialog.form.field("reason").set_value("本人书面申请")
    return dialog


def note(dialog: EraseDialog, field: str) -> str:
    return dialog.form._cells[field].note.text()


def ids(at: Office) -> list[bytes]:
    with at.db.reader(at.actor) as reader:
        return register.household_ids(reader)


def test_a_household_is_erased_with_its_number_typed_again(
    qtbot: QtBot, world: Three, tmp_path: Path
) -> None:
    home = household(world.town, "齐见山", VILLAGE)
    visit(world.town, home)
    world.up(world.town)
    world.county.db.backup("daily")
    page = page_of(qtbot, world.county, home, tmp_path / "desk")
    page.erase()
    dialog = dialog_of(page)
    assert "齐见山户：1 户、2 人、走访、附件等 1 条" in dialog.what.text()
    number = page.household.number  # type: ignore[union-attr]
    dialog.form.field("number").set_value(number[:-1])
    dialog.accept()
    assert "不符" in note(dialog, "number")
    assert home in ids(world.county)
    dialog.form.field("number").set_value(f" {number.upper()} ")
    dialog.accept()
    assert home not in ids(world.county)
    said = page._desk.navigator  # type: ignore[attr-defined]
    assert "已依法删除" in said.said[-1]
    assert f"{len(shelf.all_in(world.county.db.paths.backups))} 份备份" in said.said[-1]
    assert said.gone == [("back", {})]


def test_a_second_person_stands_by_where_there_is_one(qtbot: QtBot, world: Three, tmp_path: Path) -> None:
    home = household(world.county, "阮听涛", VILLAGE)
    county = world.county
    add(county.db, county.actor, UserDraft("shenhe", "审核员", ("reviewer",), county.actor.prefix))
    settle(county.db, "shenhe")
    page = page_of(qtbot, county, home, tmp_path / "desk")
    page.erase()
    dialog = dialog_of(page)
    dialog.form.field("number").set_value(page.household.number)  # type: ignore[union-attr]
    dialog.accept()
    assert "两个人" in note(dialog, "second")
    dialog.form.field("second").set_value("shenhe")
    dialog.form.field("second_password").set_value("not the one")
    dialog.accept()
    assert note(dialog, "second_password")
    assert home in ids(county)
    dialog.form.field("second_password").set_value(OWN)
    dialog.accept()
    assert home not in ids(county)


def test_one_member_goes_and_the_household_stays(qtbot: QtBot, world: Three, tmp_path: Path) -> None:
    home = household(world.county, "齐见山", VILLAGE)
    with world.county.db.unit(world.county.actor, "加人") as unit:
        draft = register.PersonDraft({"name": "齐小满", "relation": "R03"})
        register.add_person(unit, home, draft)
    page = page_of(qtbot, world.county, home, tmp_path / "desk")
    page.tabs.setCurrentWidget(page.members)
    names = [m.name for m in page.household.members]  # type: ignore[union-attr]
    page.members.table.select_row(names.index("齐小满"))
    page.erase_member()
    dialog = dialog_of(page)
    assert "的齐小满：1 人" in dialog.what.text()
    dialog.form.field("number").set_value(page.household.number)  # type: ignore[union-attr]
    dialog.accept()
    assert [m.name for m in page.household.members] == [n for n in names if n != "齐小满"]  # type: ignore[union-attr]
    while len(page.household.members) > 1:  # type: ignore[union-attr]
        page.members.table.select_row(1)
        page.erase_member()
        dialog = dialog_of(page)
        dialog.form.field("number").set_value(page.household.number)  # type: ignore[union-attr]
        dialog.accept()
    page.members.table.select_row(0)
    page.erase_member()
    dialog = dialog_of(page)
    dialog.form.field("number").set_value(page.household.number)  # type: ignore[union-attr]
    dialog.accept()
    assert "依法删除整户" in dialog.form._band_text.text()
    assert home in ids(world.county)
    assert not page.findChildren(QMessageBox)


def test_below_the_county_and_without_the_right_it_is_not_there(
    qtbot: QtBot, world: Three, tmp_path: Path
) -> None:
    home = household(world.town, "齐见山", VILLAGE)
    world.up(world.town)
    assert not any("依法删除" in t for t in menu_of(page_of(qtbot, world.town, home, tmp_path / "a")))
    county = world.county
    assert sum("依法删除" in t for t in menu_of(page_of(qtbot, county, home, tmp_path / "b"))) == 2
    reader = Office(county.db, replace(county.actor, rights=county.actor.rights - {"register.change"}))
    assert not any("依法删除" in t for t in menu_of(page_of(qtbot, reader, home, tmp_path / "c")))


def test_who_has_answered_is_listed_at_the_county_and_below(
    qtbot: QtBot, world: Three, tmp_path: Path
) -> None:
    home = household(world.town, "齐见山", VILLAGE)
    world.around()
    register.erase_household(world.county.db, world.county.actor, home, "本人申请")
    world.down()
    for at, name in ((world.county, "county"), (world.town, "town")):
        folder = tmp_path / f"desk-{name}"
        folder.mkdir()
        screen = SyncScreen(make_desk(at.db, at.actor, folder), table_names=TABLE_NAMES, find=list)
        qtbot.addWidget(screen)
        screen.show()
        screen.arrive()
        assert screen.tabs.tabText(ERASED) == "依法删除 1"
        screen.tabs.setCurrentIndex(ERASED)
        shown = screen.tabs._erased.part()
        assert isinstance(shown, ErasedList)
        (line,) = lines(shown.view)
        assert "户 1、人" in line[2]
        if at is world.county:
            assert (line[3], line[4], line[5]) == ("本单位", "0 / 1", "还没有回执：里则街道")
            world.up(world.town)
            screen.look()
            (line,) = lines(shown.view)
            assert (line[4], line[5]) == ("1 / 1", "已抹去：里则街道")
        else:
            assert line[3] == "滨城区"
    with world.sibling.db.reader(world.sibling.actor) as reader:
        assert sync.erased(reader) == [], "it never held that region"
