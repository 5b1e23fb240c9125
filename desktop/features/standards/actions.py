"""What a county does here. Each action is one step of the history and can be taken back."""

from desktop.core.code_edits import What, lives
from desktop.core.db.unit import Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.office import api as office
from desktop.features.standards import rules, store
from desktop.features.standards.model import KIND, LIST_NAMES
from desktop.features.standards.tables import SpecialDayRow, StandardRow

_NOT_OURS = "这一条是上级单位规定的，本单位不能删；要与它不同，请在这里另写一条"


def add_code(unit: Unit, list_name: str, code: str, name: str, day: str, note: str = "") -> None:
    """A new code from `day` on."""
    _require(unit)
    code, name = code.strip(), name.strip()
    known = lives(list_name, store.edits_of(unit, list_name)) if list_name in LIST_NAMES else []
    refuse_if(rules.check_add(known, list_name, code, name, day, note))
    unit.name = f"新增代码 {LIST_NAMES[list_name]} {code} {name}"
    store.add_edit(unit, list_name, code, What.ADD, name, day, note.strip())


def rename_code(unit: Unit, list_name: str, code: str, name: str, day: str, note: str = "") -> None:
    """The same thing is called otherwise from `day` on."""
    _require(unit)
    name = name.strip()
    known = lives(list_name, store.edits_of(unit, list_name)) if list_name in LIST_NAMES else []
    refuse_if(rules.check_rename(known, list_name, code, name, day, note))
    unit.name = f"代码改名 {LIST_NAMES[list_name]} {code} {name}"
    store.add_edit(unit, list_name, code, What.RENAME, name, day, note.strip())


def end_code(unit: Unit, list_name: str, code: str, day: str, note: str = "") -> None:
    """`day` is the last on which it is given; what has it keeps it."""
    _require(unit)
    known = lives(list_name, store.edits_of(unit, list_name)) if list_name in LIST_NAMES else []
    refuse_if(rules.check_end(known, list_name, code, day, note))
    unit.name = f"停用代码 {LIST_NAMES[list_name]} {code}"
    store.add_edit(unit, list_name, code, What.END, "", day, note.strip())


def set_standard(unit: Unit, kind: str, year: int | None, value: int | None, source: str = "") -> None:
    _require(unit)
    refuse_if(rules.check_standard(kind, year, value, source))
    if year is None or value is None:
        raise TypeError("the rules let an empty standard pass")
    unit.name = f"标准 {KIND[kind].title} {year} 年"
    store.put_standard(unit, kind, year, value, source.strip())


def drop_standard(unit: Unit, kind: str, year: int) -> None:
    """Take back what this office laid down; what an office above says, or our default, holds again."""
    _require(unit)
    unit.name = f"删除标准 {KIND[kind].title} {year} 年"
    rows = store.own_rows(unit, StandardRow, kind=kind, year=year)
    _refuse_strange(rows)
    unit.change_many(StandardRow, [(row, {"alive": False}) for row in rows])


def set_day(unit: Unit, day: str, is_worked: bool, note: str = "") -> None:
    _require(unit)
    refuse_if(rules.check_day(day, note))
    unit.name = f"工作日 {day} {'上班' if is_worked else '放假'}"
    store.put_day(unit, day, is_worked, note.strip())


def drop_day(unit: Unit, day: str) -> None:
    _require(unit)
    unit.name = f"删除工作日规定 {day}"
    rows = store.own_rows(unit, SpecialDayRow, day=day)
    _refuse_strange(rows)
    unit.change_many(SpecialDayRow, [(row, {"alive": False}) for row in rows])


def _require(unit: Unit) -> None:
    refuse_if(rules.check_level(office.office(unit).level))
    unit.require(rules.RIGHT)


def _refuse_strange(rows: list[bytes]) -> None:
    if not rows:
        raise Refused([Problem("standards.above", "", _NOT_OURS)])
