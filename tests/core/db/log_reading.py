"""Looking at the log from outside: its rows, and the hash of an entry computed again from sync.md 2.2."""

import struct
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row

from desktop.core.db.database import Database

Dump = dict[str, list[tuple[Any, ...]]]


def log(db: Database, where: str = "1") -> list[Row[Any]]:
    """Entries with their streams, in the order they were written."""
    wanted = (
        "SELECT e.rowid AS at, e.*, s.node, s.incarnation, s.region, s.kind AS stream_kind FROM log_entry e"
        f" JOIN log_stream s ON s.id = e.stream WHERE {where} ORDER BY e.rowid"
    )
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql(wanted).all())


def body(entry: Row[Any]) -> dict[int, Any]:
    found: dict[int, Any] = msgspec.msgpack.decode(entry.body, type=dict[int, Any])
    return found


def hash_again(entry: Row[Any]) -> bytes:
    """SHA-256("hh/entry/1", stream, seq, prev, header, commitment), commitment = SHA-256(salt, body, note)."""
    pack = msgspec.msgpack.encode
    commitment = sha256(entry.salt + entry.body + entry.note).digest()
    header = [
        entry.eid,
        entry.hlc,
        entry.clock_flag,
        entry.user,
        entry.schema,
        entry.kind,
        entry.table_no,
        entry.row,
    ]
    stream = pack([entry.node, entry.incarnation, entry.region, entry.stream_kind])
    parts = (b"hh/entry/1", stream, struct.pack(">Q", entry.seq), entry.prev, pack(header), commitment)
    return sha256(b"".join(parts)).digest()


def dump(db: Database, *leave_out: str) -> Dump:
    """Every row of every table, the search index's own tables included."""
    with db.engine.connect() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        )
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()), key=repr)
            for name in names.scalars().all()
            if name not in leave_out
        }


def differences(one: Dump, other: Dump) -> list[str]:
    """The tables that differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
