"""Half-filled forms in a small encrypted file of their own: a long import that holds the office's database never
keeps a draft waiting, and a power cut costs at most the last second of typing."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from desktop.core.drafts import Draft

_TABLE = (
    "CREATE TABLE IF NOT EXISTS draft (form TEXT, about TEXT, content TEXT NOT NULL, at TEXT NOT NULL, "
    "PRIMARY KEY (form, about))"
)


class SealedDrafts:
    """A DraftStore on disk, under the office's own key. Used from the window's thread only."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._file: Any = driver.connect(str(path), isolation_level=None)
        self._file.execute("PRAGMA cipher_log_level=NONE")
        self._file.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute("PRAGMA temp_store=MEMORY")
        self._file.execute(_TABLE)

    def put(self, draft: Draft) -> None:
        content = json.dumps(draft.values, ensure_ascii=False)
        at = (draft.saved_at or datetime.now(UTC)).isoformat()
        self._file.execute(
            "INSERT OR REPLACE INTO draft VALUES (?,?,?,?)", (draft.form, draft.about, content, at)
        )

    def get(self, form: str, about: str) -> Draft | None:
        found = self._file.execute(
            "SELECT form, about, content, at FROM draft WHERE form=? AND about=?", (form, about)
        ).fetchone()
        return _draft(found) if found else None

    def list(self, form: str = "") -> Sequence[Draft]:
        found = self._file.execute(
            "SELECT form, about, content, at FROM draft WHERE ?='' OR form=? ORDER BY at DESC", (form, form)
        )
        return [_draft(row) for row in found.fetchall()]

    def remove(self, form: str, about: str) -> None:
        self._file.execute("DELETE FROM draft WHERE form=? AND about=?", (form, about))

    def close(self) -> None:
        self._file.close()


def _draft(row: tuple[str, str, str, str]) -> Draft:
    return Draft(row[0], row[1], json.loads(row[2]), datetime.fromisoformat(row[3]))
