"""A password forgotten and the recovery code lost: the county gives the key back, and only to the PC that asked."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core import county_help, crypto, keys
from desktop.core.county_help import ANSWER_NAME, REQUEST_NAME
from desktop.core.crypto import Cost
from desktop.core.errors import Refused, Trouble
from desktop.features.office import actions, audit, helping, recovering
from desktop.features.office.ui.help_dialog import open_help
from desktop.shell.recovery import Recovery
from tests.desk_maker import make_desk
from tests.features.office.test_users import add, draft, settle
from tests.features.sync.exchange_maker import Office, enrol, make

CHEAP = Cost(1, 64, 1)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def offices(tmp_path: Path, stick: Path) -> Iterator[tuple[Office, Office]]:
    county, town = make(tmp_path, "county"), make(tmp_path, "township")
    enrol(town, county, stick)
    yield town, county
    for office in (town, county):
        office.db.close()


def path_of(office: Office) -> Path:
    return office.db.paths.keys


def helps(county: Office, stick: Path, digits: str) -> None:
    with county.db.unit(county.actor, "x") as unit:
        helping.answer(unit, stick / REQUEST_NAME, digits, None)


def test_there_and_back_with_the_digits_read_over_the_telephone(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    assert county_help.helper(path_of(town)) == "滨城区"
    digits = county_help.write_request(path_of(town), "admin", stick)
    with county.db.reader(county.actor) as reader:
        asked = helping.read_request(reader, stick / REQUEST_NAME)
    assert (asked.office, asked.login, asked.digits) == ("里则街道", "admin", digits)
    helps(county, stick, f"{digits[:4]} {digits[4:8]} {digits[8:]}")
    login, key = county_help.take_answer(path_of(town), stick / ANSWER_NAME)
    assert (login, key) == ("admin", town.db.key)
    keys.give_password(path_of(town), key, login, "new password", cost=CHEAP)
    county_help.finish(path_of(town))
    actions.log_in(town.db.paths.root, "admin", "new password")[0].close()
    with pytest.raises(Trouble) as caught:
        county_help.take_answer(path_of(town), stick / ANSWER_NAME)
    assert caught.value.code == "recover.none"
    with county.db.reader(county.actor) as reader:
        assert audit.ids(reader, "里则街道", "password")


def test_the_stick_tells_a_finder_nothing(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    digits = county_help.write_request(path_of(town), "admin", stick)
    helps(county, stick, digits)
    for name in (REQUEST_NAME, ANSWER_NAME):
        content = (stick / name).read_bytes()
        for secret in (town.db.key, town.db.key.hex().encode(), b"admin", "里则".encode()):
            assert secret not in content


def test_wrong_digits_and_strangers_get_nothing(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    county_help.write_request(path_of(town), "admin", stick)
    with pytest.raises(Refused) as refused:
        helps(county, stick, "123456789012")
    assert refused.value.code == "recover.digits"
    assert not (stick / ANSWER_NAME).exists()
    stranger = make(tmp_path, "stranger")
    with pytest.raises(Trouble) as caught, stranger.db.reader(stranger.actor) as reader:
        helping.read_request(reader, stick / REQUEST_NAME)
    assert caught.value.code == "recover.not_ours"
    stranger.db.close()


def test_an_answer_opens_nothing_on_another_pc(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    digits = county_help.write_request(path_of(town), "admin", stick)
    helps(county, stick, digits)
    sibling = make(tmp_path, "sibling")
    enrol(sibling, county, tmp_path / "other")
    county_help.write_request(path_of(sibling), "admin", tmp_path / "other")
    with pytest.raises(Trouble) as caught:
        county_help.take_answer(path_of(sibling), stick / ANSWER_NAME)
    assert caught.value.code == "recover.not_ours"
    sibling.db.close()


def test_an_office_that_was_never_enrolled_is_told_to_look_for_its_code(tmp_path: Path) -> None:
    town = make(tmp_path, "township")
    assert county_help.helper(path_of(town)) == ""
    with pytest.raises(Trouble) as caught:
        county_help.write_request(path_of(town), "admin", tmp_path)
    assert caught.value.code == "recover.no_county"
    assert "恢复码" in caught.value.what_to_do
    town.db.close()


@pytest.mark.parametrize("content", [b"", b"HHR1ASK\n", b"HHR1ASK\n" + b"x" * 500, b"something else"])
def test_a_damaged_file_is_said_to_be_one(
    offices: tuple[Office, Office], stick: Path, content: bytes
) -> None:
    _, county = offices
    (stick / REQUEST_NAME).write_bytes(content)
    with pytest.raises(Trouble), county.db.reader(county.actor) as reader:
        helping.read_request(reader, stick / REQUEST_NAME)


def test_the_slot_survives_new_users_and_passwords(offices: tuple[Office, Office]) -> None:
    town, _ = offices
    keys.give_password(path_of(town), town.db.key, "lili", "first password", cost=CHEAP)
    keys.take_password(path_of(town), "lili")
    assert county_help.helper(path_of(town)) == "滨城区"
    assert keys.logins(path_of(town)) == ["admin"]


def test_both_ends_in_their_dialogs(
    qtbot: QtBot, offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    recovery = Recovery(path_of(town))
    qtbot.addWidget(recovery)
    recovery.show()
    recovery.form.field("login").set_value("admin")
    recovery.ask(stick)
    digits = "".join(c for c in recovery.help_label.text() if c.isdigit())
    assert len(digits) == 12
    desk = make_desk(county.db, county.actor, tmp_path)
    page = QWidget()
    qtbot.addWidget(page)
    dialog = open_help(desk, stick / REQUEST_NAME, page)
    assert dialog is not None
    dialog.form.set_values({"digits": "1"})
    dialog.accept()
    assert not (stick / ANSWER_NAME).exists()
    dialog.form.set_values({"digits": digits})
    dialog.accept()
    recovery.take(stick / ANSWER_NAME)
    recovery.form.field("password").set_value("short")
    recovery.save()
    assert recovery.done_label.text() == ""
    for name in ("password", "again"):
        recovery.form.field(name).set_value("new password")
    recovery.save()
    assert "新密码已设好" in recovery.done_label.text()
    actions.log_in(town.db.paths.root, "admin", "new password")[0].close()


def test_an_answer_with_another_key_is_not_believed(
    qtbot: QtBot, offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    """Anybody who reads the request can seal some key to this PC: the own data must open with it."""
    town, county = offices
    county_help.write_request(path_of(town), "admin", stick)
    with county.db.reader(county.actor) as reader:
        asked = helping.read_request(reader, stick / REQUEST_NAME)
    other = crypto.random_key()
    sealed = county_help._sealed(county.node.recipient, other)
    content = county_help.sealed_answer(county.node.identities, dataclasses.replace(asked, box=sealed))
    county_help.write_answer(content, stick)
    before = path_of(town).read_bytes()
    recovery = Recovery(path_of(town))
    qtbot.addWidget(recovery)
    recovery.take(stick / ANSWER_NAME)
    assert "打不开本单位的数据" in recovery.help_label.text()
    assert recovery.form.field("code").isEnabled()
    with pytest.raises(Trouble) as caught:
        recovering.reset_by_answer(town.db.paths.root, other, "admin", "new password", CHEAP)
    assert caught.value.code == "recover.wrong_key"
    assert path_of(town).read_bytes() == before


def test_an_answer_for_somebody_who_is_no_user_makes_no_slot(
    qtbot: QtBot, offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    helps(county, stick, county_help.write_request(path_of(town), "nobody", stick))
    recovery = Recovery(path_of(town))
    qtbot.addWidget(recovery)
    recovery.take(stick / ANSWER_NAME)
    assert "没有这个用户" in recovery.help_label.text()
    assert keys.logins(path_of(town)) == ["admin"]


def test_an_answer_that_the_log_does_not_know_of_is_not_written(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    digits = county_help.write_request(path_of(town), "admin", stick)
    with pytest.raises(RuntimeError), county.db.unit(county.actor, "x") as unit:
        helping.answer(unit, stick / REQUEST_NAME, digits, None)
        raise RuntimeError("the disk is full")
    assert not (stick / ANSWER_NAME).exists()


def test_two_people_answer_where_there_are_two(
    qtbot: QtBot, offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    add(county.db, county.actor, draft("fuhe", ("reviewer",), "371602"))
    settle(county.db, "fuhe", "reviewer pw")
    digits = county_help.write_request(path_of(town), "admin", stick)
    page = QWidget()
    qtbot.addWidget(page)
    dialog = open_help(make_desk(county.db, county.actor, tmp_path), stick / REQUEST_NAME, page)
    assert dialog is not None
    dialog.form.set_values({"digits": digits, "second": "fuhe", "second_password": "wrong"})
    dialog.accept()
    assert not (stick / ANSWER_NAME).exists()
    dialog.form.set_values({"digits": digits, "second": "fuhe", "second_password": "reviewer pw"})
    dialog.accept()
    assert (stick / ANSWER_NAME).exists()


def test_a_slot_that_somebody_spoiled_asks_for_nothing(offices: tuple[Office, Office], stick: Path) -> None:
    """Every field of the county's slot, changed: a sentence, or an answer that opens nothing."""
    town, county = offices
    path = path_of(town)
    good = json.loads(path.read_text(encoding="utf-8"))
    (slot,) = [s for s in good["slots"] if s["kind"] == county_help.KIND]
    spoiled = [
        (name, other) for name in ("recipient", "box") for other in ("", "x", 7, None, ["y"], slot[name][:-2])
    ]
    spoiled += [("kind", "x"), ("office", 7), ("own", None), ("box", "00" + slot["box"][2:])]
    asked = []
    for name, other in spoiled:
        slots = [{**s, name: other} if s["kind"] == county_help.KIND else s for s in good["slots"]]
        path.write_text(json.dumps({**good, "slots": slots}), encoding="utf-8")
        with pytest.raises(Trouble) as caught:
            helps(county, stick, county_help.write_request(path, "admin", stick))
        assert caught.value.code in ("recover.damaged", "recover.no_county", "recover.not_ours"), (
            name,
            other,
        )
        asked += [(name, other)] if caught.value.code == "recover.not_ours" else []
    assert [name for name, _ in asked] == ["box", "box"]  # well made, and yet nobody's
