"""The second place: asked for, filled when it is there, read back, and missed after seven days."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.db import backup, proof, second_place, shelf
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from tests.office_maker import NOON

Office = tuple[Database, Actor]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "U盘"
    made.mkdir()
    return made


def test_the_newest_backup_goes_there_with_the_recovery_slots_only(township: Office, stick: Path) -> None:
    db, _ = township
    copy = db.backup("daily")
    second_place.choose(db.paths, stick)
    target = second_place.copy_latest(db.paths, db.node.node_id, NOON)
    assert target is not None
    assert target.parent.parent == stick
    assert target.read_bytes() == copy.read_bytes()
    found = shelf.read(target)
    assert found is not None
    assert proof.file_digest(target) == found.digest
    slots = json.loads((target.parent / "recovery.json").read_text())["slots"]
    assert {slot["kind"] for slot in slots} == {"recovery"}
    assert not list(target.parent.glob("*.part*"))


def test_nothing_happens_without_a_place_or_without_the_stick(township: Office, stick: Path) -> None:
    db, _ = township
    db.backup("daily")
    assert second_place.copy_latest(db.paths, db.node.node_id, NOON) is None
    second_place.choose(db.paths, stick)
    stick.rmdir()
    assert second_place.copy_latest(db.paths, db.node.node_id, NOON) is None
    place = second_place.chosen(db.paths)
    assert place is not None
    assert not place.is_there
    assert not stick.exists()


def test_a_folder_inside_the_data_is_no_second_place(township: Office) -> None:
    db, _ = township
    with pytest.raises(Trouble) as caught:
        second_place.choose(db.paths, db.paths.root / "backups")
    assert caught.value.code == "second.same"


def test_a_stick_that_cannot_be_written_is_told(township: Office, stick: Path) -> None:
    db, _ = township
    db.backup("daily")
    second_place.choose(db.paths, stick)
    (stick / f"yipaiyice-{db.node.node_id.hex()[:8]}").write_text("a file where the folder should be")
    with pytest.raises(Trouble) as caught:
        second_place.copy_latest(db.paths, db.node.node_id, NOON)
    assert caught.value.code == "second.failed"
    place = second_place.chosen(db.paths)
    assert place is not None
    assert place.copied_at is None


def test_after_seven_days_today_asks_for_it(township: Office, stick: Path) -> None:
    db, _ = township

    def asked(day: date) -> list[str]:
        return [due.what for due in second_place.due(db.paths, day)]

    day = NOON.date()
    assert asked(day + timedelta(days=99)) == []  # nothing was ever backed up: nothing to carry
    db.backup("daily")
    assert asked(day + timedelta(days=6)) == []
    assert len(asked(day + timedelta(days=7))) == 1
    second_place.choose(db.paths, stick)
    second_place.copy_latest(db.paths, db.node.node_id, NOON + timedelta(days=5))
    assert asked(day + timedelta(days=11)) == []
    assert len(asked(day + timedelta(days=12))) == 1


def test_two_pcs_share_a_stick_and_old_copies_go(township: Office, stick: Path) -> None:
    db, _ = township
    second_place.choose(db.paths, stick)
    for _ in range(12):
        db.backup("daily")
        second_place.copy_latest(db.paths, db.node.node_id, NOON)
    mine = second_place.copy_latest(db.paths, db.node.node_id, NOON)
    other = second_place.copy_latest(db.paths, bytes(16), NOON)
    assert mine is not None
    assert other is not None
    assert mine.parent != other.parent
    assert len(list(mine.parent.glob("*.db"))) == shelf.NEWEST


def test_what_was_made_last_goes_there_after_a_start_in_2099(township: Office, stick: Path) -> None:
    db, _ = township
    second_place.choose(db.paths, stick)
    for moment in (datetime(2099, 1, 1, tzinfo=UTC), NOON + timedelta(days=1)):
        made = backup.make(db.engine, db.paths, db.key, "daily", moment)
        target = second_place.copy_latest(db.paths, db.node.node_id, moment)
        assert target is not None
        assert target.name == made.name
        assert target.exists()


def test_a_copying_in_2099_does_not_silence_today(township: Office, stick: Path) -> None:
    db, _ = township
    db.backup("daily")
    second_place.choose(db.paths, stick)
    second_place.copy_latest(db.paths, db.node.node_id, datetime(2099, 1, 1, tzinfo=UTC))
    assert len(second_place.due(db.paths, NOON.date())) == 1
    second_place.copy_latest(db.paths, db.node.node_id, NOON)
    assert second_place.due(db.paths, NOON.date()) == []


def test_a_copy_whose_facts_were_lost_is_carried(township: Office, stick: Path) -> None:
    db, _ = township
    copy = db.backup("daily")
    shelf.facts_of(copy).unlink()
    second_place.choose(db.paths, stick)
    target = second_place.copy_latest(db.paths, db.node.node_id, NOON)
    assert target is not None
    assert target.read_bytes() == copy.read_bytes()
