"""An older file in the place of the one used last is found out, and never continues its streams."""

import shutil
from pathlib import Path

import pytest

from desktop.core.db import database, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.paths import Paths
from tests.core.db.log_reading import log
from tests.office_maker import add_household

Office = tuple[Database, Actor]


def again(db: Database) -> Database:
    return database.open_database(db.paths, db.key, db.clock)


def swapped(db: Database, old: Path) -> Database:
    """What a helpful person does with the file manager."""
    db.close()
    shutil.copy(old, db.paths.database)
    return again(db)


def test_the_same_file_goes_on_as_it_was(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    db.close()
    found = again(db)
    assert (found.was_replaced, found.node.incarnation) == (False, db.node.incarnation)
    found.close()


def test_a_file_that_went_on_after_a_power_cut_is_the_same(township: Office) -> None:
    """The witness was not written at the end: the data is further than it says."""
    db, actor = township
    add_household(db, actor, "张秀兰")
    db.engine.dispose()
    found = again(db)
    assert (found.was_replaced, found.node.incarnation) == (False, db.node.incarnation)
    found.close()


def test_an_older_file_is_found_out_and_gets_a_new_incarnation(township: Office, tmp_path: Path) -> None:
    db, actor = township
    old = shutil.copy(db.backup("manual"), tmp_path / "old.db")
    add_household(db, actor, "张秀兰")
    lost = {(e.incarnation, e.region, e.seq) for e in log(db)}
    found = swapped(db, Path(old))
    assert found.was_replaced
    assert found.node.incarnation != db.node.incarnation
    add_household(found, actor, "李大山")
    new = {(e.incarnation, e.region, e.seq) for e in log(found) if e.incarnation == found.node.incarnation}
    assert new
    assert not new & lost
    found.close()
    calm = again(db)
    assert (calm.was_replaced, calm.node.incarnation) == (False, found.node.incarnation)
    calm.close()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_a_witness_that_is_gone_or_spoilt_costs_one_incarnation(
    township: Office, content: bytes | None
) -> None:
    db, _ = township
    db.close()
    db.paths.witness.unlink()
    if content is not None:
        db.paths.witness.write_bytes(content)
    found = again(db)
    assert not found.was_replaced
    assert found.node.incarnation != db.node.incarnation
    found.close()


def test_a_restore_of_ours_is_expected(township: Office) -> None:
    db, actor = township
    backup = shelf.read(db.backup("manual"))
    assert backup is not None
    add_household(db, actor, "张秀兰")
    db.close()
    restore.take_place(db.paths, db.key, backup)
    found = again(db)
    assert not found.was_replaced
    first = found.node.incarnation
    found.close()
    found = again(db)
    assert found.node.incarnation == first != db.node.incarnation
    found.close()


def test_the_witness_tells_nothing(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    db.close()
    kept = db.paths.witness.read_bytes()
    assert db.key not in kept
    assert len(kept) < 200
    assert Paths(db.paths.root).witness.exists()
