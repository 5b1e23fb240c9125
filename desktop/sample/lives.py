"""Plausible lives: who lives with whom, at what age, at school, at work or ill."""

from datetime import date, timedelta
from random import Random

CLASSES = ("边缘易致贫户", "突发严重困难户")
SAME_SURNAME = frozenset({"之子", "之女", "之孙子", "之孙女", "之父"})


def family(chance: Random, head_sex: str, head_age: int, others: int) -> list[tuple[str, str, int]]:
    """Relation, sex and age of the others, such as may live together."""
    spouse = ("配偶", "女" if head_sex == "男" else "男", max(22, head_age + chance.randint(-6, 4)))
    found = [spouse] if others and chance.random() < 0.75 else []
    while len(found) < others:
        found.append(_relative(chance, head_age, {relation for relation, _, _ in found}, len(found)))
    return found


def _relative(chance: Random, head_age: int, there: set[str], seat: int) -> tuple[str, str, int]:
    sex = chance.choice("男女")
    parent = "之父" if sex == "男" else "之母"
    # Nobody has two mothers, and nobody in the sample is older than 99.
    if head_age <= 72 and parent not in there and chance.random() < 0.2:
        return parent, sex, min(99, head_age + chance.randint(20, 27))
    if head_age >= 52 and seat >= 2 and chance.random() < 0.6:
        return ("之孙子" if sex == "男" else "之孙女"), sex, max(0, head_age - chance.randint(46, 60))
    return ("之子" if sex == "男" else "之女"), sex, max(0, head_age - chance.randint(21, 38))


def some_day(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randint(0, (last - first).days))


def birthday(chance: Random, age: int, today: date) -> date:
    return some_day(
        chance, date(today.year - age - 1, today.month, 28), date(today.year - age, today.month, 27)
    )


def monitor_class(chance: Random, state: str) -> str:
    if state == "out":
        return ""
    return "脱贫不稳定户" if state == "returned" else chance.choice(CLASSES)


def student(chance: Random, age: int) -> str:
    """School and grade; empty for who is too young or has left it."""
    grades = {12: "七年级", 13: "八年级", 14: "九年级", 15: "普通高中一年级", 16: "普通高中二年级", 17: "普通高中三年级",
              18: "本科一年级", 19: "本科二年级", 20: "本科三年级", 21: "本科四年级"}  # fmt: skip
    if not 3 <= age <= 21 or (age >= 16 and chance.random() < 0.3):
        return ""
    return "学前教育" if age < 6 else grades.get(age, "小学")


def education(chance: Random, age: int, student: str) -> str:
    if student or age < 3:
        return ""
    if age > 70:
        return chance.choice(("文盲或半文盲", "小学", "小学"))
    return chance.choices(
        ("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上"), (6, 30, 45, 12, 5, 2)
    )[0]


def health(chance: Random) -> str:
    return chance.choices(("健康", "长期慢性病", "患有大病", "残疾", "残疾,长期慢性病"), (60, 22, 4, 11, 3))[
        0
    ]


def labour(chance: Random, age: int, student: str, health: str) -> str:
    if age < 16 or age > 75 or student:
        return "无劳动力"
    if health.startswith("残疾"):
        return chance.choice(("丧失劳动力", "弱劳动力或半劳动力"))
    if health != "健康" or age >= 60:
        return "弱劳动力或半劳动力"
    return "技能劳动力" if chance.random() < 0.1 else "普通劳动力"


def work_months(chance: Random, labour: str) -> int:
    return chance.randint(3, 12) if labour in ("普通劳动力", "技能劳动力") and chance.random() < 0.6 else 0


def political(chance: Random, age: int, student: str) -> str:
    if age >= 40 and chance.random() < 0.06:
        return "中共党员"
    return "共青团员" if 15 <= age <= 27 and student else "群众"


def ethnic(chance: Random, name: str) -> str:
    if "·" in name:
        return "维吾尔族"
    return chance.choices(("汉族", "回族", "满族", "蒙古族"), (985, 9, 4, 2))[0]
