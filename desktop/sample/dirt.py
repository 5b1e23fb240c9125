"""What goes wrong in offices' workbooks, put into a sample on purpose, each kind once and always in the same place.

`harmless` dirt an importer cleans without a word; the other kinds it lists, keeps as text where it can, never guesses.
"""

from collections.abc import Callable
from typing import NamedTuple

from desktop.core import idcard

Cell = str | int | float
Row = dict[str, Cell]
Spoil = Callable[[list[Row]], list[int]]


class Dirty(NamedTuple):
    """`row` is the workbook's own number of the row, from 1."""

    row: int
    column: str
    kind: str
    harmless: bool = False


class Spoiler(NamedTuple):
    """`spoil` changes a household's rows and tells which of them were hit; none when the household does not suit."""

    kind: str
    column: str
    spoil: Callable[[list[Row]], list[int]]
    harmless: bool = False


def _cell(column: str, change: Callable[[str], Cell | None]) -> Spoil:
    """Spoils the first row where `change` finds something to do."""

    def spoil(rows: list[Row]) -> list[int]:
        for i, row in enumerate(rows):
            changed = change(str(row.get(column, "")))
            if changed is not None:
                row[column] = changed
                return [i]
        return []

    return spoil


def _alone(column: str, change: Callable[[str], Cell | None]) -> Spoil:
    """For what a household's rows repeat: spoilt where there is one row, so that no other row contradicts it."""
    spoil = _cell(column, change)
    return lambda rows: spoil(rows) if len(rows) == 1 else []


def _fixed(value: Cell) -> Callable[[str], Cell | None]:
    return lambda text: value


def _as_number(text: str) -> Cell | None:
    return float(text) if text.isdigit() else None


def _wrong_check(text: str) -> Cell | None:
    return text[:17] + ("0" if idcard.checksum(text[:17]) != "0" else "1")


def _full_width(text: str) -> Cell | None:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def _two_heads(rows: list[Row]) -> list[int]:
    for row in rows[1:2]:
        row["与户主关系"] = "户主"
    return [1][: len(rows) - 1]


def _no_head(rows: list[Row]) -> list[int]:
    rows[0]["与户主关系"] = "其他"
    return [0]


def _twice(rows: list[Row]) -> list[int]:
    for row in rows[1:2]:
        row["证件号码"] = rows[0]["证件号码"]
    return [1][: len(rows) - 1]


def _everywhere(column: str, value: str) -> Spoil:
    def spoil(rows: list[Row]) -> list[int]:
        for row in rows:
            row[column] = value
        return list(range(len(rows)))

    return spoil


def _spaced(text: str) -> Cell | None:
    return " ".join(text) if 2 <= len(text) <= 4 else None


def _disabled(rows: list[Row]) -> list[int]:
    for i, row in enumerate(rows):
        if str(row["健康状况"]).startswith("残疾"):
            row["证件号码"] = f"{row['证件号码']}43"
            return [i]
    return []


def spoilers(township: str, village: str, day: str) -> list[Spoiler]:
    """All kinds, for a layout whose columns of place and date are called so."""
    number = "证件号码"
    return [
        Spoiler("id_as_number", number, _cell(number, _as_number)),
        Spoiler("id_17", number, _cell(number, lambda text: text[:17])),
        Spoiler("id_letters", number, _cell(number, lambda text: text[:10] + "O" + text[11:])),
        Spoiler("id_checksum", number, _cell(number, _wrong_check)),
        Spoiler("id_birthday", number, _cell(number, lambda text: text[:10] + "1331" + text[14:])),
        Spoiler("id_twice", number, _twice),
        Spoiler("impossible_date", day, _alone(day, lambda text: "20230230" if text else None)),
        Spoiler("unknown_code", "民族", _cell("民族", _fixed("汉满族"))),
        Spoiler(
            "unknown_relation", "与户主关系", _cell("与户主关系", lambda t: "远亲" if t != "户主" else None)
        ),
        Spoiler("two_heads", "与户主关系", _two_heads),
        Spoiler("no_head", "与户主关系", _no_head),
        Spoiler("other_township", township, _everywhere(township, "小营街道")),
        Spoiler("unknown_village", village, _everywhere(village, "望海楼村")),
        Spoiler("amount_in_words", "人均纯收入", _alone("人均纯收入", _fixed("约一万元"))),
        Spoiler("unknown_yesno", "是否参加大病保险", _cell("是否参加大病保险", _fixed("不详"))),
        Spoiler("phone_short", "户联系电话", _alone("户联系电话", lambda text: text[:10])),
        Spoiler("phone_as_number", "户联系电话", _alone("户联系电话", lambda text: float(text)), True),
        Spoiler("id_full_width", number, _cell(number, _full_width), True),
        Spoiler("id_lower_x", number, _cell(number, lambda t: t.lower() if t.endswith("X") else None), True),
        Spoiler("id_spaces", number, _cell(number, lambda t: f" {t[:6]} {t[6:14]}\t{t[14:]}\n"), True),
        Spoiler("id_apostrophe", number, _cell(number, lambda text: "'" + text), True),
        Spoiler("id_g", number, _cell(number, lambda text: "G" + text), True),
        Spoiler("id_disabled_20", number, _disabled, True),
        Spoiler("name_spaces", "姓名", _cell("姓名", _spaced), True),
        Spoiler("ethnic_short", "民族", _cell("民族", lambda t: "汉" if t == "汉族" else None), True),
    ]


class Spoiling:
    """Goes along with the households as they are written; each kind is used on the first one that suits."""

    def __init__(self, wanted: list[Spoiler], *, columns: dict[str, str], every: int) -> None:
        """`columns`: how the layout calls a column where it does not call it as the spoilers do.

        One household in `every` is spoilt, so that most stay clean.
        """
        self._left, self._columns, self._every = wanted, columns, every
        self._seen = 0
        self.done: list[Dirty] = []

    def spoil(self, rows: list[Row], first_row: int) -> None:
        self._seen += 1
        if self._seen % self._every:
            return
        for spoiler in self._left:
            if hits := spoiler.spoil(rows):
                self._left.remove(spoiler)
                column = self._columns.get(spoiler.column, spoiler.column)
                self.done += (Dirty(first_row + i, column, spoiler.kind, spoiler.harmless) for i in hits)
                return
