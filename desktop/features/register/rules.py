"""The register's rules: the state of a household, the letter of its number, and what a form must say."""

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.core import idcard
from desktop.core.code_edits import Lists
from desktop.core.problems import Problem, Weight
from desktop.core.telephones import is_telephone
from desktop.features.register.fields import Field, Kind
from desktop.features.register.model import HEAD, Household, HouseholdDraft, Person, PersonDraft, State, Value

_POOR = frozenset({"A04", "A05", "A06"})
_OUT = frozenset({"A01", "A02", "A03", "A07"})
MOST_REASON = 80
_UNSTABLE = "M01"  # 脱贫不稳定户: out of poverty by its name

# Liuyang: y for those out of poverty, w for those not yet (domain.md C1). The last three are [K].
DEFAULT_PREFIXES: dict[State, str] = {
    State.OUT: "y",
    State.POOR: "w",
    State.WATCHED: "w",
    State.CLEARED: "y",
    State.GENERAL: "w",
}

# The kinds of document (resources/codes/id_kind.csv) whose number follows GB 11643, and is one person's alone.
CARDS = (None, "D01", "D02")

# Warnings only say what is wrong: wherever one is shown, 请核对 stands before it.
_ID_SENTENCES = {
    "length": "身份证号不是 18 位",
    "characters": "身份证号里有不该有的字符",
    "birthday": "身份证号里的出生日期不存在",
    "checksum": "身份证号最后一位校验不符，可能有一位填错",
    "region": "身份证号前两位不是任何省份",
    "old15": "这是 15 位的旧身份证号，应换成 18 位",
}


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
    numbers = {n: _whole(facts, n) for n in ("phone", "collector_phone")}
    wrong = (n for n, number in numbers.items() if number and not is_telephone(number))
    sentence = "不是 11 位手机号码，也不像固定电话"
    return [Problem("phone.digits", name, sentence, Weight.WARNING) for name in wrong]


def _whole(facts: Mapping[str, Value], name: str) -> str:
    """A number as it can be judged: to whom it is shown with stars, nothing."""
    number = str(facts.get(name, ""))
    return "" if "*" in number else number


def check_codes(
    said: Mapping[str, Value | None], before: Mapping[str, Value], fields: Mapping[str, Field], lists: Lists
) -> list[Problem]:
    """What a county ended, or lets begin later, is not given anew; who has it keeps it."""
    problems = []
    for name, value in said.items():
        field = fields.get(name)
        if field is None or field.kind not in (Kind.CODE, Kind.CODES):
            continue
        known, had = lists(field.codes), str(before.get(name) or "").split()
        closed = [c for c in str(value or "").split() if c not in had and known.is_closed(c)]
        problems += [
            Problem("code.closed", name, f"{field.title}“{known.name(c)}”已停用或尚未启用，请另选一项")
            for c in closed
        ]
    return problems


def check_person(draft: PersonDraft, today: date) -> list[Problem]:
    facts, problems = draft.facts, []
    if not str(facts.get("name", "")).strip():
        problems.append(Problem("person.name", "name", "请填写姓名"))
    # A passport follows other rules.
    number = _whole(facts, "id_number") if facts.get("id_kind") in CARDS else ""
    wrong = idcard.problem(number, today) if number else None
    if wrong:
        problems.append(Problem(f"person.id_{wrong}", "id_number", _ID_SENTENCES[wrong], Weight.WARNING))
    elif card := idcard.read(number):
        problems += _against_card(facts, card)
    return problems + check_telephones(facts)


def _against_card(facts: Mapping[str, Value], card: idcard.Card) -> list[Problem]:
    problems = []
    if facts.get("sex") in ("1", "2") and facts["sex"] != card.sex:
        problems.append(Problem("person.sex", "sex", "性别与身份证号不一致", Weight.WARNING))
    birth = str(facts.get("birth", ""))
    if birth and not card.birth.isoformat().startswith(birth):
        problems.append(Problem("person.birth", "birth", "出生日期与身份证号不一致", Weight.WARNING))
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
        problems.append(Problem("household.no_head", "relation", "还没有指明户主", Weight.WARNING))
    if heads > 1:
        problems.append(Problem("household.two_heads", "relation", f"登记了 {heads} 名户主，请只留一名"))
    for member in draft.members:
        problems += check_person(member, today)
    return problems


def doubts_of_household(household: Household) -> list[Problem]:
    """What is saved of the household itself, its people left out, and should be looked at."""
    return [*check_size(household.facts, len(household.members)), *check_telephones(household.facts)]


def doubts_of_person(person: Person, today: date) -> list[Problem]:
    found = check_person(PersonDraft(person.facts), today)
    return [p for p in found if p.field not in person.unread]


def count_doubts(household: Household, today: date) -> int:
    """How many things of a household and its people somebody should look at: doubtful ones, and what a list left."""
    of_people = sum(len(doubts_of_person(m, today)) + len(m.unread) for m in household.members)
    return len(doubts_of_household(household)) + len(household.unread) + of_people


def check_size(facts: Mapping[str, Value], counted: int) -> list[Problem]:
    """The workbook's figure against the members that are registered (DQ24)."""
    stated = facts.get("stated_size")
    if stated is None or stated == counted:
        return []
    sentence = f"表中写的是 {stated} 人，在册 {counted} 人"
    return [Problem("household.size", "stated_size", sentence, Weight.WARNING)]


def check_new_head(relation: Value, others: Iterable[Mapping[str, Value]]) -> list[Problem]:
    """A second head is refused; the first one's relation is changed before it (DQ18)."""
    heads = [m for m in others if m.get("relation") == HEAD]
    if relation != HEAD or not heads:
        return []
    sentence = f"本户已有户主{heads[0].get('name', '')}，请先改他与户主的关系"
    return [Problem("household.two_heads", "relation", sentence)]


def check_removal(members: int) -> list[Problem]:
    """An empty household is none (DQ24)."""
    if members > 1:
        return []
    sentence = "这是本户最后一人，不能单独移出；整户不再在册的，请用“更多”里的“删除本户”"
    return [Problem("person.last", "", sentence)]


def check_reason(reason: str) -> list[Problem]:
    """Why a household is taken out stands in the log for ever."""
    if not reason.strip():
        return [Problem("reason.empty", "reason", "请写明原因")]
    if len(reason.strip()) > MOST_REASON:
        return [Problem("reason.long", "reason", f"原因请写在 {MOST_REASON} 个字以内")]
    return []


def check_place(place: int, count: int) -> list[Problem]:
    """`count` households stand in the group."""
    if 1 <= place <= count:
        return []
    return [Problem("household.place", "place", f"这一组有 {count} 户，位次请填 1 到 {count}")]


def check_prefix(state: str, prefix: str) -> list[Problem]:
    if state not in set(State):
        return [Problem("prefix.state", "state", "没有这种状态")]
    if not (1 <= len(prefix) <= 2 and prefix.isascii() and prefix.isalpha() and prefix.islower()):
        return [Problem("prefix.letter", "prefix", "编号前缀请用一到两个小写字母，如 w、y")]
    return []
