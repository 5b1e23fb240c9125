"""The exchange screens of a township and its county with a folder as the stick: enrolment, writing, reading, refusals."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.changes import Changes
from desktop.core.clock import FixedClock
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.features.sync import overview
from desktop.features.sync.model import Outcome, Taken
from desktop.features.sync.overview import OnStick
from desktop.features.sync.ui import drives, words
from desktop.features.sync.ui.drives import Place
from desktop.features.sync.ui.enrol_panel import DigitsField
from desktop.features.sync.ui.pages import ENROL, HERE, PAST, RESULT
from desktop.features.sync.ui.screen import AskFolder, SyncScreen
from desktop.shell.app import make_app
from desktop.widgets import files
from desktop.widgets.desk import Desk
from tests.desk_maker import make_desk
from tests.office_maker import NOON, add_household, make_office

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)
Key, Mod = Qt.Key, Qt.KeyboardModifier
NAMES = {"household": "户", "person": "人"}


class Office:
    """An office with its exchange screen open; `stick` may come and go."""

    def __init__(self, bot: QtBot, db: Database, actor: Actor, folder: Path, stick: Path) -> None:
        self.bot, self.db, self.actor, self.stick = bot, db, actor, stick
        self.desk: Desk = make_desk(db, actor, folder)
        self.screen = self.opens()

    def opens(self, ask_folder: AskFolder = files.ask_folder) -> SyncScreen:
        screen = SyncScreen(
            self.desk,
            table_names=NAMES,
            find=lambda: [self.stick] if self.stick.is_dir() else [],
            ask_folder=ask_folder,
        )
        self.bot.addWidget(screen)
        screen.resize(1180, 660)
        with self.bot.waitActive(screen):
            screen.show()
            screen.activateWindow()
        screen.arrive()
        return screen

    def presses(self, screen: SyncScreen, key: Key, mod: Mod = Mod.ControlModifier) -> None:
        with self.bot.waitActive(screen):
            screen.activateWindow()
        self.bot.keyClick(screen, key, mod)
        self.bot.wait(150)  # a button's keys show it pressed for a tenth of a second

    @property
    def digits(self) -> str:
        return self.db.node.fingerprint

    def types(self, field: DigitsField, text: str) -> None:
        field.setFocus()
        field.set_text("")
        self.bot.keyClicks(field, text)
        self.bot.keyClick(field, Key.Key_Return)

    def sees(self) -> str:
        self.screen.look()
        return self.screen.now.large.text()

    def bundles(self) -> list[Path]:
        return [p for p in self.stick.glob("*.hhb") if len(p.stem) == 32]

    def outcomes(self) -> list[str]:
        return [line.outcome for line in self.screen.result.table._held]


@pytest.fixture(scope="module", autouse=True)
def dressed(qapp: QApplication) -> QApplication:
    """The program's own look and language, put on once: fonts take longer than a test."""
    return make_app()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "KINGSTON"
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A township and a county as they are after `init`; each test works on a copy."""
    folder = tmp_path_factory.mktemp("offices")
    for level in ("township", "county"):
        make_office(folder, level)[0].close()
    return folder


def open_copy(bot: QtBot, level: str, made_once: Path, tmp_path: Path, stick: Path) -> Iterator[Office]:
    root = shutil.copytree(made_once / level, tmp_path / level)
    db, actor = office.log_in(root, "admin", "pw", clock=FixedClock(NOON))
    opened = Office(bot, db, actor, root, stick)
    yield opened
    opened.desk.runner.close()
    db.close()


@pytest.fixture
def township(qtbot: QtBot, made_once: Path, tmp_path: Path, stick: Path) -> Iterator[Office]:
    yield from open_copy(qtbot, "township", made_once, tmp_path, stick)


@pytest.fixture
def county(qtbot: QtBot, made_once: Path, tmp_path: Path, stick: Path) -> Iterator[Office]:
    yield from open_copy(qtbot, "county", made_once, tmp_path, stick)


@pytest.fixture
def enrolled(township: Office, county: Office) -> tuple[Office, Office]:
    """Both after the three steps, done on the screens."""
    township.screen.enrolment.request_button.click()
    county.sees()
    county.types(county.screen.enrolment.down.field, township.digits)
    township.sees()
    township.types(township.screen.enrolment.up.field, county.digits)
    return township, county


def test_enrolment_step_by_step_with_the_digits_read_over_the_telephone(
    township: Office, county: Office
) -> None:
    up = township.screen.enrolment
    assert up.own.text().replace(" ", "") == township.digits
    assert [len(group) for group in up.own.text().split(" ")] == [4, 4, 4]
    assert not township.screen.now.write_button.isEnabled()
    up.request_button.click()
    assert up.done_large.text() == "可以拔出U盘"
    assert "等上级答复" in up.state.text()
    assert not up.up.button.isEnabled()  # no answer on the stick yet

    assert county.sees().endswith("有 1 份入网申请")
    assert county.screen.tabs.tabText(ENROL) == "入网（1 份申请）"
    down = county.screen.enrolment
    assert "里则街道" in down.down_said.text()
    county.types(down.down.field, township.digits)
    assert "已受理" in down.done_said.text()
    assert county.screen.tabs.tabText(ENROL) == "入网"

    assert township.sees().endswith("有上级的入网答复")
    township.types(up.up.field, county.digits)
    assert up.state.text() == "已入网，上级是滨城区"
    assert township.screen.now.write_button.isEnabled()
    assert not up.request_button.isEnabled()


def test_wrong_digits_are_refused_under_their_field(township: Office, county: Office) -> None:
    township.screen.enrolment.request_button.click()
    county.sees()
    county.types(county.screen.enrolment.down.field, "1234 5678 9012")
    assert "不符" in county.screen.enrolment.down.cell.note.text()
    assert not list(county.stick.glob("enrol-answer*"))
    county.types(county.screen.enrolment.down.field, township.digits)
    township.sees()
    township.types(township.screen.enrolment.up.field, township.digits)
    assert "不符" in township.screen.enrolment.up.cell.note.text()
    assert "上级" not in township.screen.enrolment.state.text().replace("等上级答复", "")


def test_a_request_is_written_though_another_office_waits_on_the_same_stick(
    township: Office, county: Office
) -> None:
    township.screen.enrolment.request_button.click()
    county.sees()
    county.screen.enrolment.request_button.click()
    assert len(list(county.stick.glob("enrol*.hhb"))) == 2
    assert "申请已写好" in county.screen.enrolment.done_said.text()
    assert county.screen.enrolment.request_button.text() == "再写一次申请"


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("123456789012", True),
        ("1234 5678-9012", True),
        ("１２３４５６７８９０１２", True),
        ("12345678901", False),
    ],
)
def test_digits_as_people_type_them(qtbot: QtBot, typed: str, whole: bool) -> None:
    field = DigitsField()
    qtbot.addWidget(field)
    field.set_text(typed)
    assert field.is_whole is whole
    assert (field.problem() is None) is whole


def test_too_few_digits_are_not_sent(township: Office, county: Office) -> None:
    township.screen.enrolment.request_button.click()
    county.sees()
    county.types(county.screen.enrolment.down.field, "1234")
    assert county.screen.enrolment.down.cell.note.text() == "请输入 12 位数字，现在是 4 位"
    assert not list(county.stick.glob("enrol-answer*"))


def test_writing_and_reading_a_bundle(enrolled: tuple[Office, Office]) -> None:
    township, county = enrolled
    add_household(township.db, township.actor, "张秀兰")
    township.sees()
    screen = township.screen
    unsent = screen._survey.outlook.unsent
    assert unsent > 0
    assert f"尚未上报 {unsent:,} 条" in screen.now.write_said.text()
    assert screen.tabs.tabText(HERE) == f"仅在本机 {unsent:,}"
    assert screen.now.write_button.isDefault()
    township.presses(screen, Key.Key_U)
    assert screen.tabs.currentIndex() == RESULT
    assert screen.result.large.text() == "可以拔出U盘"
    assert township.outcomes() == ["已写出"]
    # A stick may be lost: only what the county says it has is not here alone.
    assert screen.tabs.tabText(HERE) == f"仅在本机 {unsent:,}"
    assert "没有尚未上报的" in screen.now.write_said.text()
    # Its own bundle is nothing to read.
    assert not screen.now.read_button.isEnabled()

    heard: list[Changes] = []
    county.desk.runner.changed.connect(lambda changes, _sender: heard.append(changes))
    assert county.sees().endswith("有 1 个数据包可读入")
    county.presses(county.screen, Key.Key_I)
    assert county.outcomes() == ["已读入"]
    assert county.screen.result.table.line.peer == "里则街道"
    assert county.screen.result.table.line.said.startswith("户 1、人 1")
    assert heard[0].touch("household", "person")
    assert county.screen.tabs.past._held[0].peer == "里则街道"

    county.presses(county.screen, Key.Key_I)
    assert county.outcomes() == ["没有新内容"]
    assert county.sees().endswith("没有给本办公室的新数据包")


def test_what_only_this_pc_has_is_listed_by_action(enrolled: tuple[Office, Office]) -> None:
    township, county = enrolled
    add_household(township.db, township.actor, "张秀兰")
    township.sees()
    assert [kept.name for kept in township.screen.tabs.here._held][0].startswith("新增户 ")
    own = county.screen._survey.outlook.only_here
    township.screen.now.write_button.click()
    county.sees()
    county.screen.now.read_button.click()
    # What came from others exists there as well.
    assert county.screen._survey.outlook.only_here == own


def test_a_stick_that_fails_leaves_everything_unsent(enrolled: tuple[Office, Office]) -> None:
    township, _ = enrolled
    add_household(township.db, township.actor, "张秀兰")
    township.sees()
    before = township.screen._survey.outlook.unsent
    shutil.rmtree(township.stick)
    township.stick.write_bytes(b"no folder any more")
    township.screen.now.write_button.click()
    assert township.screen.result.large.text() == "写出上报包没有做完"
    assert township.screen.result.hint.text()
    township.stick.unlink()
    township.sees()
    assert township.screen._survey.outlook.unsent == before
    assert township.screen.tabs.here._held[0].name.startswith("新增户 ")


def test_a_damaged_bundle_with_a_good_second_copy_is_read_with_one_click(
    enrolled: tuple[Office, Office],
) -> None:
    township, county = enrolled
    add_household(township.db, township.actor, "张秀兰")
    township.sees()
    township.screen.now.write_button.click()
    (file,) = township.bundles()
    file.write_bytes(file.read_bytes()[:-100])
    county.sees()
    county.screen.now.read_button.click()
    assert county.outcomes() == ["已损坏"]
    assert county.screen.result.large.text() == "请先别拔U盘"
    assert not county.screen.result.copy_button.isHidden()
    county.screen.result.copy_button.click()
    assert county.outcomes() == ["已读入"]
    assert county.screen.result.large.text() == "可以拔出U盘"
    assert county.screen.result.copy_button.isHidden()


def test_without_a_whole_copy_there_is_nothing_to_offer(enrolled: tuple[Office, Office]) -> None:
    township, county = enrolled
    township.screen.now.write_button.click()
    (file,) = township.bundles()
    for one in (file, file.parent / "copy" / file.name):
        one.write_bytes(one.read_bytes()[:-100])
    county.sees()
    county.screen.now.read_button.click()
    assert county.outcomes() == ["已损坏"]
    assert county.screen.result.copy_button.isHidden()


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_words(outcome: Outcome) -> None:
    said = words.about_file(Taken(Path("x.hhb"), outcome, "一句话", rows={"household": 2, "other": 3}), NAMES)
    assert words.OUTCOMES[outcome][0]
    assert said == ("户 2、其他 3 项。一句话" if outcome is Outcome.APPLIED else "一句话")


def test_a_stick_that_comes_and_goes_is_seen_by_itself(township: Office) -> None:
    assert "KINGSTON" in township.screen.now.large.text()
    for file in township.stick.iterdir():
        file.unlink()
    township.stick.rmdir()
    township.screen._glance()
    assert township.screen.now.large.text() == "未插入U盘"
    assert not township.screen.now.read_button.isEnabled()
    township.stick.mkdir()
    township.screen._glance()
    assert "KINGSTON" in township.screen.now.large.text()


def test_the_timer_runs_only_while_the_screen_is_shown(township: Office) -> None:
    assert township.screen._watch.isActive()
    township.screen.hide()
    assert not township.screen._watch.isActive()


def test_a_folder_chosen_by_hand_is_remembered(township: Office, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    screen = township.opens(ask_folder=lambda _over, _title, _before: share)
    township.presses(screen, Key.Key_O)
    assert screen.now.large.text().startswith("文件夹 share")
    assert screen.now.places.count() == 2
    again = township.opens(ask_folder=lambda _over, _title, before: Path(before))
    assert [place.path for place in again._survey.places] == [township.stick, share]
    assert again._survey.place == again._survey.places[0]  # a stick goes before a folder


def test_a_bundle_dropped_on_the_page_is_read(enrolled: tuple[Office, Office], tmp_path: Path) -> None:
    township, county = enrolled
    township.screen.now.write_button.click()
    (file,) = township.bundles()
    moved = file.rename(tmp_path / file.name)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(moved))])
    copy = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, Mod.NoModifier)
    county.screen.dropEvent(event)
    assert county.outcomes() in (["已读入"], ["没有新内容"])


def test_a_bundle_that_was_double_clicked_is_read(enrolled: tuple[Office, Office], tmp_path: Path) -> None:
    """Explorer starts the program with the file; after the login the window comes here with it."""
    township, county = enrolled
    township.screen.now.write_button.click()
    (file,) = township.bundles()
    county.screen.arrive(bundle=file.rename(tmp_path / file.name))
    assert county.outcomes() in (["已读入"], ["没有新内容"])


def test_a_clerk_without_rights_sees_why(township: Office, tmp_path: Path) -> None:
    township.desk = make_desk(township.db, replace(township.actor, rights=frozenset()), tmp_path)
    screen = township.opens()
    assert "没有写出数据包的权限" in screen.now.write_said.text()
    assert "没有读入数据包的权限" in screen.now.read_said.text()
    assert not screen.enrolment.request_button.isEnabled()
    assert screen.enrolment.up_said.text() == "入网由系统管理员办理"


def test_the_first_page_is_enrolment_until_there_is_a_parent(enrolled: tuple[Office, Office]) -> None:
    township, county = enrolled
    assert county.screen.tabs.currentIndex() == ENROL
    assert township.opens().tabs.currentIndex() == PAST


def test_a_torn_request_does_not_hide_the_rest(township: Office) -> None:
    (township.stick / "enrol.hhb").write_bytes(b"HHE1\r\n\x1a\n" + b"x" * 60)
    (township.stick / ("a" * 32 + ".hhb")).write_bytes(b"nonsense")
    with township.db.reader(township.actor) as reader:
        found = overview.on_stick(reader, township.db, township.stick)
    assert found == OnStick(fresh=1)
    assert township.sees().endswith("有 1 个数据包可读入")


def test_mount_points_of_sticks_with_blanks_in_their_names() -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\n"
        "/dev/sdb1 /media/zhang/MY\\040STICK vfat rw 0 0\n"
        "tmpfs /mnt/cache tmpfs rw 0 0\n"
        "server:/share /mnt/share nfs rw 0 0\n"
        "/dev/sdc1 /run/media/zhang/KINGSTON exfat rw 0 0\n"
        "broken\n"
    )
    assert drives.mounted(mounts) == [Path("/media/zhang/MY STICK"), Path("/run/media/zhang/KINGSTON")]


def test_a_write_protected_stick_says_so(tmp_path: Path) -> None:
    place = Place(tmp_path, "KINGSTON", 1 << 30, is_stick=True, can_write=False)
    sentence, to_do = words.headline(place, OnStick(), is_pending=False)
    assert sentence.endswith("写不进去")
    assert "写保护" in to_do
