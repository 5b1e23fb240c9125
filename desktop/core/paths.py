"""The only module that knows where things lie inside an office's data folder. All of them are relative to it."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    root: Path

    @property
    def database(self) -> Path:
        return self.root / "office.db"

    @property
    def restored(self) -> Path:
        """A restored copy that counts and has not taken the database's place yet."""
        return self.root / "office.db.restored"

    @property
    def witness(self) -> Path:
        """How far the database had come when this PC last used it (core/db/witness.py)."""
        return self.root / "witness.json"

    @property
    def keys(self) -> Path:
        return self.root / "keys.json"

    @property
    def lock(self) -> Path:
        return self.root / "running.lock"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def drafts(self) -> Path:
        return self.root / "drafts.db"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def prints(self) -> Path:
        return self.root / "prints"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def remembered(self) -> Path:
        return self.root / "remembered.json"

    def exists(self) -> bool:
        return self.keys.exists() or self.database.exists()


def default_root() -> Path:
    """Where an office's data lies when nobody says otherwise: never inside the program's folder."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "yipaiyice" / "office"
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "yipaiyice" / "office"
