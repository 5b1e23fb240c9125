"""The columns of the list of volunteers and of a ledger."""

from desktop.core import masking
from desktop.features.volunteers.model import KIND_NAMES, LedgerLine, TransferKind, VolunteerLine
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column

_TONES = {
    TransferKind.AWARD: Tone.DONE,
    TransferKind.REDEEM: Tone.QUIET,
    TransferKind.REVERSAL: Tone.ATTENTION,
}


def _balance_tone(line: VolunteerLine) -> Tone | None:
    return Tone.OVERDUE if line.balance < 0 else None


def kind_name(line: LedgerLine) -> str:
    """A kind that a newer program booked is shown as it is called there."""
    kind = _kind(line.kind)
    return KIND_NAMES[kind] if kind else line.kind


def _kind(text: str) -> TransferKind | None:
    return TransferKind(text) if text in set(TransferKind) else None


def _tone(line: LedgerLine) -> Tone:
    kind = _kind(line.kind)
    return _TONES[kind] if kind else Tone.QUIET


VOLUNTEERS = [
    Column("name", "姓名", lambda v: v.name, 84),
    Column("place", "村", lambda v: v.place, 92, stretch=True),
    Column("phone", "电话", lambda v: masking.telephone(v.phone), 116, spare=1),
    Column("balance", "余额", lambda v: f"{v.balance:,}", 72, align=Align.RIGHT, tone=_balance_tone),
    Column("skills", "特长", lambda v: v.skills, 120, hidden=True),
]

LEDGER = [
    Column("day", "日期", lambda t: t.day, 96),
    Column("kind", "类别", kind_name, 70, tone=_tone),
    Column("reason", "事由", lambda t: t.reason, stretch=True),
    Column("points", "积分", lambda t: f"{t.points:+,}", 70, align=Align.RIGHT),
    Column("balance", "余额", lambda t: f"{t.balance:,}", 76, align=Align.RIGHT),
    Column(
        "reversed",
        "",
        lambda t: "已冲正" if t.is_reversed else "",
        78,
        tone=lambda t: Tone.QUIET if t.is_reversed else None,
    ),
]
