"""Rows that are not what their entries say: found by a rebuild, and by the digest that every bundle carries."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy.exc import DatabaseError

from desktop.core.db import database, entries
from desktop.core.errors import Refused
from desktop.features.sync import api as sync
from desktop.features.sync import writer
from desktop.features.sync.model import PieceKind
from tests.core.db.log_reading import differences, dump
from tests.features.sync.exchange_maker import Office, bring, bundle, whole_vector
from tests.features.sync.test_both_ways import up, value
from tests.office_maker import VILLAGE, add_household


def spoil(office: Office, row: bytes) -> None:
    """What only another program with the key can do: change a row past the guards."""
    with database.writing(office.db.engine) as connection:
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'household'"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE household SET address = '别处' WHERE id = ?", (row,))
        for _, made in triggers:
            connection.exec_driver_sql(made)


def alarms(office: Office) -> list[sync.Alarm]:
    with office.db.reader(office.actor) as reader:
        return sync.alarms(reader)


def test_a_sound_database_is_left_as_it_is(offices: tuple[Office, Office]) -> None:
    town, _ = offices
    add_household(town.db, town.actor, "何小满")
    before = dump(town.db)
    assert sync.rebuild_rows(town.db, town.actor).differences == {}
    assert differences(before, dump(town.db)) == []


def test_a_spoilt_row_is_found_and_put_right(offices: tuple[Office, Office]) -> None:
    town, _ = offices
    home = add_household(town.db, town.actor, "何小满")
    before = dump(town.db)
    spoil(town, home)
    assert sync.rebuild_rows(town.db, town.actor).differences == {"household": 1}
    assert value(town, home, "address") is None
    changed = differences(before, dump(town.db))
    assert [name for name in changed if not name.startswith("search")] == []
    with pytest.raises(DatabaseError), database.writing(town.db.engine) as connection:
        connection.exec_driver_sql("UPDATE household SET address = '别处' WHERE id = ?", (home,))


def test_a_row_that_nobody_wrote_is_taken_out(offices: tuple[Office, Office]) -> None:
    town, _ = offices
    home = add_household(town.db, town.actor, "何小满")
    with database.writing(town.db.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER logged_insert_village_group")
        connection.exec_driver_sql(
            "INSERT INTO village_group (id, region, version, alive, name, position) VALUES (?, ?, ?, 1, 'x', 9)",
            (bytes(16), VILLAGE, bytes(16)),
        )
    assert sync.rebuild_rows(town.db, town.actor).differences == {"village_group": 1}
    assert value(town, home, "id") == home


def test_only_who_may_restore_may_rebuild(offices: tuple[Office, Office]) -> None:
    town, _ = offices
    with pytest.raises(Refused):
        sync.rebuild_rows(town.db, replace(town.actor, rights=frozenset()))


def test_the_digest_of_a_bundle_finds_a_spoilt_row_and_mends_it(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    assert alarms(county) == []
    spoil(county, home)
    add_household(town.db, town.actor, "何大满")  # not the row itself: that would be made again anyway
    taken = up(town, county, stick)
    assert taken.outcome == "applied"
    assert "已按原始记录重新计算" in taken.sentence
    assert value(county, home, "address") is None
    (alarm,) = alarms(county)
    assert (alarm.region, alarm.office, alarm.agrees, alarm.repaired > 0) == (VILLAGE, "里则街道", True, True)


def test_a_sender_whose_program_is_wrong_is_told_once(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    with database.writing(town.db.engine) as connection:
        vector = whole_vector(connection, "371602012")
    wrong = msgspec.structs.replace(vector, digests=((VILLAGE, bytes(32)),))
    piece = writer.small(PieceKind.VECTOR, entries.pack(wrong))
    for serial in (50, 51):
        taken = county.reads(bundle(stick, town, county, bring(town), piece, serial=serial))
        assert "请告诉技术人员" in taken.sentence
    assert [a.agrees for a in alarms(county)] == [False]
    assert value(county, home, "id") == home


def test_another_version_of_the_program_is_not_compared(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    with database.writing(town.db.engine) as connection:
        vector = whole_vector(connection, "371602012")
    other = msgspec.structs.replace(vector, digests=((VILLAGE, bytes(32)),), shape=b"other")
    piece = writer.small(PieceKind.VECTOR, entries.pack(other))
    county.reads(bundle(stick, town, county, bring(town), piece, serial=50))
    assert alarms(county) == []


def test_both_offices_come_to_the_same_digests(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    made = []
    for office in offices:
        with database.writing(office.db.engine) as connection:
            made.append(dict(whole_vector(connection, "371602012").digests))
    assert made[0] == made[1]
    assert VILLAGE in made[0]
