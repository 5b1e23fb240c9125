"""keys.json: which secrets open it, and what a damaged one says."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble

CHEAP = Cost(1, 64, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_password_and_recovery_code_give_the_same_key(path: Path) -> None:
    made = keys.create(path, "admin", "pw", CHEAP)
    assert len(made.key) == 32
    assert keys.open_with_password(path, "admin", "pw") == made.key
    assert keys.open_with_recovery_code(path, made.recovery_code.lower().replace("-", " ")) == made.key
    assert keys.logins(path) == ["admin"]


@pytest.mark.parametrize(
    ("login", "password"), [("admin", "PW"), ("Admin", "pw"), ("", ""), ("recovery", "pw")]
)
def test_a_wrong_user_and_a_wrong_password_are_not_told_apart(path: Path, login: str, password: str) -> None:
    keys.create(path, "admin", "pw", CHEAP)
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(path, login, password)
    assert (caught.value.code, caught.value.sentence) == ("keys.wrong", "用户名或密码不对")


def test_a_recovery_code_is_no_password_and_a_password_no_code(path: Path) -> None:
    made = keys.create(path, "admin", "pw", CHEAP)
    attempts: list[Callable[[], bytes]] = [
        lambda: keys.open_with_password(path, "admin", made.recovery_code),
        lambda: keys.open_with_password(path, "", made.recovery_code),
        lambda: keys.open_with_recovery_code(path, "pw"),
    ]
    for attempt in attempts:
        with pytest.raises(Trouble) as caught:
            attempt()
        assert caught.value.code == "keys.wrong"


def test_nothing_readable_lies_in_the_file(path: Path) -> None:
    made = keys.create(path, "admin", "a long password", CHEAP)
    content = path.read_text(encoding="utf-8")
    for secret in (
        "a long password",
        made.key.hex(),
        made.recovery_code,
        made.recovery_code.replace("-", ""),
    ):
        assert secret not in content
    assert list(path.parent.iterdir()) == [path]  # no half-written copy stays


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_file_is_for_its_owner_only(path: Path) -> None:
    keys.create(path, "admin", "pw", CHEAP)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_password_makes_no_office(path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        keys.create(path, "admin", "", CHEAP)
    assert caught.value.code == "keys.empty_password"
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"slots": 3}',
        '{"slots": ["x"]}',
        '{"version": 1}',
        "\x00\x01",
        '{"slots": [[]]}',
    ],
)
def test_a_damaged_file_is_said_to_be_damaged(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(path, "admin", "pw")
    assert caught.value.code == "keys.damaged"
    assert caught.value.what_to_do


@pytest.mark.parametrize("drop", ["salt", "nonce", "box", "cost", "login"])
def test_a_slot_that_lacks_something_opens_nothing(path: Path, drop: str) -> None:
    keys.create(path, "admin", "pw", CHEAP)
    content = json.loads(path.read_text(encoding="utf-8"))
    for slot in content["slots"]:
        del slot[drop]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(path, "admin", "pw")
    assert caught.value.code == "keys.wrong"
    keys.logins(path)


def test_a_folder_without_an_office(path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        keys.open_with_password(path, "admin", "pw")
    assert caught.value.code == "keys.missing"


def test_a_slot_opens_nothing_under_another_name(path: Path) -> None:
    """A clerk writes the administrator's name over the own slot, or strikes out that the password is a first one."""
    made = keys.create(path, "admin", "pw", CHEAP)
    keys.give_password(path, made.key, "lili", "lili's own", is_first=True, cost=CHEAP)
    content = path.read_text(encoding="utf-8")
    forgeries = {
        "admin": content.replace('"admin"', '"gone"').replace('"lili"', '"admin"'),
        "lili": content.replace('"first": true', '"first": false'),
    }
    for login, forged in forgeries.items():
        assert forged != content
        path.write_text(forged, encoding="utf-8")
        with pytest.raises(Trouble) as caught:
            keys.open_with_password(path, login, "lili's own")
        assert caught.value.code == "keys.wrong"
    path.write_text(content, encoding="utf-8")
    assert keys.open_with_password(path, "lili", "lili's own") == made.key


def test_slots_keep_their_order_and_a_first_password_is_known_as_one(path: Path) -> None:
    made = keys.create(path, "admin", "pw", CHEAP)
    keys.give_password(path, made.key, "lili", "first", is_first=True, cost=CHEAP)
    keys.give_password(path, made.key, "admin", "new", cost=CHEAP)
    assert keys.logins(path) == ["admin", "lili"]
    assert (keys.is_first(path, "lili"), keys.is_first(path, "admin")) == (True, False)
    keys.change_password(path, "lili", "first", "own", CHEAP)
    assert not keys.is_first(path, "lili")
    keys.take_password(path, "admin")
    assert keys.logins(path) == ["lili"]
    assert keys.open_with_recovery_code(path, made.recovery_code) == made.key
