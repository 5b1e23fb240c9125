"""Due: one thing that waits for somebody, as every feature's api.due() reports it to 今日."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """What waits, whom it concerns, since when, who should do it, and the screen that Enter opens."""

    what: str
    who: str
    until: date
    since: date | None = None
    by: str = ""
    screen: str = ""
    given: dict[str, str] = field(default_factory=dict)
    # How much of how much still waits, for what can be counted: 9 of 25 households.
    part: int = 0
    whole: int = 0

    def days_over(self, today: date) -> int:
        """How many days it is late; negative while there is still time."""
        return (today - self.until).days
