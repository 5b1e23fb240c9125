"""The journey of a bundle: written by a township, read by its county, once, twice, late, swapped and in parts."""

import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desktop.core.clock import FixedClock, milliseconds
from desktop.core.db import database, entries
from desktop.core.errors import Cancelled, Trouble
from desktop.features.office import api as offices
from desktop.features.register.tables import GroupRow, HouseholdRow, PersonRow
from desktop.features.sync import api as sync
from desktop.features.sync import exchange, segments, vectors
from desktop.features.sync.model import Piece, PieceKind
from desktop.features.sync.writer import Source
from desktop.features.visits.tables import VisitRow
from desktop.features.volunteers.tables import PointsRow, VolunteerRow
from tests.core.db.log_reading import Dump, differences, dump, log
from tests.features.sync.exchange_maker import (
    HOUSEHOLD,
    VILLAGE,
    VISIT,
    Author,
    Office,
    bring,
    bundle,
    enrol,
    make,
    stored,
)
from tests.office_maker import NOON, add_household

# What a county and its township may differ in: what each knows of itself and of its sticks, and the order in which
# entries came (a row's `version` names the last one that came).
LOCAL = (
    "action", "alembic_version", "audit", "bundle", "certificate", "draft", "local", "log_entry", "log_segment", "log_stream",
    "peer", "print_run", "quarantine", "region_digest", "sent", "user",
)  # fmt: skip


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def county(tmp_path: Path) -> Office:
    return make(tmp_path, "county")


@pytest.fixture
def town(tmp_path: Path, county: Office, stick: Path) -> Office:
    office = make(tmp_path, "township")
    enrol(office, county, stick)
    return office


def projection(office: Office) -> Dump:
    """The rows, without the column that says which entry came last here."""
    found: Dump = {}
    with office.db.engine.connect() as connection:
        for name, rows in dump(office.db, *LOCAL).items():
            if name.startswith("search"):
                continue  # its lines are numbered as they come
            columns = [c[1] for c in connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()]
            keep = [n for n, c in enumerate(columns) if c != "version"]
            found[name] = sorted((tuple(row[n] for n in keep) for row in rows), key=repr)
    return found


def fill(town: Office) -> dict[str, bytes]:
    """One of everything that a township writes."""
    home = add_household(town.db, town.actor, "何小满")
    with town.db.unit(town.actor, "工作") as unit:
        volunteer = unit.add(VolunteerRow, VILLAGE, name="岳兰", spending_node=town.node.node_id)
        said = {
            "debit": town.node.node_id,
            "credit": volunteer,
            "amount": 5,
            "day": "2027-03-14",
            "kind": "award",
        }
        points = unit.add(PointsRow, VILLAGE, reason="扫院子", **said)
        seen = {
            "household_id": home,
            "day": "2027-03-14",
            "kind": "home",
            "visitor": "岳兰",
            "findings": "屋顶漏雨",
        }
        visit = unit.add(VisitRow, VILLAGE, **seen)
    with town.db.unit(town.actor, "更正") as unit:
        again = unit.add(VisitRow, VILLAGE, **{**seen, "findings": "屋顶已修"}, replaces=visit, why="写错")
        opposite = {**said, "debit": volunteer, "credit": town.node.node_id, "reason": "记错"}
        unit.reverse(PointsRow, points, VILLAGE, **opposite)
    return {"household": home, "visit": visit, "again": again, "volunteer": volunteer}


def test_the_county_has_what_the_township_wrote(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    taken = county.reads(town.writes(stick))
    assert (taken.outcome, taken.sender, taken.waiting, taken.quarantined) == ("applied", "里则街道", 0, 0)
    assert taken.entries == len(log(town.db, "s.kind <> 'audit'"))  # that log stays at home
    assert taken.rows["household"] == 1
    mine, theirs = projection(town), projection(county)
    assert differences(mine, theirs) == []
    assert all(mine[name] for name in ("points", "visit", "person", "household_index"))


def test_entries_arrive_as_they_were_signed(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    county.reads(town.writes(stick))
    node = f"s.node = x'{town.node.node_id.hex()}' AND s.kind <> 'audit'"
    kept = (
        "eid",
        "seq",
        "prev",
        "hash",
        "hlc",
        "user",
        "kind",
        "row",
        "salt",
        "body",
        "note",
        "region",
        "stream_kind",
    )
    mine, theirs = ([tuple(getattr(e, k) for k in kept) for e in log(o.db, node)] for o in (town, county))
    assert sorted(mine) == sorted(theirs)
    assert all(e.action is None and e.segment for e in log(county.db, node))


def test_reading_twice_changes_nothing_at_all(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    path = town.writes(stick)
    county.reads(path)
    before = dump(county.db)
    taken = county.reads(path)
    assert (taken.outcome, taken.entries, taken.rows) == ("nothing_new", 0, {})
    assert differences(before, dump(county.db)) == []


def test_a_second_bundle_of_the_same_brings_nothing_new(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    county.reads(town.writes(stick))
    before = dump(county.db)
    assert county.reads(town.writes(stick)).outcome == "nothing_new"
    assert set(differences(before, dump(county.db))) == {"bundle", "peer"}


def test_edits_that_follow_arrive(town: Office, county: Office, stick: Path) -> None:
    rows = fill(town)
    county.reads(town.writes(stick))
    with town.db.unit(town.actor, "改") as unit:
        unit.change(HouseholdRow, rows["household"], phone="13800000000", aliases=["老号"])
    with town.db.unit(town.actor, "改") as unit:
        unit.change(HouseholdRow, rows["household"], phone=None, aliases=[])
        unit.remove(VisitRow, rows["again"])
    taken = county.reads(town.writes(stick))
    assert (taken.outcome, taken.entries) == ("applied", 3)
    assert differences(projection(town), projection(county)) == []


def test_an_older_stick_does_not_take_back_what_the_county_knows_of_the_township(
    town: Office, county: Office, stick: Path
) -> None:
    fill(town)
    older = town.writes(stick)
    fill(town)
    county.reads(town.writes(stick))
    before = dump(county.db)["peer"]
    assert county.reads(older).outcome == "nothing_new"
    assert dump(county.db)["peer"] == before


def test_empty_labels_are_the_same_on_both_sides(town: Office, county: Office, stick: Path) -> None:
    """However the row came there: made with an empty set, emptied before it was sent, or after."""
    with town.db.unit(town.actor, "户") as unit:
        said = {"place": 1, "number": "1"}
        empty = unit.add(HouseholdRow, VILLAGE, **said, aliases=[])
        double = unit.add(HouseholdRow, VILLAGE, **said, aliases=["乙", "甲", "乙"])
        emptied = unit.add(HouseholdRow, VILLAGE, **said, aliases=["x"])
    with town.db.unit(town.actor, "户") as unit:
        unit.change(HouseholdRow, emptied, aliases=[])
    county.reads(town.writes(stick))
    assert differences(projection(town), projection(county)) == []
    with town.db.unit(town.actor, "户") as unit:
        unit.change(HouseholdRow, double, aliases=[])
        unit.change(HouseholdRow, empty, aliases=["丙"])
    county.reads(town.writes(stick))
    assert differences(projection(town), projection(county)) == []


def two_bundles(town: Office, county: Office, stick: Path) -> list[Path]:
    """The second without what was in the first: as sticks of two machines, or of later versions, may have it."""
    rows = fill(town)
    first = town.writes(stick)
    with town.db.unit(town.actor, "改") as unit:
        unit.change(HouseholdRow, rows["household"], phone="1", aliases=["甲"])
        unit.add(PersonRow, VILLAGE, household_id=rows["household"], position=2, name="何小寒")
        unit.remove(VisitRow, rows["visit"])
        unit.change(VolunteerRow, rows["volunteer"], phone="2")
    return [first, only_the_newest(town, county, stick)]


def sealed(connection: Connection) -> list[int]:
    return [lack.segment for lack in vectors.lacking(connection, vectors.Scope("371602012"), None)]


def only_the_newest(town: Office, county: Office, stick: Path) -> Path:
    with database.writing(town.db.engine) as connection:
        before = sealed(connection)
        segments.seal_all(connection, town.node)
        fresh = [number for number in sealed(connection) if number not in before]
        pieces = [(segments.payload(connection, n), segments.piece(connection, n).raw_len) for n in fresh]
        sources = [stored(*found) for found in pieces]
    assert sources
    return bundle(stick, town, county, bring(town), *sources, serial=99)


def test_the_order_of_two_bundles_does_not_matter(
    tmp_path: Path, town: Office, county: Office, stick: Path
) -> None:
    first, second = two_bundles(town, county, stick)
    county.db.close()
    swapped_root = tmp_path / "swapped"
    shutil.copytree(tmp_path / "county", swapped_root)
    straight = Office(*offices.log_in(tmp_path / "county", "admin", "pw", clock=FixedClock(NOON)))
    swapped = Office(*offices.log_in(swapped_root, "admin", "pw", clock=FixedClock(NOON)))
    assert [straight.reads(p).outcome for p in (first, second)] == ["applied", "applied"]
    early = swapped.reads(second)
    assert (early.outcome, early.waiting > 0) == ("applied", True)
    assert swapped.reads(first).waiting == 0
    assert differences(projection(straight), projection(swapped)) == []
    assert differences(projection(straight), projection(town)) == []


def test_a_correction_that_comes_before_what_it_corrects(town: Office, county: Office, stick: Path) -> None:
    """In one segment, and with the household still missing: nothing is lost, and nothing breaks."""
    author = Author(town)
    home, visit = author.new_id(), author.new_id()
    said = {2: home[0], 3: "2027-03-14", 4: "home", 5: "岳兰", 6: "x"}
    author.says("C", VISIT, {**said, 9: visit[0], 10: "写错"})
    author.says("C", VISIT, said, made=visit)
    first = bundle(stick, town, county, bring(town), author.segment())
    assert county.reads(first).waiting == 2
    late = Author(town, incarnation=author.incarnation)
    late.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001"}, made=home)
    taken = county.reads(bundle(stick, town, county, bring(town), late.segment()))
    assert (taken.outcome, taken.waiting) == ("applied", 0)
    assert len(projection(county)["visit"]) == 2


def test_a_correction_in_a_later_batch_than_the_visit_it_corrects_and_the_reverse(
    town: Office, county: Office, stick: Path
) -> None:
    author = Author(town)
    home = author.says("C", HOUSEHOLD, {3: 1, 4: "000001-00001"}).eid
    said = {2: home, 3: "2027-03-14", 4: "home", 5: "岳兰", 6: "x"}
    last = author.new_id()
    before = last
    for _ in range(450):  # each is written before the one it corrects
        made = author.new_id()
        author.says("C", VISIT, {**said, 9: made[0]}, made=before)
        before = made
    author.says("C", VISIT, said, made=before)
    taken = county.reads(bundle(stick, town, county, bring(town), author.segment()))
    assert (taken.outcome, taken.waiting, taken.rows["visit"]) == ("applied", 0, 451)


def test_the_county_moves_its_clock_past_what_it_read(tmp_path: Path, county: Office, stick: Path) -> None:
    office = make(tmp_path, "township", FixedClock(NOON + timedelta(hours=20)))
    enrol(office, county, stick)
    add_household(office.db, office.actor, "何小满")
    newest = max(e.hlc for e in log(office.db))
    county.reads(office.writes(stick))
    add_household(county.db, county.actor, "岳兰", "371602013600")
    assert log(county.db)[-1].hlc > newest
    assert log(county.db)[-1].clock_flag == 0


def test_a_stamp_of_the_far_future_does_not_move_the_clock(town: Office, county: Office, stick: Path) -> None:
    author = Author(town)
    near = author.group().hlc
    author.hlc = milliseconds(NOON + timedelta(days=9_000)) << 16
    author.group("二组")
    assert county.reads(bundle(stick, town, county, bring(town), author.segment())).outcome == "applied"
    assert county.get("hlc") == near
    add_household(county.db, county.actor, "何小满")
    assert log(county.db)[-1].clock_flag == 0


def test_entries_of_an_office_that_is_its_own_root_are_not_sent(tmp_path: Path, stick: Path) -> None:
    office = make(tmp_path, "township")
    with pytest.raises(Trouble) as caught:
        office.writes(stick)
    assert caught.value.code == "bundle.no_parent"


def test_nothing_is_cut_again(town: Office, stick: Path) -> None:
    fill(town)
    town.writes(stick)
    sealed = dump(town.db)["log_segment"]
    fill(town)
    town.writes(stick)
    assert set(sealed) < set(dump(town.db)["log_segment"])


def test_a_run_is_cut_before_it_is_too_long_to_store(town: Office, county: Office, stick: Path) -> None:
    """Entries as large as may be, of a text that does not compress."""
    signs = [chr(c) for c in range(0x4E00, 0x9FA5)]
    text = "".join(random.Random(1).choices(signs, k=4_900))
    with town.db.unit(town.actor, "户") as unit:
        rows = (
            {"region": VILLAGE, "place": 1, "number": str(n), "note": text[n:] + text[:n]} for n in range(400)
        )
        unit.add_many(HouseholdRow, rows)
    path = town.writes(stick)
    with town.db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT length(payload), raw_len FROM log_segment").all()
    assert len(found) >= 3
    assert max(stored for stored, _ in found) <= entries.MAX_SEGMENT_STORED
    assert county.reads(path).rows["household"] == 400
    assert differences(projection(town), projection(county)) == []


@pytest.mark.parametrize(("count", "stored", "raw"), [(70_000, 1, 1), (400, 4 << 20, 1), (200, 1, 30 << 20)])
def test_what_is_too_much_for_one_file_goes_into_several(count: int, stored: int, raw: int) -> None:
    head = [Source(Piece(PieceKind.VECTOR, b"", 1, 1), bytes)]
    sources = [
        Source(Piece(PieceKind.ENTRIES, n.to_bytes(4, "big"), stored, raw), bytes) for n in range(count)
    ]
    parts = list(exchange._parts(head, sources))
    assert len(parts) > 1
    assert [s for part in parts for s in part[1:]] == sources
    for part in parts:
        assert part[0] is head[0]
        assert len(part) <= 65_536
        assert sum(s.piece.stored_len for s in part) <= 1 << 30
        assert sum(s.piece.raw_len for s in part) <= 4 << 30
        assert len(entries.pack([s.piece for s in part])) < 4 << 20


def test_reading_can_be_stopped_and_goes_on_later(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    path = town.writes(stick)

    def stop(done: int, total: int, stage: str = "") -> None:
        if done >= 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        sync.read_bundles(county.db, county.actor, path, stop)
    assert not county.db.paths.quarantine.exists()
    assert county.reads(path).outcome == "applied"
    assert differences(projection(town), projection(county)) == []


def test_a_bug_of_ours_is_not_called_a_forgery(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    path = town.writes(stick)

    def broken(done: int, total: int, stage: str = "") -> None:
        if done:
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        sync.read_bundles(county.db, county.actor, path, broken)


def test_a_database_that_is_busy_is_trouble_and_no_forgery(town: Office, county: Office, stick: Path) -> None:
    fill(town)
    path = town.writes(stick)
    with county.db.unit(county.actor, "占用"), pytest.raises(Trouble) as caught:
        county.reads(path)
    assert caught.value.code == "db.busy"


def test_a_folder_is_read_as_a_whole(tmp_path: Path, town: Office, county: Office, stick: Path) -> None:
    sibling = make(tmp_path, "sibling")
    enrol(sibling, county, stick)
    for office in (town, sibling):
        add_household(office.db, office.actor, "何小满", office.certificate().prefix + "600")
        office.writes(stick)
    (stick / "half.hhb").write_bytes(b"HHB1")
    taken = sync.read_bundles(county.db, county.actor, stick)
    assert sorted(t.outcome for t in taken) == ["applied", "applied", "damaged"]
    assert sync.overall(taken) == "damaged"
    assert len(projection(county)["household"]) == 2


def test_an_empty_stick_is_said_to_be_empty(county: Office, tmp_path: Path) -> None:
    for path, code in ((tmp_path, "bundle.none"), (tmp_path / "nothing.hhb", "stick.missing")):
        with pytest.raises(Trouble) as caught:
            sync.read_bundles(county.db, county.actor, path)
        assert caught.value.code == code


def test_group_and_village_names_travel(town: Office, county: Office, stick: Path) -> None:
    with town.db.unit(town.actor, "组") as unit:
        row = unit.add(GroupRow, VILLAGE, name="𠮷家组", position=1)
    county.reads(town.writes(stick))
    with county.db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM village_group WHERE id = ?", (row,)).scalar_one()
    assert found == "𠮷家组"
