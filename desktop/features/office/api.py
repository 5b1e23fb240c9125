"""What other features may use of the office."""

from collections.abc import Collection

from desktop.core.db.unit import Reader, Unit
from desktop.features.office import store
from desktop.features.office.actions import (
    SYSTEM,
    actor_of,
    create,
    log_in,
    note_leaving,
    note_password,
    note_replaced,
    refuse_first,
    restored_by,
    title_of,
)
from desktop.features.office.audit import head as audit_head
from desktop.features.office.audit import note, unmask
from desktop.features.office.model import DIGITS, LEVEL_NAMES, Event, Level, Office, Place
from desktop.features.office.places import PlaceNames, Places, read_places
from desktop.features.office.recovering import check_answer, reset_by_answer, reset_by_code
from desktop.features.office.rekeying import Rekeyed, rekey_office
from desktop.features.office.rules import check_office, check_password
from desktop.features.office.second import Second, confirm_by_second, confirm_export, reviewers
from desktop.features.office.store import office


def accept_village(unit: Unit, place: Place) -> None:
    """Write down a village that was proposed while a workbook was read."""
    store.add_place(unit, place, store.office(unit).key, unit.today.isoformat())


def user_names(reader: Reader) -> dict[bytes, str]:
    """Who did it, for lists that know only the id."""
    return {u.id: u.name for u in store.users(reader.connection, store.office(reader).key)}


def names_of_users(reader: Reader, ids: Collection[bytes]) -> dict[bytes, str]:
    """The names of these users, of whichever office, as far as they came here."""
    return store.user_names(reader.connection, ids)


__all__ = [
    "DIGITS",
    "LEVEL_NAMES",
    "SYSTEM",
    "Event",
    "Level",
    "Office",
    "Place",
    "PlaceNames",
    "Places",
    "Rekeyed",
    "Second",
    "accept_village",
    "actor_of",
    "audit_head",
    "check_answer",
    "check_office",
    "check_password",
    "confirm_by_second",
    "confirm_export",
    "create",
    "log_in",
    "names_of_users",
    "note",
    "note_leaving",
    "note_password",
    "note_replaced",
    "office",
    "read_places",
    "refuse_first",
    "rekey_office",
    "reset_by_answer",
    "reset_by_code",
    "restored_by",
    "reviewers",
    "title_of",
    "unmask",
    "user_names",
]
