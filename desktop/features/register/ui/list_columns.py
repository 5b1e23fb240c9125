"""The columns of the list of households."""

from collections.abc import Callable

from desktop.core import masking
from desktop.features.register.fields import HOUSEHOLD
from desktop.features.register.model import STATE_NAMES, HouseholdLine
from desktop.features.register.ui.household_band import TONES
from desktop.features.register.words import shown
from desktop.widgets.columns import Align, Column


def columns(last_visit: Callable[[HouseholdLine], str] | None) -> list[Column]:
    """`last_visit` gives the text of that column; without it there is none."""
    found = [
        Column("number", "户编号", lambda h: h.number, 116, "number"),
        Column("head", "户主", lambda h: h.head, 84, "head"),
        Column("size", "人口", lambda h: str(h.size), 56, "size", Align.RIGHT, spare=3),
        Column(
            "state", "状态", lambda h: STATE_NAMES[h.state], 88, "state", tone=lambda h: TONES[h.state]
        ),
        Column("kind", "户类型", lambda h: shown(HOUSEHOLD["kind"], h.kind, h.lists), 104, "kind", spare=1),
        Column(
            "monitor_class", "监测",
            lambda h: shown(HOUSEHOLD["monitor_class"], h.monitor_class, h.lists), 122,
            "monitor_class", spare=2,
        ),
        Column("phone", "电话", lambda h: masking.telephone(h.phone), 112, spare=4),
        Column("place", "村组", lambda h: f"{h.village} {h.group}".strip(), 130, stretch=True),
    ]  # fmt: skip
    if last_visit is not None:
        found.append(Column("last_visit", "上次走访", last_visit, 98))
    return found
