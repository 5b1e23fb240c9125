"""Half-filled forms in a small encrypted file of their own: a long import that holds the office's database never
keeps a draft waiting, and a power cut costs at most the last second of typing."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
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

DAMAGED = Trouble(
    "没写完的草稿读不出来了：草稿文件已损坏，已另存为 drafts.damaged",
    "已保存的数据不受影响，请把没写完的表重填一次",
    code="draft.damaged",
)


class SealedDrafts:
    """A DraftStore on disk, under the office's own key. Used from the window's thread only.

    Users share the file and never see each other's drafts: `owner` is the user's id. A damaged file keeps nobody out:
    it is put aside as drafts.damaged.
    """

    def __init__(self, path: Path, key: bytes, owner: bytes = b"") -> None:
        self._owner = owner
        self.was_damaged = False
        try:
            self._file = _open(path, key)
        except driver.OperationalError:
            raise  # a full disk or a file that is held: nothing is wrong with the drafts
        except driver.DatabaseError:
            log.logger.warning("drafts damaged, begun anew")
            _put_aside(path)
            self.was_damaged = True
            self._file = _open(path, key)

    def put(self, draft: Draft) -> None:
        """Raises Trouble when the disk is full; the draft before stays."""
        content = json.dumps(draft.values, ensure_ascii=False)
        at = (draft.saved_at or datetime.now(UTC)).isoformat()
        values = (self._owner, draft.form, draft.about, content, at)
        try:
            self._file.execute("INSERT OR REPLACE INTO drafts VALUES (?,?,?,?,?)", values)
        except driver.OperationalError as cause:
            raise Trouble("草稿没有存下来", "请腾出磁盘空间，或现在就保存", code="draft.full") from cause

    def get(self, form: str, about: str) -> Draft | None:
        found = self._file.execute(
            "SELECT form, about, content, at FROM drafts WHERE owner=? AND form=? AND about=?",
            (self._owner, form, about),
        ).fetchone()
        return _draft(found) if found else None

    def list(self, form: str = "") -> Sequence[Draft]:
        found = self._file.execute(
            "SELECT form, about, content, at FROM drafts WHERE owner=? AND (?='' OR form=?) ORDER BY at DESC",
            (self._owner, form, form),
        )
        return [_draft(row) for row in found.fetchall()]

    def remove(self, form: str, about: str) -> None:
        wanted = (self._owner, form, about)
        try:
            self._file.execute("DELETE FROM drafts WHERE owner=? AND form=? AND about=?", wanted)
        except driver.OperationalError:  # a draft too many harms nobody
            log.logger.warning("draft not removed")

    def count_of(self, owner: bytes) -> int:
        """How many drafts a user has."""
        found = self._file.execute("SELECT count(*) FROM drafts WHERE owner=?", (owner,)).fetchone()
        return int(found[0])

    def hand_over(self, before: bytes, after: bytes) -> int:
        """Give one user's drafts to another; gives how many. Where both have one about the same, each keeps the own."""
        moved = self._file.execute("UPDATE OR IGNORE drafts SET owner=? WHERE owner=?", (after, before))
        return int(moved.rowcount)

    def close(self) -> None:
        self._file.close()


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


def _draft(row: tuple[str, str, str, str]) -> Draft:
    return Draft(row[0], row[1], json.loads(row[2]), datetime.fromisoformat(row[3]))
