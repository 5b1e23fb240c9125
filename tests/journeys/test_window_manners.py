"""How the window behaves at its edges: stopping, leaving in the middle, a second copy, Qt's own words, Tab."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop import start
from desktop.core.crypto import Cost
from desktop.core.db import history
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from desktop.sample import people, workbooks
from desktop.shell.app import make_app
from desktop.shell.login import Login
from desktop.shell.main import Program
from tests.journeys.clerk import PASSWORD, Clerk, clerk_at
from tests.journeys.hands import answering, compose
from tests.office_maker import add_household

TOWNSHIP = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
DAY = date(2027, 3, 12).isoformat()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "township"


@pytest.fixture
def clerk(qtbot: QtBot, root: Path) -> Iterator[Clerk]:
    make_app()
    with clerk_at(qtbot, root, TOWNSHIP) as made:
        yield made


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Long enough to be stopped in the middle."""
    workbooks.write_layout1(tmp_path / "list.xlsx", people.township(), troubles=True)
    return tmp_path / "list.xlsx"


def written(db: Database, actor: Actor) -> tuple[int, list[str]]:
    """How many households there are, and what was ever done."""
    with db.reader(actor) as reader:
        return len(register.household_ids(reader)), [action.name for action in history.recent(reader)]


def reads_list(clerk: Clerk, workbook: Path) -> None:
    clerk.opens("户籍册").drops(workbook).settles().sees("导入后会怎样")


def is_writing(clerk: Clerk) -> bool:
    """In the middle of the import: the backup is made and rows are being put into the open transaction."""
    task = getattr(clerk.window.screen_shown, "task", None)
    return task is not None and not task.is_over and task.progress.stage == "正在写入户和人"


# ---- stopping and taking back


def test_esc_stops_a_long_printing_and_leaves_no_file(clerk: Clerk, workbook: Path) -> None:
    prints = clerk.opened.desk.db.paths.prints
    reads_list(clerk, workbook)
    clerk.saves().sees("已导入").opens("一牌一册").sees("758 户")
    clerk.presses("Ctrl+Return").waits_for(
        lambda: QApplication.activeModalWidget() and any(prints.glob("*/*"))
    )
    clerk.sees("停止").bot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
    clerk.settles().sees("已停下，没有留下文件")
    assert not any(prints.glob("*/*"))
    clerk.goes_to("检查用字并排版")


def test_an_import_is_taken_back_with_ctrl_z_and_can_be_made_again(clerk: Clerk, tmp_path: Path) -> None:
    workbook = tmp_path / "list.xlsx"
    workbooks.write_layout1(workbook, people.township(households=40, people=80))
    reads_list(clerk, workbook)
    clerk.saves().sees("已导入：新增 40 户 80 人").presses("Ctrl+Z").settles().sees("已撤销")
    clerk.opens("户籍册").sees("户籍册还是空的").opens("今日").sees("新办公室从这几步开始")
    reads_list(clerk, workbook)
    clerk.saves().sees("已导入：新增 40 户 80 人").opens("户籍册").sees("共 40 户 80 人")


# ---- leaving


def stop_and_close(box: QMessageBox) -> None:
    (button,) = (b for b in box.buttons() if "停下并关闭" in b.text())
    button.click()


def test_leaving_during_an_import_leaves_the_data_as_they_were(
    qtbot: QtBot, root: Path, workbook: Path
) -> None:
    make_app()
    with clerk_at(qtbot, root, TOWNSHIP) as clerk:
        reads_list(clerk, workbook)
        clerk.presses("Ctrl+Return").waits_for(lambda: is_writing(clerk))
        with answering(QMessageBox, stop_and_close):
            clerk.window.close()
    with start.opened(root, "admin", PASSWORD) as running:
        households, names = written(running.db, running.actor)
    assert households == 0
    assert names == ["建立办公室"]


def test_from_login_to_leaving(qtbot: QtBot, root: Path) -> None:
    make_app()
    running, _ = start.create_office(root, TOWNSHIP, "admin", PASSWORD, cost=Cost(1, 64, 1))
    running.db.close()
    program = Program(root, office.log_in, start.create_office)
    assert program.start()
    try:
        enters_and_leaves(qtbot, program)
    finally:
        program.crash.uninstall()
    with start.opened(root, "admin", PASSWORD) as again:
        assert written(again.db, again.actor) == (0, ["建立办公室"])


def enters_and_leaves(bot: QtBot, program: Program) -> None:
    (login,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, Login) and w.isVisible())
    bot.waitUntil(lambda: QApplication.focusWidget() is login.password)
    bot.keyClicks(login.password, "wrong")
    bot.keyClick(login.password, Qt.Key.Key_Return)
    bot.waitUntil(lambda: "密码" in login.sentence.text(), timeout=20_000)
    assert login.password.selectedText(), "the next try replaces the wrong one"
    compose(login.password, PASSWORD)
    bot.keyClick(login.password, Qt.Key.Key_Return)
    bot.waitUntil(lambda: program.opened is not None, timeout=20_000)
    assert program.opened is not None
    window = program.opened.window
    bot.waitUntil(lambda: window.isVisible() and not isValid(login))
    window.close()
    bot.waitUntil(lambda: program.opened is None)
    bot.wait(50)
    assert program.crash.page is None


# ---- a second copy


def test_a_second_copy_on_the_same_data_is_refused_in_a_sentence(clerk: Clerk, root: Path) -> None:
    said: list[str] = []

    def read(box: QMessageBox) -> None:
        said.append(box.text() + box.informativeText())
        clerk.bot.keyClick(box, Qt.Key.Key_Return)

    with answering(QMessageBox, read):
        assert start.window(root) == 1
    assert "已经在另一个窗口中打开" in said[0]
    clerk.sits_down().opens("户籍册").sees("户籍册还是空的")


# ---- Qt's own words


def test_the_buttons_of_qts_own_dialogs_are_in_chinese(clerk: Clerk) -> None:
    words: list[str] = []

    def read(dialog: QFileDialog) -> None:
        words.extend(button.text() for button in dialog.findChildren(QPushButton))
        clerk.bot.keyClick(dialog, Qt.Key.Key_Escape)

    clerk.opens("户籍册").presses("Ctrl+I").settles()
    with answering(QFileDialog, read):
        clerk.presses("Ctrl+O")
    assert "取消" in words
    assert "打开(&O)" in words


# ---- Tab


def _filled(clerk: Clerk) -> bytes:
    """One household with a visit, one volunteer with points."""
    db, actor = clerk.opened.desk.db, clerk.opened.desk.actor
    household = add_household(db, actor, "张秀兰")
    with db.unit(actor, "记走访") as unit:
        visits.record_visit(unit, visits.VisitDraft(household, DAY, "home", "李伟", "屋顶漏雨"))
        found = register.household(unit, household)
        assert found is not None
        made = volunteers.add_volunteer(unit, volunteers.VolunteerDraft(region=found.region, name="周志远"))
        volunteers.award(unit, made.id, 20, "清扫村道")
    return household


@pytest.mark.parametrize("is_filled", [False, True])
def test_tab_comes_to_everything_on_every_page_and_around_again(clerk: Clerk, is_filled: bool) -> None:
    given: dict[str, dict[str, object]] = {}
    if is_filled:
        household = _filled(clerk)
        given = {name: {"household": household} for name in ("register.household", "visits.form")}
    left_out = {} if is_filled else {"register.household"}
    for name in clerk.window.screens.names():
        if name not in left_out:
            clerk.window.go(name, **given.get(name, {}))
            clerk.settles()
            assert not _unreached(clerk), name


def _unreached(clerk: Clerk) -> list[str]:
    """What could take the focus on this page, and Tab never gave it to."""
    page = clerk.window.screen_shown
    assert page is not None
    wanted = {w for w in page.findChildren(QWidget) if _can_be_reached(w)}
    first, seen = clerk.focus, set[QWidget]()
    assert page.isAncestorOf(first) or first is page, "the keys of the page need the focus in it"
    while clerk.focus not in seen:
        seen.add(clerk.focus)
        clerk.presses("Tab")
    return [f"{type(w).__name__} {w.accessibleName()}" for w in wanted - seen]


def _can_be_reached(widget: QWidget) -> bool:
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    if isinstance(widget, QRadioButton) and not widget.isChecked():
        return False  # the arrows go on from the chosen one
    return takes_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
