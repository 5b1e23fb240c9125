"""Two PCs of one office, each with its `admin`: what came in a bundle is shown, and touches nobody who logs in here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core import keys
from desktop.core.errors import Refused
from desktop.features.office import actions, handover, second, store, users
from desktop.features.office.model import User
from desktop.features.office.second import Second
from desktop.features.office.ui.users_panel import UsersPanel
from desktop.features.sync import api as sync
from tests.desk_maker import make_desk
from tests.features.office.test_users import CHEAP, acting, add, draft, safe
from tests.features.office.test_users import Office as Town
from tests.features.sync.exchange_maker import Office, enrol, make

TOWN = "371602012000"


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Office]:
    """The first PC of the township, which has read what the county holds of the second."""
    offices = [
        make(tmp_path / n, level) for n, level in (("c", "county"), ("a", "township"), ("b", "township"))
    ]
    county, one, two = offices
    for child in (one, two):
        enrol(child, county, tmp_path / f"stick-{child.node.fingerprint}")
    county.reads(two.writes(tmp_path / "up"))
    down = tmp_path / "down"
    down.mkdir()
    for written in sync.write_bundle(county.db, county.actor, down, whom=TOWN):
        one.reads(written.path)
    yield one
    for office in offices:
        office.db.close()


def other_admin(pc: Office) -> User:
    with pc.db.reader(actions.SYSTEM) as reader:
        (found,) = [u for u in users.users(reader) if not u.is_here]
    assert found.login == "admin"
    return found


def test_the_other_pcs_user_is_not_the_one_who_logs_in_here(pc: Office) -> None:
    with pc.db.reader(actions.SYSTEM) as reader:
        found = actions.actor_of(reader, "admin")
    assert found is not None
    assert found.id == pc.actor.id != other_admin(pc).id


def test_the_other_pcs_user_is_not_changed_here_and_the_own_password_stays(pc: Office) -> None:
    other, given = other_admin(pc), draft("admin", ("admin",))
    before = pc.db.paths.keys.read_bytes()
    clerk = add(pc.db, pc.actor)
    keys.take_password(pc.db.paths.keys, clerk.login)
    for attempt in (
        lambda unit: users.stop_user(unit, safe(pc.db), other.id),
        lambda unit: users.set_password(unit, safe(pc.db), other.id, "a new password"),
        lambda unit: users.change_user(unit, other.id, given),
        lambda unit: handover.hand_over(unit, safe(pc.db), other, clerk, stop=False),
        lambda unit: handover.hand_over(unit, safe(pc.db), clerk, other, stop=True),
    ):
        with pytest.raises(Refused) as caught, pc.db.unit(pc.actor, "x") as unit:
            attempt(unit)
        assert caught.value.code == "user.elsewhere"
    assert pc.db.paths.keys.read_bytes() == before
    with pc.db.unit(pc.actor, "x") as unit:  # the own one is changed, though another has its login
        users.change_user(unit, pc.actor.id, draft("admin", ("admin", "clerk")))


def test_ones_own_password_is_no_second_persons(pc: Office) -> None:
    """Nobody else of this PC may confirm: one goes on alone, and the log does not say that somebody did."""
    own = Second("admin", "pw", pc.db.paths.keys)
    with pc.db.unit(pc.actor, "x") as unit:
        assert second.confirm_by_second(unit, own, "冲正") == ""
    add(pc.db, pc.actor, draft("fuhe", ("reviewer",)))
    with pytest.raises(Refused) as caught, pc.db.unit(pc.actor, "x") as unit:
        second.confirm_by_second(unit, own, "冲正")
    assert caught.value.code == "second.right"


def test_the_other_pcs_administrator_is_no_administrator_here(pc: Office) -> None:
    with pytest.raises(Refused) as caught, pc.db.unit(pc.actor, "x") as unit:
        users.change_user(unit, pc.actor.id, draft("admin", ("clerk",)))
    assert caught.value.code == "user.last"


def test_the_list_says_whose_user_it_is(qtbot: QtBot, pc: Office, tmp_path: Path) -> None:
    panel = UsersPanel(make_desk(pc.db, pc.actor, tmp_path))
    qtbot.addWidget(panel)
    panel.show()
    place = next(n for n, u in enumerate(panel._lines) if not u.is_here)
    panel.table.select_row(place)
    assert not panel.tools.isEnabled()
    assert "其他电脑" in panel.hint.text()
    panel.table.select_row(1 - place)
    assert panel.tools.isEnabled()


def test_of_two_users_made_here_under_one_login_the_newest_has_the_password(township: Town) -> None:
    """An older backup was restored, the user was made again, and a bundle brought the first one back."""
    db, admin = township
    first = add(db, admin, draft("lili", ("admin",)))
    with db.unit(admin, "x") as unit:
        again = User(unit.new_id(), "lili", "李丽", ("clerk",), first.prefix)
        store.add_user(unit, again, TOWN)
    assert acting(db, "lili").id == again.id
    with pytest.raises(Refused) as caught, db.unit(admin, "x") as unit:
        users.stop_user(unit, safe(db), first.id)
    assert caught.value.code == "user.elsewhere"
    assert "lili" in keys.logins(db.paths.keys)


def test_the_recovery_code_gives_back_a_slot_that_was_lost(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    made = keys.create(path, "admin", "pw", CHEAP)
    keys.take_password(path, "admin")
    keys.reset_password(path, made.recovery_code, "admin", "new password", CHEAP)
    assert keys.open_with_password(path, "admin", "new password") == made.key
