"""Points booked at two offices: what came to be below zero is kept, and stops no reading."""

from pathlib import Path

from desktop.features.sync import api as sync
from desktop.features.volunteers import api as volunteers
from tests.features.sync.exchange_maker import Office
from tests.office_maker import VILLAGE


def award(office: Office, account: bytes, points: int) -> bytes:
    with office.db.unit(office.actor, "奖励") as unit:
        return volunteers.award(unit, account, points, "清扫").id


def reverse(office: Office, transfer: bytes) -> None:
    with office.db.unit(office.actor, "冲正") as unit:
        volunteers.reverse_transfer(unit, transfer, "记错")


def test_a_reversal_made_at_both_ends_is_taken_although_the_account_is_below_zero(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    with town.db.unit(town.actor, "新增志愿者") as unit:
        account = volunteers.add_volunteer(unit, volunteers.VolunteerDraft(VILLAGE, "岳兰")).id
    five, two = award(town, account, 5), award(town, account, 2)
    county.reads(town.writes(stick))
    reverse(county, five)
    reverse(county, two)
    with town.db.unit(town.actor, "兑换") as unit:
        volunteers.redeem(unit, account, 2, "肥皂")
    reverse(town, five)
    assert county.reads(town.writes(stick)).outcome == sync.Outcome.APPLIED
    with county.db.reader(county.actor) as reader:
        assert volunteers.balances(reader, [account]) == {account: -2}
