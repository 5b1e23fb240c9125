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
        _write(folder / NAME, _without_passwords(source))


def make_keys(beside: Path, target: Path, code: str, login: str, password: str, cost: Cost) -> bytes:
    """A new key file for a PC that has none, from the slots beside a copy; gives the database key. Raises Trouble."""
    key = open_key(beside, target, code)
    content = json.loads(_without_passwords(beside / NAME))
    content["slots"].insert(0, keys.password_slot(key, login, password, cost))
    _write(target, _packed(content))
    return key


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


def _write(target: Path, content: bytes) -> None:
    with suppress(OSError):
        if target.read_bytes() == content:
            return
    beside = target.with_suffix(".part")
    beside.write_bytes(content)
    beside.chmod(0o600)
    snapshot.to_disk(beside)
    os.replace(beside, target)
