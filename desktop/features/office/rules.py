"""What an office must be, and what each role may do."""

from desktop.core.problems import Problem
from desktop.features.office.model import DIGITS, LEVEL_NAMES, Level

# [K] Issue 3 brings the other roles; the user that `init` makes is administrator and clerk in one.
RIGHTS: dict[str, frozenset[str]] = {
    "admin": frozenset({"office.change", "bundle.enrol"}),
    "clerk": frozenset(
        {
            "register.import",
            "register.change",
            "visit.record",
            "handbook.print",
            "volunteer.change",
            "points.book",
            "bundle.write",
            "bundle.read",
        }
    ),
}
ROLE_NAMES = {"admin": "系统管理", "clerk": "经办"}


def rights_of(roles: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(RIGHTS.get(r, frozenset()) for r in roles))


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
