"""What is compared of a region: no more than both offices can hold of it."""

from pathlib import Path

from desktop.features.register.tables import PrefixRow
from desktop.features.sync import api as sync
from tests.features.sync.exchange_maker import Office


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
