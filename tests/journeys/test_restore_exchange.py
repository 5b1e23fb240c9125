"""A township restores an old backup: the county still has what was lost and gives it back, and nothing collides."""

from pathlib import Path

from desktop.core.db import database, restore, shelf
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import Office, enrol, make
from tests.office_maker import add_household


def heads(office: Office) -> list[str]:
    with office.db.reader(office.actor) as reader:
        lines = register.household_lines(reader, register.household_ids(reader))
    return sorted(line.head for line in lines)


def numbers(office: Office) -> list[str]:
    with office.db.reader(office.actor) as reader:
        lines = register.household_lines(reader, register.household_ids(reader))
    return sorted(line.number for line in lines)


def restored(office: Office, backup: shelf.Backup) -> None:
    office.db.close()
    restore.take_place(office.db.paths, office.db.key, backup)
    office.db = database.open_database(office.db.paths, office.db.key, office.db.clock)


def test_what_the_county_has_comes_back_and_new_work_stands_beside_it(tmp_path: Path) -> None:
    town, county, stick = make(tmp_path, "township"), make(tmp_path, "county"), tmp_path / "stick"
    enrol(town, county, stick)
    add_household(town.db, town.actor, "张秀兰")
    backup = shelf.read(town.db.backup("manual"))
    assert backup is not None
    add_household(town.db, town.actor, "李大山")
    assert county.reads(town.writes(stick / "up-1")).outcome is sync.Outcome.APPLIED
    add_household(town.db, town.actor, "王玉珍")  # never left this PC: only paper knows it
    old = town.node.incarnation

    restored(town, backup)
    assert heads(town) == ["张秀兰"]
    assert town.node.incarnation != old
    add_household(town.db, town.actor, "赵小满")
    assert county.reads(town.writes(stick / "up-2")).outcome is sync.Outcome.APPLIED
    assert heads(county) == ["张秀兰", "李大山", "赵小满"]

    # Its vector lists less than the county knows of it, so the county sends the rest, the town's own entries too.
    down = stick / "down"
    down.mkdir()
    (written,) = sync.write_bundle(county.db, county.actor, down, whom="里则街道")
    assert town.reads(written.path).outcome is sync.Outcome.APPLIED
    assert heads(town) == heads(county)
    assert len(set(numbers(town))) == 3
    assert county.reads(town.writes(stick / "up-3")).outcome in (
        sync.Outcome.APPLIED,
        sync.Outcome.NOTHING_NEW,
    )
    assert heads(county) == heads(town)
    town.db.close()
    county.db.close()
