"""忘记密码 with the recovery code: any living user of this PC, nobody else, and the log says so."""

from pathlib import Path

import pytest

from desktop.core import keys, unlogged
from desktop.core.db import restore, shelf
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
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


def test_what_was_done_with_damaged_data_stands_in_the_log_of_the_restored(made: tuple[Path, str]) -> None:
    """The new password and the restore, by whom; once."""
    root, code = made
    db, _ = actions.log_in(root, "admin", "the first one")
    db.backup("daily")
    backup = shelf.latest(db.paths.backups)
    db.close()
    assert backup is not None
    (root / "office.db").write_bytes(bytes(8192))
    recovering.reset_by_code(root, code, "lili", OWN, CHEAP)
    key = keys.open_with_password(root / "keys.json", "lili", OWN)
    restore.take_place(Paths(root), key, backup, note=actions.restored_by("lili", backup.made_at))
    for _ in range(2):
        db, admin = actions.log_in(root, "admin", "the first one")
        with db.reader(admin) as reader:
            found = audit.ids(reader, "lili 恢复")
            said = [audit.lines(reader, [i])[i] for i in found]
        db.close()
        assert [(s.login, s.name, s.event) for s in sorted(said, key=lambda s: s.event)] == [
            ("lili", "李丽", "password"),
            ("lili", "李丽", "restore"),
        ]


def test_a_restore_that_failed_leaves_no_line(made: tuple[Path, str]) -> None:
    root, _ = made
    db, _ = actions.log_in(root, "admin", "the first one")
    backup = shelf.read(db.backup("daily"))
    db.close()
    assert backup is not None
    backup.path.write_bytes(bytes(8192))
    with pytest.raises(Trouble):
        restore.take_place(Paths(root), db.key, backup, note=actions.restored_by("admin", backup.made_at))
    assert unlogged.kept(root / "keys.json") == []
    db, admin = actions.log_in(root, "admin", "the first one")
    with db.reader(admin) as reader:
        assert audit.ids(reader, "", "restore") == []
    db.close()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"lines": 3}', '{"lines": [["admin", "key", "x", "y"], ["a"], "b", [1, 2, 3, 4]]}']
)
def test_notes_that_somebody_spoiled_keep_nobody_out(made: tuple[Path, str], content: str) -> None:
    root, _ = made
    unlogged.beside(root / "keys.json").write_text(content, encoding="utf-8")
    db, admin = actions.log_in(root, "admin", "the first one")
    with db.reader(admin) as reader:
        assert audit.ids(reader, "", "key") == []
    db.close()
    assert not unlogged.beside(root / "keys.json").exists()
