"""What an office must be, what each role may do, and what a user may be called."""

import re
from collections.abc import Collection, Iterable

from desktop.core.problems import Problem
from desktop.features.office.model import (
    ADMIN,
    AUDIT,
    CLERK,
    DIGITS,
    LEVEL_NAMES,
    MANAGER,
    REVIEWER,
    ROLE_NAMES,
    SECURITY,
    VILLAGE,
    Level,
    User,
    UserDraft,
)

_WORK = frozenset(
    {
        "register.change",
        "visit.record",
        "handbook.print",
        "volunteer.change",
        "points.book",
        "undo",
        "data.sensitive",  # health and money, and the numbers behind the eye
    }
)
# [K] Fixed, not to be edited in the program. "review" is the second person's right (sync.md 4, four eyes).
RIGHTS: dict[str, frozenset[str]] = {
    ADMIN: frozenset(
        {"office.change", "lists.change", "bundle.enrol", "user.manage", "backup.restore", "undo"}
    ),
    SECURITY: frozenset({"user.grant"}),
    AUDIT: frozenset({"audit.read"}),
    VILLAGE: _WORK,
    CLERK: _WORK | {"register.import", "register.export", "bundle.write", "bundle.read"},
    REVIEWER: frozenset({"review", "data.sensitive", "handbook.print"}),
    MANAGER: _WORK
    | {"review", "lists.change", "register.import", "register.export", "bundle.write", "bundle.read"},
}
# From the county up these are three people (sync.md 4).
SEPARATE = (ADMIN, SECURITY, AUDIT)
_SEPARATE_FROM = frozenset({Level.COUNTY, Level.CITY})
SHORTEST_PASSWORD = 8
_LOGIN = re.compile(r"[\w.-]{2,40}")


def roles_at(level: Level) -> tuple[str, ...]:
    """The roles that an office of that level gives, in the order of the list."""
    if level in _SEPARATE_FROM:
        return (CLERK, REVIEWER, MANAGER, *SEPARATE)
    return (VILLAGE, CLERK, REVIEWER, ADMIN)


def rights_of(
    roles: Collection[str], level: Level = Level.TOWNSHIP, held: Collection[str] = ()
) -> frozenset[str]:
    """What these roles may do. `held` are the roles that were ever given in the office.

    Below the county the one administrator is all three. Above, a missing one is stood in for until there is one:
    otherwise nobody could make the first.
    """
    rights = frozenset[str]().union(*(RIGHTS.get(r, frozenset()) for r in roles))
    if ADMIN not in roles:
        return rights
    if level not in _SEPARATE_FROM:
        return rights | RIGHTS[SECURITY] | RIGHTS[AUDIT] | {"review"}
    missing = [r for r in SEPARATE if r not in held]
    return rights.union(*(RIGHTS[r] for r in missing))


def held_roles(known: Iterable[User]) -> frozenset[str]:
    """The roles that were ever given. Who was stopped counts: stopping one of the three makes nobody take over."""
    return frozenset(role for u in known for role in u.roles)


def is_separated(level: Level) -> bool:
    """Whether the three administrators are three people there."""
    return level in _SEPARATE_FROM


def role_words(roles: Collection[str]) -> str:
    """乡镇经办、审核."""
    return "、".join(ROLE_NAMES.get(r, r) for r in roles) or "没有角色"


def check_password(password: str, login: str) -> list[Problem]:
    """Long enough and not the user's name; letters, digits and signs as one likes [K]."""
    if len(password) < SHORTEST_PASSWORD:
        return [Problem("password.short", "password", f"请设一个至少 {SHORTEST_PASSWORD} 个字符的密码")]
    if login and password.casefold().strip() == login.casefold():
        return [Problem("password.login", "password", "密码不能与用户名相同，请换一个")]
    return []


def check_login(login: str) -> list[Problem]:
    if _LOGIN.fullmatch(login):
        return []
    return [Problem("user.login", "login", "用户名请用 2 到 40 个字母、数字或汉字，中间不留空格")]


def is_prefix(prefix: str) -> bool:
    """Whether it is what the keys of a place of some level begin with."""
    return prefix.isascii() and prefix.isdigit() and len(prefix) in set(DIGITS.values())


def check_user(draft: UserDraft, level: Level, office_prefix: str, taken: Collection[str]) -> list[Problem]:
    """`taken` are the logins of others, also of those who were stopped: the log must tell one from another."""
    problems = check_login(draft.login)
    if not problems and draft.login.casefold() in {t.casefold() for t in taken}:
        problems.append(Problem("user.taken", "login", "已有这个用户名（也可能已停用），请换一个"))
    if not draft.name.strip():
        problems.append(Problem("user.name", "name", "请填写姓名"))
    if not (is_prefix(draft.prefix) and draft.prefix.startswith(office_prefix)):
        problems.append(Problem("user.region", "prefix", "管辖范围请选本单位或下属的乡镇、村"))
    return problems + check_roles(draft.roles, level)


def check_roles(roles: Collection[str], level: Level) -> list[Problem]:
    if not set(roles) <= set(roles_at(level)):
        return [Problem("user.role", "roles", f"{LEVEL_NAMES[level]}单位没有这个角色，请另选")]
    if len(set(roles) & set(SEPARATE)) > 1:
        return [Problem("user.separate", "roles", "系统、安全、审计三员要由三个人分别担任，请只选其中一个")]
    return []


def check_office(key: str, name: str, level: str) -> list[Problem]:
    """The key has twelve digits and zeros where its level says nothing (domain.md 2.13)."""
    if level not in set(Level):
        known = "、".join(f"{x.value}（{LEVEL_NAMES[x]}）" for x in Level)
        return [Problem("office.level", "level", f"不认识的级别“{level}”，请用 {known}")]
    problems = []
    if not (key.isascii() and key.isdigit() and len(key) == 12):
        problems.append(Problem("office.key", "key", f"区划代码“{key}”不是 12 位数字，请核对"))
    elif not _fits(key, Level(level)):
        problems.append(
            Problem(
                "office.key_level", "key", f"区划代码 {key} 不是{LEVEL_NAMES[Level(level)]}的代码，请核对"
            )
        )
    if not name.strip():
        problems.append(Problem("office.name", "name", "请写明办公室所在地的名称"))
    return problems


def _fits(key: str, level: Level) -> bool:
    """The digits of the level say something, those after them nothing."""
    digits = DIGITS[level]
    shorter = [d for d in DIGITS.values() if d < digits]
    own = key[max(shorter, default=2) : digits]
    return own.strip("0") != "" and key[digits:].strip("0") == ""
