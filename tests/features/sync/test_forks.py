"""Two PCs of one name, dead PCs and dead parents: nothing is refused, nothing is lost, somebody is told."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.db import database, entries
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import actions
from desktop.features.sync import api as sync
from desktop.features.sync import certificates, forks, trust, writer
from desktop.features.sync.model import Order, PieceKind
from desktop.features.sync.ui.notices_tab import notices
from tests.features.sync.exchange_maker import (
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
    sends_down,
)
from tests.office_maker import PLACES, add_household


def cloned(office: Office, folder: Path) -> Office:
    """The same disk twice, and nobody notices: both go on under one name and in one incarnation."""
    incarnation = office.node.incarnation
    actor: Actor = office.actor
    with office.db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.db.paths.root, folder)
    db = database.open_database(Paths(folder), office.db.key, office.db.clock)
    copy = Office(db, actor)
    copy.put(incarnation=incarnation)
    copy.db.node = replace(copy.db.node, incarnation=incarnation)
    return copy


def households(office: Office) -> int:
    with office.db.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM household").scalar_one())


def twins(office: Office) -> list[sync.Twin]:
    with office.db.reader(office.actor) as reader:
        return sync.twins(reader)


@pytest.fixture
def pair(offices: tuple[Office, Office], tmp_path: Path, stick: Path) -> tuple[Office, Office, Office]:
    """A township with a household, its undiscovered clone, and their county."""
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    return town, cloned(town, tmp_path / "clone"), county


def test_both_branches_are_kept_forwarded_and_told(pair: tuple[Office, Office, Office], stick: Path) -> None:
    town, clone, county = pair
    add_household(town.db, town.actor, "岳兰")
    add_household(clone.db, clone.actor, "石桥")
    county.reads(town.writes(stick))
    assert twins(county) == []
    assert "同一个身份" in county.reads(clone.writes(stick)).sentence
    assert households(county) == 3
    (seen,) = twins(county)
    assert (seen.office, seen.is_asked) == ("里则街道", False)
    with county.db.reader(county.actor) as reader:
        assert ["两台电脑" in n.said for n in notices(reader)] == [True]
    before = town.node.incarnation, clone.node.incarnation
    assert before[0] == before[1]
    for pc in (town, clone):
        sends_down(county, pc, stick)
        assert households(pc) == 3
    after = town.node.incarnation, clone.node.incarnation
    assert len({*before, *after}) == 3  # each left the stream that somebody else writes too
    clone.db.close()


def test_the_later_of_the_two_is_asked_to_enrol_anew(
    pair: tuple[Office, Office, Office], stick: Path
) -> None:
    town, clone, county = pair
    for pc, name in ((town, "岳兰"), (clone, "石桥")):
        add_household(pc.db, pc.actor, name)
        county.reads(pc.writes(stick))
    for pc in (town, clone):
        sends_down(county, pc, stick)
    for pc, name in ((town, "杨柳"), (clone, "白露")):
        add_household(pc.db, pc.actor, name)
        county.reads(pc.writes(stick))
    assert not twins(county)[0].is_asked  # one PC, restored twice, would look the same so far
    for pc in (town, clone):
        sends_down(county, pc, stick)
        county.reads(pc.writes(stick))
    assert twins(county)[0].is_asked
    told = [sends_down(county, pc, stick).sentence for pc in (town, clone)]
    assert ["重新办理入网" in sentence for sentence in told] == [False, True]
    assert (town.get("barred"), clone.get("barred")) == (None, "twin")
    name = clone.node.node_id
    add_household(clone.db, clone.actor, "立春")
    county.reads(clone.writes(stick))  # meanwhile it goes on
    for file in stick.glob("*.hhb"):
        file.unlink()
    enrol(clone, county, stick)
    assert clone.node.node_id != name
    actions.log_in(clone.db.paths.root, "admin", "pw")[0].close()  # its users are still its users
    assert twins(county) == []
    add_household(clone.db, clone.actor, "小雪")
    assert county.reads(clone.writes(stick)).quarantined == 0
    assert households(county) == households(clone) == 7
    sends_down(county, town, stick)
    assert (households(town), twins(county)) == (7, [])
    clone.db.close()


def test_one_pc_that_was_restored_is_no_twin(offices: tuple[Office, Office], stick: Path) -> None:
    """Three incarnations one after the other, each announced: no alarm, and nothing is asked."""
    town, county = offices
    for name in ("何小满", "岳兰", "石桥"):
        add_household(town.db, town.actor, name)
        county.reads(town.writes(stick))
        sends_down(county, town, stick)
        with database.writing(town.db.engine) as connection:
            forks.renew(connection, town.db)
    assert (twins(county), households(county)) == ([], 3)


def test_a_pc_restored_without_knowing_leaves_its_stream_when_it_hears_of_its_own_lost_work(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    old = cloned(town, tmp_path / "old")
    add_household(town.db, town.actor, "岳兰")
    county.reads(town.writes(stick))
    before = old.node.incarnation
    sends_down(county, old, stick)
    assert old.node.incarnation != before
    add_household(old.db, old.actor, "石桥")
    county.reads(old.writes(stick))
    sends_down(county, old, stick)
    assert (households(old), households(county), twins(county)) == (3, 3, [])
    old.db.close()


def test_a_peer_that_knows_more_of_a_stream_by_its_vector_alone(
    offices: tuple[Office, Office], stick: Path
) -> None:
    """The entries themselves may come with a later stick; the stream is left at once."""
    town, county = offices
    before = town.node.incarnation
    stream = (town.node.node_id, before, "371602012000", "data")
    vector = entries.pack((((stream, ((b"h" * 32, 9),), ()),), (), b""))
    county_says = writer.small(PieceKind.VECTOR, vector)
    town.reads(bundle(stick, county, town, bring(county), county_says))
    assert town.node.incarnation != before


def test_only_an_office_above_orders_anything(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    sibling = make(tmp_path, "sibling")
    enrol(sibling, county, stick)
    mine = Order(town.node.node_id, town.node.incarnation)
    other = Order(town.node.node_id, bytes(8))
    for sender, packed in (
        (sibling, entries.pack((mine,))),
        (county, entries.pack((other,))),
        (county, b"\xc1"),
        (county, b"\x91\x91\x01"),
    ):
        town.reads(bundle(stick, sender, town, bring(sender), writer.small(PieceKind.ORDERS, packed)))
        assert not town.get("barred")
    said = writer.small(PieceKind.ORDERS, entries.pack((other, mine)))
    town.reads(bundle(stick, county, town, bring(county), said))
    assert town.get("barred") == "twin"
    sibling.db.close()


def test_a_replacement_gets_all_that_the_dead_pc_ever_sent(
    offices: tuple[Office, Office], stick: Path, tmp_path: Path
) -> None:
    town, county = offices
    for name in ("何小满", "岳兰"):
        add_household(town.db, town.actor, name)
        county.reads(town.writes(stick))
    dead = town.node.node_id
    fresh = make(tmp_path / "fresh", "township")
    enrol(fresh, county, stick)
    assert sends_down(county, fresh, stick).quarantined == 0
    assert households(fresh) == 2
    with fresh.db.engine.connect() as connection:
        assert dead in connection.exec_driver_sql("SELECT node FROM log_stream").scalars().all()
    add_household(fresh.db, fresh.actor, "石桥")
    county.reads(fresh.writes(stick))
    assert households(county) == 3
    fresh.db.close()


def test_a_county_made_anew_below_the_same_city_is_the_parent_again(tmp_path: Path, stick: Path) -> None:
    """The county's PC is dead. A new one is enrolled at the city, the dead one revoked: the township follows, and its
    first bundle brings everything."""
    city, county, town = (make(tmp_path, n) for n in ("city", "county", "township"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    city.reads(county.writes(stick))
    fresh = make(tmp_path / "fresh", "county")
    enrol(fresh, city, stick)
    sync.revoke(city.db, city.actor, county.node.node_id.hex(), "电脑已坏")
    sends_down(city, fresh, stick)
    assert households(fresh) == 1
    add_household(town.db, town.actor, "岳兰")
    with database.writing(town.db.engine) as connection, city.db.engine.connect() as above:
        believed = trust.load(connection).extended(city.chain(), trust.load(above).lists)
        trust.keep(connection, believed)
    with pytest.raises(Trouble, match="停用"):
        town.writes(stick)
    sends_down(fresh, town, stick)
    assert town.get("parent") == fresh.node.node_id
    taken = fresh.reads(town.writes(stick))
    assert (taken.outcome, taken.quarantined, households(fresh)) == ("applied", 0, 2)
    for office in (city, county, town, fresh):
        office.db.close()


@pytest.fixture
def late(tmp_path: Path, stick: Path) -> tuple[Office, Office, Office, Office]:
    """A county that was its own root when it enrolled a township, which enrolled a village; then came the city."""
    city, county, town, village = (make(tmp_path, n) for n in ("city", "county", "township", "hamlet"))
    enrol(town, county, stick)
    enrol(village, town, stick)
    add_household(village.db, village.actor, "何小满")
    town.reads(village.writes(stick))
    county.reads(town.writes(stick))
    enrol(county, city, stick)
    return city, county, town, village


def test_a_county_enrolled_after_its_townships_brings_them_along(
    late: tuple[Office, Office, Office, Office], stick: Path
) -> None:
    city, county, town, village = late
    taken = city.reads(county.writes(stick))
    assert (taken.outcome, taken.quarantined, households(city)) == ("applied", 0, 1)
    add_household(town.db, town.actor, "岳兰")
    assert sends_down(county, town, stick).outcome in ("applied", "nothing_new")
    assert sends_down(town, village, stick).quarantined == 0
    county.reads(town.writes(stick))
    taken = city.reads(county.writes(stick))
    assert (taken.quarantined, households(city)) == (0, 2)


def test_what_the_city_tells_everybody_reaches_the_village(
    late: tuple[Office, Office, Office, Office], stick: Path
) -> None:
    """The county's own signature says who is above it; the township passes that on the same way."""
    city, county, town, village = late
    author = Author(city, "371600000000", "broadcast")
    author.says("C", 4, {2: "x", 3: "y", 4: "z"}, schema=9)
    root = city.certificate().cert_id
    path = bundle(stick, city, county, bring(city), author.segment())
    assert county.reads(path).outcome in ("applied", "not_trusted")
    for above, below in ((county, town), (town, village)):
        taken = sends_down(above, below, stick)
        assert taken.quarantined == 0
        with below.db.engine.connect() as connection:
            assert root in trust.load(connection).roots or below is village


def test_somebody_elses_word_makes_no_new_root(
    late: tuple[Office, Office, Office, Office], tmp_path: Path, stick: Path
) -> None:
    """Only a root itself says who is above it: a township that was enrolled at a stranger's does not drag its village
    or its county along."""
    _, county, town, _ = late
    liar = make(tmp_path, "liar")
    before = set(county.get("roots"))
    asked = certificates.request_of(town.node, PLACES["township"], 5)
    forged = certificates.issue(liar.node, liar.certificate(), asked, 5)
    chain = (forged, *liar.chain())
    path = bundle(stick, town, county, bring(town, *chain), chain=chain)
    assert county.reads(path).outcome == "not_trusted"
    assert county.reads(bundle(stick, town, county, bring(town, *chain))).outcome == "nothing_new"
    assert set(county.get("roots")) == before
    liar.db.close()
