"""Cells to values, by kind of field. Each parser gives (value, fault); what was seen once is looked up again."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desktop.core import idcard, money
from desktop.core.code_edits import SHIPPED, Lists
from desktop.core.codes import CodeList
from desktop.core.excel.reader import Cell, as_text
from desktop.features.register import sheet_dates
from desktop.features.register.fields import WIDTH, Field, Kind, width
from desktop.features.register.sheet_model import Value


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell; the reader adds where it stands. `kept`: the field has the value all the same."""

    code: str
    problem: str
    kept: bool = False


Parsed = tuple[Value | None, Fault | None]
Parser = Callable[[Cell], Parsed]

EMPTY: Parsed = (None, None)
# 120,000 people have some 30,000 birthdays and as many incomes; more would only fill memory.
_MEMORY = 40_000
_BLANKS = frozenset(("", "/", "-", "—", "——", "\\"))
_YES = frozenset(("是", "1", "有", "√", "✓", "对", "y", "yes", "true"))
_NO = frozenset(("否", "0", "无", "没有", "×", "✗", "错", "n", "no", "false"))
_MOST = 10**13  # hundredths: a thousand million yuan
_MOST_NUMBER, _MOST_PLACE = 200, 80
_HIDDEN = re.compile("[\0\ud800-\udfff]")
_EXACT = 10**15  # Excel keeps fifteen digits of a number and makes the others zero


class Remembered(dict[Cell, Parsed]):
    """A parser that knows the cells it has seen; used through its C-speed `__getitem__`."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: Cell) -> Parsed:
        parsed = self._parse(cell)
        # True equals 1 as a key, and would answer for it
        if len(self) < _MEMORY and not isinstance(cell, bool):
            self[cell] = parsed
        return parsed


def parser(field: Field, today: date, lists: Lists = SHIPPED) -> Parser:
    """The parser of one column. `lists` are the code lists as they stand on the day of reading."""
    kind = field.kind
    if kind is Kind.NAME:
        return name
    if kind is Kind.IDNO:
        return id_number
    if kind is Kind.PHONE:
        return phone
    return Remembered(_remembered(field, today, lists)).__getitem__


def _remembered(field: Field, today: date, lists: Lists) -> Parser:
    match field.kind:
        case Kind.CODE:
            return _code_parser(field, lists(field.codes))
        case Kind.CODES:
            return _codes_parser(field, lists(field.codes))
        case Kind.YESNO:
            return yes_no
        case Kind.DATE:
            # the list's own date tells nothing of a person, and a PC's clock may be behind on every row
            return _date_parser(date.max if field.name == "data_date" else today)
        case Kind.MONEY | Kind.HUNDREDTHS:
            return _amount_parser(field)
        case Kind.NUMBER:
            return _number_parser(field)
        case _:
            return _text_parser(width(field))


def half(written: str) -> str:
    """Half width, no spaces at all."""
    if written.isascii() and written.isalnum():
        return written
    return "".join(unicodedata.normalize("NFKC", written).split())


def place_text() -> Parser:
    """Villages and groups: few of them, on many rows."""
    return Remembered(lambda cell: _sound(half(as_text(cell)), _MOST_PLACE)).__getitem__


def _blank(written: str) -> bool:
    return written in _BLANKS or written == "无"


_UNSEEN = Fault("text.hidden", "这一格里有看不见的字符，未读入，请删去后重新填写")


def _sound(written: str, most: int) -> Parsed:
    """A text that the register can hold; any other stays beside it, as it was found."""
    if len(written) > most:
        return (None, Fault("text.long", f"这一格超过 {most:,} 个字，未读入，请缩短"))
    return (None, _UNSEEN) if _HIDDEN.search(written) else (written or None, None)


def _text_parser(most: int) -> Parser:
    return lambda cell: _sound(as_text(cell), most)


_MOST_NAME = WIDTH[Kind.NAME]
_CUT = Fault("name.long", f"姓名超过 {_MOST_NAME} 个字，只读入前 {_MOST_NAME} 个字，请核对", kept=True)


def name(cell: Cell) -> Parsed:
    """Names are padded with spaces in lists ("张　三"); only between Latin letters do spaces belong."""
    if not isinstance(cell, str):
        return (as_text(cell) or None, None)
    if cell.isalpha() and len(cell) <= _MOST_NAME:
        return (cell, None)
    joint = " " if cell.isascii() else ""
    written = _HIDDEN.sub("", joint.join(cell.split()).replace("•", "·").replace("．", "·"))
    # Without any name the row would be nobody.
    return (written[:_MOST_NAME] or None, _CUT if len(written) > _MOST_NAME else None)


def number_text(cell: Cell) -> Parsed:
    """A household's or person's number. A long one typed as a number has lost its last digits for good."""
    if isinstance(cell, str):
        if cell.isascii() and cell.isalnum() and len(cell) <= _MOST_NUMBER:
            return (cell, None)
        written = half(cell)
        if _blank(written):
            return EMPTY
        return (None, LOST_NUMBER) if _scientific(written) else _sound(written.lstrip("'"), _MOST_NUMBER)
    return (None, LOST_NUMBER) if _lost(cell) else (as_text(cell) or None, None)


def id_number(cell: Cell) -> Parsed:
    if isinstance(cell, str):
        written = idcard.normalise(cell)
        if _blank(written):
            return EMPTY
        return (None, LOST_ID) if _scientific(written) else _sound(written, WIDTH[Kind.IDNO])
    return (None, LOST_ID) if _lost(cell) else (as_text(cell) or None, None)


def _lost(cell: Cell) -> bool:
    return isinstance(cell, int | float) and abs(cell) >= _EXACT


def _scientific(written: str) -> bool:
    """3.71602E+17 is what a .csv keeps of a number that Excel saved."""
    return "E+" in written.upper()


LOST_ID = Fault("id.lost_digits", "证件号码以数字保存，末几位已丢失，请把这一列设为文本格式，按证件重新填写")
LOST_NUMBER = Fault("number.lost_digits", "编号以数字保存，末几位已丢失，请把这一列设为文本格式，重新填写")
_PHONE = Fault("phone.digits", "不是 11 位手机号码，已按原样保留，请核对", kept=True)


def phone(cell: Cell) -> Parsed:
    if isinstance(cell, str) and len(cell) == 11 and cell.isascii() and cell.isdigit():
        return (cell, None if _mobile(cell) else _PHONE)
    written = half(as_text(cell)).replace("-", "")
    if _blank(written):
        return EMPTY
    if _mobile(written):
        return (written, None)
    found, fault = _sound(as_text(cell), WIDTH[Kind.PHONE])
    return (found, fault or _PHONE)


def _mobile(written: str) -> bool:
    return len(written) == 11 and written[0] == "1" and written[1] > "2" and written.isdigit()


_YESNO = Fault("yesno.unknown", "看不出是“是”还是“否”，请改为是或否")


def yes_no(cell: Cell) -> Parsed:
    written = half(as_text(cell)).lower()
    if written in _YES:
        return (1, None)
    if written in _NO:
        return (0, None)
    return EMPTY if written in _BLANKS else (None, _YESNO)


def _code_parser(field: Field, known: CodeList) -> Parser:
    unknown = Fault("code.unknown", f"不是{field.title}的规范说法，请改为规范名称，如“{_example(known)}”")
    closed = Fault("code.closed", f"这项{field.title}已停用或尚未启用，已按原样保留，请核对", kept=True)

    def parse(cell: Cell) -> Parsed:
        written = as_text(cell)
        code = known.code(written) if written else None
        if code is None:
            return EMPTY if _blank(half(written)) else (None, unknown)
        return (code, closed if known.is_closed(code) else None)

    return parse


def _example(known: CodeList) -> str:
    return "”“".join(entry.name for entry in known.entries[:3])


def _codes_parser(field: Field, known: CodeList) -> Parser:
    """Several codes in one cell ("残疾,长期慢性病"): all known, or the cell is doubtful as a whole."""
    single = _code_parser(field, known)

    def parse(cell: Cell) -> Parsed:
        whole = single(cell)
        if whole[1] is None or whole[1].kept:
            return whole
        found = [single(part) for part in _parts(as_text(cell))]
        faults = sorted((fault for _, fault in found if fault), key=lambda f: f.kept)
        values = sorted({str(value) for value, _ in found if value})
        if faults and not faults[0].kept:
            return (None, faults[0])
        return (" ".join(values), faults[0] if faults else None)

    return parse


def _parts(written: str) -> list[str]:
    for mark in "、，；;/|+ \n\u3000":
        written = written.replace(mark, ",")
    return [part for part in written.split(",") if part]


_DATE = Fault("date.impossible", "不是有效的日期，请改为 20230412 或 202304 的样式")
_FUTURE = Fault("date.future", "日期晚于今天，已按原样保留，请核对", kept=True)


def _date_parser(today: date) -> Parser:
    limit = today.isoformat()

    def parse(cell: Cell) -> Parsed:
        value = sheet_dates.date_of(cell)
        if value is None:
            return EMPTY if _blank(half(as_text(cell))) else (None, _DATE)
        return (value, _FUTURE if value > limit else None)

    return parse


_AMOUNT = Fault("amount.unreadable", "不是数额，请只填数字")


def _amount_parser(field: Field) -> Parser:
    read = money.parse_fen if field.kind is Kind.MONEY else money.hundredths

    def parse(cell: Cell) -> Parsed:
        if isinstance(cell, float | int):
            value = _sane(read(cell))
            return (value, _AMOUNT if value is None else None)
        written = half(as_text(cell)).removesuffix(field.unit)
        if _blank(written):
            return EMPTY
        # another unit than the field's (3公顷 where 亩 are meant) must not be taken for it
        value = _sane(read(written)) if written[-1].isdigit() else None
        return (value, _AMOUNT if value is None else None)

    return parse


def _sane(amount: int | None) -> int | None:
    """A number that slipped into the wrong column (an id number, a telephone) is no amount."""
    return amount if amount is not None and abs(amount) < _MOST else None


def _number_parser(field: Field) -> Parser:
    fault = Fault("number.unreadable", f"{field.title}应为整数，请只填数字")

    def parse(cell: Cell) -> Parsed:
        written = half(as_text(cell)).removesuffix(field.unit)
        if _blank(written):
            return EMPTY
        whole = written.removesuffix(".0").removesuffix(".00")
        good = whole.isascii() and whole.isdigit() and len(whole) < 10
        return (int(whole), None) if good else (None, fault)

    return parse
