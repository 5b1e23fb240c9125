"""The shelf of backups: what lies there, which of them are kept, and the facts beside each copy."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from desktop.core.clock import day_of

DAYS, WEEKS, MONTHS, NEWEST = 7, 4, 12, 10
_STAMP = "%Y%m%d-%H%M%S-%f"
GOOD, BAD = ".db", ".bad"
_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy. `digest` is the SHA-256 of its file; empty without the facts beside it, and then checked before use.

    `order` says which was made after which, whatever the PC's clock said then.
    """

    path: Path
    made_at: datetime
    why: str
    size: int
    digest: str = ""
    order: int = 0

    @property
    def is_good(self) -> bool:
        return self.path.suffix == GOOD

    @property
    def day(self) -> date:
        return day_of(self.made_at)


class Facts(msgspec.Struct):
    """What is written beside a copy once it was checked. No name of a person or place."""

    digest: str
    program: str
    order: int = 0


def new_path(folder: Path, why: str, now: datetime) -> Path:
    """`why` stands in the file's name: daily, manual, import, migration, restore, rekey."""
    return folder / f"{now.astimezone(UTC).strftime(_STAMP)}-{why}{GOOD}"


def facts_of(path: Path) -> Path:
    return path.with_suffix(".json")


def all_in(folder: Path) -> list[Backup]:
    """Everything on the shelf, what was made last first. A stick that is gone is an empty shelf."""
    with suppress(OSError):
        found = [read(path) for path in folder.iterdir() if path.suffix in (GOOD, BAD)]
        return sorted((b for b in found if b), key=lambda b: b.order, reverse=True)
    return []


def read(path: Path) -> Backup | None:
    """A copy and what is known of it; None for a file that is none of ours."""
    stamp, _, why = path.stem.rpartition("-")
    try:
        made_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        size = path.stat().st_size
    except (ValueError, OSError):
        return None
    try:
        facts = msgspec.json.decode(facts_of(path).read_bytes(), type=Facts)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        facts = Facts("", "")
    return Backup(path, made_at, why, size, facts.digest, facts.order or _micros(made_at))


def next_order(folder: Path, now: datetime) -> int:
    """After all that lie there. The clock's microseconds as long as it runs forward, so that the copies of a PC that
    died and those of its successor stand in one order; one more than the newest when it was put back."""
    return max([_micros(now), *(b.order + 1 for b in all_in(folder))])


def _micros(moment: datetime) -> int:
    return (moment - _BEGAN) // timedelta(microseconds=1)


def latest(folder: Path) -> Backup | None:
    """The newest good one."""
    return next((b for b in all_in(folder) if b.is_good), None)


def kept(newest_first: Sequence[datetime]) -> set[datetime]:
    """Which copies stay: the newest of each of the last 7 days, 4 weeks and 12 months that have one, and the newest
    ten, so that a busy day keeps what was before each of its imports. A pure function of the moments, in the order of
    making: a day that a wrong clock invented goes when enough others came after it."""
    rules: tuple[tuple[Callable[[date], Hashable], int], ...] = (
        (lambda day: day, DAYS),
        (lambda day: day.isocalendar()[:2], WEEKS),
        (lambda day: (day.year, day.month), MONTHS),
    )
    found = set(newest_first[:NEWEST])
    for span, most in rules:
        found |= _newest_of_each(newest_first, span, most)
    return found


def _newest_of_each(
    newest_first: Iterable[datetime], span: Callable[[date], Hashable], most: int
) -> set[datetime]:
    newest: dict[Hashable, datetime] = {}
    for moment in newest_first:
        newest.setdefault(span(day_of(moment)), moment)
    return set(list(newest.values())[:most])


def tidy(folder: Path, made: Path) -> None:
    """Take away what is no longer kept, halves that a power cut left, and all failed copies but the newest.

    Never the copy just `made`. A file that somebody holds open stays for the next time.
    """
    found = all_in(folder)
    stay = kept([b.made_at for b in found if b.is_good])
    bad = [b for b in found if not b.is_good]
    gone = [b for b in found if b.is_good and b.made_at not in stay] + bad[1:]
    for backup in gone:
        if backup.path != made:
            remove(backup)
    for half in folder.glob("*.part*"):
        _unlink(half)


def remove(backup: Backup) -> None:
    """The facts stay as long as their copy does."""
    if _unlink(backup.path):
        _unlink(facts_of(backup.path))


def _unlink(path: Path) -> bool:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        return True
    return False
