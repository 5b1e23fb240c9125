"""Taking trust back: what a revoked key signed before stays, what it signs later is set aside, everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.core.clock import FixedClock, milliseconds
from desktop.core.db import database, entries
from desktop.core.errors import Refused, Trouble
from desktop.features.sync import api as sync
from desktop.features.sync import rebuild, revoking, trust, vectors, writer
from desktop.features.sync.model import PieceKind, TrustList
from tests.features.sync.exchange_maker import (
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
    sends_down,
)
from tests.office_maker import NOON, add_household


@pytest.fixture
def three(tmp_path: Path, stick: Path) -> Iterator[tuple[Office, Office, Office]]:
    """A township, its neighbour, and their county."""
    town, sibling, county = (make(tmp_path, level) for level in ("township", "sibling", "county"))
    enrol(town, county, stick)
    enrol(sibling, county, stick)
    yield town, sibling, county
    for office in (town, sibling, county):
        office.db.close()


def revoke(county: Office, whom: str = "里则街道", reason: str = "电脑被盗") -> list[str]:
    return sync.revoke(county.db, county.actor, whom, reason)


def said_by(office: Office) -> TrustList:
    with office.db.engine.connect() as connection:
        found = trust.load(connection).list_of(office.node.node_id)
    assert found is not None
    return found


def group_names(office: Office) -> set[str]:
    with office.db.engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT name FROM village_group").scalars())


def test_key_compromise_what_came_before_stays_and_what_comes_later_is_set_aside(
    three: tuple[Office, Office, Office], stick: Path
) -> None:
    town, _, county = three
    author = Author(town)
    author.group("甲组")
    assert county.reads(bundle(stick, town, county, bring(town), author.segment())).outcome == "applied"
    assert revoke(county) == ["里则街道"]
    author.group("乙组")
    late = replace(author, said=author.said[1:])
    refused = county.reads(bundle(stick, town, county, bring(town), late.segment()))
    assert (refused.outcome, "停用" in refused.sentence) == ("not_trusted", True)
    assert group_names(county) == {"甲组"}
    with county.db.reader(county.actor) as reader:
        assert sync.offices_below(reader)[0].office == "青田街道"


def test_another_offices_stick_brings_what_counts_of_a_revoked_pc_and_no_more(
    three: tuple[Office, Office, Office], stick: Path, tmp_path: Path
) -> None:
    """A PC that replaces the stolen one hears everything from the county, and nothing of the thief."""
    town, sibling, county = three
    author = Author(town)
    for name in ("甲组", "乙组", "丙组"):
        author.group(name)
    early, middle, late = (replace(author, said=author.said[n : n + 1]) for n in range(3))
    county.reads(bundle(stick, town, county, bring(town), early.segment(), middle.segment()))
    revoke(county)
    fresh = make(tmp_path / "fresh", "township")
    enrol(fresh, county, stick)
    sends_down(county, fresh, stick)
    assert group_names(fresh) == {"甲组", "乙组"}
    # the thief, carried by somebody who is believed
    path = bundle(stick, sibling, county, bring(town), late.segment())
    taken = county.reads(path)
    assert (taken.outcome, taken.quarantined) == ("nothing_new", 1)
    with county.db.reader(county.actor) as reader:
        assert [q.reason for q in sync.set_aside(reader)] == ["revoked"]
    assert group_names(county) == {"甲组", "乙组"}
    fresh.db.close()


def test_key_compromise_a_branch_with_low_numbers_is_no_way_round(
    three: tuple[Office, Office, Office], stick: Path
) -> None:
    """Who has the stolen key numbers a branch as low as he likes; what counts is what leads to the accepted heads."""
    town, sibling, county = three
    author = Author(town)
    for name in ("甲组", "乙组", "丙组"):
        author.group(name)
    county.reads(bundle(stick, town, county, bring(town), author.segment()))
    revoke(county)
    forged = replace(author, said=author.said[:1])
    forged.group("劫组")
    branch = replace(forged, said=forged.said[1:])
    taken = county.reads(bundle(stick, sibling, county, bring(town), branch.segment()))
    assert (taken.outcome, taken.quarantined) == ("nothing_new", 1)
    assert "劫组" not in group_names(county)
    again = replace(author, said=author.said[1:2])  # the twin: a piece of what was accepted, cut otherwise
    taken = county.reads(bundle(stick, sibling, county, bring(town), again.segment()))
    assert (taken.outcome, taken.quarantined) == ("nothing_new", 0)


def test_key_compromise_what_was_read_before_the_revocation_came_goes_again(
    three: tuple[Office, Office, Office], stick: Path, tmp_path: Path
) -> None:
    """A second PC of the township took the thief's work before it heard of the theft: afterwards it shows what the
    county shows, and a rebuild finds no difference."""
    town, _, county = three
    second = make(tmp_path / "second", "township")
    enrol(second, county, stick)
    author = Author(town)
    author.group("甲组")
    county.reads(bundle(stick, town, county, bring(town), author.segment()))
    author.group("乙组")
    author.renames(author.said[0].eid, "劫组")
    taken = second.reads(bundle(stick, county, second, bring(county), bring(town), author.segment()))
    assert taken.outcome == "applied"
    assert group_names(second) == {"劫组", "乙组"}
    revoke(county, town.node.node_id.hex())
    assert "撤下" in sends_down(county, second, stick).sentence
    assert group_names(second) == group_names(county) == {"甲组"}
    assert not rebuild.rebuild(second.db).differences
    scope = vectors.Scope("371602012")
    with second.db.engine.connect() as here, county.db.engine.connect() as there:
        key = author.stream.node
        mine, theirs = ([v for v in vectors.own(c, scope) if v.stream[0] == key] for c in (here, there))
        assert mine == theirs
    second.db.close()


def test_key_compromise_certificates_issued_before_stay_and_later_ones_do_not(
    tmp_path: Path, stick: Path
) -> None:
    city, county, town, sibling = (make(tmp_path, n) for n in ("city", "county", "township", "sibling"))
    enrol(county, city, stick)
    enrol(town, county, stick)
    town_said = Author(town)
    town_said.group("甲组")
    assert city.reads(bundle(stick, county, city, bring(town), town_said.segment())).outcome == "applied"
    sync.revoke(city.db, city.actor, "滨城区", "钥匙泄露")
    enrol(sibling, county, stick)  # the thief enrols whom he likes
    with city.db.engine.connect() as connection:
        found = trust.load(connection).extended([*town.chain(), *sibling.chain()])
    assert found.newest(town.node.node_id) is not None
    assert found.of_node(sibling.node.node_id) == []
    assert found.newest(county.node.node_id) is None
    for office in (city, county, town, sibling):
        office.db.close()


def test_rollback_of_a_trust_list_is_ignored(three: tuple[Office, Office, Office], stick: Path) -> None:
    town, sibling, county = three
    with database.writing(county.db.engine) as connection:
        revoking.publish(connection, county.db)
        old = trust.load(connection).lists
    revoke(county)
    sends_down(county, sibling, stick)

    def is_revoked() -> bool:
        with sibling.db.engine.connect() as connection:
            return trust.load(connection).newest(town.node.node_id) is None

    with sibling.db.engine.connect() as connection:
        assert trust.load(connection).list_of(county.node.node_id) == said_by(county)
    with database.writing(sibling.db.engine) as connection:
        trust.keep(connection, trust.load(connection).extended(town.chain()))
    assert is_revoked()
    stale = writer.small(PieceKind.TRUST, entries.pack(tuple(old)))
    sibling.reads(bundle(stick, county, sibling, bring(county), stale, serial=99))
    assert is_revoked()


def test_nobody_but_those_above_takes_trust_back(three: tuple[Office, Office, Office], stick: Path) -> None:
    """The sibling and the township itself sign lists that revoke others: they count for nothing."""
    town, sibling, county = three
    for liar, victim in ((sibling, town), (town, county), (town, town)):
        with database.writing(liar.db.engine) as connection:
            revoking.revoke(connection, liar.db, [victim.certificate()], "劫")
            lists = writer.small(PieceKind.TRUST, entries.pack(tuple(trust.load(connection).lists)))
        county.reads(bundle(stick, liar, county, bring(liar), lists))
        with county.db.engine.connect() as connection:
            believed = trust.load(connection)
            assert believed.revoked == {}
            assert believed.newest(victim.node.node_id) is not None


def test_who_revokes_needs_the_right_a_reason_and_somebody(three: tuple[Office, Office, Office]) -> None:
    _, _, county = three
    with pytest.raises(Refused):
        revoke(county, reason=" ")
    with pytest.raises(Trouble):
        revoke(county, whom="没有的地方")
    with pytest.raises(Refused):
        sync.revoke(county.db, replace(county.actor, rights=frozenset()), "里则街道", "电脑被盗")
    revoke(county)
    with pytest.raises(Trouble):
        revoke(county)


def test_one_pc_by_its_number(three: tuple[Office, Office, Office]) -> None:
    town, sibling, county = three
    assert revoke(county, sibling.node.node_id.hex()) == ["青田街道"]
    assert len(said_by(county).revocations) == 1
    revoke(county, town.node.node_id.hex())
    assert len(said_by(county).revocations) == 2


def test_a_revoked_pc_hears_of_it_and_enrols_anew(three: tuple[Office, Office, Office], stick: Path) -> None:
    town, _, county = three
    add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    before = town.node.node_id
    revoke(county, before.hex(), "误发")
    with database.writing(county.db.engine) as connection:
        lists = writer.small(PieceKind.TRUST, entries.pack(tuple(trust.load(connection).lists)))
    town.reads(bundle(stick, county, town, bring(county), lists))
    with town.db.reader(town.actor) as reader:
        assert sync.outlook(reader, town.db).barred == "revoked"
    with pytest.raises(Trouble, match="停用"):
        town.writes(stick)
    for file in stick.glob("*.hhb"):
        file.unlink()
    enrol(town, county, stick)
    assert town.node.node_id != before
    add_household(town.db, town.actor, "岳兰")
    taken = county.reads(town.writes(stick))
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
    with county.db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM household").scalar() == 2


def test_indefinite_freeze_is_seen_by_the_age_of_the_list(tmp_path: Path, stick: Path) -> None:
    """A parent whose sticks are kept back can only be noticed by the age of what it said last (freeze)."""
    clock = FixedClock(NOON)
    town, county = make(tmp_path, "township", clock), make(tmp_path, "county", clock)
    enrol(town, county, stick)
    sends_down(county, town, stick)
    first = said_by(county)
    sends_down(county, town, stick)
    assert said_by(county) == first
    clock.moment = NOON + timedelta(days=2)
    sends_down(county, town, stick)
    assert said_by(county).version == first.version + 1
    now = milliseconds(clock.moment)
    with town.db.reader(town.actor) as reader:
        outlook = sync.outlook(reader, town.db)
    assert outlook.list_at == now
    assert not outlook.is_frozen(now + 59 * 86_400_000)
    assert outlook.is_frozen(now + 61 * 86_400_000)
    town.db.close()
    county.db.close()


def test_a_county_that_was_restored_goes_on_from_the_list_that_others_hold(
    three: tuple[Office, Office, Office], stick: Path
) -> None:
    town, sibling, county = three
    revoke(county)
    newer = said_by(county)
    sends_down(county, sibling, stick)
    with database.writing(county.db.engine) as connection:
        connection.exec_driver_sql("DELETE FROM trust_list")  # a backup of before
        revoking.publish(connection, county.db)
    assert said_by(county).revocations == ()
    county.reads(sibling.writes(stick))
    assert {r.cert_id for r in said_by(county).revocations} == {r.cert_id for r in newer.revocations}
    assert said_by(county).version > newer.version
