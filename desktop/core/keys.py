"""keys.json: the database key, wrapped once for each user's password and once for the recovery code.

A password's slot opens on the PC on which it was made (core/machine.py), the recovery code's anywhere.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core import crypto, lockout, machine
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble
from desktop.core.lockout import Lockout, Ticks

# Said where a password could not be bound to its PC.
UNBOUND = "这台电脑存不下绑定密码用的信息：数据文件夹被拷走后，知道密码的人在别的电脑上也能打开。请把这台电脑的磁盘加密"
RECOVERY = "recovery"
PASSWORD = "password"
FORMER = "former"
# Under another key, which nobody guesses: stretching it would add nothing.
_UNDER_A_KEY = Cost(1, 64, 1)
FORMAT = 1

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
    _write(path, {"version": FORMAT, "slots": slots})
    return NewKeys(key, code)


def open_with_password(path: Path, login: str, password: str, ticks: Ticks = time.monotonic) -> bytes:
    """The database key. A slot that was bound to no PC yet is bound to this one.

    Raises Trouble when the user or the password is wrong (which of the two is not said), while the user must wait
    after too many wrong ones, and for a password that was set on another PC.
    """
    found = [s for s in _read(path)["slots"] if _is(s, login)]
    secret = _bound_to(found[0]) if found else b""
    tries = tries_of(path, ticks)
    tries.begin(login)
    key = _open(found, password, secret, "用户名或密码不对", tries.advice(login))
    tries.succeeded(login)
    _bind(path, found[0], key, password)
    return key


def open_with_recovery_code(path: Path, code: str) -> bytes:
    found = [s for s in _read(path)["slots"] if s.get("kind") == RECOVERY]
    plain = crypto.plain_recovery_code(code)
    return _open(found, plain, b"", "恢复码不对", "请对照建册时抄下的恢复码再输一次")


def _open(found: list[Slot], secret: str, machine_secret: bytes, sentence: str, what_to_do: str) -> bytes:
    """The key of the first slot that opens."""
    for slot in found:
        with suppress(crypto.WrongPassword):
            return crypto.unwrap(slot, secret, _about(slot), machine_secret)
    raise Trouble(sentence, what_to_do, code="keys.wrong")


def _is(slot: Slot, login: str) -> bool:
    return (slot.get("kind"), slot.get("login")) == (PASSWORD, login)


def _bound_to(slot: Slot) -> bytes:
    """This PC's secret, as far as the slot wants it. Raises Trouble when it was made on another PC."""
    if "machine" not in slot:
        return b""
    secret = machine.known()
    if secret is None or machine.name_of(secret) != slot["machine"]:
        raise Trouble(
            "这份数据是从另一台电脑搬来的（或这台电脑重装过系统、换了系统账号），原来的密码在这里打不开",
            "请在登录页点“忘记密码”，用恢复码设新密码；也可以用备份恢复",
            code="keys.moved",
        )
    return secret


def _bind(path: Path, slot: Slot, key: bytes, password: str) -> None:
    """Make a slot of before this PC's own. What cannot be written now is bound another time."""
    if "machine" in slot or machine.made() is None:
        return
    with suppress(Trouble):
        cost, is_given = Cost(**slot["cost"]), slot.get("first") is True
        made = password_slot(key, slot["login"], password, cost, is_first=is_given)
        _replace(path, slot["login"], made)


def tries_of(path: Path, ticks: Ticks = time.monotonic) -> Lockout:
    """The count of wrong passwords that lies beside the keys."""
    return Lockout(lockout.beside(path), logins(path), ticks)


def logins(path: Path) -> list[str]:
    """The users that have a password slot, in the order they were given one."""
    return [s.get("login", "") for s in _read(path)["slots"] if s.get("kind") == PASSWORD]


def is_bound(path: Path, login: str) -> bool:
    """Whether the user's password opens on this PC only."""
    return any("machine" in slot for slot in _read(path)["slots"] if _is(slot, login))


def is_first(path: Path, login: str) -> bool:
    """Whether the user still has the password that an administrator chose, and must choose an own one."""
    return any(s.get("first") is True for s in _read(path)["slots"] if _is(s, login))


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


def former(path: Path, key: bytes) -> list[bytes]:
    """The keys that the data had before `key`: older backups still open with them. None where no key file is readable."""
    found: list[bytes] = []
    with suppress(Trouble):
        for slot in (s for s in _read(path)["slots"] if s.get("kind") == FORMER):
            with suppress(crypto.WrongPassword):
                found.append(crypto.unwrap(slot, key.hex(), _about(slot)))
    return found


def put_slot(path: Path, slot: Slot) -> None:
    """Keep a slot that belongs to no user, instead of the one of its kind that there was."""
    _change(path, lambda slots: [*(s for s in slots if s.get("kind") != slot["kind"]), slot])


def password_slot(
    key: bytes, login: str, password: str, cost: Cost, *, is_first: bool = False, is_bound: bool = True
) -> Slot:
    """A slot that opens on this PC only; unbound it opens everywhere, as a sample that ships must."""
    if not password:
        raise Trouble("密码不能为空", "请输入密码", code="keys.empty_password")
    what: Slot = {"kind": PASSWORD, "login": login, **({"first": True} if is_first else {})}
    secret = (machine.made() or b"") if is_bound else b""
    if secret:
        what["machine"] = machine.name_of(secret)
    return _slot(key, what, password, cost, secret)


def _slot(key: bytes, what: Slot, secret: str, cost: Cost, machine_secret: bytes = b"") -> Slot:
    return {**what, **crypto.wrap(key, secret, cost, _about(what), machine_secret)}


def _about(slot: Slot) -> str:
    """What a slot says of itself is sealed in: nobody becomes another user, or skips the first change of password, by
    editing the file."""
    first = "first" if slot.get("first") is True else ""
    pc = f"/{slot['machine']}" if "machine" in slot else ""
    return f"/{slot.get('kind')}/{slot.get('login')}/{first}{pc}"


def write_renewed(
    path: Path, target: Path, key: bytes, new: bytes, passwords: Mapping[str, str], cost: Cost
) -> str:
    """Write into `target` what the key file becomes when `new` takes the place of `key`; gives the new recovery code.

    Only who is present keeps a slot: of the others nobody here knows the password. Slots of other kinds are the
    caller's. Raises Trouble.
    """
    code, content = crypto.new_recovery_code(), _read(path)
    before = [
        _slot(k, {"kind": FORMER, "login": ""}, new.hex(), _UNDER_A_KEY) for k in (*former(path, key), key)
    ]
    slots = [
        *(password_slot(new, login, passwords[login], cost) for login in logins(path) if login in passwords),
        _slot(new, {"kind": RECOVERY, "login": ""}, crypto.plain_recovery_code(code), cost),
        *before,
    ]
    try:
        _write(target, {**content, "slots": slots})
    except OSError as cause:
        raise Trouble(
            "新的钥匙没有存下来，原来的没有动", "请检查磁盘空间后再试", code="keys.write"
        ) from cause
    return code


def _replace(path: Path, login: str, slot: Slot | None) -> None:
    """Put `slot` where the user's old one stood; the others keep their order."""

    def change(slots: list[Slot]) -> list[Slot]:
        places = [n for n, s in enumerate(slots) if _is(s, login)]
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
        if found["version"] > FORMAT:
            raise Trouble("这份数据由更新版本的程序建立", "请安装较新的程序后再打开", code="keys.newer")
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
