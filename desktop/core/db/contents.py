"""What a field may say, asked at both doors: when it is written here, in a sentence that names the field, and when an
entry of another office is read, which is then set aside. SQLite would keep anything; a hub's database does not, and an
entry that was sealed cannot be mended (sync.md 5.1).
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, String

from desktop.core import dates
from desktop.core.db import registry
from desktop.core.db.base import Day
from desktop.core.db.entries import MAX_STRING
from desktop.core.db.registry import TableInfo
from desktop.core.errors import Refused
from desktop.core.problems import Problem

MOST_LABEL = 200
# NUL ends a text elsewhere, and half of a character pair is no character at all.
_HIDDEN = re.compile("[\0\ud800-\udfff]").search


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: how long one may be, and whether it must be a date."""

    name: str
    title: str
    most: int
    is_day: bool


def refuse(info: TableInfo, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises Refused for the first field of these rows that no other office would take."""
    for column in _texts(info.no):
        name = column.name
        # A list says the same things many times: each is looked at once, and all of them together first.
        found = {r.get(name) for r in rows}
        found.discard(None)
        if found and not _is_plain(column, found):
            for value in found:
                if isinstance(value, str) and (wrong := _wrong(column, value)):
                    raise Refused([_problem(column, wrong)])
    for name in info.tags:
        for labels in (r.get(name) or () for r in rows):
            if not all(map(_is_label, labels)):
                title = info.table.c[name].info.get("title") or "有一项内容"
                raise Refused(
                    [Problem("field.long", name, f"{title}太长，或有看不见的字符，请改短后重新填写")]
                )


def _is_plain(column: Texts, found: set[Any]) -> bool:
    """Whether no text of them can be wrong. A hot spot of an import: four million texts in a county's list."""
    try:
        return not column.is_day and max(map(len, found)) <= column.most and not _HIDDEN("".join(found))
    except TypeError:  # something is no text: the entry's own check says what
        return False


def reason_against(info: TableInfo, said: Iterable[tuple[int, Any]]) -> str:
    """Why these fields (numbers and values as an entry has them) are not taken; empty when they are."""
    texts = _by_number(info.no)
    for number, value in said:
        if isinstance(value, str):
            if number in texts and (wrong := _wrong(texts[number], value)):
                return wrong
        elif isinstance(value, bool):
            # Python takes a yes for a number, others do not
            if number in info.columns and isinstance(info.columns[number].type, Integer):
                return "type"
        elif isinstance(value, list) and not all(map(_is_label, _labels(value))):
            return "long"
    return ""


def _labels(value: list[Any]) -> Iterable[str]:
    """Those of a row that is made, or those that an edit adds and takes away."""
    for one in value:
        yield from one if isinstance(one, list) else (one,)


def _is_label(text: object) -> bool:
    return not isinstance(text, str) or (len(text) <= MOST_LABEL and not _HIDDEN(text))


def _wrong(column: Texts, value: str) -> str:
    if len(value) > column.most:
        return "long"
    if _HIDDEN(value):
        return "hidden"
    return "date" if column.is_day and not dates.is_known(value) else ""


def _problem(column: Texts, wrong: str) -> Problem:
    said = {
        "long": f"{column.title}太长，请写在 {column.most:,} 个字以内",
        "hidden": f"{column.title}里有看不见的字符，请删去后重新填写",
        "date": f"{column.title}不是有效的日期，请改为 2027-03-14 的样式",
    }
    return Problem(f"field.{wrong}", column.name, said[wrong])


@functools.cache
def _texts(number: int) -> tuple[Texts, ...]:
    info = registry.by_number()[number]
    return tuple(_text(c) for c in info.columns.values() if isinstance(c.type, String))


@functools.cache
def _by_number(number: int) -> dict[int, Texts]:
    info = registry.by_number()[number]
    return {no: _text(c) for no, c in info.columns.items() if isinstance(c.type, String)}


def _text(column: Column[Any]) -> Texts:
    most = column.info.get("most") or getattr(column.type, "length", None) or MAX_STRING
    return Texts(column.name, column.info.get("title") or "有一项内容", most, isinstance(column.type, Day))
