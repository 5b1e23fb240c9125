"""The clock, handed in from outside so that a test can stand on the last day of a year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# Offices work on Beijing time whatever the PC's zone says: a date typed and a date derived must agree.
BEIJING = timezone(timedelta(hours=8))


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, with a time zone."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """For tests and the sample office: stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def day_of(moment: datetime) -> date:
    """The office's calendar day of a moment."""
    return moment.astimezone(BEIJING).date()


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 (UTC)."""
    return int(moment.timestamp() * 1000)
