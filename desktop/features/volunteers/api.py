"""What other features, the command line and the shell may use of volunteers and points."""

from datetime import date

from desktop.core.db.unit import Reader
from desktop.core.due import Due
from desktop.features.volunteers import rules
from desktop.features.volunteers.actions import (
    add_volunteer,
    award,
    change_volunteer,
    redeem,
    reverse_transfer,
)
from desktop.features.volunteers.handing_over import Handed, hand_over, hand_over_all
from desktop.features.volunteers.ledger import balances, below_zero
from desktop.features.volunteers.ledger import lines as ledger
from desktop.features.volunteers.model import (
    KIND_NAMES,
    Booking,
    LedgerLine,
    Transfer,
    TransferKind,
    Volunteer,
    VolunteerDraft,
    VolunteerLine,
    account_of_office,
)
from desktop.features.volunteers.rules import check_booking, check_volunteer
from desktop.features.volunteers.store import volunteer, volunteer_ids, volunteer_lines


def due(reader: Reader, day: date) -> list[Due]:
    """Accounts below zero wait for a person to look at them."""
    return [
        Due(rules.waiting(points), name, day, screen="volunteers", given={"volunteer": key.hex()})
        for key, name, points in below_zero(reader, reader.actor.prefix)
    ]


__all__ = [
    "KIND_NAMES",
    "Booking",
    "Handed",
    "LedgerLine",
    "Transfer",
    "TransferKind",
    "Volunteer",
    "VolunteerDraft",
    "VolunteerLine",
    "account_of_office",
    "add_volunteer",
    "award",
    "balances",
    "below_zero",
    "change_volunteer",
    "check_booking",
    "check_volunteer",
    "due",
    "hand_over",
    "hand_over_all",
    "ledger",
    "redeem",
    "reverse_transfer",
    "volunteer",
    "volunteer_ids",
    "volunteer_lines",
]
