"""Wrong passwords are counted beside the keys: every fifth makes the user wait longer, whatever the clock says.

Somebody who holds the disk can delete the count; against that one stand only the cost of a guess and the password
(sync.md 4).
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.core.errors import Trouble
from desktop.core.remember import read_json, write_json

TRIES = 5
WAITS = (60, 5 * 60, 15 * 60, 60 * 60)
_MOST_FAILED = 500

# Seconds that only ever grow while the PC is on. The wall clock can be moved, this one cannot.
Ticks = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Failed:
    """A wrong password, kept until the audit log can be written. `login` is "" for a name that is no user's."""

    login: str
    at: str


class Lockout:
    """The counts of one office. `known` are its users: what else was typed as a name (a password, perhaps) is not kept."""

    def __init__(self, path: Path, known: list[str], ticks: Ticks = time.monotonic) -> None:
        self._path, self._known, self._ticks = path, known, ticks
        self._values = read_json(path)

    def begin(self, login: str) -> None:
        """Count a try before it is made: who kills the program in the middle of it has tried all the same.

        Raises Trouble while the user must wait.
        """
        self._values = read_json(self._path)  # another window may have counted since
        record = self._served(login)
        if record["wait"] > 0:
            self._keep(login, record)
            raise _locked(record["wrong"], record["wait"])
        record["wrong"] += 1
        if record["wrong"] % TRIES == 0:
            record["wait"] = _wait_after(record["wrong"])
        failed = [*self._failed(), [self._name(login), datetime.now(UTC).isoformat(timespec="seconds")]]
        self._values["failed"] = failed[-_MOST_FAILED:]
        self._keep(login, record)

    def advice(self, login: str) -> str:
        """What to do if the try that was begun is wrong; from the third on with how many are left, or how long to wait.

        A name that is no user's is counted like one, so the words do not tell which names there are.
        """
        wrong = self._served(login)["wrong"]
        left = -wrong % TRIES
        wait = _spoken(_wait_after(wrong + left))
        if not left:
            return f"已连续输错 {wrong} 次，要等{wait}才能再试；忘记密码可用恢复码，或请管理员设新密码"
        warning = f"；再错 {left} 次就要等{wait}" if left < TRIES - 2 else ""
        return f"请检查大小写后再输一次{warning}"

    def succeeded(self, login: str) -> None:
        """The try that was begun was right: nothing is held against the user any more."""
        users = self._users()
        users.pop(self._name(login), None)
        self._values["users"], self._values["failed"] = users, self._failed()[:-1]
        self._write()

    def forgive(self, login: str) -> None:
        """An administrator or the recovery code vouched for the user."""
        users = self._users()
        if users.pop(self._name(login), None) is not None:
            self._values["users"] = users
            self._write()

    def failed(self) -> list[Failed]:
        """The wrong passwords that the audit log does not know yet."""
        return [Failed(f"{login}", f"{at}") for login, at in self._failed()]

    def forget_failed(self) -> None:
        """The audit log has them."""
        if self._failed():
            self._values["failed"] = []
            self._write()

    def _served(self, login: str) -> dict[str, Any]:
        """The user's record, its wait shortened by the time that surely passed since it was written."""
        now = self._ticks()
        record = {"wrong": 0, "wait": 0.0, "tick": now, **self._record(login)}
        # After a restart of the PC the ticks begin anew: then at least that much has passed.
        passed = now - record["tick"] if now >= record["tick"] else now
        return {"wrong": record["wrong"], "wait": max(0.0, record["wait"] - passed), "tick": now}

    def _record(self, login: str) -> dict[str, Any]:
        found = self._users().get(self._name(login))
        if not isinstance(found, dict):
            return {}
        kinds: dict[str, Any] = {"wrong": int, "wait": (int, float), "tick": (int, float)}
        return {k: found[k] for k, kind in kinds.items() if isinstance(found.get(k), kind)}

    def _users(self) -> dict[str, Any]:
        found = self._values.get("users")
        return dict(found) if isinstance(found, dict) else {}

    def _failed(self) -> list[Any]:
        found = self._values.get("failed")
        return [f for f in found if isinstance(f, list) and len(f) == 2] if isinstance(found, list) else []

    def _name(self, login: str) -> str:
        return login if login in self._known else ""

    def _keep(self, login: str, record: dict[str, Any]) -> None:
        self._values["users"] = {**self._users(), self._name(login): record}
        self._write()

    def _write(self) -> None:
        # A full disk must not keep an office out of its own data.
        with contextlib.suppress(OSError):
            if any(self._values.values()):
                write_json(self._path, self._values)
            else:
                self._path.unlink(missing_ok=True)


def beside(keys: Path) -> Path:
    """Where the counts lie."""
    return keys.with_name("attempts.json")


def _wait_after(wrong: int) -> float:
    """Seconds, after a fifth, tenth, fifteenth wrong password and on."""
    return float(WAITS[min(wrong // TRIES, len(WAITS)) - 1])


def _locked(wrong: int, seconds: float) -> Trouble:
    return Trouble(
        f"密码已连续输错 {wrong} 次，还要等{_spoken(seconds)}",
        "请到时再试；忘记密码可用恢复码，或请管理员设新密码",
        code="keys.locked",
    )


def _spoken(seconds: float) -> str:
    minutes, rest = divmod(max(1, round(seconds)), 60)
    parts = [f" {minutes} 分" if minutes else "", f" {rest} 秒" if rest else ""]
    return "".join(parts) + ("钟" if not rest else "")
