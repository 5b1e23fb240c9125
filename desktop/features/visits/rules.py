"""The rules of a visit: pure functions from a draft and what is known to a list of problems."""

from datetime import date
from difflib import SequenceMatcher

from desktop.core.problems import Problem, Weight
from desktop.features.visits.model import Visit, VisitDraft, VisitFacts, VisitKind

FIRST_DAY = date(2000, 1, 1)
MANY_A_DAY = 15  # DQ83 [K]: more households on one day look like visits written down afterwards
SHORT_FINDINGS = 10  # DQ84
SAME_TEXT = 0.9  # DQ84
MOST_NAME, MOST_TEXT, MOST_WHY = 60, 5_000, 200
_COMPARED = 300
_TEXTS = (("findings", "走访情况"), ("request", "群众诉求"), ("solution", "解决情况"))


def check(draft: VisitDraft, today: date, facts: VisitFacts | None = None) -> list[Problem]:
    """`facts` may be missing while the form is half filled."""
    known = facts or VisitFacts()
    problems = _check_household(draft, known)
    problems += _check_day(draft.day, today)
    problems += _check_who(draft)
    problems += _check_texts(draft)
    return problems + _doubts(draft, known)


GONE = Problem("visit.household", "household_id", "这一户已不在册，请刷新后重新选择")


def _check_household(draft: VisitDraft, known: VisitFacts) -> list[Problem]:
    if not draft.household_id:
        return [Problem("visit.nobody", "household_id", "请选择走访的是哪一户")]
    return [] if known.is_registered else [GONE]


def _check_day(day: str, today: date) -> list[Problem]:
    found = day_of(day)
    if found is None:
        return [Problem("visit.day", "day", "请填写走访日期")]
    if found > today:
        return [Problem("visit.future", "day", "走访日期不能晚于今天")]
    if found < FIRST_DAY:
        return [Problem("visit.too_old", "day", "走访日期早于 2000 年，请核对")]
    return []


def day_of(text: str) -> date | None:
    """The day of an ISO text; None when it is none, or known only to the month."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _check_who(draft: VisitDraft) -> list[Problem]:
    problems = []
    if draft.kind not in set(VisitKind):
        problems.append(Problem("visit.kind", "kind", "请选择走访方式：上门、电话或其他"))
    if not draft.visitor.strip():
        problems.append(Problem("visit.visitor", "visitor", "请填写走访人"))
    if len(draft.visitor) > MOST_NAME:
        problems.append(Problem("visit.visitor_long", "visitor", f"走访人请不要超过 {MOST_NAME} 个字"))
    return problems


def _check_texts(draft: VisitDraft) -> list[Problem]:
    problems = []
    if not draft.findings.strip():
        problems.append(Problem("visit.empty", "findings", "请写明走访情况"))
    for name, title in _TEXTS:
        if len(getattr(draft, name)) > MOST_TEXT:
            said = f"{title}请不要超过 {MOST_TEXT} 个字，长的内容请分几次记录"
            problems.append(Problem("visit.long", name, said))
    return problems


def _doubts(draft: VisitDraft, facts: VisitFacts) -> list[Problem]:
    """What lets the clerk pass, and is only asked about."""
    problems, findings = [], draft.findings.strip()
    if draft.kind == VisitKind.HOME and facts.that_day >= MANY_A_DAY:
        said = f"同一人这一天已走访 {facts.that_day} 户，请核对日期是否写错"
        problems.append(Problem("visit.many", "day", said, Weight.WARNING))
    if findings and len(findings) < SHORT_FINDINGS:
        said = "走访情况不足 10 个字，请写具体一些"
        problems.append(Problem("visit.short", "findings", said, Weight.HINT))
    elif any(_is_alike(findings, other) for other in facts.said_before):
        said = "与此人以前的走访记录几乎相同，请写这一户的实际情况"
        problems.append(Problem("visit.alike", "findings", said, Weight.HINT))
    return problems


def _is_alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False)
    # The quick ratio is an upper bound: most texts need no more.
    return matcher.quick_ratio() > SAME_TEXT and matcher.ratio() > SAME_TEXT


def check_correction(first: Visit, draft: VisitDraft, why: str) -> list[Problem]:
    """Only the version that stands is corrected, with a reason, and something must be different."""
    problems = []
    if not first.stands:
        problems.append(Problem("visit.replaced", "", "这条走访已经更正过，请在更正后的那一条上再改"))
    if not why.strip():
        problems.append(Problem("visit.why", "why", "请写明更正原因"))
    if len(why) > MOST_WHY:
        problems.append(Problem("visit.why_long", "why", f"更正原因请不要超过 {MOST_WHY} 个字"))
    if trimmed(draft) == draft_of(first):
        problems.append(Problem("visit.unchanged", "", "内容没有变化，不需要更正"))
    return problems


def trimmed(draft: VisitDraft) -> VisitDraft:
    """The draft as it is kept: without spaces around the texts."""
    return VisitDraft(
        draft.household_id,
        draft.day,
        draft.kind,
        draft.visitor.strip(),
        draft.findings.strip(),
        draft.request.strip(),
        draft.solution.strip(),
    )


def draft_of(visit: Visit) -> VisitDraft:
    """What a form starts from when a visit is corrected."""
    return VisitDraft(
        visit.household_id,
        visit.day,
        visit.kind,
        visit.visitor,
        visit.findings,
        visit.request,
        visit.solution,
    )


def waiting(missing: int, total: int, times: int = 1) -> str:
    """What 今日 says of a place."""
    short = "没有上门走访" if times == 1 else f"上门走访不到 {times} 次"
    return f"本季度还有 {missing} 户{short}（共 {total} 户）"


def how_often(times: int, said_by: str) -> str:
    """The rule by which it is counted; `said_by` is empty for our default [K]."""
    source = f"（{said_by}规定）" if said_by else "；这是未经核实的默认值，由县级在“代码与标准”里改"
    return f"按“每季度至少上门 {times} 次”统计，电话不计入{source}"
