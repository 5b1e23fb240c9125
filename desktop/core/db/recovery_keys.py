"""The recovery slots of the key file, kept beside every copy: with the paper in the safe a copy opens on any PC."""

import json
import os
from contextlib import suppress
from pathlib import Path

from desktop.core import keys
from desktop.core.crypto import Cost
from desktop.core.db import snapshot
from desktop.core.errors import Trouble

NAME = "recovery.json"


def keep(source: Path, folder: Path) -> None:
    """Write them into `folder` when they are not there yet. The slots of passwords stay away: a lost stick shall not
    be a place to guess them."""
    if source.exists():
        write(folder / NAME, _without_passwords(source))


def new_keys(
    beside: Path, target: Path, code: str, login: str, password: str, cost: Cost
) -> tuple[bytes, bytes]:
    """The database key, and what the key file `target` will hold on a PC that has none: the slots beside a copy and
    one for a new password. It is written once the copy is proved (core/db/restore.py). Raises Trouble."""
    key = open_key(beside, target, code)
    content = json.loads(_without_passwords(beside / NAME))
    content["slots"].insert(0, keys.password_slot(key, login, password, cost))
    return key, _packed(content)


def candidates(source: Path, beside: Path, key: bytes) -> list[bytes]:
    """The keys that a copy may be under: `key`, and those before it, as far as the key file `source` or the slots
    beside the copy know them."""
    return [key, *keys.former(source, key), *keys.former(beside.with_name(NAME), key)]


def open_key(beside: Path, target: Path, code: str) -> bytes:
    """The database key for a PC that has no key file yet; nothing is written. Raises Trouble."""
    if target.exists():
        raise Trouble(
            "这个文件夹里已经有办公室的数据", "请用密码恢复，或换一个空文件夹", code="office.exists"
        )
    return keys.open_with_recovery_code(beside / NAME, code)


def _without_passwords(path: Path) -> bytes:
    content = json.loads(path.read_text(encoding="utf-8"))
    slots = [slot for slot in content["slots"] if slot.get("kind") != keys.PASSWORD]
    return _packed({**content, "slots": slots})


def _packed(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def write(target: Path, content: bytes) -> None:
    """Have it on the disk under its name, whole or not at all."""
    with suppress(OSError):
        if target.read_bytes() == content:
            return
    beside = target.with_name(f"{target.name}.part")
    try:
        beside.write_bytes(content)
        beside.chmod(0o600)
        snapshot.to_disk(beside)
        os.replace(beside, target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
