"""keys.json: the database key, wrapped once for each user's password and once for the recovery code."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import crypto
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble

RECOVERY = "recovery"
PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What making a key file gives: the raw database key, and the recovery code that is shown once."""

    key: bytes
    recovery_code: str


def create(path: Path, login: str, password: str, cost: Cost = crypto.FOR_OFFICES) -> NewKeys:
    """Make a random database key and the key file with the two slots. Raises Trouble for an empty password."""
    if not password:
        raise Trouble("密码不能为空", "请输入密码", code="keys.empty_password")
    key, code = crypto.random_key(), crypto.new_recovery_code()
    slots = [
        {"kind": PASSWORD, "login": login, **crypto.wrap(key, password, cost)},
        {"kind": RECOVERY, "login": "", **crypto.wrap(key, crypto.plain_recovery_code(code), cost)},
    ]
    _write(path, {"version": 1, "slots": slots})
    return NewKeys(key, code)


def open_with_password(path: Path, login: str, password: str) -> bytes:
    """The database key. Raises Trouble when the user or the password is wrong (which of the two is not said)."""
    return _open(path, PASSWORD, login, password, "用户名或密码不对", "请检查大小写后再输一次")


def open_with_recovery_code(path: Path, code: str) -> bytes:
    return _open(
        path, RECOVERY, "", crypto.plain_recovery_code(code), "恢复码不对", "请对照建册时抄下的恢复码再输一次"
    )


def _open(path: Path, kind: str, login: str, secret: str, sentence: str, what_to_do: str) -> bytes:
    for slot in _read(path)["slots"]:
        if slot.get("kind") == kind and slot.get("login") == login:
            try:
                return crypto.unwrap(slot, secret)
            except crypto.WrongPassword:
                break
    raise Trouble(sentence, what_to_do, code="keys.wrong")


def logins(path: Path) -> list[str]:
    """The users that have a password slot, in the order they were given one."""
    return [s.get("login", "") for s in _read(path)["slots"] if s.get("kind") == PASSWORD]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found["slots"], list) and all(isinstance(s, dict) for s in found["slots"]):
            return dict(found)
    except FileNotFoundError as cause:
        raise Trouble(
            "这个文件夹里没有办公室的数据", "请检查路径，或先用 init 建立办公室", code="keys.missing"
        ) from cause
    except (ValueError, KeyError, TypeError):
        pass
    raise Trouble("钥匙文件已损坏", "请用最近的备份恢复", code="keys.damaged")


def _write(path: Path, content: dict[str, Any]) -> None:
    beside = path.with_suffix(".part")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o600)
    beside.replace(path)


def reset_password(path: Path, code: str, login: str, password: str, cost: Cost = crypto.FOR_OFFICES) -> None:
    """Give a user a new password by the recovery code. Raises Trouble for a wrong code or an unknown user."""
    if not password:
        raise Trouble("密码不能为空", "请输入密码", code="keys.empty_password")
    key = open_with_recovery_code(path, code)
    content = _read(path)
    if login not in logins(path):
        raise Trouble("没有这个用户", "请核对用户名", code="keys.no_user")
    slots = [s for s in content["slots"] if (s["kind"], s["login"]) != (PASSWORD, login)]
    slots.insert(0, {"kind": PASSWORD, "login": login, **crypto.wrap(key, password, cost)})
    _write(path, {**content, "slots": slots})
