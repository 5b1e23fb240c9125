"""What the printing screen says in numbers: how much, how long, how it went."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop.features.handbook.actions import Document, Printed
from desktop.features.handbook.preview import Count
from desktop.widgets.progress import duration

# Pages and seconds a household until this PC has printed for itself. Measured on two slow cores.
_FIRST_PACE = {
    Document.HANDBOOK: (8.0, 0.01),
    Document.PLAQUE: (1.0, 0.002),
    Document.PUBLIC_PLAQUE: (1.0, 0.002),
}
_ENOUGH = 20
_BYTES_A_PAGE = 4_000
_ROOM_TO_SPARE = 64 << 20
PACE = "handbook.pace"


def about_count(count: Count, document: Document, kept: object) -> str:
    """ "318 户 702 人 · 约 2,544 页 · 约 4 秒"."""
    if not count.households:
        return "户籍册里还没有户"
    pages, seconds = pace(document, kept)
    return (
        f"{count.households:,} 户 {count.people:,} 人 · 约 {round(count.households * pages):,} 页"
        f" · 约 {duration(count.households * seconds)}"
    )


def pace(document: Document, kept: object) -> tuple[float, float]:
    """Pages and seconds a household, as this PC last did it."""
    found = kept.get(document.value) if isinstance(kept, Mapping) else None
    if isinstance(found, list) and len(found) == 2 and all(isinstance(x, (int, float)) for x in found):
        return float(found[0]), float(found[1])
    return _FIRST_PACE[document]


def new_pace(printed: Printed, seconds: float, kept: object) -> dict[str, Any]:
    """What to remember after a run that was long enough to tell something."""
    known: dict[str, Any] = dict(kept) if isinstance(kept, Mapping) else {}
    if printed.households >= _ENOUGH:
        each = [round(printed.pages / printed.households, 2), round(seconds / printed.households, 5)]
        known[printed.document.value] = each
    return known


def short_of_room(count: Count, document: Document, kept: object, folder: Path) -> str:
    """A sentence when the disk may not take the file; empty when it will."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    needed = round(count.households * pace(document, kept)[0] * _BYTES_A_PAGE)
    if free > needed + _ROOM_TO_SPARE:
        return ""
    return f"磁盘只剩 {free >> 20:,} MB，这次约需 {(needed >> 20) + 1:,} MB。请先腾出空间"


def about_printed(printed: Printed, seconds: float) -> str:
    return (
        f"{printed.households:,} 户 · {printed.pages:,} 页 · 用时 {duration(seconds)}"
        f" · 缺字 {len(printed.missing)} · 没有排成 {len(printed.failed)}"
    )
