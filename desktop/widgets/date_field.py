"""A date, typed as 20250314, 3.14 or 14; what was understood is written out when the field is left."""

from collections.abc import Callable
from datetime import date
from typing import Any

from desktop.core.dates import typed
from desktop.core.problems import Problem
from desktop.widgets.fields import TextField

_DAYS = "一二三四五六日"


class DateField(TextField):
    """`value` is a date or None. `today` comes from the clock; `past` reads 12.28 typed in January as last year's."""

    def __init__(
        self, today: Callable[[], date], *, past: bool = False, hint: str = "如 20250314 或 3.14"
    ) -> None:
        super().__init__(hint, 20)
        self._today, self._past = today, past
        self.left.connect(self._write_out)

    def value(self) -> Any:
        # A Chinese keyboard types 。 where the clerk means a point.
        plain = self.text().strip().replace("。", ".")
        today = self._today()
        found = typed(plain, today)
        is_bare = len([c for c in plain if c.isdigit()]) <= 4
        if found is not None and self._past and is_bare and found > today:
            return typed(f"{today.year - 1}.{found.month}.{found.day}", today)
        return found

    def set_value(self, value: Any) -> None:
        self.set_text("" if value is None else value.isoformat() if isinstance(value, date) else str(value))

    def problem(self) -> Problem | None:
        if not self.text().strip() or self.value() is not None:
            return None
        return Problem("field.date", "", "这不是一个日期，请写成 20250314 或 3.14")

    def weekday(self) -> str:
        """周六, to check a typed day against the wall calendar."""
        day = self.value()
        return f"周{_DAYS[day.weekday()]}" if day else ""

    def _write_out(self) -> None:
        day = self.value()
        if day is not None and self.text() != day.isoformat():
            self.set_text(day.isoformat())
