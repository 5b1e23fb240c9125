"""Making an office, and getting into it."""

from pathlib import Path

import pytest

from desktop.core.clock import FixedClock
from desktop.core.crypto import Cost
from desktop.core.db import database
from desktop.core.errors import Refused, Trouble
from desktop.features.office import actions, rules
from desktop.features.office.api import Level, Office
from desktop.features.office.tables import UserRow
from tests.office_maker import NOON, TABLES, make_office

assert TABLES
CHEAP = Cost(1, 64, 1)
OWN = Office("371602012000", "里则街道", Level.TOWNSHIP)


def create(root: Path, own: Office = OWN, login: str = "admin", password: str = "pw") -> None:
    db, _, _ = actions.create(root, own, login, password, clock=FixedClock(NOON), cost=CHEAP)
    db.close()


def test_the_first_user_logs_in_as_administrator_and_clerk(tmp_path: Path) -> None:
    create(tmp_path / "office")
    db, actor = actions.log_in(tmp_path / "office", "admin", "pw")
    assert (actor.login, actor.prefix) == ("admin", "371602012")
    assert actor.rights > rules.RIGHTS["admin"] | rules.RIGHTS["clerk"]
    with db.reader(actor) as reader:
        from desktop.features.office import api

        assert api.office(reader) == OWN
        reader.require("register.import", "371602012600")
        for right, region in (("nothing", ""), ("register.import", "371602013600")):
            with pytest.raises(Refused):
                reader.require(right, region)
    db.close()


@pytest.mark.parametrize(("login", "password"), [("admin", "PW"), ("nobody", "pw"), ("", "")])
def test_nobody_else_gets_in(tmp_path: Path, login: str, password: str) -> None:
    create(tmp_path)
    with pytest.raises(Trouble) as caught:
        actions.log_in(tmp_path, login, password)
    assert caught.value.code == "keys.wrong"


def test_a_user_taken_out_of_use_does_not_get_in(tmp_path: Path) -> None:
    db, actor = make_office(tmp_path)
    with db.unit(actor, "停用") as unit:
        unit.remove(UserRow, actor.id)
    db.close()
    with pytest.raises(Trouble) as caught:
        actions.log_in(tmp_path / "township", "admin", "pw")
    assert caught.value.code == "keys.wrong"


def test_a_user_of_another_office_with_the_same_login_is_not_ours(tmp_path: Path) -> None:
    db, actor = make_office(tmp_path)
    with db.unit(actor, "改") as unit:
        unit.add(UserRow, "371602013000", login="admin", name="x", roles="admin clerk", prefix="")
    db.close()
    db, again = actions.log_in(tmp_path / "township", "admin", "pw")
    assert again.id == actor.id
    db.close()


def test_an_office_is_not_made_twice(tmp_path: Path) -> None:
    create(tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(Trouble) as caught:
        create(tmp_path, password="other")
    assert caught.value.code == "office.exists"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_an_attempt_that_failed_is_not_in_the_way_of_the_next(tmp_path: Path) -> None:
    class Broken:
        def now(self) -> None:
            raise OSError("no clock")

    with pytest.raises(OSError, match="no clock"):
        actions.create(tmp_path, OWN, "admin", "pw", clock=Broken(), cost=CHEAP)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    create(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble) as caught:
        create(tmp_path / "file" / "office")
    assert caught.value.code == "office.folder"


def test_an_empty_password_leaves_no_office(tmp_path: Path) -> None:
    with pytest.raises(Trouble):
        create(tmp_path, password="")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "name", "level", "code"),
    [
        ("371602012000", "里则街道", "planet", "office.level"),
        ("37160201200", "里则街道", "township", "office.key"),
        ("37160201200０", "里则街道", "township", "office.key"),
        ("371602012001", "里则街道", "township", "office.key_level"),
        ("371602000000", "里则街道", "township", "office.key_level"),
        ("371602012000", "里则街道", "county", "office.key_level"),
        ("371602012000", " ", "township", "office.name"),
        ("000000000000", "x", "city", "office.key_level"),
    ],
)
def test_an_impossible_office(key: str, name: str, level: str, code: str) -> None:
    assert [p.code for p in rules.check_office(key, name, level)] == [code]


@pytest.mark.parametrize(
    ("key", "level"),
    [
        ("371600000000", "city"),
        ("371602000000", "county"),
        ("371602012000", "township"),
        ("371602012001", "village"),
    ],
)
def test_a_possible_office(key: str, level: str) -> None:
    assert rules.check_office(key, "滨州", level) == []


def test_the_recovery_code_opens_the_database(tmp_path: Path) -> None:
    from desktop.core import keys
    from desktop.core.paths import Paths

    db, _, code = actions.create(tmp_path, OWN, "admin", "pw", clock=FixedClock(NOON), cost=CHEAP)
    db.close()
    again = database.open_database(Paths(tmp_path), keys.open_with_recovery_code(Paths(tmp_path).keys, code))
    assert again.node == db.node
    again.close()
