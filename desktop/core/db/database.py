"""The office's database: opened once, it hands out read sessions and units."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, event, insert, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from desktop.core import log
from desktop.core.clock import Clock, SystemClock, milliseconds
from desktop.core.crypto import random_key
from desktop.core.db import backup, local, migrate, registry, restore, sight, witness
from desktop.core.db.base import Ledger, Synced
from desktop.core.db.engine import open_engine
from desktop.core.db.journal import Author, Journal
from desktop.core.db.local import Node
from desktop.core.db.log_tables import ActionRow
from desktop.core.db.unit import Actor, Reader, Unit
from desktop.core.db.witness import Doubt
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths


@dataclass
class Database:
    paths: Paths
    key: bytes
    engine: Engine
    node: Node
    clock: Clock = field(default_factory=SystemClock)
    # Why it may be another file than the one that was used here last, until that was told; its incarnation is new.
    doubt: Doubt | None = None

    @contextmanager
    def reader(self, actor: Actor) -> Iterator[Reader]:
        """One moment of the data, however long the reading takes, and of it what the actor may see."""
        with self.engine.connect() as connection, connection.begin() as moment:
            if sight.is_narrow(actor):
                sight.narrow(connection, actor)
            yield Reader(connection, actor, self.clock)
            moment.rollback()  # nothing was written; the views of this session go

    @contextmanager
    def unit(self, actor: Actor, name: str, reason: str = "") -> Iterator[Unit]:
        """One user action called `name` in the history. Commits at the end, or leaves everything as it was.

        Raises Trouble when the disk is full or another program holds the file.
        """
        with told(), self.engine.connect() as raw:
            connection = raw.execution_options(write=True)
            with connection.begin():
                unit = self._open(connection, actor, name, reason)
                yield unit
                self._close(unit)
        for call in unit.afterwards:
            call()

    def _open(self, connection: Connection, actor: Actor, name: str, reason: str) -> Unit:
        at, key = milliseconds(self.clock.now()), random_key()[:16]
        made = connection.execute(
            insert(ActionRow).values(key=key, name=name, user=actor.id, at=at, entries=0, table_names="")
        )
        number = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
        journal = Journal(connection, self.node, Author(actor.id, number, key, reason), at)
        return Unit(connection, actor, self.clock, journal, number, key, name)

    def _close(self, unit: Unit) -> None:
        registry.run_hooks(unit.connection, unit.touched)
        unit.journal.close()
        unit.connection.execute(
            update(ActionRow)
            .where(ActionRow.id == unit.action)
            .values(name=unit.name, entries=unit.journal.count, table_names=" ".join(sorted(unit.touched)))
        )

    def backup(self, why: str, tell: Tell = silent) -> Path:
        """A checked copy beside the data. Raises Trouble, and then nothing must go on."""
        return backup.make(self.engine, self.paths, self.key, why, self.clock.now(), tell)

    def close(self) -> None:
        """Let go of the file."""
        self.note_how_far()
        self.engine.dispose()

    def note_how_far(self) -> None:
        """For the next start (core/db/witness.py): at the end, and when the incarnation became another one."""
        if self.paths.database.exists():
            with suppress(DatabaseError, Trouble), self.engine.connect() as connection:
                witness.write(self.paths.witness, witness.now(connection, self.paths))


# What SQLite says of a damaged file, the index of the search among it. "disk image is malformed" speaks of no disk.
_DAMAGED = ("malformed", "not a database", "vtable constructor failed")


@contextmanager
def told() -> Iterator[None]:
    """Turn the database troubles that are the world's fault into sentences; everything else is our bug."""
    try:
        yield
    except (DatabaseError, driver.DatabaseError) as cause:
        said = str(cause.orig if isinstance(cause, DatabaseError) else cause)
        if any(words in said for words in _DAMAGED):
            raise Trouble("数据库已损坏", "请重新登录，用最近的备份恢复", code="db.damaged") from cause
        if "disk is full" in said or "disk I/O" in said:
            raise Trouble(
                "磁盘已满或读写出错，这一步没有保存", "请腾出空间后再做一次", code="db.full"
            ) from cause
        if "locked" in said or "busy" in said:
            raise Trouble("数据库正被占用，这一步没有保存", "请稍等片刻再做一次", code="db.busy") from cause
        raise


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A plain write transaction, for what is no user action: keys, counters, peers' vectors."""
    with told(), engine.connect() as raw:
        connection = raw.execution_options(write=True)
        with connection.begin():
            yield connection


def create(paths: Paths, key: bytes, clock: Clock | None = None) -> Database:
    """Make the database file by its migrations, and give it a node. The folder exists."""
    engine = open_engine(paths.database, key)
    migrate.to_newest(engine)
    with writing(engine) as connection:
        node = local.make_node(connection)
    with engine.connect() as connection:
        witness.write(paths.witness, witness.now(connection, paths))
    return Database(paths, key, engine, node, clock or SystemClock())


def open_database(paths: Paths, key: bytes, clock: Clock | None = None) -> Database:
    """Open an existing database; an older one is backed up and migrated, a newer one refused with Trouble."""
    restore.finish(paths)  # a power cut came between a restore and its end
    if not paths.database.exists():
        raise Trouble("数据库文件不见了", "请用最近的备份恢复", code="db.missing")
    engine = open_engine(paths.database, key)
    try:
        with told():
            migrate.bring_up(engine, paths, key)
            doubt = _ask_witness(engine, paths)
            with engine.connect() as connection:
                node = local.load_node(connection)
    except BaseException:
        engine.dispose()
        raise
    return Database(paths, key, engine, node, clock or SystemClock(), doubt)


def _ask_witness(engine: Engine, paths: Paths) -> Doubt | None:
    """Whether this is the file that was used here last. If not, or if nobody knows, it gets a new incarnation."""
    with engine.connect() as connection:
        doubt = witness.doubt(witness.now(connection, paths), witness.read(paths))
        untold = witness.kept_doubt(connection)
    if doubt is not None:
        log.logger.warning("new incarnation: %s", doubt.name)
        with suppress(Trouble), writing(engine) as connection:  # a full disk keeps nobody out
            local.put(connection, {"incarnation": random_key()[:8]})
            witness.keep_doubt(connection, doubt)
            witness.write(paths.witness, witness.now(connection, paths))
    return doubt or untold


@event.listens_for(Session, "before_flush")
def _refuse_unlogged(session: Session, *_: object) -> None:
    """Synced rows change only through a Unit: an ORM session that tries has forgotten the log."""
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, (Synced, Ledger)):
            raise TypeError(f"{type(row).__name__} is synced: use unit.add or unit.change")
