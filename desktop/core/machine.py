"""This PC's secret, a part of every password's key: a copy of the data folder opens by no password elsewhere.

It lies outside the data folder. What it holds off is a copied folder and a lost stick; against somebody who has the
whole disk stand argon2id and the password. Losing it loses no data: the recovery code and the office above open the
data without it.
"""

import os
import secrets
import sys
from pathlib import Path

from desktop.core import crypto, dpapi, log, paths

_SIZE = 32


def known() -> bytes | None:
    """The secret; None where there is none, or none that can be read."""
    try:
        content = paths.machine_file().read_bytes()
        found = dpapi.unprotected(content) if sys.platform == "win32" else content
    except OSError:
        return None
    return found if len(found) == _SIZE else None


def made() -> bytes | None:
    """The secret, made when this PC has none yet; None where it cannot be kept: then passwords open without it."""
    try:
        return known() or _make(paths.machine_file())
    except OSError:
        log.logger.warning("machine secret not kept")
        return None


def name_of(secret: bytes) -> str:
    """What a slot says of the PC that it opens on."""
    return crypto.digest(b"hh/machine/1", secret)[:8].hex()


def _make(path: Path) -> bytes | None:
    """It is on the disk before anything hangs on it. Of two programs that make one at once, the first wins."""
    # Python 3.13 takes 0o700 on Windows for "this account only"; there all accounts of the PC work on one office.
    path.parent.mkdir(mode=0o777 if sys.platform == "win32" else 0o700, parents=True, exist_ok=True)
    if path.exists():
        if found := known():
            return found  # the other program was quicker
        os.replace(path, path.with_suffix(".unreadable"))  # kept for somebody who may know why
    secret = crypto.random_key()
    part = path.with_suffix(f".{secrets.token_hex(4)}")
    with part.open("xb") as file:
        part.chmod(0o600)
        file.write(dpapi.protected(secret) if sys.platform == "win32" else secret)
        file.flush()
        os.fsync(file.fileno())
    _put(part, path)
    _names_to_disk(path.parent)
    return known()


def _put(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.replace(part, path)
    part.unlink(missing_ok=True)


def _names_to_disk(folder: Path) -> None:
    if os.name == "posix":  # Windows keeps names by itself and opens no folder
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
