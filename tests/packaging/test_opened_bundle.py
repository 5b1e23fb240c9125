"""A bundle is double-clicked on the stick: the program starts with it, and after the login it has been read."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from desktop import cli, start
from desktop.core.paths import default_root
from desktop.features.sync import api as sync
from desktop.features.sync.ui.pages import RESULT
from desktop.features.sync.ui.screen import SyncScreen
from desktop.shell.login import Login
from desktop.shell.window import Window
from tests.features.sync.exchange_maker import enrol, make
from tests.office_maker import add_household

PASSWORD = "pw"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


class Hand:
    """What a clerk would do at each kind of window, once; everything is closed in the end."""

    def __init__(self, deeds: dict[type[QWidget], Callable[[QWidget], bool]]) -> None:
        self._deeds, self.left = deeds, 600
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(50)

    def _look(self) -> None:
        self.left -= 1
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        if not self.left:
            QApplication.closeAllWindows()
        for widget in shown:
            deed = self._deeds.get(type(widget))
            if deed is not None and deed(widget):
                del self._deeds[type(widget)]

    def stop(self) -> None:
        self._timer.stop()


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Path:
    """From a township; the office of this PC is its county, where offices lie when nobody says otherwise."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    town, county, stick = make(tmp_path / "t", "township"), make(tmp_path / "c", "county"), tmp_path / "stick"
    enrol(town, county, stick)
    add_household(town.db, town.actor, "何小满")
    written = town.writes(stick)
    town.db.close()
    county.db.close()
    shutil.move(county.db.paths.root, default_root())
    return written


def logs_in(login: QWidget) -> bool:
    assert isinstance(login, Login)
    login.password.setText(PASSWORD)
    login.enter()
    return True


def test_it_is_read_after_the_login(bundle: Path) -> None:
    seen: list[str] = []

    def looks(window: QWidget) -> bool:
        assert isinstance(window, Window)
        screen = window.screen_shown
        if (
            not isinstance(screen, SyncScreen)
            or not screen.tabs.isTabVisible(RESULT)
            or not screen.summary.text()
        ):
            return False
        # The first look at the sticks comes after it, and does not turn to another page.
        seen.append(screen.tabs.tabText(screen.tabs.currentIndex()))
        window.close()
        return True

    hand = Hand({Login: logs_in, Window: looks})
    try:
        assert cli.main([str(bundle)]) == 0
    finally:
        hand.stop()
    assert hand.left, "the exchange page never showed a result"
    assert seen == ["结果"]
    with start.opened(default_root(), "admin", PASSWORD) as running:
        (again,) = sync.read_bundles(running.db, running.actor, bundle)
    assert again.outcome is sync.Outcome.NOTHING_NEW


def test_while_the_program_runs_already_a_sentence_says_where_to_read_it(bundle: Path) -> None:
    said: list[str] = []

    def reads(box: QWidget) -> bool:
        assert isinstance(box, QMessageBox)
        said.append(f"{box.text()}{box.informativeText()}")
        box.accept()
        return True

    hand = Hand({QMessageBox: reads})
    try:
        with start.held(default_root()):
            assert cli.main([str(bundle)]) == 1
    finally:
        hand.stop()
    assert "已经在另一个窗口中打开" in said[0]
    assert "U盘交换" in said[0]
