"""The printing screen by keyboard: what has no glyph comes first, what is shown is what is printed, nothing stays."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.jobs import silent
from desktop.features.handbook import preview
from desktop.features.handbook.preview import Wanted
from desktop.features.handbook.ui import words
from desktop.features.handbook.ui.screen import HandbookScreen
from desktop.features.register import api as register
from desktop.shell.app import make_app
from desktop.widgets.desk import Desk
from desktop.widgets.pdf_pages import PdfPages
from tests.desk_maker import Asked, make_desk
from tests.office_maker import VILLAGE, add_household
from tests.pdf_reading import text as text_in

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)
Key, Mod = Qt.Key, Qt.KeyboardModifier
OTHER_VILLAGE = "371602012221"


class PictureTarget:
    """A printer that counts."""

    dpi = 40

    def __init__(self) -> None:
        self.pages: list[QImage] = []
        self.ended = False

    def begin(self, size: QSizeF) -> None:
        pass

    def draw(self, image: QImage) -> None:
        self.pages.append(image)

    def end(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.pages.clear()


class Clerk:
    """Three households in two villages; prints on a printer that counts."""

    def __init__(self, bot: QtBot, db: Database, actor: Actor, folder: Path) -> None:
        self.bot, self.db, self.actor = bot, db, actor
        self.desk: Desk = make_desk(db, actor, folder)
        self.asked: Asked = self.desk.navigator  # type: ignore[assignment]
        self.zhang, self.li = (add_household(db, actor, name) for name in ("张秀兰", "李长顺"))
        self.wu = add_household(db, actor, "吴桂香", OTHER_VILLAGE)
        self.printer = PictureTarget()

    def opens(self, **given: Any) -> HandbookScreen:
        screen = HandbookScreen(self.desk, choose=lambda _over, count: (self.printer, range(count)))
        self.bot.addWidget(screen, before_close_func=lambda s: s.preview.close_file())
        self.desk.runner.changed.connect(screen.on_changed)
        screen.resize(1180, 660)
        with self.bot.waitActive(screen):
            screen.show()
            screen.activateWindow()
        screen.arrive(**given)
        return screen

    def presses(self, where: QWidget, key: Key, mod: Mod = Mod.NoModifier) -> None:
        self.bot.keyClick(where, key, mod)

    def number(self, household: bytes) -> str:
        with self.desk.reader() as reader:
            return register.household_lines(reader, [household])[0].number

    def prints_noted(self) -> list[tuple[str, int, int]]:
        with self.db.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT document, households, pages FROM print_run")
            return [(r[0], r[1], r[2]) for r in found]


@pytest.fixture(scope="module", autouse=True)
def dressed(qapp: QApplication) -> QApplication:
    """The program's own look and language, put on once: fonts take longer than a test."""
    return make_app()


@pytest.fixture
def clerk(qtbot: QtBot, township: tuple[Database, Actor], tmp_path: Path) -> Iterator[Clerk]:
    made = Clerk(qtbot, *township, tmp_path)
    yield made
    made.desk.runner.close()


def shown(screen: HandbookScreen) -> PdfPages:
    assert screen.preview._pages is not None
    return screen.preview._pages


def text_of(screen: HandbookScreen, tmp_path: Path) -> str:
    shown(screen).save_as(tmp_path / "shown.pdf")
    return text_in(tmp_path / "shown.pdf")


def test_it_says_how_much_before_anything_is_drawn(clerk: Clerk) -> None:
    screen = clerk.opens()
    assert screen.panel.said.text().startswith("3 户 3 人 · 约 24 页")
    assert screen.middle.currentWidget() is screen.empty


def test_a_household_by_its_name_with_the_keyboard_alone(clerk: Clerk, tmp_path: Path) -> None:
    screen = clerk.opens()
    clerk.presses(screen, Key.Key_F, Mod.ControlModifier)
    clerk.bot.keyClicks(screen.panel.household, "zxl")
    clerk.presses(screen.panel.household, Key.Key_Return)
    assert screen.panel.said.text().startswith("1 户 1 人")
    clerk.presses(screen.panel.household, Key.Key_Return, Mod.ControlModifier)
    assert screen.middle.currentWidget() is screen.preview
    said = text_of(screen, tmp_path)
    assert "张秀兰" in said
    assert "李长顺" not in said


def test_the_second_enter_draws(clerk: Clerk) -> None:
    screen = clerk.opens()
    screen.panel.scopes.button(2).click()
    screen.panel.household.insert("李长顺")  # as an input method commits it
    clerk.presses(screen.panel.household, Key.Key_Return)
    clerk.presses(screen.panel.household, Key.Key_Return)
    assert screen.middle.currentWidget() is screen.preview


def test_another_screen_asks_for_its_household(clerk: Clerk) -> None:
    screen = clerk.opens(household=clerk.li, document="plaque")
    assert screen.panel.household.text() == f"{clerk.number(clerk.li)}　李长顺"
    clerk.presses(screen, Key.Key_Return, Mod.ControlModifier)
    assert shown(screen).count == 1


def test_a_village_only(clerk: Clerk, tmp_path: Path) -> None:
    screen = clerk.opens(region=OTHER_VILLAGE, document="public-plaque")
    screen.start()
    assert "吴桂香" in text_of(screen, tmp_path)
    assert shown(screen).count == 1


def test_without_a_choice_nothing_is_drawn(clerk: Clerk) -> None:
    screen = clerk.opens()
    screen.panel.scopes.button(1).click()
    clerk.presses(screen, Key.Key_Return, Mod.ControlModifier)
    assert screen.middle.currentWidget() is screen.empty
    assert screen.panel.said.text() == "请输入村名"


def test_what_has_no_glyph_is_listed_before_drawing(clerk: Clerk) -> None:
    rare = add_household(clerk.db, clerk.actor, "王\ue123")
    screen = clerk.opens()
    screen.start()
    assert screen.middle.currentWidget() is screen.problems
    assert screen.preview._pages is None
    line = screen.problems.table.line
    assert (line.character, line.code, line.number) == ("\ue123", "U+E123", clerk.number(rare))
    clerk.presses(screen.problems.table.view, Key.Key_Return)
    assert clerk.asked.gone == [("register.household", {"household": rare})]
    clerk.bot.mouseClick(screen.problems.go_button, Qt.MouseButton.LeftButton)
    assert shown(screen).count == 32
    assert "缺字 1" in screen.said.text()


def test_a_household_that_could_not_be_drawn_is_listed_before_the_file(clerk: Clerk) -> None:
    screen = clerk.opens(document="plaque")
    wanted = Wanted(preview.Document.PLAQUE)
    with clerk.desk.reader() as reader:
        printed = preview.draw(reader, wanted, [clerk.zhang, clerk.wu], clerk.db.paths.prints, silent)
    failed = ((clerk.number(clerk.li), "ValueError"),)
    screen._on_drawn(replace(printed, failed=failed), PdfPages(printed.path))
    assert screen.middle.currentWidget() is screen.problems
    clerk.presses(screen.problems.table.view, Key.Key_Return)
    assert clerk.asked.gone == [("register.household", {"household": clerk.li})]
    assert "没有排成 1" in screen.said.text()
    clerk.bot.mouseClick(screen.problems.go_button, Qt.MouseButton.LeftButton)
    assert screen.middle.currentWidget() is screen.preview
    assert shown(screen).count == 2


def test_printing_is_written_down_and_sends_what_is_shown(clerk: Clerk) -> None:
    screen = clerk.opens(document="plaque")
    screen.start()
    clerk.presses(screen.preview.view, Key.Key_P, Mod.ControlModifier)
    assert clerk.printer.ended
    assert len(clerk.printer.pages) == shown(screen).count == 3
    assert clerk.prints_noted() == [("plaque", 3, 3)]


def test_saving_gives_the_bytes_that_are_shown(
    clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, proposed = tmp_path / "out.pdf", []

    def ask(_over: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        proposed.append(Path(name).name)
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    screen = clerk.opens(household=clerk.zhang)
    screen.start()
    clerk.presses(screen, Key.Key_S, Mod.ControlModifier)
    assert target.read_bytes() == shown(screen)._bytes
    assert clerk.prints_noted() == [("handbook", 1, 8)]
    # A household's number names the file, never a person.
    assert proposed == [f"帮扶手册-{clerk.number(clerk.zhang)}-20270314.pdf"]


def test_no_plain_file_stays_once_it_is_in_the_preview(clerk: Clerk) -> None:
    screen = clerk.opens()
    screen.start()
    assert shown(screen).count == 24
    assert list(clerk.db.paths.prints.iterdir()) == []


def test_the_file_lies_in_a_private_folder_and_a_stop_leaves_nothing(clerk: Clerk) -> None:
    class Stopped(Exception):
        pass

    modes: list[int] = []

    def tell(done: int, _total: int, stage: str = "") -> None:
        if stage == "正在排版" and done:
            (inside,) = clerk.db.paths.prints.iterdir()
            modes.extend([inside.stat().st_mode & 0o777, clerk.db.paths.prints.stat().st_mode & 0o777])
            raise Stopped

    with clerk.desk.reader() as reader, pytest.raises(Stopped):
        preview.draw(reader, Wanted(), [clerk.zhang, clerk.li], clerk.db.paths.prints, tell)
    assert modes == [0o700, 0o700]
    assert list(clerk.db.paths.prints.iterdir()) == []


def test_what_a_power_cut_left_is_swept_at_the_next_start(clerk: Clerk) -> None:
    left = clerk.db.paths.prints / "abc" / "left.pdf"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"%PDF")
    clerk.opens()
    assert not left.exists()


def test_another_choice_closes_the_file_of_the_one_before(clerk: Clerk) -> None:
    screen = clerk.opens(household=clerk.zhang)
    screen.start()
    screen.panel.documents.button(1).click()
    assert screen.preview._pages is None
    assert screen.middle.currentWidget() is screen.empty
    assert screen.panel.start_button.property("role") == "primary"
    # The page that had the keyboard is gone; the keys still work.
    assert screen.panel.start_button.hasFocus()
    clerk.presses(screen, Key.Key_Return, Mod.ControlModifier)
    assert screen.middle.currentWidget() is screen.preview


def test_a_file_that_is_no_longer_wanted_is_thrown_away(clerk: Clerk) -> None:
    screen = clerk.opens(document="plaque")
    with clerk.desk.reader() as reader:
        printed = preview.draw(reader, Wanted(), [clerk.zhang], clerk.db.paths.prints, silent)
    screen._free(screen._on_drawn, screen._chosen - 1, (printed, PdfPages(printed.path)))
    assert screen.preview._pages is None
    assert not printed.path.exists()


def test_a_change_in_the_register_says_that_the_file_is_old(clerk: Clerk) -> None:
    screen = clerk.opens(household=clerk.zhang)
    screen.start()
    assert screen.panel.warning.isHidden()
    draft = register.HouseholdDraft(VILLAGE, "一组", {}, (register.PersonDraft({"name": "赵小云"}),))
    clerk.desk.runner.act(None, register.add_household, draft)
    assert "请重新排版" in screen.panel.warning.text()
    screen.panel.scopes.button(0).click()
    assert screen.panel.said.text().startswith("4 户")


def test_without_the_right_it_says_so(clerk: Clerk, tmp_path: Path) -> None:
    actor = Actor(clerk.actor.id, "look", "只看", frozenset(), clerk.actor.prefix)
    clerk.desk = make_desk(clerk.db, actor, tmp_path)
    screen = clerk.opens()
    screen.start()
    assert "没有这项权限" in screen.panel.warning.text()


def test_villages_are_found_by_initials(clerk: Clerk) -> None:
    screen = clerk.opens()
    found = screen.panel._find_village("cyd")
    assert [(c.code, c.title) for c in found] == [(OTHER_VILLAGE, "蔡园董村")]


def test_the_pace_of_this_pc_is_remembered_after_a_long_run() -> None:
    document = preview.Document.PLAQUE
    printed = preview.Printed(Path("x"), document, 100, 200)
    kept = words.new_pace(printed, 5.0, None)
    assert words.pace(document, kept) == (2.0, 0.05)
    assert words.new_pace(preview.Printed(Path("x"), document, 1, 9), 5.0, kept) == kept
    assert words.pace(document, {"plaque": "nonsense"})[0] == 1.0


def test_a_full_disk_is_told_before_drawing(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    many = preview.Count(free // 8_000, 0)
    assert "请先腾出空间" in words.short_of_room(many, preview.Document.HANDBOOK, None, tmp_path)
    assert words.short_of_room(preview.Count(1, 1), preview.Document.HANDBOOK, None, tmp_path) == ""
