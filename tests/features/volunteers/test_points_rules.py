"""The rules of volunteers and points."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.core.problems import Weight
from desktop.features.volunteers import rules
from desktop.features.volunteers.model import (
    Booking,
    Transfer,
    TransferKind,
    VolunteerDraft,
    account_of_office,
)

TODAY = date(2027, 3, 14)
DRAFT = VolunteerDraft("371602012600", "何小满", "13800000000", "", "理发")
AWARD = Booking(TransferKind.AWARD, 5, "打扫院子", "2027-03-14")
TRANSFER = Transfer(b"t", "371602012600", b"o", b"v", 5, "2027-03-14", "award", "打扫院子")


def codes(booking: Booking, balance: int = 0) -> list[str]:
    return [p.code for p in rules.check_booking(booking, TODAY, balance)]


def test_a_whole_award_has_no_problem() -> None:
    assert codes(AWARD) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("points", 0, "points.whole"),
        ("points", -5, "points.whole"),
        ("points", 2.5, "points.whole"),
        ("points", 5.0, "points.whole"),
        ("points", True, "points.whole"),
        ("points", "5", "points.whole"),
        ("points", 100_001, "points.most"),
        ("kind", TransferKind.REVERSAL, "points.kind"),
        ("kind", "gift", "points.kind"),
        ("reason", "  ", "points.reason"),
        ("reason", "长" * 201, "points.reason_long"),
        ("day", "2027-03-15", "points.future"),
        ("day", "1999-12-31", "points.too_old"),
        ("day", "2027-03", "points.day"),
    ],
)
def test_what_is_refused(field: str, value: object, code: str) -> None:
    assert codes(replace(AWARD, **{field: value})) == [code]  # type: ignore[arg-type]


def test_redeeming_reaches_to_the_last_point_and_no_further() -> None:
    redeem = replace(AWARD, kind=TransferKind.REDEEM)
    assert codes(redeem, balance=5) == []
    assert codes(redeem, balance=4) == ["points.overspend"]
    assert codes(AWARD, balance=-4) == []


def test_only_the_spending_node_spends() -> None:
    assert rules.check_spender(b"a", b"a") == []
    assert [p.code for p in rules.check_spender(b"a", b"b")] == ["points.other_node"]


def reversal(
    transfer: Transfer, why: str = "记错人", is_reversed: bool = False, has_enough: bool = True
) -> list[str]:
    return [p.code for p in rules.check_reversal(transfer, why, is_reversed, has_enough)]


def test_what_can_be_reversed() -> None:
    assert reversal(TRANSFER) == []
    assert reversal(TRANSFER, why=" ") == ["points.reason"]
    assert reversal(TRANSFER, is_reversed=True, has_enough=False) == ["points.twice"]
    assert reversal(TRANSFER, has_enough=False) == ["points.spent"]
    assert reversal(replace(TRANSFER, kind="reversal")) == ["points.reversal"]


@pytest.mark.parametrize(
    ("field", "value", "code", "weight"),
    [
        ("region", "", "volunteer.region", Weight.REFUSAL),
        ("name", " ", "volunteer.name", Weight.REFUSAL),
        ("name", "何" * 61, "volunteer.name_long", Weight.REFUSAL),
        ("skills", "理" * 201, "volunteer.skills_long", Weight.REFUSAL),
        ("phone", "一三八", "volunteer.phone", Weight.WARNING),
        ("phone", "138", "volunteer.phone", Weight.WARNING),
        ("phone", "12345678901", "volunteer.phone", Weight.WARNING),
        ("id_number", "123", "volunteer.id_number", Weight.WARNING),
    ],
)
def test_what_a_volunteer_needs(field: str, value: str, code: str, weight: Weight) -> None:
    found = rules.check_volunteer(replace(DRAFT, **{field: value}), TODAY)
    assert [(p.code, p.weight) for p in found] == [(code, weight)]


def test_a_whole_volunteer_has_no_problem() -> None:
    assert rules.check_volunteer(DRAFT, TODAY) == []


def test_each_place_has_one_account_the_same_on_every_pc() -> None:
    account = account_of_office("371602012000")
    assert account.hex() == "8057ca667ec50617006b92af048c5d64"
    assert account != account_of_office("371602012600")
