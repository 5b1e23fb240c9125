"""忘记密码 with the recovery code: any living user of this PC, nobody else, and the log says so."""

from pathlib import Path

import pytest

from desktop.core import keys
from desktop.core.errors import Trouble
from desktop.features.office import actions, audit, recovering, users
from tests.features.office.test_users import CHEAP, OWN, acting, add, safe
from tests.office_maker import PLACES


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    root = tmp_path / "office"
    db, admin, code = actions.create(root, PLACES["township"], "admin", "the first one", cost=CHEAP)
    add(db, admin)
    db.close()
    return root, code


def test_a_living_user_whose_slot_was_lost_gets_one(made: tuple[Path, str]) -> None:
    root, code = made
    for login in ("admin", "lili"):
        keys.take_password(root / "keys.json", login)
        recovering.reset_by_code(root, code, login, OWN, CHEAP)
        db, _ = actions.log_in(root, login, OWN)
        db.close()
    db, admin = actions.log_in(root, "admin", OWN)
    with db.reader(admin) as reader:
        assert len(audit.ids(reader, "恢复码", "password")) == 2
    db.close()


def test_neither_a_stranger_nor_one_who_was_stopped(made: tuple[Path, str]) -> None:
    root, code = made
    db, admin = actions.log_in(root, "admin", "the first one")
    with db.unit(admin, "x") as unit:
        users.stop_user(unit, safe(db), acting(db, "lili").id)
    db.close()
    before = (root / "keys.json").read_bytes()
    for login in ("lili", "nobody", ""):
        with pytest.raises(Trouble) as caught:
            recovering.reset_by_code(root, code, login, OWN, CHEAP)
        assert caught.value.code == "keys.no_user"
    assert (root / "keys.json").read_bytes() == before


def test_data_that_is_damaged_keeps_nobody_from_restoring_it(made: tuple[Path, str]) -> None:
    root, code = made
    (root / "office.db").write_bytes(bytes(8192))
    recovering.reset_by_code(root, code, "admin", OWN, CHEAP)
    assert keys.open_with_password(root / "keys.json", "admin", OWN)
    with pytest.raises(Trouble):
        recovering.reset_by_code(root, code, "nobody", OWN, CHEAP)
