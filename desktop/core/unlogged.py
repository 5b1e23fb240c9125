"""What was done while the data could not be written, kept beside the keys until the audit log has it.

A login, what was done and when: nothing about anybody whose data is kept here.
"""

from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.remember import read_json, write_json

_MOST = 100


@dataclass(frozen=True, slots=True)
class Unlogged:
    """One line of the audit log that is still to be written. `event` is a word of that log's."""

    login: str
    event: str
    about: str
    at: str


def line(login: str, event: str, about: str) -> Unlogged:
    return Unlogged(login, event, about, datetime.now(UTC).isoformat(timespec="seconds"))


def keep(keys: Path, *lines: Unlogged, into: Path | None = None) -> None:
    """Add lines, in the order in which it was done; `into` another file that is to take the place of this one.

    A full disk keeps nobody from restoring.
    """
    all_lines = [astuple(one) for one in (*kept(keys), *lines)]
    with suppress(OSError):
        write_json(into or beside(keys), {"lines": all_lines[-_MOST:]})


def kept(keys: Path) -> list[Unlogged]:
    found = read_json(beside(keys)).get("lines")
    good = [f for f in found if isinstance(f, list) and len(f) == 4] if isinstance(found, list) else []
    return [Unlogged(*(f"{part}" for part in f)) for f in good]


def forget(keys: Path) -> None:
    """The audit log has them."""
    with suppress(OSError):
        beside(keys).unlink(missing_ok=True)


def beside(keys: Path) -> Path:
    """Where they lie."""
    return keys.with_name("unlogged.json")
