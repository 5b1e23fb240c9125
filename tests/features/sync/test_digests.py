"""What is compared of a region: no more than both offices can hold of it."""

from pathlib import Path

from desktop.core.db import database
from desktop.features.register.tables import PrefixRow
from desktop.features.sync import api as sync
from desktop.features.sync import digests
from desktop.features.sync.vectors import Scope
from tests.features.sync.exchange_maker import Office, sends_down
from tests.features.sync.test_rebuild import spoil
from tests.office_maker import VILLAGE, add_household


def test_the_users_of_a_county_are_no_difference(offices: tuple[Office, Office], stick: Path) -> None:
    """The county's own region holds its users and what it tells everybody; a township only gets the latter."""
    town, county = offices
    with county.db.unit(county.actor, "编号") as unit:
        unit.add(PrefixRow, "371602000000", state="escaped", prefix="t")
    (written,) = sync.write_bundle(county.db, county.actor, stick, whom="里则街道")
    assert town.reads(written.path).sentence == ""
    assert county.reads(town.writes(stick)).sentence == ""
    for office in offices:
        with office.db.reader(office.actor) as reader:
            assert sync.alarms(reader) == []


def told(office: Office) -> set[str]:
    with office.db.engine.connect() as connection:
        return {region for region, _ in digests.told_vector(connection, Scope("371602012")).digests}


def test_a_bundle_tells_the_digests_that_stand(offices: tuple[Office, Office], stick: Path) -> None:
    """They are made while nobody waits, after reading and before writing; what moved since is not told."""
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    assert VILLAGE not in told(town)
    (written,) = sync.write_bundle(town.db, town.actor, stick)
    assert county.reads(written.path).outcome == "applied"
    assert VILLAGE in told(county)
    sync.note_digests(town.db)
    assert VILLAGE in told(town)
    add_household(town.db, town.actor, "何大满")
    assert VILLAGE not in told(town)


def test_a_digest_is_compared_also_when_one_has_gone_on(offices: tuple[Office, Office], stick: Path) -> None:
    """With the one that was made here when both held the same."""
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    spoil(county, home)
    with database.writing(county.db.engine) as connection:
        digests.forget(connection)
    sync.note_digests(county.db)
    add_household(town.db, town.actor, "何大满")
    assert "请告诉技术人员" in sends_down(county, town, stick).sentence
    with town.db.reader(town.actor) as reader:
        (alarm,) = sync.alarms(reader)
    assert (alarm.region, alarm.repaired, alarm.agrees) == (VILLAGE, 0, False)
