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
    def erased(self) -> Path:
        """Which rows were erased by order, so that no older backup brings them back."""
        return self.root / "erased.json"

    @property
    def keys(self) -> Path:
        return self.root / "keys.json"

    @property
    def keys_restored(self) -> Path:
        """The keys of that copy, where it comes with other ones (core/db/restore.py)."""
        return self.root / "keys.json.restored"

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
    def blobs(self) -> Path:
        """Photos and scans, one encrypted file each (core/blobs.py)."""
        return self.root / "blobs"

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
        return any(path.exists() for path in (self.keys, self.database, self.restored))


def default_root() -> Path:
    """Where an office's data lies when nobody says otherwise: never inside the program's folder.

    On Windows all accounts of the PC work on one office. The installer makes the folder for it and lets all of them
    write there; without an installer, or where it could not, each account has its own. An office that began there stays.
    """
    if sys.platform == "win32":
        own = Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "yipaiyice" / "office"
        shared = _of_all_accounts() / "office"
        return shared if shared.is_dir() and not Paths(own).exists() else own
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "yipaiyice" / "office"


def machine_file() -> Path:
    """This PC's own secret (core/machine.py): outside every data folder, so that no copy of one takes it along."""
    if sys.platform == "win32":
        return _of_all_accounts() / "machine.bin"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "yipaiyice" / "machine.bin"


def _of_all_accounts() -> Path:
    return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "yipaiyice"
