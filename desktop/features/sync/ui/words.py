"""The sentences of the exchange screen."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from desktop.core.clock import BEIJING
from desktop.features.sync.conflicts import Claim
from desktop.features.sync.model import Enrolled, Outcome, Taken, Written
from desktop.features.sync.overview import OnStick, Outlook
from desktop.features.sync.telling import Case
from desktop.features.sync.ui.drives import Place
from desktop.widgets.colours import Tone

OUTCOMES = {
    Outcome.APPLIED: ("已读入", Tone.DONE),
    Outcome.NOTHING_NEW: ("没有新内容", Tone.QUIET),
    Outcome.DAMAGED: ("已损坏", Tone.OVERDUE),
    Outcome.NOT_FOR_US: ("不是给本单位的", Tone.ATTENTION),
    Outcome.NOT_TRUSTED: ("不可信", Tone.OVERDUE),
    Outcome.NEWER_VERSION: ("需要新版程序", Tone.ATTENTION),
}
_TIED = "\u00a0"
_GOOD = (Outcome.APPLIED, Outcome.NOTHING_NEW)
_STEPS = {
    "requested": "入网申请已写好。请把U盘交给上级，打电话时念出本机的 12 位数字",
    "answered": "已受理“{office}”的申请。请把U盘交回，打电话时念出本机的 12 位数字",
    "enrolled": "已入网，上级是“{office}”。现在可以写出上报包",
}


def spaced(digits: str) -> str:
    """Twelve digits in groups of four, as they are read over the telephone."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def size(count: int) -> str:
    """Bytes in words."""
    if count >= 1 << 30:
        return f"{count / (1 << 30):.1f}{_TIED}GB"
    if count >= 1 << 20:
        return f"{count / (1 << 20):.1f}{_TIED}MB"
    return f"{max(1, count >> 10)}{_TIED}KB"


def moment(milliseconds: int) -> str:
    """ "2026-11-22 08:59", or 从未."""
    if not milliseconds:
        return "从未"
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(BEIJING):%Y-%m-%d %H:%M}"


def headline(place: Place | None, found: OnStick, is_pending: bool) -> tuple[str, str]:
    """One big sentence about now, and a smaller one with what to do."""
    if place is None:
        return "未插入U盘", "请插上U盘；用网络文件夹或移动硬盘交换的，请点“选文件夹”"
    where = f"{place.title}（剩 {size(place.free)}）"
    if not place.can_write and not found.fresh:
        return f"{where}写不进去", "请关掉U盘上的写保护开关，或换一个U盘"
    if found.fresh:
        return f"{where}，有 {found.fresh} 个数据包可读入", _besides(found)
    if found.unanswered:
        return f"{where}，有 {found.unanswered} 份入网申请", "请在下面“入网”里受理"
    if found.answers and is_pending:
        return f"{where}，有上级的入网答复", "请在下面“入网”里读入"
    return f"{where}，没有给本办公室的新数据包", _besides(found)


def _besides(found: OnStick) -> str:
    parts = []
    if found.known:
        parts.append(f"{found.known} 个以前读过")
    if found.own:
        parts.append(f"{found.own} 个是本机写出的")
    return f"另有 {'，'.join(parts)}" if parts else ""


def to_write(outlook: Outlook, has_below: bool = False) -> str:
    """What 写出上报包 will put on the stick."""
    if not outlook.parent and has_below:
        return "本单位没有上级。写给下级的，请到下面“下级单位”里选"
    if not outlook.parent:
        return "还没有入网，不知道写给谁。请先在下面“入网”里办理"
    if not outlook.entries:
        return f"写给“{outlook.parent}”\n没有上级还缺的内容，数据包里只有回执"
    new = f"尚未上报 {outlook.unsent:,} 条" if outlook.unsent else "没有尚未上报的"
    return f"写给“{outlook.parent}”\n{new}；连同以前的共 {outlook.entries:,} 条，约 {size(outlook.size)}"


def to_read(found: OnStick) -> str:
    if found.fresh:
        return f"{found.fresh} 个没有读过的数据包。读入前先核对签名，核对不过的不读"
    if found.known:
        return f"{found.known} 个数据包都读过了；再读一次不会重复"
    return "U盘上没有别人写出的数据包"


def standing(outlook: Outlook) -> str:
    """The sentence beside the title."""
    parent = f"上级：{outlook.parent}" if outlook.parent else "还没有上级"
    times = f"上次写出 {moment(outlook.last_written)} · 上次读入 {moment(outlook.last_read)}"
    return f"{parent} · {times}"


def about_written(written: Sequence[Written]) -> str:
    total = sum(w.size for w in written)
    return f"已写给“{written[0].recipient}”：{written[0].entries:,} 条，{len(written)} 个文件，{size(total)}"


def about_taken(taken: Sequence[Taken]) -> str:
    """All files in one sentence."""
    if not taken:
        return "这里只有本机写出的数据包，没有要读入的"
    good = [t for t in taken if t.outcome in _GOOD]
    new = sum(t.entries for t in good)
    said = f"{len(taken)} 个数据包，读入 {len(good)} 个，新内容 {new:,} 条"
    bad = len(taken) - len(good)
    return f"{said}；{bad} 个没有读入，原因见下表" if bad else said


def about_file(taken: Taken, names: Mapping[str, str]) -> str:
    """One file: what it brought, by kind, or why it was not taken."""
    if taken.outcome is Outcome.NOTHING_NEW:
        return taken.sentence or "里面的内容以前都读过，什么也没有改"
    if taken.outcome is not Outcome.APPLIED:
        return taken.sentence
    told = [f"{title} {taken.rows[name]:,}" for name, title in names.items() if taken.rows.get(name)]
    rest = sum(count for name, count in taken.rows.items() if name not in names)
    if rest:
        told.append(f"{'其他' if told else '共'} {rest:,} 项")
    waiting = f"；{taken.waiting:,} 项要等别的数据包到了才能显示" if taken.waiting else ""
    return "、".join(told) + waiting + (f"。{taken.sentence}" if taken.sentence else "")


def about_step(done: Enrolled) -> str:
    return _STEPS[done.step].format(office=done.office)


def about_claim(case: Case, claim: Claim) -> str:
    """What one office says, in large."""
    if claim.edited:
        known = [case.told.titles[name] for name in claim.edited if name in case.told.titles]
        return f"保留，并改了{'、'.join(known) or '内容'}"
    return case.told.show(claim.value) or "（空）"


def about_author(claim: Claim, level: str) -> str:
    """里则街道（乡镇级）　王某　2026-11-20 10:31."""
    where = f"{claim.office}（{level}）" if level else claim.office or "单位不详"
    clock = "" if claim.is_clock_good else "（那台电脑的日期可能不准）"
    return "　".join(part for part in (where, claim.user, f"{moment(claim.at)}{clock}") if part)
