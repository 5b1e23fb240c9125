"""A new database key after a leak: copies under it are proved, and take the data's place together with its key file.

Nothing is changed where it lies. The rename of the finished key file to `keys.json.renewed` is the moment at which the
new key counts: from then on every start finishes it (`finish`) before the key file is read, however often the power
fails in between. Before that moment every start throws the copies away.
"""

import os
import shutil
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from desktop.core import log
from desktop.core.db import proof, snapshot
from desktop.core.errors import Trouble
from desktop.core.jobs import Tell, silent
from desktop.core.paths import Paths

_STEPS = 4
_BESIDE = ("-wal", "-shm", "-journal")


def next_keys(paths: Paths) -> Path:
    """Where the key file of the new key is made ready."""
    return paths.keys.with_name("keys.json.next")


def prepare(paths: Paths, key: bytes, new: bytes, tell: Tell = silent) -> None:
    """Make what lies in `next_keys` count, and beside it the data under the key that it wraps. The data is closed.

    Raises Trouble, and then nothing has changed.
    """
    try:
        for step, file in enumerate(_files(paths, key)):
            tell(step, _STEPS, "正在换钥匙")
            _renew(file, key, new, tell)
        snapshot.to_disk(next_keys(paths))
        snapshot.to_disk(paths.root)
        tell(_STEPS - 1, _STEPS, "正在换上")
        os.replace(next_keys(paths), _renewed(paths.keys))
        snapshot.to_disk(paths.root)
    except (driver.Error, OSError) as cause:
        with suppress(OSError):
            _renewed(paths.keys).unlink(missing_ok=True)  # nobody would ever be told the new recovery code
        raise Trouble(
            "钥匙没有换成，原来的数据没有动", "请检查磁盘空间后再试", code="rekey.failed"
        ) from cause
    finally:
        if not _renewed(paths.keys).exists():
            _drop_copies(paths)
    log.logger.info("rekey prepared")


def finish(paths: Paths) -> bool:
    """Let what counts take its place, or throw away what never counted; the data must be closed. False for nothing to
    do. Each step may be done again."""
    if not _renewed(paths.keys).exists():
        _drop_copies(paths)
        return False
    try:
        for file in (paths.database, paths.drafts):
            if _renewed(file).exists():
                _drop(file, but_itself=True)  # SQLite would play the old log into the new file
                os.replace(_renewed(file), file)
        snapshot.to_disk(paths.root)
        os.replace(_renewed(paths.keys), paths.keys)  # last: as long as it is there, all is done again
    except OSError as cause:
        raise Trouble(
            "换好钥匙的数据还没有换上", "请关闭占用数据文件夹的程序，再打开一次", code="rekey.busy"
        ) from cause
    with suppress(OSError):  # it counts already; a name that a power cut loses is put there again
        snapshot.to_disk(paths.root)
    log.logger.info("rekey finished")
    return True


def change(path: Path, key: bytes, new: bytes) -> None:
    """Encrypt every page of a copy anew. Raises driver.DatabaseError."""
    with closing(_open(path, key)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA synchronous=FULL")
        copy.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")


def _files(paths: Paths, key: bytes) -> list[Path]:
    """Drafts that are damaged are nobody's any more: their file is put aside at the next login."""
    try:
        with closing(_open(paths.drafts, key)) if paths.drafts.exists() else nullcontext() as drafts:
            is_whole = drafts is not None and bool(drafts.execute("SELECT count(*) FROM drafts").fetchone())
    except driver.OperationalError:
        raise
    except driver.DatabaseError:
        is_whole = False
    return [paths.database, paths.drafts] if is_whole else [paths.database]


def _renew(file: Path, key: bytes, new: bytes, tell: Tell) -> None:
    _empty_log(file, key)
    part = file.with_name(f"{file.name}.rekeyed")
    _drop(part)
    shutil.copyfile(file, part)
    part.chmod(0o600)
    content = proof.content_digest(part, key, tell)
    change(part, key, new)
    with proof.opened(part, new) as copy:
        proof.check_pages(copy)
        if proof.digest(copy, tell) != content:
            raise driver.DatabaseError("the copy differs")
    snapshot.to_disk(part)
    os.replace(part, _renewed(file))


def _empty_log(file: Path, key: bytes) -> None:
    """Whatever stands in the log only, into the file that is copied. Nobody else may hold it."""
    with closing(_open(file, key)) as live:
        busy, in_log, moved = live.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy or in_log != moved:
        raise driver.OperationalError("somebody reads the data")


def _renewed(file: Path) -> Path:
    return file.with_name(f"{file.name}.renewed")


def _drop_copies(paths: Paths) -> None:
    for file in (paths.database, paths.drafts):
        for copy in (file.with_name(f"{file.name}.rekeyed"), _renewed(file)):
            _drop(copy)
    next_keys(paths).unlink(missing_ok=True)


def _drop(path: Path, *, but_itself: bool = False) -> None:
    for end in _BESIDE if but_itself else ("", *_BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _open(path: Path, key: bytes) -> Any:
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level=NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection
