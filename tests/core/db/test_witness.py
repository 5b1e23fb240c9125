"""An older file in the place of the one used last is found out, and never continues its streams."""

import shutil
from pathlib import Path

import msgspec
import pytest

from desktop.core import whereabouts
from desktop.core.db import database, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.db.witness import Doubt
from desktop.core.paths import Paths
from desktop.features.office import api as office
from desktop.features.sync import forks
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


def is_calm(db: Database) -> None:
    """At the next start nothing is new any more but what was not told; once told, nothing at all."""
    untold = again(db)
    assert (untold.doubt, untold.node.incarnation) == (db.doubt, db.node.incarnation)
    with untold.unit(office.SYSTEM, "") as unit:
        office.note_replaced(unit, "")
    untold.close()
    calm = again(db)
    assert (calm.doubt, calm.node.incarnation) == (None, db.node.incarnation)
    calm.close()


def carried(db: Database) -> None:
    """What lies in a folder that was copied whole from another PC: its witness names that one."""
    seen = msgspec.json.decode(db.paths.witness.read_bytes())
    db.paths.witness.write_bytes(msgspec.json.encode({**seen, "place": "0123456789abcdef"}))


def test_the_same_file_goes_on_as_it_was(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    db.close()
    found = again(db)
    assert (found.doubt, found.node.incarnation) == (None, db.node.incarnation)
    found.close()


def test_a_file_that_went_on_after_a_power_cut_is_the_same(township: Office) -> None:
    """The witness was not written at the end: the data is further than it says."""
    db, actor = township
    add_household(db, actor, "张秀兰")
    db.engine.dispose()
    found = again(db)
    assert (found.doubt, found.node.incarnation) == (None, db.node.incarnation)
    found.close()


def test_an_older_file_is_found_out_and_gets_a_new_incarnation(township: Office, tmp_path: Path) -> None:
    db, actor = township
    old = shutil.copy(db.backup("manual"), tmp_path / "old.db")
    add_household(db, actor, "张秀兰")
    lost = {(e.incarnation, e.region, e.seq) for e in log(db)}
    found = swapped(db, Path(old))
    assert found.doubt is Doubt.OLDER
    assert found.node.incarnation != db.node.incarnation
    add_household(found, actor, "李大山")
    new = {(e.incarnation, e.region, e.seq) for e in log(found) if e.incarnation == found.node.incarnation}
    assert new
    assert not new & lost
    found.close()
    is_calm(found)


def test_an_incarnation_taken_while_working_is_no_doubt_after_a_power_cut(township: Office) -> None:
    """Another PC was seen to go on in this one's stream; then the power failed."""
    db, _ = township
    with forks.as_stored(db), database.writing(db.engine) as connection:
        forks.renew(connection, db)
    db.engine.dispose()
    found = again(db)
    assert (found.doubt, found.node.incarnation) == (None, db.node.incarnation)
    found.close()


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
    assert found.doubt is Doubt.UNKNOWN
    assert found.node.incarnation != db.node.incarnation
    found.close()
    is_calm(found)


def test_a_copied_folder_is_found_out_though_its_witness_came_along(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    db.close()
    carried(db)
    found = again(db)
    assert found.doubt is Doubt.ELSEWHERE
    assert found.node.incarnation != db.node.incarnation
    assert found.node.node_id == db.node.node_id
    found.close()
    is_calm(found)


def test_a_copy_that_is_older_too_is_an_older_one(township: Office, tmp_path: Path) -> None:
    db, actor = township
    old = shutil.copy(db.backup("manual"), tmp_path / "old.db")
    add_household(db, actor, "张秀兰")
    db.close()
    carried(db)
    found = swapped(db, Path(old))
    assert found.doubt is Doubt.OLDER
    found.close()
    is_calm(found)


def test_a_folder_under_another_name_on_the_same_disk_is_the_same(township: Office) -> None:
    """The practice office is made under another name, and a clerk may tidy up."""
    db, _ = township
    db.close()
    place = Paths(db.paths.root.rename(db.paths.root.with_name("moved")))
    found = database.open_database(place, db.key, db.clock)
    assert (found.doubt, found.node.incarnation) == (None, db.node.incarnation)
    found.close()


def test_a_restore_of_ours_is_expected(township: Office) -> None:
    db, actor = township
    backup = shelf.read(db.backup("manual"))
    assert backup is not None
    add_household(db, actor, "张秀兰")
    db.close()
    restore.take_place(db.paths, db.key, backup)
    found = again(db)
    assert found.doubt is None
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
    assert not any(part and part.encode() in kept for part in (whereabouts._system(), str(db.paths.root)))
    assert Paths(db.paths.root).witness.exists()
