"""Half-filled forms in a small encrypted file of their own: a long import that holds the office's database never
keeps a draft waiting, and a power cut costs at most the last second of typing."""

import json
import os
from collections.abc import Callable, Sequence, Set
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from desktop.core import log
from desktop.core.db import proof
from desktop.core.drafts import Draft
from desktop.core.errors import Trouble

_TABLE = (
    "CREATE TABLE IF NOT EXISTS drafts (owner BLOB, form TEXT, about TEXT, content TEXT NOT NULL, at TEXT NOT NULL, "
    "PRIMARY KEY (owner, form, about))"
)

Rows = list[tuple[Any, ...]]

DAMAGED = Trouble(
    "没写完的草稿读不出来了：草稿文件已损坏，已另存为 drafts.damaged",
    "已保存的数据不受影响，请把没写完的表重填一次",
    code="draft.damaged",
)


class SealedDrafts:
    """A DraftStore on disk, under the office's own key. Used from the window's thread only.

    Users share the file and never see each other's drafts: `owner` is the user's id. A damaged file keeps nobody out,
    neither at the start nor later: it is put aside as drafts.damaged, and a new one begun.
    """

    def __init__(self, path: Path, key: bytes, owner: bytes = b"") -> None:
        self._path, self._key, self._owner = path, key, owner
        self._tell: Callable[[], None] | None = None
        self.was_damaged = False
        self._file: Any = None
        try:
            self._file = self._opened()
        except (
            driver.DatabaseError,
            OSError,
        ) as cause:  # a full disk keeps nobody out; the next draft tries again
            log.logger.warning("drafts not opened: %s", type(cause).__name__)

    def tell_damage(self, tell: Callable[[], None]) -> None:
        """Have it told that a damaged file was put aside: at once when it was already, and whenever it happens."""
        self._tell = tell
        if self.was_damaged:
            tell()

    def put(self, draft: Draft) -> None:
        """Raises Trouble when the disk is full; the draft before stays."""
        content = json.dumps(draft.values, ensure_ascii=False)
        at = (draft.saved_at or datetime.now(UTC)).isoformat()
        values = (self._owner, draft.form, draft.about, content, at)
        try:
            self._run("INSERT OR REPLACE INTO drafts VALUES (?,?,?,?,?)", *values)
        except (driver.DatabaseError, OSError) as cause:
            raise Trouble("草稿没有存下来", "请腾出磁盘空间，或现在就保存", code="draft.full") from cause

    def get(self, form: str, about: str) -> Draft | None:
        wanted = "SELECT form, about, content, at FROM drafts WHERE owner=? AND form=? AND about=?"
        found = self._read(wanted, self._owner, form, about)
        return _draft(found[0]) if found else None

    def list(self, form: str = "") -> Sequence[Draft]:
        wanted = (
            "SELECT form, about, content, at FROM drafts WHERE owner=? AND (?='' OR form=?) ORDER BY at DESC"
        )
        return [_draft(row) for row in self._read(wanted, self._owner, form, form)]

    def remove(self, form: str, about: str) -> None:
        """A draft too many harms nobody."""
        self._read("DELETE FROM drafts WHERE owner=? AND form=? AND about=?", self._owner, form, about)

    def count_of(self, owner: bytes) -> int:
        """How many drafts a user has."""
        return len(self._read("SELECT 1 FROM drafts WHERE owner=?", owner))

    def hand_over(self, before: bytes, after: bytes) -> int:
        """Give one user's drafts to another; gives how many. Where both have one about the same, each keeps the own."""
        moved = "UPDATE OR IGNORE drafts SET owner=? WHERE owner=? RETURNING 1"
        return len(self._read(moved, after, before))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self, statement: str, *values: object) -> Rows:
        """What cannot be done is left: only a draft that is not kept is worth a sentence."""
        try:
            return self._run(statement, *values)
        except (driver.DatabaseError, OSError) as cause:
            log.logger.warning("drafts not reached: %s", type(cause).__name__)
            return []

    def _run(self, statement: str, *values: object) -> Rows:
        try:
            return self._rows(statement, *values)
        except driver.DatabaseError as cause:
            if any(word in str(cause) for word in ("full", "locked", "busy")):
                raise
        self.close()  # the file was spoilt while it was open, or only this connection: opening it again finds out
        return self._rows(statement, *values)

    def _rows(self, statement: str, *values: object) -> Rows:
        if self._file is None:
            self._file = self._opened()
        return list(self._file.execute(statement, values).fetchall())

    def _opened(self) -> Any:
        try:
            return _open(self._path, self._key)
        except driver.OperationalError:
            if _is_whole(self._path, self._key):  # a full disk, or a file that is held
                raise
        except driver.DatabaseError:
            pass
        log.logger.warning("drafts damaged, begun anew")
        _put_aside(self._path)
        self.was_damaged = True
        found = _open(self._path, self._key)
        if self._tell is not None:
            self._tell()
        return found


def forget(path: Path, key: bytes, rows: Set[str]) -> None:
    """Leave nothing of drafts that are about one of these rows (hex), or name it, whoever began them. Raises Trouble."""
    if not path.exists():
        return
    try:
        with closing(_open(path, key)) as file:
            file.execute("PRAGMA secure_delete=ON")
            for row in rows:
                file.execute(
                    "DELETE FROM drafts WHERE instr(about, :row) OR instr(content, :row)", {"row": row}
                )
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except driver.DatabaseError as cause:
        raise Trouble("草稿里还有应当删去的内容", "请重新打开一次程序", code="draft.kept") from cause


def _is_whole(path: Path, key: bytes) -> bool:
    """Looks at the file alone and writes nothing: SQLite calls a full disk an I/O error, too."""
    try:
        with proof.opened(path, key) as file:
            proof.quick_check(file)
    except driver.DatabaseError:
        return False
    return True


def _open(path: Path, key: bytes) -> Any:
    """Raises driver.DatabaseError for a file that is not whole."""
    file: Any = driver.connect(str(path), isolation_level=None)
    try:
        file.execute("PRAGMA cipher_log_level=NONE")
        file.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        file.execute("PRAGMA temp_store=MEMORY")
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=NORMAL")
        file.execute(_TABLE)
        proof.quick_check(file)
    except BaseException:
        file.close()
        raise
    return file


def _put_aside(path: Path) -> None:
    """With its log, which SQLite would else play into the new file."""
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    for end in ("-wal", ""):
        with suppress(FileNotFoundError):
            os.replace(path.with_name(path.name + end), path.with_suffix(f".damaged{end}"))


def _draft(row: tuple[Any, ...]) -> Draft:
    return Draft(row[0], row[1], json.loads(row[2]), datetime.fromisoformat(row[3]))
