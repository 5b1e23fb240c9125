"""What the entry of an edit says: values, the versions that its editor saw, and nothing that the next office refuses."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from desktop.core.db import entries
from desktop.core.db.base import ALIVE
from desktop.core.db.entries import Kind
from desktop.core.db.heads import Heads
from desktop.core.db.registry import TableInfo
from desktop.core.errors import Refused
from desktop.core.problems import Problem

# How msgpack marks a float or an integer of eight bytes.
_WIDE = re.compile(rb"[\xca\xcb\xcf\xd3]").search


def packed(body: dict[int, Any], values: Iterable[Any]) -> bytes:
    """The bytes of a body. Refuses what the next office would have to refuse."""
    found = entries.pack(body)
    # A short body needs no look at every value: only a number of nine bytes can be out of bounds in it.
    is_plain = len(found) <= entries.MAX_STRING and not _WIDE(found)
    if not is_plain and not (entries.fits(found) and all(map(entries.is_value, values))):
        raise Refused([Problem("entry.too_large", "", "有一项内容太长或数字太大，请缩短后再保存")])
    return found


def _said(info: TableInfo, name: str, value: Any, before: Mapping[str, Any]) -> Any:
    """What an S entry says of a field: the value, or for tags what was added and what was taken away."""
    if name not in info.tags:
        return value
    old, new = set(before[name] or ()), set(value or ())
    return [sorted(new - old), sorted(old - new)]


def body_of(
    info: TableInfo, row: bytes, values: Mapping[str, Any], before: Mapping[str, Any], heads: Heads
) -> dict[int, Any]:
    """What an S entry says: of each field the value, and the versions that its editor saw."""
    body = {
        info.numbers[k]: [_said(info, k, v, before), heads.named(row, info.numbers[k])]
        for k, v in values.items()
    }
    if not values.get("alive", before["alive"]):
        # A deletion names all that it saw of the row; whoever edits a row that is gone says that it stays gone.
        body[ALIVE] = [False, heads.seen(row)]
    return body


def kind_of(values: Mapping[str, Any]) -> Kind:
    if set(values) == {"alive"}:
        return Kind.RESTORE if values["alive"] else Kind.DELETE
    return Kind.SET
