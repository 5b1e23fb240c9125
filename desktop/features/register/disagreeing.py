"""Households, people and groups on which two offices disagree, in the words of the register."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select

from desktop.core.db.unit import Reader
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.register import groups, sheet_values, store, words
from desktop.features.register.fields import HOUSEHOLD, PERSON, Field
from desktop.features.register.model import Household
from desktop.features.register.tables import PersonRow
from desktop.features.standards import api as standards
from desktop.features.sync import api as sync

_OWN = {
    "household": {
        "alive": "本户是否在册", "region": "住在哪个村", "group_id": "所在的组", "place": "在组里的次序", "number": "户编号",
        "unread": "未读入的原文",
    },
    "person": {"alive": "此人是否在册", "household_id": "所在的户", "position": "在户里的次序", "unread": "未读入的原文"},
    "village_group": {"alive": "这个组是否保留", "name": "组名", "position": "组的次序"},
}  # fmt: skip
_FIELDS = {"household": HOUSEHOLD, "person": PERSON, "village_group": dict[str, Field]()}


def told(reader: Reader, one: sync.Conflict) -> sync.Told | None:
    """How a disagreement is told; None for a table that is not the register's."""
    if one.table not in _FIELDS:
        return None
    fields = _FIELDS[one.table]
    titles = {name: f.title for name, f in fields.items()} | _OWN[one.table]
    household = _household(reader, one)
    return sync.Told(
        _who(household, one),
        titles.get(one.field, "一项内容"),
        _show(reader, one, fields.get(one.field)),
        titles,
        _read(reader, fields.get(one.field)),
        "register.household" if household else "",
        {"household": household.id} if household else {},
        words.called(household, _member(household, one)) if household else "",
    )


def _household(reader: Reader, one: sync.Conflict) -> Household | None:
    if one.table == "household":
        return store.household(reader, one.row)
    if one.table != "person":
        return None
    home = reader.connection.scalar(select(PersonRow.household_id).where(PersonRow.id == one.row))
    return store.household(reader, home) if home else None


def _who(household: Household | None, one: sync.Conflict) -> str:
    if household is None:
        return {"household": "已删除的户", "person": "已删除的户的成员"}.get(one.table, "村民小组")
    member = _member(household, one)
    name = member.get("name", "") if member else household.head.name if household.head else ""
    return f"{household.number} {name}"


def _member(household: Household, one: sync.Conflict) -> Mapping[str, Any] | None:
    return next((m.facts for m in household.members if m.id == one.row), None)


def _show(reader: Reader, one: sync.Conflict, field: Field | None) -> Callable[[Any], str]:
    if field is not None:
        return partial(words.measured, field, lists=standards.lists(reader).at(one.region))
    if one.field == "alive":
        return sync.show_being
    return partial(_name_of, dict(groups.of_village(reader, one.region)), one.field)


def _name_of(names: dict[bytes, str], field: str, value: Any) -> str:
    if field == "group_id":
        return names.get(value, "没有分组") if value else "没有分组"
    return "" if value is None or isinstance(value, bytes) else str(value)


def _read(reader: Reader, field: Field | None) -> Callable[[str], Any] | None:
    return (
        partial(_read_typed, sheet_values.parser(field, reader.today, standards.lists(reader)), field)
        if field is not None
        else None
    )


def _read_typed(parse: sheet_values.Parser, field: Field, typed: str) -> Any:
    """What somebody typed, read as a workbook's cell is. Raises Refused."""
    value, fault = parse(typed.strip())
    if fault is not None and not fault.kept:
        raise Refused([Problem(fault.code, field.name, f"{field.title}：{fault.problem}")])
    if value is None:
        raise Refused([Problem("conflict.empty", field.name, f"请填写{field.title}")])
    return value
