"""Checks over several rows while they stream by: what is kept for them is small, a county has 120,000 people."""

from dataclasses import dataclass
from datetime import date

from desktop.core import idcard
from desktop.core.codes import codes
from desktop.core.excel.reader import Cell, as_text
from desktop.features.register.rules import CARDS
from desktop.features.register.sheet_model import (
    Doubt,
    Line,
    Owner,
    Recognised,
    SheetColumn,
    Value,
    is_unique,
)

_ID_PROBLEMS = {
    "length": "证件号码位数不对，身份证应为 18 位，请核对",
    "characters": "证件号码含有不能用的字符，请核对",
    "birthday": "证件号码中的出生日期不存在，请核对",
    "checksum": "证件号码校验位不符，可能有一位填错，请核对",
    "region": "证件号码开头的地区不存在，请核对",
    "old15": "这是 15 位旧证号码，请改填 18 位号码",
}
_ID_OTHER = "证件号码不合规则，请核对"


class Notes:
    """Collects doubts, each with its place in the file."""

    def __init__(self, recognised: Recognised) -> None:
        self.doubts: list[Doubt] = []
        self._columns: dict[tuple[Owner, str], SheetColumn] = {
            (c.owner, c.name): c for c in recognised.columns
        }
        self._first = recognised.sheet.first_column

    def has(self, owner: Owner, name: str) -> bool:
        return (owner, name) in self._columns

    def add(self, line: Line, cells: list[Cell], at: tuple[Owner, str], code: str, problem: str) -> None:
        line.doubts.append(self.note(line.row, cells, at, code, problem))

    def note(self, row: int, cells: list[Cell], at: tuple[Owner, str], code: str, problem: str) -> Doubt:
        column = self._columns.get(at)
        found = as_text(cells[column.index - self._first]) if column and cells else ""
        doubt = Doubt(
            row, column.heading if column else "", found, problem, code, column.index if column else -1
        )
        self.doubts.append(doubt)
        return doubt


@dataclass(slots=True)
class _Home:
    """What is remembered of a household: its first row, its head's row, its values in column order."""

    row: int
    values: tuple[Value | None, ...]
    head: int = 0


class Households:
    """Gives each line its household, and compares the rows of one household."""

    def __init__(self, recognised: Recognised, notes: Notes) -> None:
        self._notes = notes
        self._names = tuple(c.name for c in recognised.columns if c.owner is Owner.HOUSEHOLD)
        self._has_relation = notes.has(Owner.PERSON, "relation")
        self._head = codes("jdlk_relation").code("户主")
        self._homes: dict[str, _Home] = {}
        self._current, self._village = "", ""

    def key(self, line: Line) -> str:
        """By number; without one a row that says 户主, or another village, begins a household."""
        village = line.place.get("village", "")
        if line.household_no:
            where = "" if is_unique(line.household_no) else f"{line.place.get('township', '')}/{village}/"
            self._current = where + line.household_no
        elif self._begins(line, village):
            self._current = f"row:{line.row}"
        self._village = village or self._village
        return self._current

    def _begins(self, line: Line, village: str) -> bool:
        if not self._current or not self._has_relation:
            return True
        return line.person.get("relation") == self._head or (village != "" and village != self._village)

    def check(self, line: Line, cells: list[Cell]) -> None:
        home = self._homes.get(line.household_key)
        if home is None:
            home = self._homes[line.household_key] = _Home(line.row, self._values(line))
        elif not line.repeats and home.values != (values := self._values(line)):
            home.values = tuple(
                self._agree(line, cells, home, place, value) for place, value in enumerate(values)
            )
        if line.person.get("relation") == self._head:
            self._check_head(line, cells, home)

    def _values(self, line: Line) -> tuple[Value | None, ...]:
        return (*map(line.place.get, ("village", "group")), *map(line.household.get, self._names))

    def _agree(
        self, line: Line, cells: list[Cell], home: _Home, place: int, value: Value | None
    ) -> Value | None:
        """The value that the household has at this place; the first one that is not empty wins."""
        known = home.values[place]
        if known is None or value is None or known == value:
            return value if known is None else known
        owner, name = (Owner.PLACE, ("village", "group")[place]) if place < 2 else self._field(place)
        problem = f"与同户前面的行（从第 {home.row} 行起）填写不一致，采用先出现的值，请核对"
        self._notes.add(line, cells, (owner, name), "household.differs", problem)
        if owner is Owner.PLACE:
            line.place[name] = str(known)
        else:
            del line.household[name]
        return known

    def _field(self, place: int) -> tuple[Owner, str]:
        return Owner.HOUSEHOLD, self._names[place - 2]

    def _check_head(self, line: Line, cells: list[Cell], home: _Home) -> None:
        if not home.head:
            home.head = line.row
            return
        problem = f"本户第 {home.head} 行已有户主，请核对谁是户主；本行关系未读入"
        self._notes.add(line, cells, (Owner.PERSON, "relation"), "household.two_heads", problem)
        del line.person["relation"]
        line.raw = {**line.raw, "person.relation": line.doubts[-1].value}

    def finish(self) -> None:
        """What only the end of the file shows."""
        if not self._has_relation:
            return
        problem = "本户没有户主，请在“与户主关系”一列把一人填为户主"
        for home in self._homes.values():
            if not home.head:
                self._notes.note(home.row, [], (Owner.PERSON, "relation"), "household.no_head", problem)

    def __len__(self) -> int:
        return len(self._homes)


class People:
    """Numbers that stand twice, and id numbers against themselves and their neighbours in the row."""

    def __init__(self, notes: Notes, today: date) -> None:
        self._notes, self._today = notes, today
        self._ids: dict[str, tuple[int, int]] = {}
        self._numbers: dict[str, tuple[int, int]] = {}

    def repeated(self, line: Line, cells: list[Cell]) -> bool:
        """The same person of the same household a second time. Other repeats are only noted."""
        # a household's booklet has one number for all of them: only cards are one person's
        number = str(line.person.get("id_number", "")) if line.person.get("id_kind") in CARDS else ""
        own = line.person_no if is_unique(line.person_no) else f"{line.household_key}/{line.person_no}"
        mark = hash((line.household_key, line.person.get("name")))
        by_id = self._seen(self._ids, number[:18], line.row, mark) if number else None
        by_number = self._seen(self._numbers, own, line.row, mark) if line.person_no else None
        earlier = by_id or (None if number else by_number)
        if earlier and earlier[1] == mark:
            problem = f"与第 {earlier[0]} 行重复，本行未读入，请删除多余的一行"
            self._notes.add(line, cells, (Owner.PERSON, "name"), "row.repeated", problem)
            return True
        if by_id:
            self._refuse_id(line, cells, by_id[0])
        if by_number:
            self._refuse_number(line, cells, by_number[0])
        return False

    def _seen(
        self, seen: dict[str, tuple[int, int]], number: str, row: int, mark: int
    ) -> tuple[int, int] | None:
        earlier = seen.get(number)
        if earlier is None:
            seen[number] = (row, mark)
        return earlier

    def _refuse_id(self, line: Line, cells: list[Cell], row: int) -> None:
        problem = f"与第 {row} 行的证件号码相同，本行号码未读入，请核对是谁的"
        self._notes.add(line, cells, (Owner.PERSON, "id_number"), "id.duplicate", problem)
        line.raw = {**line.raw, "person.id_number": str(line.person.pop("id_number"))}

    def _refuse_number(self, line: Line, cells: list[Cell], row: int) -> None:
        problem = f"与第 {row} 行的人编号相同，本行编号未读入，请核对"
        self._notes.add(line, cells, (Owner.PLACE, "person_no"), "person_no.duplicate", problem)
        line.raw = {**line.raw, "place.person_no": line.person_no}
        line.person_no = ""

    def check(self, line: Line, cells: list[Cell]) -> None:
        """The number itself; then sex and birth, filled in from a good number where the row has none."""
        number = str(line.person.get("id_number", ""))
        if not number or line.person.get("id_kind") not in CARDS:
            return
        card = idcard.read(number)
        if card and card.birth <= self._today:
            self._compare(line, cells, card)
            return
        wrong = idcard.problem(number, self._today) or "other"
        sentence = _ID_PROBLEMS.get(wrong, _ID_OTHER)
        self._notes.add(line, cells, (Owner.PERSON, "id_number"), f"id.{wrong}", sentence)

    def _compare(self, line: Line, cells: list[Cell], card: idcard.Card) -> None:
        birth = card.birth.isoformat()
        if line.person.setdefault("sex", card.sex) != card.sex:
            problem = "性别与证件号码不符，已按原样保留，请核对"
            self._notes.add(line, cells, (Owner.PERSON, "sex"), "id.sex", problem)
        if not birth.startswith(str(line.person.setdefault("birth", birth))):
            problem = "出生日期与证件号码不符，已按原样保留，请核对"
            self._notes.add(line, cells, (Owner.PERSON, "birth"), "id.birth", problem)
