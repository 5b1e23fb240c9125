"""What the command line and the shell may use of the exchange."""

from desktop.features.sync.actions import (
    enrol_next,
    overall,
    read_bundles,
    rebuild_rows,
    write_bundle,
)
from desktop.features.sync.alarms import Alarm, alarms
from desktop.features.sync.certificates import become_root
from desktop.features.sync.conflicts import Claim, Conflict, choose, conflicts, count, of_row, settle
from desktop.features.sync.model import Enrolled, Outcome, Taken, Written
from desktop.features.sync.overview import Outlook, outlook
from desktop.features.sync.peers import Below
from desktop.features.sync.peers import listed as offices_below
from desktop.features.sync.quarantine import SetAside, set_aside
from desktop.features.sync.rebuild import Rebuilt
from desktop.features.sync.store import is_enrolled

__all__ = [
    "Alarm",
    "Below",
    "Claim",
    "Conflict",
    "Enrolled",
    "Outcome",
    "Outlook",
    "Rebuilt",
    "SetAside",
    "Taken",
    "Written",
    "alarms",
    "become_root",
    "choose",
    "conflicts",
    "count",
    "enrol_next",
    "is_enrolled",
    "of_row",
    "offices_below",
    "outlook",
    "overall",
    "read_bundles",
    "rebuild_rows",
    "set_aside",
    "settle",
    "write_bundle",
]
