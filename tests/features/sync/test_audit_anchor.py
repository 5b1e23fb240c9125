"""The audit log stays at home; its head travels in every bundle, so that the county could prove what was taken out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.features.office import api as office
from desktop.features.office.audit import Head
from desktop.features.sync.model import unpack_vector
from desktop.features.sync.tables import PeerRow
from tests.core.db.log_reading import log
from tests.features.sync.exchange_maker import Office, enrol, make


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[Office, Office, Path]]:
    county, town, stick = make(tmp_path, "county"), make(tmp_path, "township"), tmp_path / "stick"
    enrol(town, county, stick)
    yield town, county, stick
    county.db.close()
    town.db.close()


def head(town: Office) -> Head:
    with town.db.reader(town.actor) as reader:
        return office.audit_head(reader.connection, town.node.node_id)


def anchor(county: Office, town: Office) -> list[Head]:
    """What the county's newest vector of the township says of its audit log."""
    with county.db.engine.connect() as connection:
        packed = connection.scalar(select(PeerRow.vector).where(PeerRow.node_id == town.node.node_id))
    vector = unpack_vector(packed or b"").streams
    return [Head(seq, found) for v in vector if v.stream[3] == "audit" for found, seq in v.heads]


def test_the_county_holds_the_head_and_no_line(offices: tuple[Office, Office, Path]) -> None:
    town, county, stick = offices
    with town.db.unit(town.actor, "打印") as unit:
        office.note(unit, office.Event.PRINT, "打印手册 3 户")
    path = town.writes(stick)
    written = head(town)
    county.reads(path)
    assert anchor(county, town) == [written]
    node = town.node.node_id.hex()
    assert log(county.db, f"s.node = x'{node}' AND s.kind = 'audit'") == []


def test_the_anchor_moves_with_the_next_bundle(offices: tuple[Office, Office, Path]) -> None:
    town, county, stick = offices
    county.reads(town.writes(stick))
    before = anchor(county, town)
    with town.db.unit(town.actor, "打印") as unit:
        office.note(unit, office.Event.PRINT, "打印手册 3 户")
    county.reads(town.writes(stick))
    assert anchor(county, town)[0].seq > before[0].seq
