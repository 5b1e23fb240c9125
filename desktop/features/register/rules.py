"""The register's rules: the state of a household, the letter of its number, and what a form must say."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from desktop.core import idcard
from desktop.core.problems import Problem, Weight
from desktop.features.register.model import HEAD, HouseholdDraft, PersonDraft, State, Value

_POOR = frozenset({"A04", "A05", "A06"})
_OUT = frozenset({"A01", "A02", "A03", "A07"})
_UNSTABLE = "M01"  # 脱贫不稳定户: out of poverty by its name

# Liuyang: y for those out of poverty, w for those not yet (domain.md C1). The last three are [K].
DEFAULT_PREFIXES: dict[State, str] = {
    State.OUT: "y",
    State.POOR: "w",
    State.WATCHED: "w",
    State.CLEARED: "y",
    State.GENERAL: "w",
}

_ID_SENTENCES = {
    "length": "身份证号不是 18 位，请对照身份证核对",
    "characters": "身份证号里有不该有的字符，请对照身份证核对",
    "birthday": "身份证号里的出生日期不存在，请对照身份证核对",
    "checksum": "身份证号最后一位校验不符，请对照身份证核对",
    "region": "身份证号前两位不是任何省份，请对照身份证核对",
    "old15": "这是 15 位的旧身份证号，请换成 18 位",
}


_TELEPHONE = re.compile(r"1[3-9]\d{9}|(0\d{2,3}-?)?[2-8]\d{6,7}", re.ASCII)


def state_of(facts: Mapping[str, Value]) -> State:
    """The state by household kind and monitoring."""
    kind, monitored = facts.get("kind", ""), facts.get("monitor_class", "")
    if kind in _POOR:
        return State.POOR
    if kind in _OUT or monitored == _UNSTABLE:
        return State.OUT
    if facts.get("risk_removed") == 1:
        return State.CLEARED
    return State.WATCHED if monitored or facts.get("monitor_since") else State.GENERAL


def check_telephones(facts: Mapping[str, Value]) -> list[Problem]:
    """A mobile or a fixed line; anything else is most likely a slip, and is kept all the same."""
    wrong = (n for n in ("phone", "collector_phone") if facts.get(n) and not _is_telephone(facts[n]))
    sentence = "不是 11 位手机号码，也不像固定电话"
    return [Problem("phone.digits", name, sentence, Weight.WARNING) for name in wrong]


def _is_telephone(given: Value) -> bool:
    return bool(_TELEPHONE.fullmatch(str(given).replace(" ", "")))


def check_person(draft: PersonDraft, today: date) -> list[Problem]:
    facts, problems = draft.facts, []
    if not str(facts.get("name", "")).strip():
        problems.append(Problem("person.name", "name", "请填写姓名"))
    number = str(facts.get("id_number", ""))
    wrong = idcard.problem(number, today) if number else None
    if wrong:
        problems.append(Problem(f"person.id_{wrong}", "id_number", _ID_SENTENCES[wrong], Weight.WARNING))
    elif card := idcard.read(number):
        problems += _against_card(facts, card)
    return problems + check_telephones(facts)


def _against_card(facts: Mapping[str, Value], card: idcard.Card) -> list[Problem]:
    problems = []
    if facts.get("sex") in ("1", "2") and facts["sex"] != card.sex:
        problems.append(Problem("person.sex", "sex", "性别与身份证号不一致，请核对", Weight.WARNING))
    birth = str(facts.get("birth", ""))
    if birth and not card.birth.isoformat().startswith(birth):
        problems.append(Problem("person.birth", "birth", "出生日期与身份证号不一致，请核对", Weight.WARNING))
    return problems


def check_household(draft: HouseholdDraft, today: date) -> list[Problem]:
    """A household needs a village and at least one member; one head, no less and no more (DQ17, DQ18)."""
    problems = []
    if not draft.region:
        problems.append(Problem("household.village", "region", "请选择所在的村"))
    if not draft.members:
        problems.append(Problem("household.empty", "members", "请至少登记一名家庭成员"))
    heads = sum(m.facts.get("relation") == HEAD for m in draft.members)
    if draft.members and heads == 0:
        problems.append(Problem("household.no_head", "relation", "还没有指明户主，请核对", Weight.WARNING))
    if heads > 1:
        problems.append(Problem("household.two_heads", "relation", f"登记了 {heads} 名户主，请只留一名"))
    for member in draft.members:
        problems += check_person(member, today)
    return problems


def check_new_head(relation: Value, others: Iterable[Mapping[str, Value]]) -> list[Problem]:
    """A second head is refused; the first one's relation is changed before it (DQ18)."""
    heads = [m for m in others if m.get("relation") == HEAD]
    if relation != HEAD or not heads:
        return []
    sentence = f"本户已有户主{heads[0].get('name', '')}，请先改他与户主的关系"
    return [Problem("household.two_heads", "relation", sentence)]


def check_prefix(state: str, prefix: str) -> list[Problem]:
    if state not in set(State):
        return [Problem("prefix.state", "state", "没有这种状态")]
    if not (1 <= len(prefix) <= 2 and prefix.isascii() and prefix.isalpha() and prefix.islower()):
        return [Problem("prefix.letter", "prefix", "编号前缀请用一到两个小写字母，如 w、y")]
    return []
