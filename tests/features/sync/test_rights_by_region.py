"""Who may write what, seen from the county and from the township: each refusal beside its nearest legal twin."""

from collections.abc import Sequence
from typing import Any

import pytest

from desktop.features.sync import api as sync
from desktop.features.sync.writer import Source
from tests.features.sync.exchange_maker import (
    GROUP,
    NEXT_DOOR,
    POINTS,
    VILLAGE,
    VOLUNTEER,
    Author,
    Office,
    bring,
    bundle,
)
from tests.features.sync.forging import World, transfer

USER, PREFIX = 1, 13
COUNTY, TOWN = "371602000000", "371602012000"


def sent(world: World, sender: Office, to: Office, *segments: Source) -> sync.Taken:
    return to.reads(bundle(world.stick, sender, to, bring(sender), *segments))


def downward(world: World, *segments: Source) -> sync.Taken:
    return sent(world, world.county, world.town, bring(world.sibling), *segments)


def reasons(office: Office, before: Sequence[sync.SetAside] = ()) -> list[str]:
    with office.db.reader(office.actor) as reader:
        return [s.reason for s in sync.set_aside(reader) if s not in before]


def test_the_county_corrects_a_row_of_a_village(world: World) -> None:
    author = Author(world.town)
    row = author.group().eid
    sent(world, world.county, world.town, bring(world.town), author.segment())
    above = Author(world.county)
    above.renames(row, "县里改的")
    taken = downward(world, above.segment())
    assert (taken.outcome, taken.quarantined) == ("applied", 0)
    with world.town.db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM village_group WHERE id = ?", (row,)).scalar()
    assert found == "县里改的"


def test_a_sibling_corrects_nothing_of_its_neighbours(world: World) -> None:
    author = Author(world.sibling, VILLAGE)
    author.group()
    taken = downward(world, author.segment())
    assert (taken.outcome, taken.entries) == ("not_trusted", 0)
    assert "region" in reasons(world.town)


def test_what_is_not_of_this_office_does_not_come_down(world: World) -> None:
    author = Author(world.sibling, NEXT_DOOR)
    author.group()
    assert downward(world, author.segment()).outcome == "not_trusted"


def prefix(office: Office, region: str, kind: str = "broadcast") -> Source:
    author = Author(office, region, kind)
    author.says("C", PREFIX, {2: "escaped", 3: "t"})
    return author.segment()


def test_the_code_lists_of_the_county_come_down(world: World) -> None:
    assert downward(world, prefix(world.county, COUNTY)).outcome == "applied"


@pytest.mark.parametrize("region", [COUNTY, VILLAGE, NEXT_DOOR])
def test_a_township_tells_only_in_its_own_name(world: World, region: str) -> None:
    world.refuses_segment(prefix(world.town, region))
    assert sent(world, world.town, world.county, prefix(world.town, TOWN)).outcome == "applied"


def user(office: Office, region: str, kind: str = "office") -> Source:
    author = Author(office, region, kind)
    author.says("C", USER, {2: "new", 3: "甲", 4: "admin", 5: region[:9]})
    return author.segment()


def test_an_office_names_only_its_own_users(world: World) -> None:
    assert downward(world, user(world.county, TOWN)).outcome == "not_trusted"
    assert downward(world, user(world.county, COUNTY)).outcome == "not_trusted"
    assert downward(world, user(world.county, COUNTY, "broadcast")).outcome == "not_trusted"
    assert sent(world, world.town, world.county, user(world.town, TOWN)).outcome == "applied"


def account(world: World, spender: bytes) -> bytes:
    """A volunteer whose points that PC spends, known at the county."""
    author = Author(world.town)
    made = author.says("C", VOLUNTEER, {2: "岳兰", 6: spender}).eid
    world.takes(author.segment())
    return made


def spending(world: World, account: bytes) -> Source:
    author = Author(world.town)
    body: dict[int, Any] = {**transfer(world.town, world.town.node.node_id), 3: account}
    author.says("L", POINTS, body)
    return author.segment()


def test_points_are_spent_by_the_pc_that_was_named(world: World) -> None:
    world.takes(spending(world, account(world, world.town.node.node_id)))


def test_points_are_not_spent_by_another_pc(world: World) -> None:
    """An honest PC can come too early: only the segment is set aside."""
    source = spending(world, account(world, world.sibling.node.node_id))
    taken = sent(world, world.town, world.county, source)
    assert (taken.outcome, taken.entries, taken.rows, taken.quarantined) == ("nothing_new", 0, {}, 1)
    assert "spending node" in reasons(world.county)


def test_points_are_spent_after_a_handover(world: World) -> None:
    made = account(world, world.sibling.node.node_id)
    segment = spending(world, made)
    assert sent(world, world.town, world.county, segment).quarantined == 1
    author = Author(world.town)
    author.says("S", VOLUNTEER, {6: [world.town.node.node_id, [made]]}, made)
    world.takes(author.segment())
    with world.county.db.reader(world.county.actor) as reader:
        listed = sync.set_aside(reader)
    world.takes(segment)  # the next bundle brings it again
    assert len(reasons(world.county)) == len(listed) - 1


def test_what_was_set_aside_is_listed_with_its_reason(world: World) -> None:
    author = Author(world.town, NEXT_DOOR)
    author.says("C", GROUP, {2: "一组", 3: 1})
    world.refuses_segment(author.segment())
    with world.county.db.reader(world.county.actor) as reader:
        found = next(s for s in sync.set_aside(reader) if s.region == NEXT_DOOR and s.reason == "region")
    assert found.sender == "里则街道"
    assert found.sentence == "写的是对方无权写的地方"
    assert found.at > 0
