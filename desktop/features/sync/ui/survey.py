"""One look at everything the exchange screen shows; asked away from the GUI thread, because sticks are slow."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.clock import milliseconds
from desktop.core.db.database import Database
from desktop.core.db.unit import Reader
from desktop.features.sync import conflicts, overview, peers
from desktop.features.sync.overview import OnStick, Outlook
from desktop.features.sync.ui import drives
from desktop.features.sync.ui.drives import Place
from desktop.features.sync.ui.erased_list import Line, lines
from desktop.features.sync.ui.notices_tab import Notice, notices


@dataclass(frozen=True, slots=True)
class Survey:
    """`place` is the one that is written to and read from, None when nothing is plugged in; `warning` what is wrong with
    this PC's standing, and what to do."""

    places: tuple[Place, ...] = ()
    place: Place | None = None
    found: OnStick = OnStick()
    outlook: Outlook = Outlook()
    disagreements: int = 0
    has_below: bool = False
    notices: tuple[Notice, ...] = ()
    warning: tuple[str, str] = ("", "")
    erased: tuple[Line, ...] = ()


def survey(
    reader: Reader, db: Database, sticks: Sequence[Path], folder: Path | None, wanted: Path | None
) -> Survey:
    """Sticks come before the folder that was chosen by hand; `wanted` is what the clerk pointed at."""
    places = [drives.place(path, is_stick=True) for path in sticks]
    if folder is not None and folder not in sticks and folder.is_dir():
        places.append(drives.place(folder, is_stick=False))
    chosen = next((p for p in places if p.path == wanted), places[0] if places else None)
    found = overview.on_stick(reader, db, chosen.path) if chosen else OnStick()
    outlook = overview.outlook(reader, db)
    return Survey(
        tuple(places),
        chosen,
        found,
        outlook,
        conflicts.count(reader),
        bool(peers.children(reader.connection)),
        tuple(notices(reader)),
        outlook.warning(milliseconds(reader.now)),
        tuple(lines(reader)),
    )
