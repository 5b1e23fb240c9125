"""What may be laid down, by whom, and above all: a code never gets another meaning."""

import re
from collections.abc import Sequence
from datetime import date

from desktop.core.code_edits import Life
from desktop.core.problems import Problem
from desktop.features.office.api import Level
from desktop.features.standards.model import KIND, LIST_NAMES, NEEDED

RIGHT = "lists.change"
MOST_NAME, MOST_NOTE, MOST_DAY_NOTE = 40, 200, 30
FIRST_YEAR, LAST_YEAR = 2000, 2100
_CODE = re.compile(r"[A-Za-z0-9]{1,12}")
_ABOVE = frozenset({Level.COUNTY, Level.CITY})
BELOW = "代码、标准和工作日由县级及以上单位统一规定，本单位只能查看；要增改请报县级"


def may_lay_down(level: Level) -> bool:
    return level in _ABOVE


def check_level(level: Level) -> list[Problem]:
    return [] if may_lay_down(level) else [Problem("standards.level", "", BELOW)]


def is_day(text: str) -> bool:
    """A whole day in the years that a rule can be about."""
    try:
        return len(text) == 10 and FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _check_form(list_name: str, day: str, note: str) -> list[Problem]:
    problems = []
    if list_name not in LIST_NAMES:
        problems.append(Problem("code.list", "", "这张代码表不能在这里改"))
    if not is_day(day):
        problems.append(Problem("code.day", "day", "请填写日期，如 20270101"))
    if len(note) > MOST_NOTE:
        problems.append(Problem("code.note", "note", f"依据请写在 {MOST_NOTE} 个字以内"))
    return problems


def check_add(
    known: Sequence[Life], list_name: str, code: str, name: str, day: str, note: str = ""
) -> list[Problem]:
    problems = _check_form(list_name, day, note) + _check_name(known, code, name, day)
    if not _CODE.fullmatch(code):
        problems.append(Problem("code.code", "code", "代码请用 1 到 12 个字母或数字，如 A12"))
    if before := _life(known, code):
        problems += _check_reuse(before, name)
    return problems


def _check_reuse(before: Life, name: str) -> list[Problem]:
    """One that was added and taken back may come again, for the same thing only."""
    called = before.names[-1][1]
    if not before.alive and called == name:
        return []
    if before.until:
        sentence = f"代码 {before.code} 表示过“{called}”，已经停用；停用的代码不再启用，请另取一个代码"
    else:
        sentence = f"代码 {before.code} 已经表示“{called}”，一个代码的含义不能改，请另取一个代码"
    return [Problem("code.reused", "code", sentence)]


def _check_name(known: Sequence[Life], code: str, name: str, day: str) -> list[Problem]:
    if not name.strip():
        return [Problem("code.name", "name", "请填写名称")]
    if len(name) > MOST_NAME:
        return [Problem("code.name_long", "name", f"名称请写在 {MOST_NAME} 个字以内")]
    same = [x for x in known if x.alive and x.code != code and x.name(day) == name and not x.until]
    if same:
        return [Problem("code.name_taken", "name", f"“{name}”已有代码 {same[0].code}，不用再加")]
    return []


def check_rename(
    known: Sequence[Life], list_name: str, code: str, name: str, day: str, note: str = ""
) -> list[Problem]:
    problems = _check_form(list_name, day, note) + _check_name(known, code, name, day)
    life = _life(known, code)
    if life is None or not life.alive:
        return [*problems, Problem("code.unknown", "code", "没有这个代码，请从左边的列表里选")]
    if life.until and day > life.until:
        problems.append(Problem("code.ended", "day", f"这个代码只用到 {life.until}，不能再改名"))
    if day < life.since:
        problems.append(Problem("code.early", "day", f"这个代码从 {life.since} 起才有，日期请填在那以后"))
    if life.name(day) == name:
        problems.append(Problem("code.same", "name", "名称没有变化，不用改"))
    return problems


def check_end(known: Sequence[Life], list_name: str, code: str, day: str, note: str = "") -> list[Problem]:
    problems = _check_form(list_name, day, note)
    life = _life(known, code)
    if life is None or not life.alive:
        return [*problems, Problem("code.unknown", "code", "没有这个代码，请从左边的列表里选")]
    if code in NEEDED.get(list_name, ()):
        problems.append(Problem("code.needed", "", "程序要靠这个代码认人，不能停用"))
    if life.until:
        problems.append(Problem("code.ended", "", f"这个代码已定于 {life.until} 停用"))
    if day < life.since:
        problems.append(Problem("code.early", "day", f"这个代码从 {life.since} 起才有，日期请填在那以后"))
    return problems


def _life(known: Sequence[Life], code: str) -> Life | None:
    """A code is the same in capitals and small letters: nobody should have to tell a12 from A12."""
    return next((x for x in known if x.code.upper() == code.upper()), None)


def check_standard(kind: str, year: int | None, value: int | None, source: str = "") -> list[Problem]:
    known = KIND.get(kind)
    if known is None:
        return [Problem("standard.kind", "kind", "请选择是哪一项标准")]
    problems = []
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        problems.append(Problem("standard.year", "year", f"年度请填 {FIRST_YEAR} 到 {LAST_YEAR}"))
    if value is None or not 1 <= value <= known.most:
        problems.append(Problem("standard.value", "value", f"请填写数额，单位是{known.measure.value}"))
    if len(source) > MOST_NOTE:
        problems.append(Problem("standard.source", "source", f"依据请写在 {MOST_NOTE} 个字以内"))
    return problems


def check_day(day: str, note: str = "") -> list[Problem]:
    problems = []
    if not is_day(day):
        problems.append(Problem("day.day", "day", "请填写日期，如 20270101"))
    if len(note) > MOST_DAY_NOTE:
        problems.append(Problem("day.note", "note", f"说明请写在 {MOST_DAY_NOTE} 个字以内"))
    return problems
