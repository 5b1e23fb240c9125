"""The journal writes the entries of one action: linked to their streams' newest entries, in the same transaction."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert

import desktop
from desktop.core.db import bulk, entries, local
from desktop.core.db.base import StreamKind
from desktop.core.db.entries import SCHEMA, Entry, Note, Stream
from desktop.core.db.local import Node
from desktop.core.db.log_tables import StreamRow
from desktop.core.errors import Refused
from desktop.core.ids import entry_id
from desktop.core.problems import Problem

_DAY_MS = 24 * 3600 * 1000
_COLUMNS = (
    "eid", "stream", "seq", "prev", "hash", "hlc", "clock_flag", "user", "schema", "kind", "table_no", "row",
    "salt", "body", "note", "action",
)  # fmt: skip
_INSERT_SEALED = f"INSERT INTO log_entry ({', '.join(_COLUMNS[:-1])}, segment)"
_INSERT = f"INSERT INTO log_entry ({', '.join(_COLUMNS)})"
_NEWEST = "SELECT seq, hash FROM log_entry WHERE stream = ? ORDER BY seq DESC LIMIT 1"
_STREAM = "SELECT id FROM log_stream WHERE node = ? AND incarnation = ? AND region = ? AND kind = ?"


class Pending(NamedTuple):
    """An entry before it has its place in a stream. `eid` empty: the journal gives one."""

    kind: str
    table: int
    row: bytes
    body: bytes
    eid: bytes = b""


@dataclass(slots=True)
class _Tip:
    """The newest own entry of a stream."""

    stream: int
    packed: bytes
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, in which action, why."""

    user: bytes
    action: int
    action_key: bytes
    reason: str = ""


class Journal:
    """Writes entries of this node. One journal lives for one unit."""

    def __init__(self, connection: Connection, node: Node, author: Author, now_ms: int) -> None:
        self._connection, self._node, self._author = connection, node, author
        newest = int(local.get(connection, "hlc", 0))
        self._flag = clock_flag(now_ms, newest)
        self._hlc = max(newest, now_ms << 16)
        self.explain(author.reason)
        self._salts = _salts()
        self._given: dict[bytes, tuple[int, bytes]] = {}
        self._tips: dict[tuple[str, str], _Tip] = {}
        self.node_id = node.node_id
        self.count = 0
        self._linked: list[tuple[Any, ...]] = []

    def new_id(self) -> bytes:
        """An id for an entry, and for the row that the entry creates."""
        self._hlc += 1
        salt = next(self._salts)
        eid = entry_id(self._hlc, self._node.node_id, self._node.incarnation, salt)
        self._given[eid] = (self._hlc, salt)
        return eid

    def write(self, region: str, kind: StreamKind, pending: Iterable[Pending]) -> list[bytes]:
        """Append to the stream of `region`; gives the entry ids in order."""
        eids = self.link(region, kind, pending)
        self.flush()
        return eids

    def link(self, region: str, kind: StreamKind, pending: Iterable[Pending]) -> list[bytes]:
        """The same, but the entries reach the database with the next `flush`: one for many small streams."""
        tip = self._tip(region, kind)
        rows = [self._link(tip, p) for p in pending]
        self._linked += rows
        return [r[0] for r in rows]

    def flush(self) -> None:
        bulk.insert(self._connection, _INSERT, len(_COLUMNS), self._linked)
        self.count += len(self._linked)
        self._linked = []

    def explain(self, reason: str) -> None:
        """Why it is done: stands in every entry from here on."""
        self._note = entries.pack(Note(self._author.action_key, reason))
        if len(self._note) > entries.MAX_NOTE:
            raise Refused([Problem("entry.reason", "reason", "事由太长，请写得短一些")])

    def close(self) -> None:
        """Keep the clock, so that the next unit goes on after this one."""
        local.put(self._connection, {"hlc": self._hlc})

    def _link(self, tip: _Tip, pending: Pending) -> tuple[Any, ...]:
        eid = pending.eid or self.new_id()
        hlc, salt = self._given.pop(eid)
        author = self._author
        tip.seq += 1
        entry = Entry(
            eid, tip.seq, tip.hash, hlc, self._flag, author.user, SCHEMA, pending.kind, pending.table,
            pending.row, salt, pending.body, self._note,
        )  # fmt: skip
        tip.hash = entries.entry_hash(tip.packed, entry)
        return (
            eid, tip.stream, entry.seq, entry.prev, tip.hash, hlc, self._flag, author.user, SCHEMA,
            pending.kind, pending.table, pending.row, salt, pending.body, self._note, author.action,
        )  # fmt: skip

    def _tip(self, region: str, kind: StreamKind) -> _Tip:
        key = (region, kind.value)
        if key not in self._tips:
            stream = Stream(self._node.node_id, self._node.incarnation, region, kind.value)
            self._tips[key] = read_tip(self._connection, stream)
        return self._tips[key]


def _salts() -> Iterator[bytes]:
    """Random salts, asked of the system in dozens: each question costs microseconds."""
    while True:
        drawn = os.urandom(16 * 64)
        yield from (drawn[at : at + 16] for at in range(0, len(drawn), 16))


def clock_flag(now_ms: int, newest_hlc: int) -> int:
    """1 when this PC's clock is plainly wrong: before the program was built, or a day behind its own newest entry.

    Source: sync.md 2.4. A flagged version only loses ties.
    """
    built = (date.fromisoformat(desktop.BUILT) - timedelta(days=1) - date(1970, 1, 1)).days * _DAY_MS
    return int(now_ms < built or now_ms < (newest_hlc >> 16) - _DAY_MS)


def read_tip(connection: Connection, stream: Stream) -> _Tip:
    no = stream_no(connection, stream)
    newest = connection.exec_driver_sql(_NEWEST, (no,)).first()
    seq, found = newest if newest else (0, entries.NO_PREV)
    return _Tip(no, entries.pack(stream), seq, found)


def stream_no(connection: Connection, stream: Stream) -> int:
    """The local number of a stream, made when it is new."""
    key = (stream.node, stream.incarnation, stream.region, stream.kind)
    found = connection.exec_driver_sql(_STREAM, key).scalar()
    if found is not None:
        return int(found)
    wanted = {"node": key[0], "incarnation": key[1], "region": key[2], "kind": key[3]}
    made = connection.execute(insert(StreamRow).values(wanted)).inserted_primary_key
    return int(made[0]) if made else 0


def insert_entries(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """The same door for entries of other nodes, already checked: rows in the order of the columns above, with the
    number of the sealed segment they came in instead of an action."""
    bulk.insert(connection, _INSERT_SEALED, len(_COLUMNS), rows)
