"""The program says which version it is and how old: an update only comes when somebody misses it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import desktop
from desktop.features.office import api as office
from desktop.shell.about import About
from desktop.shell.main import Program
from desktop.widgets.parts import label
from tests.office_maker import make_office

BUILT = date.fromisoformat(desktop.BUILT)


@pytest.mark.parametrize(
    ("days", "said"),
    [(-400, ""), (0, ""), (29, ""), (31, "已有 1 个月"), (350, "已有 11 个月"), (800, "已有 2 年多，请向上级要一份较新的程序")],
)  # fmt: skip
def test_about_tells_version_and_age(qtbot: QtBot, days: int, said: str) -> None:
    about = About("", {}, day=BUILT + timedelta(days=days))
    qtbot.addWidget(about)
    told = about.version.text()
    assert told.startswith(f"版本 {desktop.__version__}（{desktop.BUILT}")
    assert said in told
    assert ("已有" in told) is bool(said)


def test_the_login_tells_the_version(qtbot: QtBot, tmp_path: Path) -> None:
    db, _ = make_office(tmp_path)
    db.close()
    program = Program(db.paths.root, office.log_in, office.create)
    try:
        assert program.start()
        login = program._login
        assert login is not None
        assert f"版本 {desktop.__version__}" in [
            found.text() for found in login.findChildren(type(label("")))
        ]
    finally:
        program.crash.uninstall()
        program._close_login()
