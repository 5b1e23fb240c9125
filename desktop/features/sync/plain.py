"""Whether a field can hold a value; and which values need no second look: of a field that holds one kind of thing, short,
with nothing hidden. Nearly all are.

What is not plain is not wrong: it goes through the rules of verify.py, which this only shortens.
"""

import functools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column

from desktop.core import dates
from desktop.core.db import registry
from desktop.core.db.base import Day, Tags
from desktop.core.db.entries import MAX_INT

_SHORT = 100
_OTHER = (object, 0, False)


def doubtful(table: int, body: Mapping[int, Any]) -> dict[int, Any]:
    """Of what an entry that makes a row says, by number of field, that which is not plain."""
    known, found = _fields(table), {}
    for number, value in body.items():
        kind, most, is_day = known.get(number, _OTHER)
        if type(value) is not kind or not _is_plain(value, most, is_day):
            found[number] = value
    return found


def _is_plain(value: Any, most: int, is_day: bool) -> bool:
    """`value` is of its field's kind exactly."""
    kind = type(value)
    if kind is str:
        return len(value) <= most and value.isprintable() and (not is_day or dates.is_known(value))
    if kind is bytes:
        return len(value) == most
    return kind is bool or -MAX_INT <= value <= MAX_INT


@functools.cache
def _fields(table: int) -> Mapping[int, tuple[type, int, bool]]:
    """Of each field what it holds, how much of it, and whether it is a day. Lists are never plain."""
    info = registry.by_number().get(table)
    columns = info.columns.items() if info else ()
    kept = [(no, c, c.type.python_type) for no, c in columns if not isinstance(c.type, Tags)]
    return {
        no: (kind, _most(column, kind), isinstance(column.type, Day))
        for no, column, kind in kept
        if kind in (str, bytes, int, bool)
    }


def _most(column: Any, kind: type) -> int:
    """Texts up to a length that fits in any case; bytes of just one length, and where that is open none."""
    length = getattr(column.type, "length", None)
    if kind is bytes:
        return -1 if length is None else int(length)
    return min(_SHORT, length or _SHORT, column.info.get("most") or _SHORT)


def is_typed(column: Column[Any], value: object, creating: bool) -> bool:
    """Whether the column can hold the value: what it cannot would stop the projection of everything else."""
    if isinstance(column.type, Tags):
        if creating:
            return _are_labels(value)
        return isinstance(value, list) and len(value) == 2 and all(map(_are_labels, value))
    if value is None:
        return bool(column.nullable)
    kind = column.type.python_type
    length = getattr(column.type, "length", None)
    return isinstance(value, kind) and (not isinstance(value, bytes) or length in (None, len(value)))


def _are_labels(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(label, str) for label in value)
