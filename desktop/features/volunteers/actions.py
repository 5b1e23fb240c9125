"""What a clerk does with volunteers and their points: add, change, award, redeem, reverse."""

from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.volunteers import ledger, rules, store
from desktop.features.volunteers.model import (
    KIND_NAMES,
    Booking,
    Transfer,
    TransferKind,
    Volunteer,
    VolunteerDraft,
    account_of_office,
)


def add_volunteer(unit: Unit, draft: VolunteerDraft) -> Volunteer:
    """Add a volunteer; from now on only this PC spends the points."""
    refuse_if(rules.check_volunteer(draft, unit.today))
    unit.require("volunteer.change", draft.region)
    unit.name = f"新增志愿者 {draft.name.strip()}"
    return _found(unit, store.add(unit, draft))


def change_volunteer(unit: Unit, volunteer_id: bytes, draft: VolunteerDraft) -> Volunteer:
    """Change what is written of a volunteer. The place stays: it is where the points are booked."""
    before = _found(unit, volunteer_id)
    unit.require("volunteer.change", before.region)
    unit.name = f"修改志愿者 {before.name}"
    problems = rules.check_volunteer(draft, unit.today)
    if draft.region != before.region:
        problems.append(Problem("volunteer.moved", "region", "志愿者所在的地方不能改，请在新的地方另行登记"))
    refuse_if(problems)
    store.change(unit, before, draft)
    return _found(unit, volunteer_id)


def award(
    unit: Unit,
    volunteer_id: bytes,
    points: int,
    reason: str,
    day: str | None = None,
    source: bytes | None = None,
) -> Transfer:
    """Give points. `source` is the row they were earned by (a visit), `day` the day of it; today when empty."""
    volunteer = _found(unit, volunteer_id)
    booking = Booking(TransferKind.AWARD, points, reason, day or unit.today.isoformat())
    return _book(unit, volunteer, booking, account_of_office(volunteer.region), volunteer.id, source)


def redeem(unit: Unit, volunteer_id: bytes, points: int, reason: str) -> Transfer:
    """Take points for something. Refused beyond the balance, and on a PC that is not the one that spends."""
    volunteer = _found(unit, volunteer_id)
    refuse_if(rules.check_spender(unit.node_id, volunteer.spending_node))
    booking = Booking(TransferKind.REDEEM, points, reason, unit.today.isoformat())
    return _book(unit, volunteer, booking, volunteer.id, account_of_office(volunteer.region), None)


def _book(
    unit: Unit, volunteer: Volunteer, booking: Booking, debit: bytes, credit: bytes, source: bytes | None
) -> Transfer:
    unit.require("points.book", volunteer.region)
    unit.name = f"{KIND_NAMES[booking.kind]}积分 {volunteer.name} {booking.points:,} 分"
    balance = ledger.balances(unit, [volunteer.id])[volunteer.id]
    refuse_if(rules.check_booking(booking, unit.today, balance))
    made = Transfer(
        unit.new_id(), volunteer.region, debit, credit, booking.points, booking.day,
        booking.kind, booking.reason.strip(), source,
    )  # fmt: skip
    ledger.add(unit, made)
    return made


def reverse_transfer(
    unit: Unit, transfer_id: bytes, why: str, second: office.Second | None = None
) -> Transfer:
    """Put a booking right by its opposite, dated today; where there is one, a second person stands by it.

    Refused when the points it gave were spent meanwhile.
    """
    original = _transfer(unit, transfer_id)
    unit.require("points.book", original.region)
    unit.name = f"冲正积分 {_whose(unit, original)} {original.amount:,} 分"
    has_enough = _has_enough(unit, original)
    is_reversed = ledger.is_reversed(unit, transfer_id)
    refuse_if(rules.check_reversal(original, why, is_reversed, has_enough))
    office.confirm_by_second(unit, second, f"冲正积分 {original.amount:,} 分（{why.strip()}）")
    return _transfer(unit, ledger.reverse(unit, original, unit.today.isoformat(), why.strip()))


def _whose(unit: Unit, booked: Transfer) -> str:
    """The volunteer of a booking; the other side is the office."""
    account = booked.credit if booked.kind == TransferKind.AWARD else booked.debit
    volunteer = store.volunteer(unit, account)
    return volunteer.name if volunteer else "已不在册的志愿者"


def _has_enough(unit: Unit, original: Transfer) -> bool:
    """An office's account may be below zero, it is where points come from; a volunteer's may not."""
    if not ledger.is_volunteer(unit, original.credit):
        return True
    return ledger.balances(unit, [original.credit])[original.credit] >= original.amount


def _found(unit: Unit, volunteer_id: bytes) -> Volunteer:
    found = store.volunteer(unit, volunteer_id)
    if found is None:
        raise Refused([Problem("volunteer.gone", "", "这位志愿者已不在册，请刷新列表")])
    return found


def _transfer(unit: Unit, transfer_id: bytes) -> Transfer:
    found = ledger.transfer(unit, transfer_id)
    if found is None:
        raise Refused([Problem("points.gone", "", "找不到这一笔积分，请刷新流水")])
    return found
