"""Restoring: what would be lost is told, the backup comes back to the last bit, and nothing is written twice."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.core.crypto import Cost, random_key
from desktop.core.db import database, local, proof, recovery_keys, rehearsal, restore, shelf
from desktop.core.db.database import Database
from desktop.core.db.shelf import Backup
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.features.office import api as office
from desktop.features.register import api as register
from tests.core.db.log_reading import differences, dump, log
from tests.office_maker import NOON, add_household

Office = tuple[Database, Actor]


def backed_up(db: Database, why: str = "manual") -> Backup:
    found = shelf.read(db.backup(why))
    assert found is not None
    return found


def loss(db: Database, backup: Backup) -> restore.Loss:
    held = db.engine.raw_connection()
    try:
        return restore.loss(held.driver_connection, backup, db.key, db.paths)
    finally:
        held.close()


def restored(db: Database, backup: Backup) -> Database:
    db.close()
    digest = restore.prepare(db.paths, db.key, backup)
    assert restore.finish(db.paths)
    assert restore.is_proved(db.paths, digest)
    return database.open_database(db.paths, db.key, db.clock)


def names(db: Database, actor: Actor) -> list[str]:
    with db.reader(actor) as reader:
        lines = register.household_lines(reader, register.household_ids(reader))
    return sorted(line.head for line in lines)


def test_what_would_be_lost_is_each_action_since(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    backup = backed_up(db)
    assert loss(db, backup) == restore.Loss()
    add_household(db, actor, "李大山")
    found = loss(db, backup)
    assert [(a.name.split()[0], a.user, a.at) for a in found.actions] == [("新增户", actor.id, NOON)]
    assert found.entries == found.actions[0].entries == 2


def test_the_backup_comes_back_but_for_the_incarnation(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    backup, before, node = backed_up(db), dump(db), db.node
    add_household(db, actor, "李大山")
    again = restored(db, backup)
    assert names(again, actor) == ["张秀兰"]
    assert differences(before, dump(again)) == ["local"]
    assert again.node.incarnation != node.incarnation
    assert (again.node.node_id, again.node.identity) == (node.node_id, node.identity)
    assert not again.paths.restored.exists()
    again.close()


def test_what_is_written_afterwards_stands_in_another_stream(township: Office) -> None:
    """What the old incarnation wrote after the backup may live on elsewhere: no entry may take its place."""
    db, actor = township
    backup = backed_up(db)
    lost = {(e.incarnation, e.seq) for e in log(db)} and add_household(db, actor, "张秀兰")
    old = {(e.incarnation, e.region, e.seq): e.eid for e in log(db)}
    again = restored(db, backup)
    row = add_household(again, actor, "李大山")
    new = [e for e in log(again) if e.incarnation == again.node.incarnation]
    assert row != lost
    assert new
    assert not {(e.incarnation, e.region, e.seq) for e in new} & old.keys()
    again.close()


def test_a_household_number_is_never_given_twice(township: Office) -> None:
    db, actor = township
    backup = backed_up(db)
    add_household(db, actor, "张秀兰")
    with db.reader(actor) as reader:
        given = {line.number[1:] for line in register.household_lines(reader, register.household_ids(reader))}
    again = restored(db, backup)
    add_household(again, actor, "李大山")
    with again.reader(actor) as reader:
        new = {line.number[1:] for line in register.household_lines(reader, register.household_ids(reader))}
    assert not given & new
    again.close()


def test_data_that_cannot_be_read_any_more_lets_the_numbers_skip(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    backup = backed_up(db)
    db.close()
    db.paths.database.write_bytes(os.urandom(65_536))
    assert restore.keep_damaged(db.paths, NOON).joinpath("office.db").stat().st_size == 65_536
    again = restored(db, backup)
    with again.engine.connect() as connection:
        assert local.get(connection, "household_counter") == 1_001
    assert names(again, actor) == ["张秀兰"]
    again.close()


def test_of_damaged_data_only_the_newest_two_copies_stay(township: Office) -> None:
    db, _ = township
    kept = [restore.keep_damaged(db.paths, NOON + timedelta(minutes=n)) for n in range(4)]
    assert sorted(db.paths.backups.glob("*-damaged")) == kept[2:]
    put_back = restore.keep_damaged(db.paths, NOON - timedelta(days=1))  # never the one just made
    assert sorted(db.paths.backups.glob("*-damaged")) == [put_back, kept[3]]


def test_a_stale_log_is_not_played_into_the_restored_file(township: Office) -> None:
    """A program that was killed leaves its log; SQLite would play it into whatever file lies beside it."""
    db, actor = township
    backup = backed_up(db)
    add_household(db, actor, "张秀兰")
    wal = db.paths.database.with_name("office.db-wal")
    stale = wal.read_bytes()
    digest = restore.prepare(db.paths, db.key, backup)
    db.close()
    wal.write_bytes(stale)
    restore.finish(db.paths)
    assert restore.is_proved(db.paths, digest)
    again = database.open_database(db.paths, db.key, db.clock)
    assert names(again, actor) == []
    again.close()


def test_a_power_cut_after_it_counts_is_finished_at_the_next_start(township: Office) -> None:
    db, actor = township
    backup = backed_up(db)
    add_household(db, actor, "张秀兰")
    restore.prepare(db.paths, db.key, backup)
    db.close()
    again = database.open_database(db.paths, db.key, db.clock)
    assert names(again, actor) == []
    assert not restore.finish(db.paths)
    again.close()


def test_a_changed_backup_is_refused_and_nothing_moves(township: Office) -> None:
    db, actor = township
    other = backed_up(db)
    add_household(db, actor, "张秀兰")
    backup = backed_up(db)
    # A good database, but not the one that was put on the shelf: an older copy under its name.
    backup.path.write_bytes(other.path.read_bytes())
    with pytest.raises(Trouble) as caught:
        restore.prepare(db.paths, db.key, backup)
    assert caught.value.code == "restore.changed"
    assert not db.paths.restored.exists()
    assert names(db, actor) == ["张秀兰"]


def test_a_broken_or_strange_backup_is_refused_in_a_sentence(township: Office) -> None:
    db, _ = township
    backup = backed_up(db)
    content = bytearray(backup.path.read_bytes())
    for damaged in (
        content[: len(content) // 2],
        b"",
        bytes(content[:5_000]) + os.urandom(len(content) - 5_000),
    ):
        backup.path.write_bytes(bytes(damaged))
        with pytest.raises(Trouble) as caught:
            restore.prepare(db.paths, db.key, backup)
        assert caught.value.code == "restore.unreadable"
    backup.path.write_bytes(bytes(content))
    with pytest.raises(Trouble) as caught:
        restore.prepare(db.paths, random_key(), backup)
    assert caught.value.code == "restore.unreadable"
    assert sorted(f.name for f in db.paths.root.glob("office.db*.part*")) == []


def test_a_rehearsal_leaves_only_its_result_and_finds_a_changed_copy(township: Office) -> None:
    db, actor = township
    add_household(db, actor, "张秀兰")
    backup, before = backed_up(db), dump(db)
    assert rehearsal.last(db.paths) is None
    files = {*db.paths.root.rglob("*"), db.paths.backups / "rehearsal.json"}
    assert rehearsal.rehearse(db.paths, db.key, backup, NOON).is_good
    assert set(db.paths.root.rglob("*")) == files
    assert differences(before, dump(db)) == []
    backup.path.write_bytes(backup.path.read_bytes()[:-4096])
    with pytest.raises(Trouble):
        rehearsal.rehearse(db.paths, db.key, backup, NOON + timedelta(days=1))
    assert set(db.paths.root.rglob("*")) == files
    assert rehearsal.last(db.paths) == rehearsal.Rehearsed(NOON + timedelta(days=1), backup.made_at, False)


def test_a_copy_opens_on_another_pc_with_the_paper_from_the_safe(tmp_path: Path) -> None:
    cheap = Cost(1, 64, 1)
    own = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
    db, actor, code = office.create(tmp_path / "old", own, "admin", "pw", cost=cheap)
    backup = backed_up(db)
    db.close()
    new = type(db.paths)(tmp_path / "new")
    new.root.mkdir()
    with pytest.raises(Trouble):
        recovery_keys.new_keys(backup.path.parent, new.keys, "2222-" * 8, "admin", "another one", cheap)
    key, content = recovery_keys.new_keys(backup.path.parent, new.keys, code, "admin", "another one", cheap)
    restore.prepare(new, key, backup, new_keys=content)
    assert not new.keys.exists()
    restore.finish(new)
    again, found = office.log_in(new.root, "admin", "another one")
    assert found.id == actor.id
    assert again.node.incarnation != db.node.incarnation
    again.close()


def test_the_digest_sees_every_column(township: Office) -> None:
    """One letter in one field of one row, also where the log does not tell."""
    db, actor = township
    add_household(db, actor, "张秀兰")
    with database.writing(db.engine) as connection:
        before = proof.digest(connection.connection.driver_connection)
        connection.exec_driver_sql("UPDATE action SET at = at + 1")
        assert proof.digest(connection.connection.driver_connection) != before
        connection.exec_driver_sql("UPDATE action SET at = at - 1")
        assert proof.digest(connection.connection.driver_connection) == before
        local.put(connection, {"incarnation": bytes(8)})
        assert proof.digest(connection.connection.driver_connection) == before


def test_the_newest_backup_is_of_the_day_after(township: Office) -> None:
    db, _ = township
    first = backed_up(db)
    db.clock.moment = NOON + timedelta(days=1)  # type: ignore[attr-defined]
    second = backed_up(db)
    assert (first.day.day, second.day.day) == (14, 15)
    latest = shelf.latest(db.paths.backups)
    assert latest is not None
    assert latest.path == second.path


def folders_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes files, but cannot say that their names are safe."""
    real = os.fsync

    def fsync(number: int) -> None:
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise OSError(5, "no answer")
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.skipif(os.name != "posix", reason="only there folders are synced")
def test_what_took_its_place_is_not_said_to_wait(township: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    db, actor = township
    backup = backed_up(db)
    add_household(db, actor, "张秀兰")
    db.close()
    restore.prepare(db.paths, db.key, backup)
    with monkeypatch.context() as patched:
        folders_fail(patched)
        assert restore.finish(db.paths)
    again = database.open_database(db.paths, db.key, db.clock)
    assert names(again, actor) == []
    again.close()


@pytest.mark.skipif(os.name != "posix", reason="only there folders are synced")
def test_what_is_said_not_to_be_restored_does_not_come_at_the_next_start(
    township: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, actor = township
    backup = backed_up(db)
    add_household(db, actor, "张秀兰")
    db.close()
    with monkeypatch.context() as patched:
        folders_fail(patched)
        with pytest.raises(Trouble, match="没有动"):
            restore.prepare(db.paths, db.key, backup)
    assert not restore.finish(db.paths)
    again = database.open_database(db.paths, db.key, db.clock)
    assert names(again, actor) == ["张秀兰"]
    again.close()
