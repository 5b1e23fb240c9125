"""What the volunteers' points are made of: volunteers, transfers between accounts, and lines of a ledger."""

from dataclasses import dataclass
from enum import StrEnum

from desktop.core import crypto


class TransferKind(StrEnum):
    AWARD = "award"
    REDEEM = "redeem"
    REVERSAL = "reversal"


KIND_NAMES = {
    TransferKind.AWARD: "奖励",
    TransferKind.REDEEM: "兑换",
    TransferKind.REVERSAL: "冲正",
}


@dataclass(frozen=True, slots=True)
class VolunteerDraft:
    """A volunteer as a form gives it. `region` is the key of the place that looks after the volunteer."""

    region: str
    name: str
    phone: str = ""
    id_number: str = ""
    skills: str = ""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """`id` is also the account of the points; only the PC `spending_node` may spend from it."""

    id: bytes
    region: str
    name: str
    phone: str
    id_number: str
    skills: str
    spending_node: bytes


@dataclass(frozen=True, slots=True)
class VolunteerLine:
    """One line of the list."""

    id: bytes
    region: str
    place: str
    name: str
    phone: str
    skills: str
    balance: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` points went from account `debit` to account `credit`."""

    id: bytes
    region: str
    debit: bytes
    credit: bytes
    amount: int
    day: str
    kind: str
    reason: str
    source: bytes | None = None
    reverses: bytes | None = None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A transfer as the volunteer sees it: signed points, and the balance after it."""

    id: bytes
    day: str
    kind: str
    reason: str
    points: int
    balance: int
    is_reversed: bool
    reverses: bytes | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be booked for a volunteer, before it is a transfer."""

    kind: TransferKind
    points: int
    reason: str
    day: str


def account_of_office(region: str) -> bytes:
    """The account from which a place gives points, and to which they come back when they are spent."""
    return crypto.digest(b"hh/points/office/1", region.encode())[:16]
