"""What the command line and the shell may use of the exchange."""

from datetime import date, datetime

from desktop.core.clock import day_of, milliseconds
from desktop.core.db.unit import Reader
from desktop.core.due import Due
from desktop.features.sync.actions import (
    enrol_next,
    note_digests,
    overall,
    read_bundles,
    rebuild_rows,
    revoke,
    rotate,
    write_bundle,
)
from desktop.features.sync.alarms import Alarm, alarms
from desktop.features.sync.certificates import become_root
from desktop.features.sync.conflicts import (
    Claim,
    Conflict,
    choose,
    conflicts,
    count,
    count_of,
    of_row,
    settle,
)
from desktop.features.sync.duties import catch_up
from desktop.features.sync.duties import do as do_duties
from desktop.features.sync.enrol import county_above
from desktop.features.sync.erased import Erased, erased
from desktop.features.sync.erasing import erase, may_erase, to_erase
from desktop.features.sync.forks import Twin, twins
from desktop.features.sync.model import Enrolled, Outcome, Taken, Written
from desktop.features.sync.moving import RIGHT as MOVE_RIGHT
from desktop.features.sync.moving import move
from desktop.features.sync.overview import Outlook, outlook
from desktop.features.sync.peers import Below, Pc, pcs
from desktop.features.sync.peers import listed as offices_below
from desktop.features.sync.quarantine import SetAside, set_aside
from desktop.features.sync.rebuild import Rebuilt
from desktop.features.sync.store import is_enrolled
from desktop.features.sync.telling import Describe, Told, show_being


def due(reader: Reader, day: date) -> list[Due]:
    """What two offices say differently waits for a person."""
    open_ = count(reader)
    if not open_:
        return []
    return [
        Due(f"两地填得不同的 {open_:,} 处，请选定", "U盘交换", day, screen="sync", given={"page": "disagree"})
    ]


def warned(outlook: Outlook, now: datetime) -> list[Due]:
    """That this PC is not believed any more, or does not hear of whom to believe."""
    what, _ = outlook.warning(milliseconds(now))
    given = {"page": "enrol"}
    return [Due(what, "U盘交换", day_of(now), screen="sync", given=given)] if what else []


__all__ = [
    "MOVE_RIGHT",
    "Erased",
    "catch_up",
    "do_duties",
    "erase",
    "erased",
    "may_erase",
    "to_erase",
    "move",
    "Alarm",
    "Below",
    "Claim",
    "Conflict",
    "Describe",
    "Enrolled",
    "Outcome",
    "Outlook",
    "Pc",
    "Rebuilt",
    "SetAside",
    "Taken",
    "Told",
    "Twin",
    "Written",
    "alarms",
    "become_root",
    "choose",
    "conflicts",
    "count",
    "count_of",
    "county_above",
    "due",
    "enrol_next",
    "is_enrolled",
    "of_row",
    "offices_below",
    "outlook",
    "overall",
    "pcs",
    "note_digests",
    "read_bundles",
    "rebuild_rows",
    "revoke",
    "rotate",
    "set_aside",
    "settle",
    "show_being",
    "twins",
    "warned",
    "write_bundle",
]
