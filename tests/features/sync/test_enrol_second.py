"""A certificate is given by two people, where there are two."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop import cli
from desktop.core.errors import Refused
from desktop.features.office import api as office
from desktop.features.office import audit
from desktop.features.sync import api as sync
from desktop.features.sync.ui.screen import SyncScreen
from desktop.shell.app import make_app
from desktop.widgets.ask_second import AskSecond
from tests.desk_maker import make_desk
from tests.features.office.test_users import OWN, add, draft, settle
from tests.features.sync.exchange_maker import Office, make

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Office, Office, Path]]:
    """A county with a reviewer, a township, and its request on the stick."""
    county, town, stick = make(tmp_path, "county"), make(tmp_path, "township"), tmp_path / "stick"
    stick.mkdir()
    add(county.db, county.actor, draft("fuhe", ("reviewer",), "371602"))
    settle(county.db, "fuhe")
    town.enrols(stick)
    yield county, town, stick
    for one in (county, town):
        one.db.close()


def answers(county: Office, town: Office, stick: Path, second: office.Second | None) -> sync.Enrolled:
    return sync.enrol_next(county.db, county.actor, stick, town.node.fingerprint, second)


def test_nobody_alone_gives_a_certificate(two: tuple[Office, Office, Path]) -> None:
    county, town, stick = two
    path = county.db.paths.keys
    for second in (None, office.Second("fuhe", "wrong", path), office.Second("admin", "pw", path)):
        with pytest.raises(Refused) as caught:
            answers(county, town, stick, second)
        assert caught.value.code.startswith("second.")
    assert not list(stick.glob("enrol-answer*"))
    with county.db.reader(county.actor) as reader:
        assert sync.offices_below(reader) == []
        assert audit.ids(reader, "证书") == []


def test_two_do_and_the_log_names_both(two: tuple[Office, Office, Path]) -> None:
    county, town, stick = two
    done = answers(county, town, stick, office.Second("fuhe", OWN, county.db.paths.keys))
    assert done.step == "answered"
    with county.db.reader(county.actor) as reader:
        lines = audit.lines(reader, audit.ids(reader, "证书"))
    assert {line.about for line in lines.values()} == {
        "给“里则街道”的电脑发证书",
        "给“里则街道”的电脑发证书：由 李丽 复核",
    }
    assert town.enrols(stick, county.node.fingerprint).step == "enrolled"


def test_the_digits_come_first(two: tuple[Office, Office, Path]) -> None:
    """Nobody is asked to stand by a request that is not the telephone's."""
    county, _, stick = two
    with pytest.raises(Exception, match="12 位指纹"):
        sync.enrol_next(county.db, county.actor, stick, "123412341234", None)


def test_the_command_line_takes_the_second_person(
    two: tuple[Office, Office, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, town, stick = two
    (tmp_path / "pw").write_text("pw")
    (tmp_path / "own").write_text(OWN)
    words = ["bundle", "enrol", str(county.db.paths.root), str(stick), "--confirm", town.node.fingerprint]
    words += ["--password-file", str(tmp_path / "pw"), "--json"]
    county.db.close()
    assert cli.main(words) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["error"] == "second.missing"
    assert cli.main([*words, "--second", "fuhe", "--second-password-file", str(tmp_path / "own")]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["step"] == "answered"


def test_the_screen_asks_for_the_second_person(
    two: tuple[Office, Office, Path], tmp_path: Path, qtbot: QtBot
) -> None:
    county, town, stick = two
    make_app()
    screen = SyncScreen(make_desk(county.db, county.actor, tmp_path), table_names={}, find=lambda: [stick])
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.arrive()
    screen.enrolment.down.given.emit(town.node.fingerprint)
    assert not list(stick.glob("enrol-answer*"))
    for password in ("wrong", OWN):
        (dialog,) = [d for d in screen.findChildren(AskSecond) if d.isVisible()]
        dialog.form.set_values({"second": "fuhe"})
        dialog.form.field("second_password").setText(password)
        dialog.accept()
    assert "已受理" in screen.enrolment.done_said.text()
    assert len(list(stick.glob("enrol-answer*"))) == 1
