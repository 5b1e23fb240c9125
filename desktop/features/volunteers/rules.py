"""The rules of volunteers and their points. Points are whole and positive; an account never goes below zero here."""

from datetime import date

from desktop.core import idcard
from desktop.core.problems import Problem, Weight
from desktop.core.telephones import is_telephone
from desktop.features.volunteers.model import Booking, Transfer, TransferKind, VolunteerDraft

MOST_POINTS = 100_000  # [K] more in one booking is a slip of the finger
MOST_REASON = 200
FIRST_DAY = date(2000, 1, 1)


def check_volunteer(draft: VolunteerDraft, today: date) -> list[Problem]:
    problems = []
    if not draft.region:
        problems.append(Problem("volunteer.region", "region", "请选择志愿者所在的村或街道"))
    if not draft.name.strip():
        problems.append(Problem("volunteer.name", "name", "请填写姓名"))
    if len(draft.name) > 60:
        problems.append(Problem("volunteer.name_long", "name", "姓名请不要超过 60 个字"))
    if draft.phone.strip() and not is_telephone(draft.phone):
        problems.append(
            Problem("volunteer.phone", "phone", "不是 11 位手机号码，也不像固定电话", Weight.WARNING)
        )
    if draft.id_number.strip() and idcard.problem(draft.id_number, today):
        said = "身份证号与编号规则不符，请对照身份证核对"
        problems.append(Problem("volunteer.id_number", "id_number", said, Weight.WARNING))
    if len(draft.skills) > 200:
        problems.append(Problem("volunteer.skills_long", "skills", "特长请不要超过 200 个字"))
    return problems


def check_booking(booking: Booking, today: date, balance: int) -> list[Problem]:
    """`balance` is what the volunteer has; only redeeming takes from it."""
    return [
        *_check_points(booking, balance),
        *_check_reason(booking.reason),
        *_check_day(booking.day, today),
    ]


def _check_points(booking: Booking, balance: int) -> list[Problem]:
    points = booking.points
    if booking.kind not in (TransferKind.AWARD, TransferKind.REDEEM):
        return [Problem("points.kind", "kind", "请选择奖励或兑换；冲正请从流水里选那一笔")]
    if isinstance(points, bool) or not isinstance(points, int) or points <= 0:
        return [Problem("points.whole", "points", "积分请填大于零的整数")]
    if points > MOST_POINTS:
        return [Problem("points.most", "points", f"一笔最多 {MOST_POINTS} 分，请核对")]
    if booking.kind is TransferKind.REDEEM and points > balance:
        said = f"余额只有 {balance} 分，不够兑换 {points} 分，请减少分数"
        return [Problem("points.overspend", "points", said)]
    return []


def _check_reason(reason: str) -> list[Problem]:
    if not reason.strip():
        return [Problem("points.reason", "reason", "请写明事由")]
    if len(reason) > MOST_REASON:
        return [Problem("points.reason_long", "reason", f"事由请不要超过 {MOST_REASON} 个字")]
    return []


def _check_day(day: str, today: date) -> list[Problem]:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return [Problem("points.day", "day", "请填写完整的日期")]
    if found > today:
        return [Problem("points.future", "day", "日期不能晚于今天")]
    if found < FIRST_DAY:
        return [Problem("points.too_old", "day", "日期早于 2000 年，请核对")]
    return []


def check_spender(own_node: bytes, spending_node: bytes) -> list[Problem]:
    """Two PCs that both spend from one account would spend the same points twice."""
    if own_node == spending_node:
        return []
    return [
        Problem(
            "points.other_node",
            "",
            "这位志愿者的积分由另一台电脑管理，请在那台电脑上办理；那台不再用的，请先改由本机管理",
        )
    ]


def check_handover(reason: str, *, is_working: bool, is_known: bool, is_there: bool) -> list[Problem]:
    """Whether the points may be spent by another PC from now on. `is_working`: the PC that spends them now is another one
    than this, and was not barred; `is_known`: this PC has heard of it; `is_there`: the next one looks after the place."""
    problems = _check_reason(reason)
    if not is_known:
        said = "本机不认识管理这些积分的电脑，请先读入上级的数据包，或请上级办理"
        problems.append(Problem("points.handover_unknown", "", said))
    elif is_working:
        said = (
            "管理这些积分的电脑还没有停用：它如果还在用，同一笔积分会花两次。请在那台电脑上移交；"
            "它已坏或丢失的，请先由上级在“U盘交换”的“下级单位”里停用它"
        )
        problems.append(Problem("points.handover_working", "", said))
    if not is_there:
        problems.append(Problem("points.handover_to", "to", "请选一台管得到这个地方、没有停用的电脑"))
    return problems


def check_reversal(transfer: Transfer, why: str, is_reversed: bool, has_enough: bool) -> list[Problem]:
    """`has_enough`: whether whoever got the points still has them."""
    problems = _check_reason(why)
    if transfer.kind == TransferKind.REVERSAL:
        problems.append(Problem("points.reversal", "", "这一笔本身是冲正，不能再冲正，请重新记一笔"))
    elif is_reversed:
        problems.append(Problem("points.twice", "", "这一笔已经冲正过了，请刷新流水"))
    elif not has_enough:
        said = "这笔积分已经用掉一部分，冲正后余额会小于零，请先冲正之后的兑换"
        problems.append(Problem("points.spent", "", said))
    return problems


def below_zero() -> Problem:
    """For whatever way a local action would leave an account below zero, undo among them."""
    return Problem("points.below_zero", "", "这一步会使积分余额小于零，没有保存；请先冲正之后的兑换")


def waiting(balance: int) -> str:
    """What 今日 says of an account that came to be below zero by what other PCs booked."""
    return f"积分余额为负（{balance} 分），请核对流水"
