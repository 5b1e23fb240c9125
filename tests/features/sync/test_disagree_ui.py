"""两地不同 on the screen: both answers side by side, settled by one click or a typed value; the offices below; the slip."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.register import api as register
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.features.sync import api as sync
from desktop.features.sync import overview
from desktop.features.sync.papers import print_receipt
from desktop.features.sync.ui.below_tab import BelowTab
from desktop.features.sync.ui.disagree_tab import DisagreeTab
from desktop.features.sync.ui.receipt_dialog import ReceiptDialog, receipt_of
from desktop.shell.app import make_app
from desktop.widgets.desk import Desk
from tests.desk_maker import Asked, make_desk
from tests.features.sync.exchange_maker import Office
from tests.features.sync.test_both_ways import down, edit, up, value
from tests.office_maker import add_household
from tests.pdf_reading import codes, words

PHONES = {"13800000000", "13900000000"}


@pytest.fixture(scope="module", autouse=True)
def dressed(qapp: QApplication) -> QApplication:
    return make_app()


@pytest.fixture
def home(offices: tuple[Office, Office], stick: Path) -> bytes:
    """A household whose telephone the township and the county changed without knowing of each other."""
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    edit(town, home, phone="13800000000")
    edit(county, home, phone="13900000000")
    up(town, county, stick)
    down(town, county, stick)
    return home


@pytest.fixture
def desk(offices: tuple[Office, Office], tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(offices[0].db, offices[0].actor, tmp_path)
    yield made
    made.runner.close()


@pytest.fixture
def tab(qtbot: QtBot, desk: Desk, home: bytes) -> DisagreeTab:
    made = DisagreeTab(desk, (register.disagreement_told,), {})
    qtbot.addWidget(made)
    made.resize(1100, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def said(tab: DisagreeTab) -> list[str]:
    return [part.text() for part in tab.detail.findChildren(QLabel)]


def uses(tab: DisagreeTab, office: str) -> QPushButton:
    (found,) = [b for b in tab.detail.findChildren(QPushButton) if b.accessibleName() == f"用{office}的说法"]
    return found


def test_both_answers_stand_side_by_side_with_their_authors(tab: DisagreeTab) -> None:
    assert tab.case is not None
    assert tab.case.told.what == "户联系电话"
    assert tab.case.told.who.endswith("何小满")
    words = said(tab)
    assert set(words) >= PHONES
    assert [w for w in words if w.startswith("里则街道（乡镇级）")]
    assert [w for w in words if w.startswith("滨城区（县级）")]


def test_one_click_settles_and_can_be_taken_back(
    tab: DisagreeTab, desk: Desk, offices: tuple[Office, Office], home: bytes
) -> None:
    uses(tab, "滨城区").click()
    assert value(offices[0], home, "phone") == "13900000000"
    assert tab.table.model.keys == []
    assert isinstance(desk.navigator, Asked)
    assert desk.navigator.said == ["已选定，下次交换时带给对方"]
    assert desk.navigator.undo is not None
    desk.navigator.undo()
    with desk.reader() as reader:
        assert sync.count(reader) == 1


def test_a_typed_value_settles_when_neither_is_right(
    qtbot: QtBot, tab: DisagreeTab, offices: tuple[Office, Office], home: bytes
) -> None:
    tab.detail.typed.setFocus()
    qtbot.keyClick(tab.detail.typed, Qt.Key.Key_Return)
    assert tab.detail.refusal.text() == "请填写户联系电话。"
    qtbot.keyClicks(tab.detail.typed, "13700000000")
    qtbot.keyClick(tab.detail.typed, Qt.Key.Key_Return)
    assert value(offices[0], home, "phone") == "13700000000"
    assert tab.table.model.keys == []


def test_the_case_opens_the_household(tab: DisagreeTab, desk: Desk, home: bytes) -> None:
    (button,) = [b for b in tab.detail.findChildren(QPushButton) if b.text() == "看这一户"]
    button.click()
    assert isinstance(desk.navigator, Asked)
    assert desk.navigator.gone == [("register.household", {"household": home})]


def test_the_history_names_whom_it_was_about_without_the_whole_name(tab: DisagreeTab, desk: Desk) -> None:
    uses(tab, "滨城区").click()
    with desk.reader() as reader:
        name = reader.connection.exec_driver_sql("SELECT name FROM action ORDER BY id DESC").scalar()
    assert name.startswith("选定户联系电话（")
    assert "何小满" not in name


def test_today_says_how_many_wait(offices: tuple[Office, Office], home: bytes) -> None:
    with offices[0].db.reader(offices[0].actor) as reader:
        (due,) = sync.due(reader, reader.today)
    assert due.what == "两地填得不同的 1 处，请选定"
    assert (due.screen, due.given) == ("sync", {"page": "disagree"})


def test_the_county_sees_its_township_and_writes_to_it(
    qtbot: QtBot, offices: tuple[Office, Office], home: bytes, tmp_path: Path
) -> None:
    county_desk = make_desk(offices[1].db, offices[1].actor, tmp_path)
    tab = BelowTab(county_desk)
    qtbot.addWidget(tab)
    with qtbot.waitExposed(tab):
        tab.show()
    (below,) = [tab.table.model.line(0)]
    assert (below.office, below.missing) == ("里则街道", 0)
    assert below.heard
    assert not tab.write_button.isEnabled()
    tab.set_ready(True)
    with qtbot.waitSignal(tab.write_wanted) as wanted:
        tab.table.opened.emit(0)
    assert wanted.args == [below.code]
    county_desk.runner.close()


def test_the_slip_says_what_was_written_and_numbers_the_file(
    qtbot: QtBot, desk: Desk, offices: tuple[Office, Office], home: bytes, stick: Path
) -> None:
    for earlier in stick.glob("*.hhb"):
        earlier.unlink()
    written = sync.write_bundle(offices[0].db, offices[0].actor, stick)
    receipt = receipt_of(desk, written)
    assert receipt.codes == (written[0].bundle_id[:8],)
    assert receipt.said.startswith("里则街道已写给“滨城区”：")
    page = QWidget()
    qtbot.addWidget(page)
    dialog = ReceiptDialog(desk, receipt, page)
    dialog.show()
    assert dialog.preview.total.text() == "/ 1 页"
    file = print_receipt(receipt, stick.parent / "slip.pdf")
    assert receipt.codes[0] in words(file)
    assert codes(file) == [receipt.codes[0]]
    read = overview.read(offices[1].db, offices[1].actor, stick, lambda *_: None)
    told = receipt_of(make_desk(offices[1].db, offices[1].actor, stick), read)
    assert told.title == "数据包读入回执"
    assert told.codes == receipt.codes


def test_the_households_page_says_so_and_leads_there(qtbot: QtBot, desk: Desk, home: bytes) -> None:
    page = HouseholdPage(desk)
    qtbot.addWidget(page)
    page.resize(1100, 600)
    with qtbot.waitExposed(page):
        page.show()
    page.arrive(household=home)
    assert page.band.disagreeing.text() == "两地不同 1 处，去选定"
    page.band.disagreeing.click()
    assert isinstance(desk.navigator, Asked)
    assert desk.navigator.gone == [("sync", {"page": "disagree"})]
