"""A simulated PC: a real database of the program, the world's wrong clock, and what the simulator knows of its log."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from desktop.core.db import database, entries
from desktop.core.db.database import Database
from desktop.core.db.unit import Reader, Unit
from desktop.core.paths import Paths
from tests.simulator.places import Enrolled, Seat

_NEW = (
    "SELECT e.rowid, e.eid, e.seq, e.prev, e.hash, e.hlc, e.clock_flag, e.kind, e.table_no, e.row, e.body, e.stream, length(e.salt) "
    "FROM log_entry e WHERE e.rowid > ? ORDER BY e.rowid"
)
START = datetime(2027, 3, 14, 4, 0, tzinfo=UTC)


class Said(NamedTuple):
    """An entry as the simulator knows it."""

    eid: bytes
    node: bytes
    region: str
    stream_kind: str
    stream: tuple[bytes, bytes, str, str]
    seq: int
    prev: bytes
    hash: bytes
    hlc: int
    flag: int
    kind: str
    table: int
    row: bytes
    body: dict[int, Any]


Book = dict[bytes, Said]  # every entry that was ever seen at any desk


@dataclass
class World:
    """What all desks share: the true time in seconds, and the book."""

    seconds: int = 0
    nodes: dict[bytes, str] = field(default_factory=dict)  # every PC's prefix
    desks: list["Desk"] = field(default_factory=list)
    homes: int = 8
    villages: list[str] = field(default_factory=list)  # where the seed's work is done
    book: Book = field(default_factory=dict)
    # Of each PC that was revoked, its entries that count on: no others may be left anywhere.
    revoked: dict[bytes, set[bytes]] = field(default_factory=dict)

    def is_withdrawn(self, eid: bytes) -> bool:
        said = self.book.get(eid)
        return said is not None and said.node in self.revoked and eid not in self.revoked[said.node]

    def revoke(self, node: bytes, known: set[bytes]) -> None:
        """What leads up to the entries that are `known` where the PC was revoked counts on, also what never came there."""
        own = {s.hash: s for s in self.book.values() if s.node == node}
        todo = [s for s in own.values() if s.eid in known]
        found = self.revoked.setdefault(node, set())
        while todo:
            said = todo.pop()
            if said.eid not in found:
                found.add(said.eid)
                todo += [own[said.prev]] if said.prev in own else []


@dataclass
class DeskClock:
    """A PC's clock is wrong by `offset` seconds."""

    world: World
    offset: int = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.world.seconds + self.offset)


class Held:
    """Which entries a database holds: read on as it grows, read again after a restore."""

    def __init__(self) -> None:
        self.newest = 0
        self.all: set[bytes] = set()
        self.by_region: defaultdict[str, set[bytes]] = defaultdict(set)
        self.prints: defaultdict[str, int] = defaultdict(
            int
        )  # of each region: equal ones hold the same entries
        self.rows: defaultdict[tuple[int, bytes], list[bytes]] = defaultdict(list)
        self.ledger: set[bytes] = set()

    def take(self, said: Said) -> None:
        self.all.add(said.eid)
        if said.stream_kind != "audit":
            self.by_region[said.region].add(said.eid)
            self.prints[said.region] ^= int.from_bytes(said.eid, "big")
        self.rows[said.table, said.row].append(said.eid)
        if said.kind in ("L", "X"):
            self.ledger.add(said.eid)


class Desk:
    """`peers` of one node id may be several: clones."""

    def __init__(self, world: World, enrolled: Enrolled, name: str) -> None:
        self.world, self.enrolled, self.name = world, enrolled, name
        self.seat: Seat = enrolled.seat
        self.actor, self.node_id = enrolled.actor, enrolled.node_id
        self.clock = DeskClock(world)
        self.held = Held()
        self.streams: dict[int, tuple[bytes, bytes, str, str]] = {}
        self.db: Database = self._open()
        self.look()

    @property
    def folder(self) -> Path:
        return self.enrolled.folder

    @property
    def prefix(self) -> str:
        return self.seat.office.prefix

    def _open(self) -> Database:
        return database.open_database(Paths(self.folder), self.enrolled.key, self.clock)

    def reopen(self) -> None:
        """As after the program was started again."""
        self.db = self._open()

    def close(self) -> None:
        self.db.close()

    def die(self) -> None:
        """The power fails: nobody closes anything."""
        self.db.engine.dispose()

    def read_again(self) -> None:
        """The database is another than before."""
        self.held, self.streams = Held(), {}
        self.look()

    @property
    def villages(self) -> list[str]:
        return [key for key in self.world.villages if key.startswith(self.prefix)]

    @contextmanager
    def unit(self, name: str) -> Iterator[Unit]:
        with self.db.unit(self.actor, name) as unit:
            yield unit

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        with self.db.reader(self.actor) as reader:
            yield reader

    def ask(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        with closing(self.db.engine.raw_connection()) as raw:
            return list(raw.cursor().execute(sql, args).fetchall())

    def look(self) -> list[Said]:
        """Read what is new in the log; gives it."""
        found = [self._said(line) for line in self.ask(_NEW, (self.held.newest,))]
        for said in found:
            self.held.take(said)
        if self.world.revoked and self.ask("SELECT count(*) FROM log_entry")[0][0] != len(self.held.all):
            self.read_again()  # something was withdrawn
        return found

    def _said(self, line: Any) -> Said:
        self.held.newest = line[0]
        known = self.world.book.get(line[1])
        if known is None:
            known = self._new(line)
            self.world.book[known.eid] = known
        return known

    def _new(self, line: Any) -> Said:
        _, eid, seq, prev, hash_, hlc, flag, kind, table, row, body, number, salt = line
        if number not in self.streams:
            self.streams |= {
                r[0]: (r[1], r[2], r[3], r[4])
                for r in self.ask("SELECT id, node, incarnation, region, kind FROM log_stream")
            }
        stream = self.streams[number]
        said = entries.unpack_body(body) if salt else {}  # erased before it was ever seen here
        return Said(
            eid, stream[0], stream[2], stream[3], stream, seq, prev, hash_, hlc, flag, kind, table, row, said
        )

    def keep_image(self, folder: Path) -> None:
        """Copy everything as it lies on the disk, whole."""
        self.ask("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(self.folder, folder)
