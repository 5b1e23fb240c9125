"""keys.json: the database key, wrapped once for each user's password and once for the recovery code."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import crypto, lockout
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble
from desktop.core.lockout import Lockout, Ticks

RECOVERY = "recovery"
PASSWORD = "password"

Slot = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What making a key file gives: the raw database key, and the recovery code that is shown once."""

    key: bytes
    recovery_code: str


def create(path: Path, login: str, password: str, cost: Cost = crypto.FOR_OFFICES) -> NewKeys:
    """Make a random database key and the key file with the two slots. Raises Trouble for an empty password."""
    key, code = crypto.random_key(), crypto.new_recovery_code()
    slots = [
        password_slot(key, login, password, cost),
        _slot(key, {"kind": RECOVERY, "login": ""}, crypto.plain_recovery_code(code), cost),
    ]
    _write(path, {"version": 1, "slots": slots})
    return NewKeys(key, code)


def open_with_password(path: Path, login: str, password: str, ticks: Ticks = time.monotonic) -> bytes:
    """The database key.

    Raises Trouble when the user or the password is wrong (which of the two is not said), and while the user must wait
    after too many wrong ones.
    """
    tries = tries_of(path, ticks)
    tries.begin(login)
    key = _open(path, PASSWORD, login, password, "用户名或密码不对", "请检查大小写后再输一次")
    tries.succeeded(login)
    return key


def open_with_recovery_code(path: Path, code: str) -> bytes:
    return _open(
        path, RECOVERY, "", crypto.plain_recovery_code(code), "恢复码不对", "请对照建册时抄下的恢复码再输一次"
    )


def _open(path: Path, kind: str, login: str, secret: str, sentence: str, what_to_do: str) -> bytes:
    for slot in _read(path)["slots"]:
        if slot.get("kind") == kind and slot.get("login") == login:
            try:
                return crypto.unwrap(slot, secret, _about(slot))
            except crypto.WrongPassword:
                break
    raise Trouble(sentence, what_to_do, code="keys.wrong")


def tries_of(path: Path, ticks: Ticks = time.monotonic) -> Lockout:
    """The count of wrong passwords that lies beside the keys."""
    return Lockout(lockout.beside(path), logins(path), ticks)


def logins(path: Path) -> list[str]:
    """The users that have a password slot, in the order they were given one."""
    return [s.get("login", "") for s in _read(path)["slots"] if s.get("kind") == PASSWORD]


def is_first(path: Path, login: str) -> bool:
    """Whether the user still has the password that an administrator chose, and must choose an own one."""
    found = (s for s in _read(path)["slots"] if (s.get("kind"), s.get("login")) == (PASSWORD, login))
    return any(slot.get("first") is True for slot in found)


def give_password(
    path: Path,
    key: bytes,
    login: str,
    password: str,
    *,
    is_first: bool = False,
    cost: Cost = crypto.FOR_OFFICES,
) -> None:
    """Give a user the slot that opens `key`, instead of the one there was. What was held against the user is forgiven."""
    _replace(path, login, password_slot(key, login, password, cost, is_first=is_first))
    tries_of(path).forgive(login)


def take_password(path: Path, login: str) -> None:
    """Take a user's slot away: from now on no password of that user opens anything."""
    _replace(path, login, None)


def change_password(
    path: Path, login: str, old: str, new: str, cost: Cost = crypto.FOR_OFFICES, ticks: Ticks = time.monotonic
) -> None:
    """A user's own new password. Raises Trouble for a wrong old one."""
    key = open_with_password(path, login, old, ticks)
    give_password(path, key, login, new, cost=cost)


def reset_password(path: Path, code: str, login: str, password: str, cost: Cost = crypto.FOR_OFFICES) -> None:
    """Give a user a new password by the recovery code, also one whose slot was lost. Raises Trouble for a wrong code.

    Whether there is such a user only the database knows; the caller asks it.
    """
    give_password(path, open_with_recovery_code(path, code), login, password, cost=cost)


def slot_of(path: Path, kind: str) -> Slot | None:
    """The one slot of that kind that belongs to no user."""
    return next((s for s in _read(path)["slots"] if s.get("kind") == kind), None)


def put_slot(path: Path, slot: Slot) -> None:
    """Keep a slot that belongs to no user, instead of the one of its kind that there was."""
    _change(path, lambda slots: [*(s for s in slots if s.get("kind") != slot["kind"]), slot])


def password_slot(key: bytes, login: str, password: str, cost: Cost, *, is_first: bool = False) -> Slot:
    if not password:
        raise Trouble("密码不能为空", "请输入密码", code="keys.empty_password")
    what: Slot = {"kind": PASSWORD, "login": login}
    return _slot(key, {**what, "first": True} if is_first else what, password, cost)


def _slot(key: bytes, what: Slot, secret: str, cost: Cost) -> Slot:
    return {**what, **crypto.wrap(key, secret, cost, _about(what))}


def _about(slot: Slot) -> str:
    """What a slot says of itself is sealed in: nobody becomes another user, or skips the first change of password, by
    editing the file."""
    first = "first" if slot.get("first") is True else ""
    return f"/{slot.get('kind')}/{slot.get('login')}/{first}"


def _replace(path: Path, login: str, slot: Slot | None) -> None:
    """Put `slot` where the user's old one stood; the others keep their order."""

    def change(slots: list[Slot]) -> list[Slot]:
        places = [n for n, s in enumerate(slots) if (s.get("kind"), s.get("login")) == (PASSWORD, login)]
        kept = [s for n, s in enumerate(slots) if n not in places]
        at = places[0] if places else sum(s.get("kind") == PASSWORD for s in slots)
        return kept if slot is None else [*kept[:at], slot, *kept[at:]]

    _change(path, change)


def _change(path: Path, change: Callable[[list[Slot]], list[Slot]]) -> None:
    content = _read(path)
    try:
        _write(path, {**content, "slots": change(content["slots"])})
    except OSError as cause:
        raise Trouble("密码没有存下来", "请检查磁盘空间后再试", code="keys.write") from cause


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
