"""What other features may use of the office."""

from desktop.core.db.unit import Unit
from desktop.features.office import store
from desktop.features.office.actions import SYSTEM, create, log_in
from desktop.features.office.model import DIGITS, LEVEL_NAMES, Level, Office, Place
from desktop.features.office.places import PlaceNames, Places, read_places
from desktop.features.office.rules import check_office
from desktop.features.office.store import office


def accept_village(unit: Unit, place: Place) -> None:
    """Write down a village that was proposed while a workbook was read."""
    store.add_place(unit, place, store.office(unit).key, unit.today.isoformat())


__all__ = [
    "DIGITS",
    "LEVEL_NAMES",
    "SYSTEM",
    "Level",
    "Office",
    "Place",
    "PlaceNames",
    "Places",
    "accept_village",
    "check_office",
    "create",
    "log_in",
    "office",
    "read_places",
]
