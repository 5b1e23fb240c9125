"""Units on a real encrypted file: every change has its entry, linked, bound and hashed as sync.md says."""

import threading
from pathlib import Path

import msgspec
import pytest

from desktop.core.clock import FixedClock, milliseconds
from desktop.core.db import entries
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.errors import Refused, Trouble
from desktop.core.ids import is_bound
from desktop.features.register.tables import GroupRow, HouseholdRow, PersonRow
from desktop.features.volunteers.tables import PointsRow, VolunteerRow
from tests.core.db.log_reading import body, differences, dump, hash_again, log
from tests.office_maker import NOON, VILLAGE, make_office

OTHER = "371602012601"
Office = tuple[Database, Actor]


def add_group(office: Office, name: str = "一组", region: str = VILLAGE) -> bytes:
    db, actor = office
    with db.unit(actor, "组") as unit:
        return unit.add(GroupRow, region, name=name, position=1)


def change(office: Office, row: bytes, **values: object) -> None:
    db, actor = office
    with db.unit(actor, "改") as unit:
        unit.change(GroupRow, row, **values)


def household(office: Office, **values: object) -> bytes:
    db, actor = office
    with db.unit(actor, "户") as unit:
        return unit.add(HouseholdRow, VILLAGE, **{"place": 1, "number": "000001-00001", **values})


def value(office: Office, table: str, column: str, row: bytes) -> object:
    with office[0].engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {column} FROM {table} WHERE id = ?", (row,)).scalar_one()


def test_entries_of_a_stream_are_linked_and_hashed_as_the_design_says(township: Office) -> None:
    row = add_group(township)
    for name in ("二组", "三组"):
        change(township, row, name=name)
    add_group(township, region=OTHER)
    tips: dict[int, tuple[int, bytes]] = {}
    for entry in log(township[0]):
        seq, previous = tips.get(entry.stream, (0, bytes(32)))
        assert (entry.seq, entry.prev) == (seq + 1, previous)
        assert entry.hash == hash_again(entry)
        tips[entry.stream] = (entry.seq, entry.hash)
    assert len(tips) == 4  # the office's own, its audit log, and two villages


def test_every_id_is_bound_to_this_node(township: Office) -> None:
    row = add_group(township)
    change(township, row, name="二组")
    for e in log(township[0]):
        assert e.node == township[0].node.node_id
        assert is_bound(e.eid, e.hlc, e.node, e.incarnation, e.salt)
    assert len({e.salt for e in log(township[0])}) == len(log(township[0]))


def test_a_row_is_named_by_the_entry_that_made_it(township: Office) -> None:
    row = add_group(township)
    (made,) = log(township[0], f"e.row = x'{row.hex()}'")
    assert (made.eid, made.kind, made.table_no) == (row, "C", 10)
    assert body(made) == {2: "一组", 3: 1}
    assert value(township, "village_group", "version", row) == row


def test_a_change_names_the_versions_its_editor_saw(township: Office) -> None:
    row = add_group(township)
    change(township, row, name="二组", position=2)
    change(township, row, name="三组")
    made, first, second = log(township[0], f"e.row = x'{row.hex()}'")
    assert body(first) == {2: ["二组", [made.eid]], 3: [2, [made.eid]]}
    assert body(second) == {2: ["三组", [first.eid]]}
    assert value(township, "village_group", "name", row) == "三组"
    assert value(township, "village_group", "version", row) == second.eid


def test_removing_and_bringing_back_are_entries_and_erase_nothing(township: Office) -> None:
    db, actor = township
    row = add_group(township)
    with db.unit(actor, "撤") as unit:
        unit.remove(GroupRow, row)
    assert value(township, "village_group", "alive", row) == 0
    with db.unit(actor, "恢复") as unit:
        unit.change(GroupRow, row, alive=True)
    made, gone, back = log(db, f"e.row = x'{row.hex()}'")
    assert (gone.kind, back.kind) == ("D", "U")
    assert body(back) == {1: [True, [gone.eid]]}
    assert value(township, "village_group", "name", row) == "一组"


def test_labels_say_what_was_added_and_what_was_taken_away(township: Office) -> None:
    db, actor = township
    row = household(township, aliases=["b", "a", "b"])
    with db.unit(actor, "改") as unit:
        unit.change(HouseholdRow, row, aliases=["a", "c"])
    made, changed = log(db, f"e.row = x'{row.hex()}'")
    assert body(changed) == {5: [[["c"], ["b"]], [made.eid]]}
    assert value(township, "household", "aliases", row) == '["a","c"]'
    with db.unit(actor, "改") as unit:
        unit.change(HouseholdRow, row, aliases=[])
    assert value(township, "household", "aliases", row) is None


def test_one_row_twice_in_one_batch(township: Office) -> None:
    db, actor = township
    row = household(township)
    with db.unit(actor, "改") as unit:
        unit.change_many(HouseholdRow, [(row, {"aliases": ["a"]}), (row, {"aliases": ["b"]})])
    made, first, second = log(db, f"e.row = x'{row.hex()}'")
    assert body(first) == {5: [[["a"], []], [made.eid]]}
    assert body(second) == {5: [[["b"], ["a"]], [first.eid]]}
    assert value(township, "household", "aliases", row) == '["b"]'


def test_the_bulk_door_sorts_rows_into_the_streams_of_their_regions(township: Office) -> None:
    db, actor = township
    rows = [{"region": (VILLAGE, OTHER)[n % 2], "name": f"{n}组", "position": n} for n in range(4_500)]
    with db.unit(actor, "批") as unit:
        assert unit.add_many(GroupRow, rows) == 4_500
    found = log(db, "e.table_no = 10")
    assert [sum(e.region == r for e in found) for r in (VILLAGE, OTHER)] == [2_250, 2_250]
    for region in (VILLAGE, OTHER):
        of_region = [e for e in found if e.region == region]
        assert [e.seq for e in of_region] == list(range(1, 2_251))
        assert all(e.hash == hash_again(e) for e in of_region[:50])
    names = {e.eid: body(e)[2] for e in found}
    with db.engine.connect() as connection:
        said = connection.exec_driver_sql("SELECT id, name, region FROM village_group").all()
    assert {r.id: r.name for r in said} == names
    assert all(int(r.name[:-1]) % 2 == (r.region == OTHER) for r in said)


def test_nothing_is_left_of_a_unit_that_failed(township: Office) -> None:
    db, actor = township
    row = add_group(township)
    before = dump(db)
    with pytest.raises(ZeroDivisionError), db.unit(actor, "坏") as unit:
        unit.change(GroupRow, row, name="二组")
        unit.add_many(GroupRow, [{"region": VILLAGE, "name": "x", "position": 1}] * 10)
        raise ZeroDivisionError
    assert differences(before, dump(db)) == []


def test_the_clock_goes_on_after_a_restart_and_backwards_never(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    office = make_office(tmp_path, clock=clock)
    add_group(office)
    stamps = [e.hlc for e in log(office[0])]
    assert stamps == sorted(set(stamps))
    assert stamps[0] >> 16 == milliseconds(NOON)
    clock.moment = NOON.replace(year=2020)
    add_group(office, "二组")
    newest = log(office[0])[-1]
    assert newest.hlc > stamps[-1]
    assert newest.clock_flag == 1
    assert [e.clock_flag for e in log(office[0])[:-1]] == [0] * len(stamps)
    office[0].close()


def test_entries_know_their_user_action_and_reason(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "组", reason="更正") as unit:
        row = unit.add(GroupRow, VILLAGE, name="一组", position=1)
    (made,) = log(db, f"e.row = x'{row.hex()}'")
    assert made.user == actor.id
    assert msgspec.msgpack.decode(made.note) == [unit.action_key, "更正"]
    with db.engine.connect() as connection:
        action = connection.exec_driver_sql("SELECT * FROM action WHERE id = ?", (made.action,)).one()
    assert (action.key, action.name, action.entries, action.table_names) == (
        unit.action_key,
        "组",
        1,
        "village_group",
    )


def test_a_second_writer_waits_its_turn_and_links_to_the_first(township: Office) -> None:
    db, actor = township
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with db.unit(actor, "甲") as unit:
            unit.add(GroupRow, VILLAGE, name="甲", position=1)
            inside.set()
            go_on.wait(5)

    worker = threading.Thread(target=first)
    worker.start()
    assert inside.wait(5)
    threading.Timer(0.3, go_on.set).start()
    add_group(township, "乙")  # waits until the first has committed
    worker.join()
    one, two = log(db, "e.table_no = 10")
    assert (two.seq, two.prev) == (one.seq + 1, one.hash)
    assert two.hlc > one.hlc


def test_a_writer_that_cannot_wait_longer_is_told(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "甲") as unit:
        unit.add(GroupRow, VILLAGE, name="甲", position=1)
        with pytest.raises(Trouble) as caught, db.unit(actor, "乙"):
            pass
    assert caught.value.code == "db.busy"
    assert [body(e)[2] for e in log(db, "e.table_no = 10")] == ["甲"]


def test_a_reader_sees_one_moment(township: Office) -> None:
    db, actor = township
    count = "SELECT count(*) FROM village_group"
    with db.reader(actor) as reader:
        before = reader.connection.exec_driver_sql(count).scalar_one()
        add_group(township)
        assert reader.connection.exec_driver_sql(count).scalar_one() == before
    with db.reader(actor) as reader:
        assert reader.connection.exec_driver_sql(count).scalar_one() == before + 1


@pytest.mark.parametrize(
    "values",
    [{"address": "长" * 501}, {"place": 2**53 + 1}, {"place": -(2**60)}, {"address": 1.5}],
)
def test_what_the_next_office_would_refuse_is_not_sealed_here(
    township: Office, values: dict[str, object]
) -> None:
    row = household(township, address="长" * 500, place=2**53)
    before = dump(township[0])
    with pytest.raises(Refused):
        household(township, **values)
    db, actor = township
    with pytest.raises(Refused), db.unit(actor, "改") as unit:
        unit.change(HouseholdRow, row, **values)
    assert differences(before, dump(db)) == []


def test_a_reason_that_is_too_long_is_refused(township: Office) -> None:
    db, actor = township
    with pytest.raises(Refused) as caught, db.unit(actor, "组", reason="长" * 5_000):
        pass
    assert caught.value.code == "entry.reason"


def test_reversing_twice_is_refused_and_the_row_follows_from_the_original(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "积分") as unit:
        he = unit.add(VolunteerRow, VILLAGE, name="何小满", spending_node=db.node.node_id)
        said = {
            "debit": db.node.node_id,
            "credit": he,
            "amount": 5,
            "day": "2027-03-14",
            "kind": "award",
            "reason": "x",
        }
        booked = unit.add(PointsRow, VILLAGE, **said)
    opposite = {**said, "debit": he, "credit": db.node.node_id}
    with db.unit(actor, "冲正") as unit:
        assert unit.reverse(PointsRow, booked, VILLAGE, **opposite) == entries.reversal_row(booked)
    with pytest.raises(Refused) as caught, db.unit(actor, "冲正") as unit:
        unit.reverse(PointsRow, booked, VILLAGE, **opposite)
    assert caught.value.code == "ledger.reversed"
    assert [e.kind for e in log(db, "e.table_no = 31")] == ["L", "X"]


def test_a_ledger_is_not_changed(township: Office) -> None:
    db, actor = township
    with pytest.raises(TypeError), db.unit(actor, "改") as unit:
        unit.change(PointsRow, bytes(16), amount=1)


def test_a_member_whose_household_is_nowhere_is_not_committed(township: Office) -> None:
    db, actor = township
    before = dump(db)
    with pytest.raises(Exception, match="FOREIGN KEY"), db.unit(actor, "人") as unit:
        unit.add(PersonRow, VILLAGE, household_id=b"n" * 16, position=1, name="何小满")
    assert differences(before, dump(db)) == []
