"""Restoring a backup: what would be lost, a proved copy beside the data, and one rename by which it takes its place.

The rename of the finished copy to `office.db.restored` is the moment at which the restore counts: from then on every
start finishes it (`finish`), however often the power fails in between.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as driver

from desktop.core import blob_copies, crypto, log, unlogged, whereabouts
from desktop.core.db import erased_list, local, migrate, proof, recovery_keys, rekey, snapshot, witness
from desktop.core.db.shelf import Backup
from desktop.core.db.witness import Seen
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths
from desktop.core.unlogged import Unlogged

# What says that the data cannot be used any more, and may be given up for a backup.
DAMAGED = ("db.wrong_key", "db.missing", "db.damaged")
# How far a counter goes on when the data that knew it cannot be read any more.
_SKIPPED = 1_000
_BESIDE = ("-wal", "-shm")
_DAMAGED_END = "-damaged"
KEPT = 2  # copies of damaged data, each as large as the data


@dataclass(frozen=True, slots=True)
class Lost:
    """One action that the backup does not have."""

    name: str
    user: bytes
    at: datetime
    entries: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What restoring would take away: actions of this PC, and how many changes other offices' bundles brought."""

    actions: tuple[Lost, ...] = ()
    received: int = 0

    @property
    def entries(self) -> int:
        return sum(a.entries for a in self.actions)


def loss(live: Any, backup: Backup, key: bytes, paths: Paths) -> Loss:
    """Compare the open data (a driver's connection) with a backup. Raises Trouble for one that cannot be read."""
    under = proof.key_of(backup.path, recovery_keys.candidates(paths.keys, backup.path, key))
    with _readable(backup, under) as copy:
        known = {row[0] for row in copy.execute("SELECT key FROM action")}
        had = _received(copy)
    rows = live.execute(
        "SELECT key, name, user, at, entries FROM action "
        "WHERE entries > 0 AND table_names != 'audit' ORDER BY id DESC"  # a login is no work
    )
    lost = tuple(
        Lost(name, user, datetime.fromtimestamp(at / 1000, UTC), entries)
        for found, name, user, at, entries in rows
        if found not in known
    )
    return Loss(lost, max(0, _received(live) - had))


def prepare(
    paths: Paths,
    key: bytes,
    backup: Backup,
    tell: Tell = silent,
    new_keys: bytes | None = None,
    note: Unlogged | None = None,
) -> str:
    """Put a proved copy beside the data and make it count; gives its file's digest. Nobody may write until `finish`.

    `new_keys` is the key file that comes with it, on a PC that has none; `note` what the restored data's audit log is
    to say. Raises Trouble, and then nothing has changed.
    """
    part = paths.restored.with_suffix(".part")
    try:
        _drop(part)
        for cut_off in (paths.keys_restored, _next_note(paths)):  # one that never counted
            cut_off.unlink(missing_ok=True)
        tell(0, 3, "正在取出备份")
        shutil.copyfile(backup.path, part)
        part.chmod(0o600)
        tell(1, 3, "正在检查")
        under = proof.key_of(part, recovery_keys.candidates(paths.keys, backup.path, key))
        _check(part, under, backup.digest)
        content = proof.content_digest(part, under, tell)
        if under != key:  # made before the data got its present key
            rekey.change(part, under, key)
        _renew(part, key, _counters(paths, key))
        blob_copies.copy(backup.path.parent / blob_copies.FOLDER, paths.blobs)
        erased_list.carry(backup.path.parent / erased_list.NAME, paths.erased)
        tell(2, 3, "正在核对")
        snapshot.to_disk(part)
        # Reads it back from the disk, so that what follows proves what lies there.
        digest = proof.file_digest(part)
        if proof.content_digest(part, key, tell) != content:
            raise Trouble("恢复出来的数据与备份不一样", "请换一份备份再试", code="restore.differs")
        _prepare_witness(paths, part, key)
        if new_keys is not None:
            recovery_keys.write(paths.keys_restored, new_keys)
        if note is not None:
            unlogged.keep(paths.keys, note, into=_next_note(paths))
        os.replace(part, paths.restored)
        snapshot.to_disk(paths.root)
    except (driver.Error, OSError) as cause:
        with suppress(OSError):
            # What is said not to be done must not be done at the next start.
            paths.restored.unlink(missing_ok=True)
        raise Trouble(
            "恢复没有做成，原来的数据没有动", "请检查磁盘空间后再试", code="restore.failed"
        ) from cause
    finally:
        with suppress(OSError):
            _drop(part)
    log.logger.info("restore prepared")
    return digest


def finish(paths: Paths) -> bool:
    """Let a restored copy that counts take its place; the data must be closed. False when there is none.

    Each step may be done again: the log of the old data goes before the new data comes, because SQLite would play an
    old log into a new file.
    """
    if not paths.restored.exists():
        return False
    try:
        for end in _BESIDE:
            paths.database.with_name(paths.database.name + end).unlink(missing_ok=True)
        for come, place in (
            (_next_witness(paths), paths.witness),
            (paths.keys_restored, paths.keys),
            (_next_note(paths), unlogged.beside(paths.keys)),
        ):
            if come.exists():
                os.replace(come, place)
        os.replace(paths.restored, paths.database)
    except OSError as cause:
        raise Trouble(
            "恢复好的数据还没有换上", "请关闭占用数据文件夹的程序，再打开一次", code="restore.busy"
        ) from cause
    with suppress(OSError):  # it has taken its place; a name that a power cut loses is put there again
        snapshot.to_disk(paths.root)
    log.logger.info("restore finished")
    return True


def take_place(
    paths: Paths,
    key: bytes,
    backup: Backup,
    tell: Tell = silent,
    new_keys: bytes | None = None,
    note: Unlogged | None = None,
) -> None:
    """All of it, with the data closed: prepare, finish, prove. Raises Trouble."""
    digest = prepare(paths, key, backup, tell, new_keys, note)
    finish(paths)  # nobody can stop it from here on
    if not is_proved(paths, digest):
        raise Trouble("换上的数据与备份不一样", "请再恢复一次，并检查磁盘", code="restore.differs")


def is_proved(paths: Paths, digest: str) -> bool:
    """Whether the data in its place is what was proved to be the backup, but for what a restore renews."""
    return proof.file_digest(paths.database) == digest


def keep_damaged(paths: Paths, now: datetime) -> Path:
    """Data that no backup can be made of is kept byte for byte, with its log: somebody may read more of it."""
    folder = paths.backups / f"{now.astimezone(UTC).strftime('%Y%m%d-%H%M%S')}{_DAMAGED_END}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for end in ("", *_BESIDE):
            source = paths.database.with_name(paths.database.name + end)
            if source.exists():
                shutil.copyfile(source, folder / source.name)
                snapshot.to_disk(folder / source.name)
    except OSError as cause:
        raise Trouble(
            "原来的数据没有留存成，所以没有继续", "请检查磁盘空间后再试", code="restore.failed"
        ) from cause
    for gone in sorted({*paths.backups.glob(f"*{_DAMAGED_END}")} - {folder})[: 1 - KEPT]:
        shutil.rmtree(gone, ignore_errors=True)
    return folder


def _check(path: Path, key: bytes, known: str) -> None:
    """A copy must be whole, of a version that this program knows, and as it was when it was made."""
    try:
        proof.check(path, key)
        with proof.opened(path, key) as copy:
            migrate.refuse_newer(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except driver.DatabaseError as cause:
        raise _unreadable() from cause
    if known and proof.file_digest(path) != known:
        raise Trouble("这份备份与做好时不一样了", "请换一份备份", code="restore.changed")


@contextmanager
def _readable(backup: Backup, key: bytes) -> Iterator[Any]:
    try:
        with proof.opened(backup.path, key) as copy:
            yield copy
    except driver.DatabaseError as cause:
        raise _unreadable() from cause


def _unreadable() -> Trouble:
    return Trouble("这份备份打不开：已损坏，或不是这个办公室的", "请换一份备份", code="restore.unreadable")


def _received(connection: Any) -> int:
    """Entries that other nodes wrote: they come again with the next stick."""
    found = connection.execute("SELECT count(*) FROM log_entry WHERE action IS NULL").fetchone()
    return int(found[0])


def _counters(paths: Paths, key: bytes) -> dict[str, int] | None:
    """Where the counters of the present data stand; None when it cannot be read."""
    if not paths.database.exists():
        return None
    try:
        with closing(_open(paths.database, key)) as live:
            return _counters_in(live)
    except driver.DatabaseError:
        return None


def _counters_in(connection: Any) -> dict[str, int]:
    rows = connection.execute("SELECT name, value FROM local").fetchall()
    return {name: int(msgspec.msgpack.decode(value)) for name, value in rows if name.endswith(proof.COUNTER)}


def _renew(path: Path, key: bytes, live: dict[str, int] | None) -> None:
    """A new incarnation (sync.md 2.9): what this PC wrote after the backup may live on elsewhere, and must not be
    overwritten. A counter goes on where the lost data had come to, so that no number is given twice."""
    with closing(_open(path, key)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA synchronous=FULL")
        copy.execute("BEGIN IMMEDIATE")
        _put(copy, "incarnation", crypto.random_key()[:8])
        had = _counters_in(copy)
        for name in had.keys() | (live or {}).keys():
            value = had.get(name, 0)
            _put(copy, name, value + _SKIPPED if live is None else max(value, live.get(name, 0)))
        copy.execute("COMMIT")


def _next_note(paths: Paths) -> Path:
    return unlogged.beside(paths.keys).with_suffix(".restored")


def _next_witness(paths: Paths) -> Path:
    return paths.witness.with_suffix(".restored")


def _prepare_witness(paths: Paths, part: Path, key: bytes) -> None:
    """The witness expects the restored data, which is older on purpose."""
    with closing(_open(part, key)) as copy:
        found = dict(
            copy.execute(
                "SELECT name, value FROM local WHERE name IN ('signing_public', 'incarnation', 'node_id')"
            )
        )
    known = {name: msgspec.msgpack.decode(value) for name, value in found.items()}
    node = known.get("node_id") or local.node_id_of(known["signing_public"])
    witness.write(_next_witness(paths), Seen(node, known["incarnation"], 0, whereabouts.of(paths.root)))


def _put(connection: Any, name: str, value: object) -> None:
    packed = msgspec.msgpack.encode(value)
    connection.execute("INSERT OR REPLACE INTO local (name, value) VALUES (?, ?)", (name, packed))


def _open(path: Path, key: bytes) -> Any:
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level=NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _drop(path: Path) -> None:
    for end in ("", "-journal", *_BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)
