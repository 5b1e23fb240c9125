"""Another role walks through every screen, every tab, the search and what can be printed: nothing it may not see."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QTabWidget,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop import cli
from desktop.core import masking
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.core.jobs import silent
from desktop.features.handbook import api as handbook
from desktop.features.office import rules
from desktop.features.office.model import Level, UserDraft
from desktop.features.register import api as register
from desktop.features.register.ui import list_export
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from desktop.shell.app import make_app
from desktop.shell.assemble import Opened, find, open_window
from desktop.widgets.ask_reason import AskReason
from desktop.widgets.runner import AtOnce
from tests.features.office.test_users import OWN, add, settle
from tests.features.register.workbook_maker import HEADINGS, workbook
from tests.features.sync.exchange_maker import enrol, make
from tests.journeys.hands import lines
from tests.office_maker import VILLAGE, add_household, make_office
from tests.pdf_reading import text as text_of

OTHER = "371602012601"
PEOPLE = {
    VILLAGE: ("齐见山", "371602196001011231", "13811112222"),
    OTHER: ("阮听涛", "371602196001011257", "13833334444"),
}
HEALTH, MONEY = "长期慢性病", 777_700
GIVEN = {"register.household", "register.form", "visits.form"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Database, Actor, list[bytes]]]:
    """Two villages; each has a household, a visit and a volunteer."""
    make_app()
    db, actor = make_office(tmp_path)
    ids = []
    for region, (name, number, phone) in PEOPLE.items():
        facts = {"name": name, "relation": "R01", "phone": phone, "health": HEALTH, "id_number": number}
        with db.unit(actor, "新增") as unit:
            member = register.PersonDraft(facts)
            known = {"wage_income": MONEY, "note": f"女儿电话 {phone}，证件 {number}"}
            household = register.HouseholdDraft(region, "一组", known, (member,))
            made = register.add_household(unit, household)
            ids.append(made.id)
            visits.record_visit(
                unit, visits.VisitDraft(made.id, "2027-03-01", "home", "王芳", f"{name}家屋顶漏，电话{phone}")
            )
            helper = volunteers.VolunteerDraft(region=region, name=f"{name}之友", phone=phone)
            volunteers.award(unit, volunteers.add_volunteer(unit, helper).id, 5, f"帮{name}，{number}")
    yield db, actor, ids
    db.close()


def crawl(opened: Opened, ids: list[bytes]) -> str:
    """Every screen with every tab; those about a household for each household there is, seen or not."""
    window, seen = opened.window, []
    for name in window.screens.names():
        for given in [{"household": i} for i in ids] if name in GIVEN else [{}]:
            window.go(name, **given)
            QApplication.processEvents()
            seen.append(_all_tabs(window))
    return "\n".join(seen)


def _all_tabs(window: QWidget) -> str:
    """What stands there with each tab turned to; and once more with the eyes open."""
    parts = _tab_by_tab(window)
    for eye in window.findChildren(QAbstractButton):
        if eye.isVisible() and eye.text() == "显示号码":
            eye.setChecked(True)
            for ask in window.findChildren(AskReason):
                ask.accept()
            parts += _tab_by_tab(window)
    return "\n".join(parts)


def _tab_by_tab(window: QWidget) -> list[str]:
    parts = [_readable(window)]
    for tabs in window.findChildren(QTabWidget):
        for n in range(tabs.count() if tabs.isVisible() else 0):
            tabs.setCurrentIndex(n)
            QApplication.processEvents()
            parts.append(_readable(window))
    return parts


def _readable(window: QWidget) -> str:
    parts: list[str] = []
    for kind in (QLabel, QAbstractButton, QLineEdit):
        parts += [w.text() for w in window.findChildren(kind) if w.isVisible()]
    parts += [w.toPlainText() for w in window.findChildren(QPlainTextEdit) if w.isVisible()]
    for combo in window.findChildren(QComboBox):
        parts += [combo.itemText(n) for n in range(combo.count())]
    for view in window.findChildren(QTableView):
        parts += ["　".join(row) for row in lines(view)] if view.isVisible() else []
        parts += copied(view) if view.isVisible() else []
    for tree in window.findChildren(QTreeView):
        model = tree.model()
        top = [model.index(n, 0) for n in range(model.rowCount())] if model else []
        parts += [str(i.data()) for i in top]
    return "\n".join(parts)


def copied(view: QTableView) -> list[str]:
    """What Ctrl+C takes along of the first row."""
    model, found, before = view.model(), [], view.currentIndex()
    for row in range(min(1, model.rowCount()) if model else 0):
        for column in range(model.columnCount()):
            view.selectionModel().setCurrentIndex(
                model.index(row, column), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
            found.append(QApplication.clipboard().text())
    view.selectionModel().setCurrentIndex(before, QItemSelectionModel.SelectionFlag.NoUpdate)
    return found


def looks(qtbot: QtBot, db: Database, actor: Actor, ids: list[bytes]) -> str:
    opened = open_window(db, actor, AtOnce)
    qtbot.addWidget(opened.window)
    opened.window.show()
    try:
        said = [crawl(opened, ids)]
        for typed in ("齐见山", "阮听涛", "qjs", "rtt", "1257", "4444", "371602"):
            said += [repr(find(db, actor, typed))]
        return "\n".join(said)
    finally:
        opened.window.close()
        opened.desk.runner.close()
        opened.drafts.close()


def test_who_may_see_all_of_it_does(qtbot: QtBot, office: tuple[Database, Actor, list[bytes]]) -> None:
    """Otherwise the crawl looks at the wrong things."""
    db, actor, ids = office
    seen = looks(qtbot, db, actor, ids)
    for name, number, phone in PEOPLE.values():
        assert name in seen
        assert number in seen
        assert phone in seen
    assert HEALTH in seen
    assert "7,777" in seen


def test_a_village_clerk_meets_nobody_of_the_next_village(
    qtbot: QtBot, office: tuple[Database, Actor, list[bytes]]
) -> None:
    db, actor, ids = office
    # Somebody else: what one did oneself stays in one's history.
    village = replace(actor, id=b"v" * 16, rights=rules.RIGHTS["village"], prefix=VILLAGE, sees=VILLAGE)
    seen = looks(qtbot, db, village, ids)
    assert "齐见山" in seen
    for secret in PEOPLE[OTHER]:
        assert secret not in seen


def test_an_administrator_without_a_work_role_reads_no_number_no_health_no_money(
    qtbot: QtBot, office: tuple[Database, Actor, list[bytes]]
) -> None:
    db, actor, ids = office
    rights = rules.rights_of(["admin"])
    seen = looks(qtbot, db, replace(actor, rights=rights, is_masked="data.sensitive" not in rights), ids)
    for _name, number, phone in PEOPLE.values():
        assert number not in seen
        assert phone not in seen
    assert HEALTH not in seen
    assert "7,777" not in seen


def test_what_is_printed_and_read_out_stays_within_the_village(
    office: tuple[Database, Actor, list[bytes]], tmp_path: Path
) -> None:
    db, actor, ids = office
    village = replace(actor, rights=rules.RIGHTS["village"], prefix=VILLAGE, sees=VILLAGE)
    with db.reader(village) as reader:
        assert len(handbook.choose(reader, "", "")) == 1
        printed = handbook.print_document(reader, ids, tmp_path / "x.pdf", handbook.Document.HANDBOOK)
    assert printed.households == 1
    administrator = replace(actor, rights=rules.rights_of(["admin"]), is_masked=True)
    with pytest.raises((Refused, Trouble)), db.reader(administrator) as reader:
        handbook.print_document(reader, ids, tmp_path / "y.pdf", handbook.Document.HANDBOOK)
    assert not (tmp_path / "y.pdf").exists()


def test_a_masked_role_prints_and_exports_masked(
    office: tuple[Database, Actor, list[bytes]], tmp_path: Path
) -> None:
    """No role of today prints without seeing everything; the paper would be masked all the same."""
    db, actor, ids = office
    masked = replace(actor, is_masked=True)
    with db.reader(masked) as reader:
        for document in handbook.Document:
            handbook.print_document(reader, ids, tmp_path / f"{document}.pdf", document)
    list_export.write(db, masked, ids, ["head", "phone"], None, tmp_path / "list.xlsx", None, silent)
    sheet = repr(list(load_workbook(tmp_path / "list.xlsx").active.values))  # type: ignore[union-attr]
    read = "\n".join(text_of(file) for file in tmp_path.glob("*.pdf")) + sheet
    for name, number, phone in PEOPLE.values():
        assert name in read
        assert masking.telephone(phone) in read
        assert number not in read
        assert phone not in read
    for secret in (HEALTH, "7,777", "7777"):
        assert secret not in read


# ---- what cannot be taken back is not even offered to who may not do it

ENTRIES = {
    "admin": {"数据钥匙", "停用电脑…", "更换密钥…"},
    "clerk": {"依法删除本户…", "改由别的电脑管理…"},
    "manager": {"依法删除本户…", "改由别的电脑管理…"},
    "reviewer": set(),
    "security": set(),
    "audit": {"操作日志"},
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Actor, bytes]]:
    """A county with a township below, a household and a volunteer."""
    make_app()
    folder = tmp_path_factory.mktemp("county")
    above, below = make(folder, "county"), make(folder, "township")
    enrol(below, above, folder / "stick")
    home = add_household(above.db, above.actor, "齐见山")
    with above.db.unit(above.actor, "新增志愿者") as unit:
        volunteers.add_volunteer(unit, volunteers.VolunteerDraft(region=VILLAGE, name="周远"))
    below.db.close()
    yield above.db, above.actor, home
    above.db.close()


@pytest.mark.parametrize("role", list(ENTRIES))
def test_who_may_not_does_not_see_the_entry(
    qtbot: QtBot, county: tuple[Database, Actor, bytes], role: str
) -> None:
    db, actor, home = county
    rights = rules.rights_of([role], Level.COUNTY, rules.SEPARATE)
    mine = replace(actor, rights=rights, is_masked="data.sensitive" not in rights)
    opened = open_window(db, mine, AtOnce)
    qtbot.addWidget(opened.window)
    opened.window.show()
    try:
        seen = offered(opened, home)
    finally:
        opened.window.close()
        opened.desk.runner.close()
        opened.drafts.close()
    assert seen & set().union(*ENTRIES.values()) == ENTRIES[role]


def offered(opened: Opened, home: bytes) -> set[str]:
    """Titles of tabs, words on buttons and lines of menus, on the pages where something grave is done."""
    seen: set[str] = set()
    for name, given in (
        ("system", {}),
        ("sync", {}),
        ("volunteers", {}),
        ("register.household", {"household": home}),
    ):
        opened.window.go(name, **given)
        page = opened.window.screen_shown
        assert page is not None
        for tabs in page.findChildren(QTabWidget):
            for n in range(tabs.count()):
                seen.add(tabs.tabText(n))
                if tabs.isTabVisible(n):
                    tabs.setCurrentIndex(n)
                    QApplication.processEvents()
                    seen |= {b.text() for b in page.findChildren(QAbstractButton) if b.isVisible()}
        seen |= {b.text() for b in page.findChildren(QAbstractButton) if b.isVisible()}
        seen |= {a.text() for menu in page.findChildren(QMenu) for a in menu.actions()}
    return seen


# ---- the same by the command line


def given_users(db: Database, actor: Actor, folder: Path) -> Path:
    """A village clerk and an administrator without a work role; gives the file with the password of both."""
    for login, roles, prefix in (("cunji", ("village",), VILLAGE), ("guanli", ("admin",), VILLAGE[:9])):
        add(db, actor, UserDraft(login, login, roles, prefix))
        settle(db, login)
    (folder / "pw").write_text(OWN, encoding="utf-8")
    return folder / "pw"


def test_the_command_line_prints_and_reads_no_more_than_the_screen(
    office: tuple[Database, Actor, list[bytes]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db, actor, ids = office
    password = given_users(db, actor, tmp_path)
    with db.reader(actor) as reader:
        numbers = [register.household(reader, i).number for i in ids]  # type: ignore[union-attr]
    db.close()
    root, out = str(db.paths.root), tmp_path / "x.pdf"

    def runs(user: str, *words: str) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        status = cli.main([*words, "--user", user, "--password-file", str(password), "--json"])
        return status, json.loads(capsys.readouterr().out.splitlines()[-1])

    status, said = runs("cunji", "print", "handbook", root, str(out))
    assert (status, said["households"]) == (0, 1)
    read = text_of(out)
    assert "齐见山" in read
    assert not [secret for secret in PEOPLE[OTHER] if secret in read]
    out.unlink()
    assert runs("cunji", "print", "handbook", root, str(out), "--household", numbers[1])[0] == 1
    assert not out.exists()
    for document in ("handbook", "plaque", "public-plaque"):
        assert runs("guanli", "print", document, root, str(out))[0] == 1
        assert not out.exists()
    listed = workbook(
        tmp_path / "list.xlsx", [HEADINGS, ("里则村", "1", "1", "齐见山", PEOPLE[VILLAGE][1], "户主")]
    )
    for user in ("cunji", "guanli"):
        report = tmp_path / f"{user}.xlsx"
        words = ("import", root, str(listed), "--report", str(report), "--dry-run")
        assert runs(user, *words)[0] == 1
        assert not report.exists()
