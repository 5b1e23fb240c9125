"""A password opens on the PC on which it was set; the recovery code opens everywhere, and sets it anew."""

import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from desktop.core import crypto, keys, machine, paths, resources
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble

CHEAP = Cost(1, 64, 1)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="another PC is another state folder here")


class Desk:
    """Two PCs and a data folder that is carried from one to the other."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, patch
        self.at("first")
        self.path = folder / "keys.json"
        self.made = keys.create(self.path, "admin", "pw", CHEAP)

    def at(self, pc: str) -> None:
        self._patch.setenv("XDG_STATE_HOME", str(self._folder / pc))

    def try_one(self, password: str = "pw", login: str = "admin") -> str:
        """What a try ends with: "" for the way in, else the code."""
        try:
            assert keys.open_with_password(self.path, login, password) == self.made.key
        except Trouble as trouble:
            return trouble.code
        return ""

    @property
    def slot(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text(encoding="utf-8"))["slots"][0])

    def put(self, slot: dict[str, Any]) -> None:
        content = json.loads(self.path.read_text(encoding="utf-8"))
        content["slots"][0] = slot
        self.path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_a_copied_folder_opens_by_no_password_on_another_pc(desk: Desk) -> None:
    assert desk.try_one() == ""
    for other in ("second", "third"):
        desk.at(other)
        if other == "third":
            machine.made()  # has offices of its own
        for password in ("pw", "wrong"):
            assert desk.try_one(password) == "keys.moved"
    assert keys.tries_of(desk.path).failed() == []  # nobody mistyped anything
    desk.at("first")
    assert desk.try_one() == ""


def test_the_recovery_code_sets_a_password_for_the_new_pc(desk: Desk) -> None:
    keys.give_password(desk.path, desk.made.key, "lili", "hers", cost=CHEAP)
    desk.at("second")
    keys.reset_password(desk.path, desk.made.recovery_code, "admin", "new", CHEAP)
    assert desk.try_one("new") == ""
    assert desk.try_one("hers", "lili") == "keys.moved"
    keys.give_password(desk.path, desk.made.key, "lili", "given", is_first=True, cost=CHEAP)
    assert desk.try_one("given", "lili") == ""
    desk.at("first")
    assert desk.try_one("new") == "keys.moved"


def test_without_the_recovery_code_a_copied_folder_stays_closed(desk: Desk) -> None:
    """Who also has a PC's name in the slot exchanged, or struck out, has still not its secret."""
    desk.at("second")
    own = machine.made()
    assert own is not None
    slot = desk.slot
    for forged in (
        {**slot, "machine": machine.name_of(own)},
        {k: v for k, v in slot.items() if k != "machine"},
    ):
        desk.put(forged)
        assert desk.try_one() == "keys.wrong"
    with pytest.raises(Trouble) as caught:
        keys.open_with_recovery_code(desk.path, "2222-" * 8)
    assert caught.value.code == "keys.wrong"


def test_the_sentence_says_what_to_do(desk: Desk) -> None:
    desk.at("second")
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(desk.path, "admin", "pw")
    assert "另一台电脑" in caught.value.sentence
    assert "恢复码" in caught.value.what_to_do


def test_a_lost_secret_loses_no_data(desk: Desk) -> None:
    paths.machine_file().unlink()
    assert desk.try_one() == "keys.moved"
    keys.reset_password(desk.path, desk.made.recovery_code, "admin", "pw", CHEAP)
    assert desk.try_one() == ""


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_secret_that_cannot_be_read_is_kept_aside_and_a_new_one_made(desk: Desk, content: bytes) -> None:
    paths.machine_file().write_bytes(content)
    assert desk.try_one() == "keys.moved"
    assert paths.machine_file().read_bytes() == content  # a try changes nothing
    keys.reset_password(desk.path, desk.made.recovery_code, "admin", "pw", CHEAP)
    assert desk.try_one() == ""
    assert paths.machine_file().with_suffix(".unreadable").read_bytes() == content


def test_where_no_secret_can_be_kept_a_password_works_without(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    desk.at("file")
    keys.reset_password(desk.path, desk.made.recovery_code, "admin", "pw", CHEAP)
    assert "machine" not in desk.slot
    assert desk.try_one() == ""
    desk.at("second")  # and it is bound as soon as one can be kept
    assert desk.try_one() == ""
    assert "machine" in desk.slot
    desk.at("first")
    assert desk.try_one() == "keys.moved"


def test_a_slot_of_before_is_bound_at_the_next_login_and_else_unchanged(desk: Desk) -> None:
    cost = Cost(2, 128, 1)
    what = {"kind": "password", "login": "admin", "first": True}
    old = {**what, **crypto.wrap(desk.made.key, "pw", cost, "/password/admin/first")}
    desk.put(old)
    assert desk.try_one("wrong") == "keys.wrong"
    assert desk.slot == old
    assert desk.try_one() == ""
    bound = desk.slot
    assert (bound["first"], bound["cost"]) == (True, old["cost"])
    assert bound["machine"] == machine.name_of(machine.known() or b"")
    assert desk.try_one() == ""
    assert desk.slot == bound


def _flipped(value: Any) -> list[Any]:
    if isinstance(value, dict):
        changed = [{**value, k: changed} for k, v in value.items() for changed in _flipped(v)]
        return [*changed, {}, [], None]
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, int):
        return [value + 1, 0, -value, 2**40, f"{value}", None]
    digit = "0" if value[0] != "0" else "1"
    return [digit + value[1:], value[:-1] + digit, value[:-1], "", 7, None, ["x"]]


def test_every_field_of_a_slot_changed_opens_nothing(desk: Desk) -> None:
    keys.give_password(desk.path, desk.made.key, "admin", "pw", is_first=True, cost=CHEAP)
    good, tried = desk.slot, 0
    for name, value in good.items():
        for other in _flipped(value):
            if other == value:
                continue
            desk.put({**good, name: other})
            assert desk.try_one() in ("keys.wrong", "keys.moved"), (name, other)
            keys.tries_of(desk.path).forgive("admin")
            keys.tries_of(desk.path).forgive("")
            tried += 1
    assert {"kind", "login", "first", "machine", "cost", "salt", "nonce", "box"} == set(good)
    assert tried > 50
    desk.put(good)
    assert desk.try_one() == ""


def test_every_field_of_the_recovery_slot_changed_opens_nothing(desk: Desk) -> None:
    content = json.loads(desk.path.read_text(encoding="utf-8"))
    good = content["slots"][1]
    for name, value in good.items():
        for other in [f for f in _flipped(value) if f != value] if value else ["x"]:
            content["slots"][1] = {**good, name: other}
            desk.path.write_text(json.dumps(content), encoding="utf-8")
            with pytest.raises(Trouble):
                keys.open_with_recovery_code(desk.path, desk.made.recovery_code)


def test_the_secret_is_for_its_owner_only_and_lies_in_no_data_folder(desk: Desk) -> None:
    file = paths.machine_file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert desk.path.parent not in (file.parent, file.parent.parent)
    secret = file.read_bytes()
    assert len(secret) == 32
    assert secret.hex() not in desk.path.read_text(encoding="utf-8")
    assert list(file.parent.iterdir()) == [file]


def test_programs_that_begin_at_once_agree(desk: Desk) -> None:
    desk.at("fourth")
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: machine.made(), range(32)))
    assert len(found) == 1
    assert None not in found
    assert os.listdir(paths.machine_file().parent) == [paths.machine_file().name]


def test_the_samples_that_ship_are_bound_to_no_pc() -> None:
    """packaging/make_released.py takes care of it: every PC's self-test opens them."""
    for version in resources.path("released").iterdir():
        assert "machine" not in (version / "keys.json").read_text(encoding="utf-8")
