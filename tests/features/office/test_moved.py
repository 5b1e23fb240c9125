"""A data folder that was carried to another PC: closed to every password, opened by the paper or the office above."""

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from desktop import cli, practice, start
from desktop.core import county_help, keys
from desktop.core.county_help import ANSWER_NAME, REQUEST_NAME
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import actions, audit, helping, recovering, users
from desktop.features.sync import api as sync
from tests.features.office.test_users import CHEAP, FIRST, OWN, acting, add, safe, settle
from tests.features.sync.exchange_maker import enrol, make
from tests.office_maker import PLACES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="another PC is another state folder here")
ADMIN = "the first one"


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """An office of two users, made on one PC and opened on another; and its recovery code."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "first pc"))
    made, code = start.create_office(tmp_path / "old", PLACES["township"], "admin", ADMIN, cost=CHEAP)
    add(made.db, made.actor)
    settle(made.db, "lili")
    made.db.close()
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "second pc"))
    return tmp_path / "new", code


def refused(root: Path, login: str, password: str) -> str:
    with pytest.raises(Trouble) as caught:
        actions.log_in(root, login, password)
    return caught.value.code


def test_no_password_opens_it(carried: tuple[Path, str]) -> None:
    root, _ = carried
    for login, password in (("admin", ADMIN), ("lili", OWN), ("lili", "wrong")):
        assert refused(root, login, password) == "keys.moved"


def test_the_command_line_says_so(carried: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = carried
    (root.parent / "pw").write_text(ADMIN)
    assert cli.main(["backup", str(root), "--password-file", str(root.parent / "pw"), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1])["error"] == "keys.moved"
    assert "另一台电脑" in said.err


def test_a_pc_that_keeps_no_secret_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pw").write_text(ADMIN)
    place = ["--office", "371602012000", "--name", "里则街道", "--level", "township"]
    for state, is_said in (("/dev/null", True), (str(tmp_path / "state"), False)):
        monkeypatch.setenv("XDG_STATE_HOME", state)
        words = ["init", str(tmp_path / f"o{is_said}"), *place, "--password-file", str(tmp_path / "pw")]
        assert cli.main(words) == 0
        assert (keys.UNBOUND in capsys.readouterr().out) == is_said


def test_the_paper_opens_it_and_the_others_get_new_passwords(carried: tuple[Path, str]) -> None:
    root, code = carried
    recovering.reset_by_code(root, code, "admin", ADMIN, CHEAP)
    db, admin = actions.log_in(root, "admin", ADMIN)
    assert refused(root, "lili", OWN) == "keys.moved"
    with db.unit(admin, "x") as unit:
        users.set_password(unit, safe(db), acting(db, "lili").id, FIRST)
    with db.reader(admin) as reader:
        assert audit.ids(reader, "恢复码", "password")
    db.close()
    settled, _ = actions.log_in(root, "lili", FIRST, may_be_first=True)
    settled.close()


def test_without_the_paper_it_stays_closed(carried: tuple[Path, str]) -> None:
    root, _ = carried
    with pytest.raises(Trouble) as caught:
        recovering.reset_by_code(root, "2222-" * 8, "admin", ADMIN, CHEAP)
    assert caught.value.code == "keys.wrong"
    assert refused(root, "admin", ADMIN) == "keys.moved"


def test_the_old_pc_opens_what_stayed_there(
    carried: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "first pc"))
    actions.log_in(tmp_path / "old", "admin", ADMIN)[0].close()


def test_the_county_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no paper: asked for from the new PC, answered by the county, and the new password is the new PC's."""
    county, town, stick = make(tmp_path, "county"), make(tmp_path, "township"), tmp_path / "stick"
    enrol(town, county, stick)
    town.db.close()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "second pc"))
    root = shutil.copytree(town.db.paths.root, tmp_path / "new")
    digits = county_help.write_request(Paths(root).keys, "admin", stick)
    with county.db.unit(county.actor, "x") as unit:
        helping.answer(unit, stick / REQUEST_NAME, digits, None)
    county.db.close()
    login, key = county_help.take_answer(Paths(root).keys, stick / ANSWER_NAME)
    recovering.reset_by_answer(root, key, login, OWN, CHEAP)
    actions.log_in(root, "admin", OWN)[0].close()


def test_the_county_still_helps_after_a_new_key(tmp_path: Path) -> None:
    """And whoever wrote another recipient into the key file before gets nothing by it."""
    county, town, stick = make(tmp_path, "county"), make(tmp_path, "township"), tmp_path / "stick"
    enrol(town, county, stick)
    root, path, before = town.db.paths.root, town.db.paths.keys, town.db.key
    town.db.close()
    content = json.loads(path.read_text(encoding="utf-8"))
    thief = make(tmp_path, "stranger")
    for slot in content["slots"]:
        if slot["kind"] == county_help.KIND:
            slot["recipient"] = thief.node.recipient
    path.write_text(json.dumps(content), encoding="utf-8")
    start.rekey_office(root, "admin", {"admin": "pw"}, cost=CHEAP)
    digits = county_help.write_request(path, "admin", stick)
    with county.db.unit(county.actor, "x") as unit:
        helping.answer(unit, stick / REQUEST_NAME, digits, None)
    _, key = county_help.take_answer(path, stick / ANSWER_NAME)
    assert key == keys.open_with_password(path, "admin", "pw")
    assert key != before
    for office in (county, thief):
        office.db.close()


def test_a_backup_and_the_paper_make_an_office_of_another_pc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "first pc"))
    made, code = start.create_office(tmp_path / "old", PLACES["township"], "admin", ADMIN, cost=CHEAP)
    backup = made.db.backup("manual")
    made.db.close()
    stick = shutil.copytree(tmp_path / "old/backups", tmp_path / "stick")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "second pc"))
    for name, content in (("pw", OWN), ("code", code), ("wrong", "2222-" * 8)):
        (tmp_path / name).write_text(content)

    def restores(code_file: str) -> int:
        words = ["restore", str(tmp_path / "new"), str(stick / backup.name), "--password-file"]
        return cli.main([*words, str(tmp_path / "pw"), "--recovery-code-file", str(tmp_path / code_file)])

    assert restores("wrong") == 1
    assert not Paths(tmp_path / "new").exists()
    assert restores("code") == 0
    actions.log_in(tmp_path / "new", "admin", OWN)[0].close()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "first pc"))
    assert refused(tmp_path / "new", "admin", OWN) == "keys.moved"


def test_the_practice_office_is_simply_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "first pc"))
    opens = partial(practice.open_practice, tmp_path / "office", cost=CHEAP)
    opens()[0].close()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "second pc"))
    db, actor = opens()
    with db.reader(actor) as reader:
        assert not sync.count(reader)
    db.close()
