"""A PC that was revoked by mistake, with unsent work, and enrolled anew: it goes on, and that work stays at home."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core.db import database, entries
from desktop.features.sync import api as sync
from desktop.features.sync import rotating, trust, writer
from desktop.features.sync.model import PieceKind
from desktop.features.sync.ui.lists import HereList
from tests.features.sync.exchange_maker import (
    POINTS,
    VOLUNTEER,
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
    sends_down,
)
from tests.features.sync.forging import transfer
from tests.office_maker import add_household

Offices = tuple[Office, Office]


@pytest.fixture
def anew(offices: Offices, stick: Path) -> Offices:
    """岳兰 was written after the newest bundle and before the township heard that it was revoked."""
    town, county = offices
    add_household(town.db, town.actor, "何小满")
    county.reads(town.writes(stick))
    add_household(town.db, town.actor, "岳兰")
    sync.revoke(county.db, county.actor, town.node.node_id.hex(), "误发")
    tells_of_it(county, town, stick)
    clear(stick)
    enrol(town, county, stick)
    return town, county


def tells_of_it(county: Office, town: Office, stick: Path) -> None:
    with database.writing(county.db.engine) as connection:
        lists = writer.small(PieceKind.TRUST, entries.pack(tuple(trust.load(connection).lists)))
    town.reads(bundle(stick, county, town, bring(county), lists))
    assert town.get("barred") == "revoked"


def clear(stick: Path) -> None:
    for file in stick.glob("*.hhb"):
        file.unlink()


def homes(office: Office) -> int:
    with office.db.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM household").scalar_one())


def aside(office: Office) -> list[str]:
    with office.db.reader(office.actor) as reader:
        return [one.reason for one in sync.set_aside(reader)]


def outlook(office: Office) -> sync.Outlook:
    with office.db.reader(office.actor) as reader:
        return sync.outlook(reader, office.db)


def test_a_bundle_without_new_work_is_believed(anew: Offices, stick: Path) -> None:
    town, county = anew
    for _ in range(2):
        taken = county.reads(town.writes(stick))
        assert (taken.outcome in ("applied", "nothing_new"), taken.quarantined) == (True, 0)
        clear(stick)
        sends_down(county, town, stick)
        clear(stick)
    assert (homes(town), homes(county), aside(county)) == (2, 1, [])
    assert not county.db.paths.quarantine.exists()


def test_its_keys_can_be_changed(anew: Offices, stick: Path) -> None:
    town, county = anew
    before = town.node.signing_public
    sync.rotate(town.db, town.actor)
    county.reads(town.writes(stick))
    clear(stick)
    sends_down(county, town, stick)
    assert town.node.signing_public != before
    county.reads(town.writes(stick))
    with county.db.engine.connect() as connection:
        assert (town.node.node_id, before) in trust.load(connection).revoked


def test_the_clerk_is_told_what_never_travels(anew: Offices, stick: Path, qtbot: QtBot) -> None:
    town, county = anew
    found = outlook(town)
    assert found.lost > 0
    assert any("岳" in kept.name for kept in found.here)
    county.reads(town.writes(stick))
    clear(stick)
    sends_down(county, town, stick)
    proved = outlook(town)
    assert (proved.lost, proved.entries, proved.unsent, proved.only_here) == (found.lost, 0, 0, 0)
    shown = HereList()
    qtbot.addWidget(shown)
    shown.show_outlook(proved)
    assert shown.footer.text() == f"停用前没有送出的 {found.lost} 条不会再上报，请重新录入"


def test_who_was_never_revoked_has_lost_nothing(offices: Offices) -> None:
    town, _ = offices
    add_household(town.db, town.actor, "何小满")
    assert outlook(town).lost == 0


def test_a_later_revocation_leaves_its_own_earlier_work_alone(
    anew: Offices, stick: Path, tmp_path: Path
) -> None:
    town, county = anew
    hamlet = make(tmp_path, "hamlet")
    enrol(hamlet, town, stick)
    county.reads(town.writes(stick))
    clear(stick)
    sync.revoke(county.db, county.actor, hamlet.node.node_id.hex(), "电脑被盗")
    before = own_segments(town)
    assert "撤下" not in sends_down(county, town, stick).sentence
    assert own_segments(town) == before
    assert homes(town) == 2
    hamlet.db.close()


def own_segments(town: Office) -> int:
    """Those of the former name."""
    (former,) = (node for node, _ in town.get("formers"))
    wanted = "SELECT count(*) FROM log_segment g JOIN log_stream s ON s.id = g.stream WHERE s.node = ?"
    with town.db.engine.connect() as connection:
        return int(connection.exec_driver_sql(wanted, (former,)).scalar_one())


# --- at the office that reads: the vector counts although every segment is set aside --------------------------------


def test_points_spent_before_the_handover_came_do_not_make_the_rest_untrue(
    offices: Offices, stick: Path
) -> None:
    """Twice the same: the file is kept once."""
    town, county = offices
    book = Author(town)
    account = book.says("C", VOLUNTEER, {2: "岳兰", 6: county.node.node_id}).eid
    county.reads(bundle(stick, town, county, bring(town), book.segment()))
    early = Author(town)
    early.says("L", POINTS, {**transfer(town, town.node.node_id), 3: account})
    sync.rotate(town.db, town.actor)
    for serial in (7, 8):
        path = bundle(stick, town, county, bring(town), early.segment(), new_keys(town), serial=serial)
        taken = county.reads(path)
        assert (taken.outcome, taken.quarantined) == ("nothing_new", 1)
    assert aside(county) == ["spending node"]
    assert len(list(county.db.paths.quarantine.iterdir())) == 1
    with county.db.engine.connect() as connection:
        known = trust.load(connection).of_node(town.node.node_id)
    assert town.get("next_signing_public") in [c.sign_pk for c in known]


def new_keys(town: Office) -> writer.Source:
    with town.db.engine.connect() as connection:
        believed = trust.load(connection).newest(town.get("parent"))
        assert believed is not None
        (source,) = rotating.told(connection, town.db, believed)
    return source


def test_a_dishonest_segment_still_costs_the_whole_file(offices: Offices, stick: Path) -> None:
    town, county = offices
    forged = Author(town, "371602013600")
    forged.group("邻居的组")
    sync.rotate(town.db, town.actor)
    taken = county.reads(bundle(stick, town, county, bring(town), forged.segment(), new_keys(town), serial=7))
    assert taken.outcome == "not_trusted"
    with county.db.engine.connect() as connection:
        known = trust.load(connection).of_node(town.node.node_id)
    assert town.get("next_signing_public") not in [c.sign_pk for c in known]
