"""Offices for the tests of sync: a township under its county, and the world of the forgeries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.features.sync.exchange_maker import (
    GROUP,
    HOUSEHOLD,
    NEXT_DOOR,
    PERSON,
    POINTS,
    VILLAGE,
    VOLUNTEER,
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
)
from tests.features.sync.forging import World, transfer


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def offices(tmp_path: Path, stick: Path) -> Iterator[tuple[Office, Office]]:
    town, county = make(tmp_path, "township"), make(tmp_path, "county")
    enrol(town, county, stick)
    yield town, county
    town.db.close()
    county.db.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared by each module: after a refusal they must be as before anyway."""
    folder = tmp_path_factory.mktemp("world")
    county, stick = make(folder, "county"), folder / "stick"
    town, sibling, stranger = (make(folder, level) for level in ("township", "sibling", "stranger"))
    homes = {}
    for office, region in ((town, VILLAGE), (sibling, NEXT_DOOR)):
        enrol(office, county, stick)
        author = Author(office, region)
        homes[region] = author.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001", 5: ["甲"]}).eid
        author.says("C", GROUP, {2: "一组", 3: 1})
        account = author.says("C", VOLUNTEER, {2: "岳兰", 6: office.node.node_id}).eid
        booked = transfer(office, account)
        homes[f"points {region}"] = author.says("L", POINTS, booked).eid
        homes[f"group {region}"] = author.said[1].eid
        author.says("C", PERSON, {2: homes[region], 3: 1})
        county.reads(bundle(stick, office, county, bring(office), author.segment()))
    yield World(town, sibling, county, stranger, stick, homes)
    for office in (county, town, sibling, stranger):
        office.db.close()
