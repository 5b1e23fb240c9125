"""Up and down: only what the other lacks travels, corrections from above arrive, and what was received is proved."""

from pathlib import Path

import pytest

from desktop.core.db import database
from desktop.core.errors import Trouble
from desktop.features.register.tables import HouseholdRow, PrefixRow
from desktop.features.sync import api as sync
from desktop.features.sync import digests, vectors
from desktop.features.sync.vectors import Scope
from tests.features.sync.exchange_maker import Office, enrol, make
from tests.office_maker import add_household

DAY = 24 * 3600 * 1000


def up(town: Office, county: Office, stick: Path) -> sync.Taken:
    return county.reads(town.writes(stick))


def down(town: Office, county: Office, stick: Path) -> sync.Taken:
    (written,) = sync.write_bundle(county.db, county.actor, stick, whom="里则街道")
    return town.reads(written.path)


def outlook(office: Office) -> sync.Outlook:
    with office.db.reader(office.actor) as reader:
        return sync.outlook(reader, office.db)


def edit(office: Office, row: bytes, **values: object) -> None:
    with office.db.unit(office.actor, "改") as unit:
        unit.change(HouseholdRow, row, **values)


def value(office: Office, row: bytes, column: str) -> object:
    with office.db.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {column} FROM household WHERE id = ?", (row,)).scalar()


def held(office: Office) -> dict[str, bytes]:
    with office.db.engine.connect() as connection:
        streams = vectors.own(connection, Scope("371602012"))
        return digests.heads_of(streams)


def test_a_correction_from_above_reaches_the_village(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    edit(county, home, address="东街 3 号")
    taken = down(town, county, stick)
    assert (taken.outcome, taken.entries, taken.quarantined) == ("applied", 1, 0)
    assert value(town, home, "address") == "东街 3 号"
    # and it goes up again with the next bundle only if the county does not have it, which it does
    edit(town, home, phone="13800000000")
    assert up(town, county, stick).entries == 1
    assert value(county, home, "address") == "东街 3 号"
    assert held(town) == held(county)


def test_only_what_is_lacking_travels(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    (again,) = sync.write_bundle(town.db, town.actor, stick)
    assert again.entries > 0  # nobody has proved anything yet
    down(town, county, stick)
    (after,) = sync.write_bundle(town.db, town.actor, stick)
    assert (after.entries, after.segments) == (0, 0)
    add_household(town.db, town.actor, "何大满")
    (more,) = sync.write_bundle(town.db, town.actor, stick)
    assert 0 < more.entries < again.entries + 5
    assert county.reads(more.path).entries == more.entries


def test_what_exists_only_here_until_the_county_says_that_it_has_it(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    before = outlook(town)
    assert before.only_here == before.unsent > 0
    up(town, county, stick)
    written = outlook(town)
    assert (written.only_here, written.unsent) == (before.only_here, 0)
    assert written.here
    down(town, county, stick)
    proved = outlook(town)
    assert (proved.only_here, proved.oldest_here, proved.here) == (0, 0, ())


def test_red_after_seven_days(offices: tuple[Office, Office]) -> None:
    town, _ = offices
    add_household(town.db, town.actor, "何小满")
    found = outlook(town)
    assert not found.is_late(found.oldest_here + 7 * DAY - 1)
    assert found.is_late(found.oldest_here + 7 * DAY)


def test_an_office_that_lost_everything_gets_it_back(
    tmp_path: Path, offices: tuple[Office, Office], stick: Path
) -> None:
    """A new PC at the same desk: the county has all that ever reached it, the dead PC's own streams as well."""
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    town.db.close()
    new = make(tmp_path / "new", "township")
    enrol(new, county, stick)
    for written in sync.write_bundle(county.db, county.actor, stick, whom="371602012000"):
        new.reads(written.path)
    assert value(new, home, "id") == home
    new.db.close()


def test_a_county_that_was_restored_is_sent_what_it_lost(
    tmp_path: Path, offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    down(town, county, stick)
    # The county's next vector lists less than before: as after a restore.
    _forget(county)
    down(town, county, stick)
    (written,) = sync.write_bundle(town.db, town.actor, stick)
    assert written.entries > 0


def _forget(county: Office) -> None:
    with database.writing(county.db.engine) as connection:
        triggers = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log_entry'"
        ).scalars()
        for name in list(triggers):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("DELETE FROM log_entry WHERE segment IS NOT NULL")
        connection.exec_driver_sql("DELETE FROM log_segment")


def test_the_code_list_of_the_county_arrives(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    with county.db.unit(county.actor, "编号") as unit:
        row = unit.add(PrefixRow, "371602000000", state="escaped", prefix="t")
    taken = down(town, county, stick)
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
    with town.db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT prefix FROM number_prefix WHERE id = ?", (row,)).scalar()
        strange = "SELECT count(*) FROM user WHERE region = '371602000000'"
        assert connection.exec_driver_sql(strange).scalar() == 0  # the county's users stay at the county
    assert found == "t"


def test_nobody_below_of_that_name(offices: tuple[Office, Office], stick: Path) -> None:
    _, county = offices
    with pytest.raises(Trouble) as caught:
        sync.write_bundle(county.db, county.actor, stick, whom="没有的镇")
    assert caught.value.code == "bundle.no_child"


def test_who_is_below_and_what_waits(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    with county.db.reader(county.actor) as reader:
        (below,) = sync.offices_below(reader)
    assert (below.office, below.code, below.waiting, below.heard) == ("里则街道", "371602012000", 0, 0)
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    edit(county, home, address="东街 3 号")
    sync.write_bundle(county.db, county.actor, stick, whom="里则街道")
    with county.db.reader(county.actor) as reader:
        (below,) = sync.offices_below(reader)
    assert below.waiting == 1  # written, but the township has not said that it has it
    assert below.heard > 0


def test_a_rebuild_finds_nothing_different(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    home = add_household(town.db, town.actor, "何小满")
    up(town, county, stick)
    edit(town, home, phone="13800000000", note="村里记的")
    edit(county, home, phone="13900000000", note="县里记的")
    with town.db.unit(town.actor, "减户") as unit:
        unit.remove(HouseholdRow, home)
    up(town, county, stick)
    down(town, county, stick)
    for office in offices:
        found = sync.rebuild_rows(office.db, office.actor)
        assert (found.rows > 3, found.differences) == (True, {})


def test_three_levels_forward_what_others_signed(tmp_path: Path, stick: Path) -> None:
    city, county, town = (make(tmp_path, level) for level in ("city", "county", "township"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    home = add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    assert city.reads(county.writes(stick)).sender == "滨城区"
    edit(city, home, address="东街 3 号")
    for upper, lower, name in ((city, county, "滨城区"), (county, town, "里则街道")):
        (written,) = sync.write_bundle(upper.db, upper.actor, stick, whom=name)
        assert lower.reads(written.path).quarantined == 0
    assert value(town, home, "address") == "东街 3 号"
    # the city has proved what it has to the county, the county to the township
    assert outlook(town).only_here == outlook(county).only_here == 0
    for office in (city, county, town):
        assert sync.rebuild_rows(office.db, office.actor).differences == {}
        office.db.close()
