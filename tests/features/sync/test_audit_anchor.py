"""The audit log stays at home; its head travels in every bundle, so that the county could prove what was taken out."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from desktop.core.db import database
from desktop.features.office import api as office
from desktop.features.office.audit import Head
from desktop.features.sync import anchors
from desktop.features.sync.model import unpack_vector
from desktop.features.sync.tables import PeerRow
from tests.core.db.log_reading import hash_again, log
from tests.features.sync.exchange_maker import Office, bring, bundle, enrol, make


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


# --- the log of the township is changed by somebody who has its key ------------------------------------------------


def rewritten(
    town: Office,
    change: Callable[[list[Any]], list[Any]],
    tables: Sequence[str] = ("log_entry", "log_segment"),
) -> None:
    """The audit log as `change` leaves its lines, numbered, linked and hashed again: in itself there is nothing wrong
    with it."""
    lines = change(log(town.db, "s.kind = 'audit'"))
    with database.writing(town.db.engine) as connection:
        guards = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in list(guards.scalars()):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for table in tables:
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE stream IN (SELECT id FROM log_stream WHERE kind = 'audit')"
            )
        prev = bytes(32)
        for seq, line in enumerate(lines, 1):
            again = SimpleNamespace(**{**line._mapping, "seq": seq, "prev": prev, "segment": None})
            prev = again.hash = hash_again(again)  # type: ignore[arg-type]
            values = [getattr(again, c) for c in COLUMNS]
            connection.exec_driver_sql(
                f"INSERT INTO log_entry ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
                tuple(values),
            )


COLUMNS = (
    "eid", "stream", "seq", "prev", "hash", "hlc", "clock_flag", "user", "schema", "kind", "table_no", "row",
    "salt", "body", "note", "action", "segment",
)  # fmt: skip


def alarms(county: Office) -> list[anchors.Alarm]:
    with county.db.reader(county.actor) as reader:
        return anchors.alarms(reader)


def notes(town: Office, *said: str) -> None:
    for text in said:
        with town.db.unit(town.actor, "打印") as unit:
            office.note(unit, office.Event.PRINT, text)


def without_the_last(lines: list[Any]) -> list[Any]:
    return lines[:-1]


def without_one(lines: list[Any]) -> list[Any]:
    return [*lines[:-2], lines[-1]]


def in_another_order(lines: list[Any]) -> list[Any]:
    return [*lines[:-2], lines[-1], lines[-2]]


def unchanged(lines: list[Any]) -> list[Any]:
    return lines


@pytest.mark.parametrize("change", [without_the_last, without_one, in_another_order])
@pytest.mark.parametrize("later", [0, 5])
@pytest.mark.parametrize("lost", [0, 3])
def test_a_record_taken_out_or_moved_is_found_out_by_the_county(
    offices: tuple[Office, Office, Path], change: Callable[[list[Any]], list[Any]], later: int, lost: int
) -> None:
    """However much was written since, and whatever sticks were lost in between."""
    town, county, stick = offices
    notes(town, "打印手册 1 户", "打印手册 2 户", "打印手册 3 户")
    county.reads(town.writes(stick))
    for n in range(lost):
        notes(town, f"又打印 {n} 户")
        town.writes(stick).unlink()
    rewritten(town, lambda lines: [*change(lines[: -lost or None]), *lines[len(lines) - lost :]])
    notes(town, *(f"后来打印 {n} 户" for n in range(later)))
    taken = county.reads(town.writes(stick))
    assert "操作日志" in taken.sentence
    assert [a.office for a in alarms(county)] == [town.certificate().office]


def test_a_sealed_copy_that_was_left_lying_hides_nothing(offices: tuple[Office, Office, Path]) -> None:
    town, county, stick = offices
    notes(town, "打印手册 1 户", "打印手册 2 户", "打印手册 3 户")
    county.reads(town.writes(stick))
    rewritten(town, without_one, ("log_entry",))
    assert "操作日志" in county.reads(town.writes(stick)).sentence


@pytest.mark.parametrize("later", [0, 5])
def test_a_log_that_only_grew_is_believed(offices: tuple[Office, Office, Path], later: int) -> None:
    """The legal twin: also when the same lines are written again, and when sticks are lost or come late."""
    town, county, stick = offices
    notes(town, "打印手册 1 户", "打印手册 2 户", "打印手册 3 户")
    late = town.writes(stick)
    notes(town, "打印手册 4 户")
    county.reads(town.writes(stick))
    county.reads(late)
    rewritten(town, unchanged, ("log_entry",))
    notes(town, *(f"后来打印 {n} 户" for n in range(later)))
    town.writes(stick).unlink()
    assert "操作日志" not in county.reads(town.writes(stick)).sentence
    assert alarms(county) == []


@pytest.mark.parametrize("at_once", [False, True])
def test_the_list_of_what_was_told_is_no_way_round(
    offices: tuple[Office, Office, Path], at_once: bool
) -> None:
    """Whoever changes the log empties that list too, or forgets one number of it."""
    town, county, stick = offices
    notes(town, "打印手册 1 户", "打印手册 2 户", "打印手册 3 户")
    county.reads(town.writes(stick))
    rewritten(town, without_one)
    kept: list[int] = town.get("audit_told")[town.node.incarnation.hex()]
    town.put(audit_told={} if at_once else {town.node.incarnation.hex(): kept[:-1]})
    notes(town, *(f"后来打印 {n} 户" for n in range(5)))
    assert "操作日志与上次不同" in county.reads(town.writes(stick)).sentence
    assert len(alarms(county)) == 1


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_so_many_sticks_are_lost_that_nothing_can_be_compared(
    offices: tuple[Office, Office, Path], monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """No alarm of an honest office; that nothing could be compared is said."""
    monkeypatch.setattr(anchors, "MOST", 2)
    town, county, stick = offices
    county.reads(town.writes(stick))
    for n in range(lost):
        notes(town, f"打印 {n} 户")
        town.writes(stick).unlink()
    assert ("无法核对" in county.reads(town.writes(stick)).sentence) == (lost >= 2)
    assert alarms(county) == []


@pytest.mark.parametrize("lost", [0, 1])
def test_fewer_lost_sticks_than_that_excuse_nothing(
    offices: tuple[Office, Office, Path], monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    monkeypatch.setattr(anchors, "MOST", 2)
    town, county, stick = offices
    notes(town, "打印手册 1 户", "打印手册 2 户", "打印手册 3 户")
    county.reads(town.writes(stick))
    rewritten(town, without_one)
    town.put(audit_told={})
    for n in range(lost):
        notes(town, f"打印 {n} 户")
        town.writes(stick).unlink()
    notes(town, *(f"后来打印 {n} 户" for n in range(5)))
    county.reads(town.writes(stick))
    assert len(alarms(county)) == 1


def test_a_bundle_that_told_no_vector_is_nothing_to_compare_with(
    offices: tuple[Office, Office, Path],
) -> None:
    town, county, stick = offices
    county.reads(bundle(stick, town, county, bring(town), serial=0))
    with county.db.engine.connect() as connection:
        assert connection.scalar(select(PeerRow.vector).where(PeerRow.node_id == town.node.node_id)) == b""
    assert "操作日志" not in county.reads(town.writes(stick)).sentence
    assert anchor(county, town) == [head(town)]
    assert alarms(county) == []
