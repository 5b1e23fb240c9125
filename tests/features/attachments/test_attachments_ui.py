"""The tab 附件 at the keyboard and the mouse: add, paste, look, another title, take away, what has not arrived."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.attachments.ui.attach_dialog import AttachDialog
from desktop.features.attachments.ui.tab import AttachmentsTab
from desktop.shell.app import make_app
from desktop.widgets.desk import Desk
from tests.desk_maker import Asked, make_desk
from tests.features.attachments.pictures_maker import PDF, photo
from tests.office_maker import add_household, make_office


@pytest.fixture(scope="module", autouse=True)
def dressed(qapp: QApplication) -> QApplication:
    return make_app()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    db, actor = make_office(tmp_path)
    made = make_desk(db, actor, tmp_path)
    yield made
    made.runner.close()
    db.close()


def opened(qtbot: QtBot, desk: Desk) -> AttachmentsTab:
    made = AttachmentsTab(desk)
    qtbot.addWidget(made)
    made.resize(1100, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def tab(qtbot: QtBot, desk: Desk) -> AttachmentsTab:
    made = opened(qtbot, desk)
    made.show_household(add_household(desk.db, desk.actor, "何小满"))
    return made


def files(folder: Path) -> list[Path]:
    made = [folder / "a.jpg", folder / "b.pdf"]
    made[0].write_bytes(photo(1200, 900))
    made[1].write_bytes(PDF)
    return made


def says(desk: Desk) -> list[str]:
    assert isinstance(desk.navigator, Asked)
    return desk.navigator.said


def answers(qtbot: QtBot, tab: AttachmentsTab, title: str, note: str = "") -> None:
    (dialog,) = tab.findChildren(AttachDialog)
    dialog.form.set_values({"title": title, "note": note})
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    QApplication.processEvents()


def titles(tab: AttachmentsTab) -> list[str]:
    return [line.title for line in tab.table._held]


def test_files_are_added_under_one_title_and_looked_at(
    qtbot: QtBot, tab: AttachmentsTab, desk: Desk, tmp_path: Path
) -> None:
    assert tab.table.empty.isVisible()
    tab.offer(files(tmp_path))
    answers(qtbot, tab, "申请书", "2026年度")
    assert titles(tab) == ["申请书", "申请书"]
    assert tab.said.text() == "2 个文件"
    assert says(desk) == ["已添加 2 个文件"]
    tab.table.select_row(0)
    assert tab.view.has_picture or tab.chosen.kind.endswith("pdf")


def test_dropped_and_pasted(qtbot: QtBot, tab: AttachmentsTab, desk: Desk, tmp_path: Path) -> None:
    given = QMimeData()
    given.setUrls([QUrl.fromLocalFile(str(files(tmp_path)[0])), QUrl.fromLocalFile(str(tmp_path / "x.exe"))])
    tab.dropEvent(
        QDropEvent(
            QPointF(9, 9),
            Qt.DropAction.CopyAction,
            given,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    answers(qtbot, tab, "公示照片")
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(image)
    tab.paste()
    answers(qtbot, tab, "明白卡")
    assert sorted(titles(tab)) == ["公示照片", "明白卡"]
    QGuiApplication.clipboard().setText("只有文字")
    tab.paste()
    assert says(desk)[-1] == "剪贴板里没有图片，请先截图或复制图片"


def test_one_bad_file_of_several_is_named_and_none_is_kept(
    qtbot: QtBot, tab: AttachmentsTab, desk: Desk, tmp_path: Path
) -> None:
    good, bad = files(tmp_path)
    bad.write_bytes(b"MZ not a pdf")
    tab.offer([good, bad])
    answers(qtbot, tab, "申请书")
    assert titles(tab) == []
    assert says(desk)[-1].startswith("第 2 个文件：只能添加")


def test_another_title_and_taking_away_with_undo(
    qtbot: QtBot, tab: AttachmentsTab, desk: Desk, tmp_path: Path
) -> None:
    tab.offer(files(tmp_path)[:1])
    answers(qtbot, tab, "申请书")
    tab.table.select_row(0)
    tab.change_button.click()
    answers(qtbot, tab, "评议记录", "第二次")
    assert titles(tab) == ["评议记录"]
    tab.table.select_row(0)
    tab.remove_button.click()
    assert titles(tab) == []
    assert isinstance(desk.navigator, Asked)
    assert desk.navigator.undo is not None
    desk.navigator.undo()
    tab.show_household(tab._household)
    assert titles(tab) == ["评议记录"]


def test_a_file_that_has_not_arrived_shows_its_small_picture_and_says_so(
    qtbot: QtBot, tab: AttachmentsTab, tmp_path: Path
) -> None:
    tab.offer(files(tmp_path)[:1])
    answers(qtbot, tab, "申请书")
    tab._blobs.remove(tab.table._held[0].sha256)
    tab.show_household(tab._household)
    tab.table.select_row(0)
    assert tab.view.said.text() == "文件还没有到这台电脑，下次交换时会带来"
    assert tab.view.has_picture
    assert not tab.save_button.isEnabled()


def test_a_masked_role_sees_that_there_are_papers_and_not_what_they_show(
    qtbot: QtBot, tab: AttachmentsTab, desk: Desk, tmp_path: Path
) -> None:
    tab.offer(files(tmp_path)[:1])
    answers(qtbot, tab, "申请书")
    desk.actor = replace(desk.actor, is_masked=True)
    desk.runner._open_reader = desk.reader
    masked = opened(qtbot, desk)
    masked.show_household(tab._household)
    assert titles(masked) == ["申请书"]
    assert masked.view.said.text() == "您的角色不能查看附件的内容"
    assert not masked.view.has_picture
    assert not masked.add_button.isEnabled()
