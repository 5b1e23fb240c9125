"""What other features, the command line and the shell may use of what offices above lay down."""

from desktop.core.code_edits import SHIPPED, Lists
from desktop.features.standards.actions import (
    add_code,
    drop_day,
    drop_standard,
    end_code,
    rename_code,
    set_day,
    set_standard,
)
from desktop.features.standards.model import KIND, KINDS, LIST_NAMES, VISITS, Kind, Measure, Standard
from desktop.features.standards.store import calendar, days, lists, standard, standards

__all__ = [
    "KIND",
    "KINDS",
    "LIST_NAMES",
    "SHIPPED",
    "VISITS",
    "Kind",
    "Lists",
    "Measure",
    "Standard",
    "add_code",
    "calendar",
    "days",
    "drop_day",
    "drop_standard",
    "end_code",
    "lists",
    "rename_code",
    "set_day",
    "set_standard",
    "standard",
    "standards",
]
