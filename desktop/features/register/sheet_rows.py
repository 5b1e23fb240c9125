"""The rows of a recognised sheet as lines, streamed; signature and total rows are left out."""

from collections.abc import Callable, Iterator
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from desktop.core.code_edits import Lists
from desktop.core.excel.reader import Cell, Merge, as_text
from desktop.features.register.sheet_checks import Households, Notes, People
from desktop.features.register.sheet_model import NOTHING, Doubt, Line, Owner, Recognised, SheetColumn, Value
from desktop.features.register.sheet_values import Fault, Parser, half, number_text, parser, place_text

_NUMBERS = ("household_no", "person_no")
_ENDINGS = (
    "合计", "总计", "小计", "共计", "填表人", "填表日期", "填报人", "填报单位", "审核人", "审核单位", "制表", "经办人",
    "负责人", "分管领导", "单位负责人", "签字", "盖章", "备注:", "说明:", "注:", "姓名",
)  # fmt: skip


class _Column(NamedTuple):
    """`at` is the place in the row's list, which begins with the sheet's first column."""

    at: int
    name: str
    parse: Parser


class Reading:
    """Iterate once. `doubts`, `skipped` (row numbers) and the counts are complete at the end."""

    def __init__(self, recognised: Recognised, today: date, lists: Lists) -> None:
        self.recognised = recognised
        self.skipped: list[int] = []
        self.people = self.households = 0
        self._today, self._lists = today, lists
        self._notes = Notes(recognised)
        self._household = self._columns(Owner.HOUSEHOLD)
        self._person = self._columns(Owner.PERSON)
        places = self._columns(Owner.PLACE)
        self._place = [c for c in places if c.name != "person_no"]
        self._person_no = [c for c in places if c.name == "person_no"]
        self._shared_cells = _getter([c.at for c in (*self._place, *self._household)])
        self._shared: object = None
        self._above: Line | None = None
        self._name_at = next(c.at for c in self._person if c.name == "name")

    @property
    def doubts(self) -> list[Doubt]:
        return self._notes.doubts

    def __iter__(self) -> Iterator[Line]:
        people, households = People(self._notes, self._today), Households(self.recognised, self._notes)
        try:
            for row, cells in self._rows():
                line = self._line(row, cells, people, households)
                if line is not None:
                    self.people += 1
                    yield line
            households.finish()
            self.households = len(households)
        finally:
            del people, households
            self.recognised.sheet.release()

    def _columns(self, owner: Owner) -> list[_Column]:
        first = self.recognised.sheet.first_column
        return [
            _Column(c.index - first, c.name, self._parser(c))
            for c in self.recognised.columns
            if c.owner is owner
        ]

    def _parser(self, column: SheetColumn) -> Parser:
        if column.field is None:
            return _place_parser(column.name)
        return parser(column.field, self._today, self._lists)

    def _rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Rows below the headings, numbered as in Excel, padded, with merged cells filled downwards."""
        sheet, start = self.recognised.sheet, self.recognised.heading_row
        width = 1 + max(c.index for c in self.recognised.columns) - sheet.first_column
        merged = _Merged(self.recognised)
        for row, cells in enumerate(sheet.rows(), 1):
            if row <= start:
                continue
            if len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            if merged:
                merged.fill(row, cells)
            yield row, cells

    def _line(self, row: int, cells: list[Cell], people: People, households: Households) -> Line | None:
        line = Line(row, {}, "", "", {}, {}, [], NOTHING)
        if not self._take_person(line, cells):
            return None
        self._take_shared(line, cells)
        line.household_key = households.key(line)
        if people.repeated(line, cells):
            return None
        people.check(line, cells)
        households.check(line, cells)
        self._above = None if line.doubts else line
        return line

    def _take_shared(self, line: Line, cells: list[Cell]) -> None:
        """What a household's rows repeat; most rows do, and are as good as the row above."""
        shared, self._shared = self._shared, self._shared_cells(cells)
        if self._above is not None and self._shared == shared:
            above = self._above
            line.repeats = True
            line.place, line.household, line.household_no = above.place, above.household, above.household_no
        else:
            self._take_place(line, cells)
            self._take(line, cells, self._household, Owner.HOUSEHOLD, line.household)
        self._take_person_no(line, cells)

    def _take_person(self, line: Line, cells: list[Cell]) -> bool:
        cell = cells[self._name_at]
        named = cell if isinstance(cell, str) and cell.isalpha() else half(as_text(cell))
        if not named:
            self._nameless(line, cells)
            return False
        if named.startswith(_ENDINGS):
            self.skipped.append(line.row)
            return False
        self._take(line, cells, self._person, Owner.PERSON, line.person)
        return True

    def _nameless(self, line: Line, cells: list[Cell]) -> None:
        """Totals, signatures and empty rows pass in silence; a person whose name is missing does not."""
        filled = [text for cell in cells if (text := half(as_text(cell)))]
        if not filled:
            return
        self.skipped.append(line.row)
        if any(text.startswith(_ENDINGS) for text in filled[:3]) or not self._somebody(cells):
            return
        problem = "本行没有姓名，未读入，请补填姓名"
        self._notes.add(line, cells, (Owner.PERSON, "name"), "row.no_name", problem)

    def _somebody(self, cells: list[Cell]) -> bool:
        telling = [c for c in self._person if c.name in ("id_number", "relation")]
        telling += [c for c in (*self._place, *self._person_no) if c.name in _NUMBERS]
        return any(c.parse(cells[c.at])[0] is not None for c in telling)

    def _take(
        self, line: Line, cells: list[Cell], columns: list[_Column], owner: Owner, into: dict[str, Value]
    ) -> None:
        # the hot loop: four million cells in a county's list
        for at, name, parse in columns:
            cell = cells[at]
            if cell == "":
                continue
            value, fault = parse(cell)
            if value is not None:
                into[name] = value
            if fault is not None:
                self._fault(line, cells, (owner, name), fault)

    def _take_place(self, line: Line, cells: list[Cell]) -> None:
        found: dict[str, Value] = {}
        self._take(line, cells, self._place, Owner.PLACE, found)
        line.household_no = str(found.pop("household_no", ""))
        line.place = {name: str(value) for name, value in found.items()}

    def _take_person_no(self, line: Line, cells: list[Cell]) -> None:
        found: dict[str, Value] = {}
        self._take(line, cells, self._person_no, Owner.PLACE, found)
        line.person_no = str(found.get("person_no", ""))

    def _fault(self, line: Line, cells: list[Cell], at: tuple[Owner, str], fault: Fault) -> None:
        self._notes.add(line, cells, at, fault.code, fault.problem)
        if not fault.kept:
            owner, name = at
            line.raw = {**line.raw, f"{owner}.{name}": line.doubts[-1].value}


def _getter(places: list[int]) -> Callable[[list[Cell]], object]:
    return itemgetter(*places) if places else lambda cells: None


def _place_parser(name: str) -> Parser:
    return number_text if name in _NUMBERS else place_text()


class _Merged:
    """Own lists merge the village or the household over its members' rows; only the top cell has the value."""

    def __init__(self, recognised: Recognised) -> None:
        first = recognised.sheet.first_column
        shared = {
            c.index: c.index - first
            for c in recognised.columns
            if c.owner is not Owner.PERSON and c.name != "person_no"
        }
        self._starts: dict[int, list[tuple[int, Merge]]] = {}
        for merge in recognised.sheet.merges():
            below = merge.top >= recognised.heading_row and merge.bottom > merge.top
            if below and merge.left in shared:
                self._starts.setdefault(merge.top + 1, []).append((shared[merge.left], merge))
        self._open: list[tuple[int, int, Cell]] = []

    def __bool__(self) -> bool:
        return bool(self._starts)

    def fill(self, row: int, cells: list[Cell]) -> None:
        self._open = [entry for entry in self._open if entry[1] >= row]
        for at, _, value in self._open:
            cells[at] = value
        for at, merge in self._starts.get(row, ()):
            self._open.append((at, merge.bottom + 1, cells[at]))
