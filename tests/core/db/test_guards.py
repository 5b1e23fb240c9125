"""Nothing but a unit changes a synced row or the log: raw SQL and ORM sessions are refused by the database itself."""

import os
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from desktop.core.db import entries, registry
from desktop.core.db.base import Day
from desktop.core.db.database import Database, writing
from desktop.core.db.entries import Kind
from desktop.core.db.journal import Pending
from desktop.core.db.log_tables import EntryRow
from desktop.core.db.unit import Actor
from desktop.features.register.tables import GroupRow
from desktop.features.volunteers.tables import PointsRow, VolunteerRow
from tests.core.db.log_reading import differences, dump, log
from tests.office_maker import VILLAGE

Office = tuple[Database, Actor]
ROWS = [i for i in registry.in_order() if not i.ledger]
COLUMNS = [c.name for c in EntryRow.__table__.columns if c.name != "segment"]
LEDGERS = [i for i in registry.in_order() if i.ledger]


def refused(db: Database, statement: str, *parameters: object) -> None:
    """The statement is refused by a guard, and nothing was changed."""
    before = dump(db)
    with pytest.raises(DatabaseError, match="not in the log"), writing(db.engine) as connection:
        connection.exec_driver_sql(statement, parameters)
    assert differences(before, dump(db)) == []


def filled(info: registry.TableInfo, db: Database) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in info.columns.values():
        if column.nullable or column.name == "alive":
            continue
        kind: type = Day if isinstance(column.type, Day) else column.type.python_type
        samples = {str: "x", int: 1, bool: True, Day: "2027-03-14", bytes: db.node.node_id}
        values[column.name] = samples[kind]
    return values


@pytest.fixture
def rows(township: Office) -> dict[str, bytes]:
    """A row in every synced table, with values of the right kinds."""
    db, actor = township
    made: dict[str, bytes] = {}
    with db.unit(actor, "样例") as unit:
        for info in registry.in_order():
            values = filled(info, db)
            for column in info.columns.values():
                for key in column.foreign_keys:
                    if not column.nullable:
                        values[column.name] = made[key.column.table.name]
            made[info.name] = unit.add(info.row, VILLAGE, **values)
    return made


@pytest.mark.parametrize("name", [i.name for i in registry.in_order()])
def test_raw_sql_is_refused_on_every_synced_table(
    township: Office, rows: dict[str, bytes], name: str
) -> None:
    db, row = township[0], rows[name]
    copy = f'INSERT INTO "{name}" SELECT * FROM "{name}" WHERE id = ?'
    with writing(db.engine) as connection:
        columns = [c[1] for c in connection.exec_driver_sql(f'PRAGMA table_info("{name}")').all()]
    fresh = ", ".join("randomblob(16)" if c == "id" else c for c in columns)
    refused(db, f'INSERT INTO "{name}" SELECT {fresh} FROM "{name}" WHERE id = ?', row)
    refused(db, f'UPDATE "{name}" SET region = region WHERE id = ?', row)
    refused(db, f'DELETE FROM "{name}" WHERE id = ?', row)
    refused(db, f'UPDATE "{name}" SET version = randomblob(16) WHERE id = ?', row)
    refused(db, copy.replace("INSERT", "INSERT OR REPLACE"), row)
    refused(db, copy.replace("INSERT", "REPLACE"), row)


@pytest.mark.parametrize("name", [i.name for i in ROWS])
def test_an_entry_cannot_be_used_twice(township: Office, rows: dict[str, bytes], name: str) -> None:
    """Neither the entry that the row has, nor one that it had before."""
    db, actor = township
    info = next(i for i in ROWS if i.name == name)
    with db.unit(actor, "撤") as unit:
        unit.remove(info.row, rows[name])
    made, removed = (e.eid for e in log(db, f"e.row = x'{rows[name].hex()}'"))
    refused(db, f'UPDATE "{name}" SET alive = 1, version = ? WHERE id = ?', made, rows[name])
    refused(db, f'UPDATE "{name}" SET alive = 1, version = ? WHERE id = ?', removed, rows[name])


def test_an_entry_of_another_row_is_no_permit(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "组") as unit:
        one = unit.add(GroupRow, VILLAGE, name="一组", position=1)
    with db.unit(actor, "组") as unit:
        other = unit.add(GroupRow, VILLAGE, name="二组", position=2)
    refused(db, "UPDATE village_group SET name = 'x', version = ? WHERE id = ?", other, one)


def test_a_row_keeps_its_id_and_its_region(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "组") as unit:
        row = unit.add(GroupRow, VILLAGE, name="一组", position=1)
    before = dump(db)
    with pytest.raises(DatabaseError, match="not in the log"), db.unit(actor, "组") as unit:
        unit.change(GroupRow, row, name="二组")
        eid = unit.journal.new_id()
        unit.connection.exec_driver_sql(
            "UPDATE village_group SET region = '371602013600', version = ? WHERE id = ?", (eid, row)
        )
    assert differences(before, dump(db)) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_an_entry_changes(township: Office, column: str) -> None:
    refused(township[0], f'UPDATE log_entry SET "{column}" = "{column}"')


def test_entries_stay(township: Office) -> None:
    refused(township[0], "DELETE FROM log_entry")
    refused(township[0], "INSERT OR REPLACE INTO log_entry SELECT * FROM log_entry")


def test_an_entry_stays_in_its_segment(township: Office) -> None:
    db, _ = township
    with writing(db.engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO log_segment (id, stream, first_seq, prev, last_seq, last_hash, payload, sha256, raw_len)"
            " SELECT n, 1, 1, zeroblob(32), 1, randomblob(32), x'00', randomblob(32), 1 FROM (SELECT 1 AS n UNION SELECT 2)"
        )
    refused(db, "UPDATE log_entry SET segment = 1 WHERE seq = 1")
    refused(db, "UPDATE log_entry SET segment = 1, body = x'80' WHERE segment IS NULL OR 1")


def test_a_ledger_is_neither_changed_nor_cleared(township: Office, rows: dict[str, bytes]) -> None:
    db = township[0]
    for info in LEDGERS:
        for column in info.columns.values():
            refused(db, f'UPDATE "{info.name}" SET "{column.name}" = "{column.name}"')
        refused(db, f'DELETE FROM "{info.name}"')
        refused(db, f'UPDATE "{info.name}" SET version = randomblob(16)')


def test_even_a_newer_entry_does_not_change_a_transfer(township: Office, rows: dict[str, bytes]) -> None:
    db, actor = township
    before = dump(db)
    info = registry.info(PointsRow)
    with pytest.raises(DatabaseError, match="not in the log"), db.unit(actor, "改") as unit:
        said = Pending(Kind.SET, info.no, rows["points"], entries.pack({5: [1_000, [rows["points"]]]}))
        (eid,) = unit.journal.write(VILLAGE, info.stream, [said])
        unit.connection.exec_driver_sql("UPDATE points SET amount = 1000, version = ?", (eid,))
    assert differences(before, dump(db)) == []


def test_an_orm_session_is_refused(township: Office) -> None:
    db, actor = township
    with db.unit(actor, "组") as unit:
        row = unit.add(GroupRow, VILLAGE, name="一组", position=1)
    before = dump(db)
    with Session(db.engine) as session, pytest.raises(TypeError, match="use unit"):
        session.add(VolunteerRow(id=os.urandom(16), region=VILLAGE, version=bytes(16), name="x"))
        session.flush()
    with Session(db.engine) as session, pytest.raises(TypeError, match="use unit"):
        session.get_one(GroupRow, row).name = "二组"
        session.flush()
    with Session(db.engine) as session, pytest.raises(TypeError, match="use unit"):
        session.delete(session.get_one(GroupRow, row))
        session.flush()
    assert differences(before, dump(db)) == []


def test_every_synced_table_has_its_guards(township: Office) -> None:
    wanted = "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name"
    with township[0].engine.connect() as connection:
        found = {name: count for name, count in connection.exec_driver_sql(wanted)}
    assert found == {"log_entry": 3, **{i.name: 3 for i in registry.in_order()}}
