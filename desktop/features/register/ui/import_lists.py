"""The lists below the counts of an import: doubtful cells, what would change, who is not in the file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core import masking
from desktop.core.db.unit import Reader
from desktop.features.register import absent, import_changes
from desktop.features.register.import_changes import ChangeLine
from desktop.features.register.import_plan import ImportPlan
from desktop.features.register.sheet_model import Doubt
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.filter_bar import MANY_ROWS, FilterBar
from desktop.widgets.later import Later
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, column, label, row

_FILTER_WIDTH = 330  # its hint in one line


class PlanList(Later):
    """One of them: a filter over a table, made when it is first looked at.

    `opened` gives the household of the line that was opened.
    """

    opened = Signal(bytes)
    counted = Signal(int)

    def __init__(self, desk: Desk, hint: str) -> None:
        super().__init__(self._make_list)
        self.desk, self._hint = desk, hint
        self.said = label("", "secondary", wrap=True)
        self.total = self._asked = 0

    @property
    def table(self) -> PagedTable:
        self.part()
        return self._table

    @property
    def filter(self) -> FilterBar:
        self.part()
        return self._filter

    def _make_list(self) -> QWidget:
        self._table, self._filter = self.make_table(), FilterBar(self._hint)
        self._filter.box.setMinimumWidth(_FILTER_WIDTH)
        self.desk.keep.columns(self._table)
        top = row(self.said, self._filter, gap=2 * GRID)
        top.setStretch(0, 1)
        box = column(top, self._table)
        box.setContentsMargins(0, GRID, 0, 0)
        page = QWidget()
        page.setLayout(box)
        page.setFocusProxy(self._table)
        self._filter.filtered.connect(lambda _text: self.ask())
        self._filter.down.connect(self._table.setFocus)
        self._filter.claim_keys(page)
        self._table.opened.connect(lambda _key: self._open())
        self._filter.set_size(self.total)
        if self.total:
            self.ask()
        return page

    def show_plan(self, plan: ImportPlan) -> None:
        """Show what that plan has for this list."""
        self.total = self.take(plan)
        self.counted.emit(self.total)
        if self.is_made:
            self._filter.set_text("")
            self._filter.set_size(self.total)
            self.ask()

    def make_table(self) -> PagedTable:
        raise NotImplementedError

    def take(self, plan: ImportPlan) -> int:
        """Keep what is to be shown of it; gives how many lines that is."""
        raise NotImplementedError

    def matching(self, reader: Reader, text: str) -> Sequence[Any]:
        """The lines, or their keys, that `text` leaves. Runs elsewhere when there are many."""
        raise NotImplementedError

    def put(self, found: Sequence[Any]) -> None:
        self._table.set_lines(found)

    def household(self, line: Any) -> bytes | None:
        """Whose page Enter opens."""
        return None

    def ask(self) -> None:
        """Fill the table; an answer to an older question is dropped."""
        self._asked += 1
        text, show = self._filter.text, partial(self._show, self._asked)
        if self.total > MANY_ROWS:
            self.desk.runner.read(self, self.matching, text, done=show)
            return
        with self.desk.reader() as reader:
            show(self.matching(reader, text))

    def _show(self, asked: int, found: Sequence[Any]) -> None:
        if asked == self._asked:
            self.put(found)
            self._table.say_totals(f"筛选出 {len(found):,} 条" if self._filter.text else "")

    def _open(self) -> None:
        line = self._table.line
        if line is not None and (household := self.household(line)) is not None:
            self.opened.emit(household)


class DoubtList(PlanList):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "按列、值或问题筛选")
        self._doubts: list[Doubt] = []

    def make_table(self) -> PagedTable:
        table = PagedTable(_doubt_columns(), name="register.doubts")
        table.say_empty("没有存疑的单元格", "每一格都读懂了")
        return table

    def take(self, plan: ImportPlan) -> int:
        self._doubts = list(plan.doubts)
        often = Counter(d.column for d in self._doubts if d.column).most_common(6)
        whole = f"存疑的单元格 {len(self._doubts):,} 处"
        self.said.setText("　".join([whole, *(f"{name} {n:,}" for name, n in often)]) if self._doubts else "")
        return len(self._doubts)

    def matching(self, reader: Reader, text: str) -> Sequence[Any]:
        words = text.lower().split()
        return [d for d in self._doubts if all(w in _text(d) for w in words)]


class ChangeList(PlanList):
    """A county's list can change a few hundred thousand fields: no words are made before they are painted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "按姓名、户编号、字段或行号筛选")
        self.said.setText("回车看这一户现在的资料，Esc 回到这里")
        self._plan: ImportPlan | None = None
        self._lines: list[ChangeLine] | None = None

    def make_table(self) -> PagedTable:
        table = PagedTable(_change_columns(), name="register.changes")
        table.say_empty("没有要改的内容", "表里写的与户籍册一致，或都是新增的户和人")
        return table

    def take(self, plan: ImportPlan) -> int:
        self._plan, self._lines = plan, None
        changes = (*plan.household_changes, *plan.person_changes)
        return sum(len(c.values) for c in changes) + len(plan.group_moves) + len(plan.new_people)

    def matching(self, reader: Reader, text: str) -> Sequence[Any]:
        if self._plan is None:
            return []
        if self._lines is None:
            self._lines = import_changes.lines(self._plan)
        return import_changes.chosen(self._lines, text)

    def household(self, line: ChangeLine) -> bytes:
        return line.change.household


class AbsentList(PlanList):
    """Pages of people; only their keys are held."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "姓名、拼音首字母、住址、编号或号码末几位")
        self._people: Sequence[bytes] = ()

    def make_table(self) -> PagedTable:
        table = PagedTable(_absent_columns(), self._read, "register.absent")
        table.say_empty("没有这样的人", "户籍册里的人都在这份表中")
        return table

    def take(self, plan: ImportPlan) -> int:
        self._people = plan.absent
        self.said.setText(absent_sentence(plan))
        return len(self._people)

    def matching(self, reader: Reader, text: str) -> Sequence[Any]:
        return absent.found(reader, self._people, text) if self._people else []

    def put(self, found: Sequence[Any]) -> None:
        self._table.set_keys(found)

    def household(self, line: absent.AbsentLine) -> bytes:
        return line.household

    def _read(self, keys: Sequence[bytes]) -> Mapping[bytes, absent.AbsentLine]:
        with self.desk.reader() as reader:
            return absent.lines(reader, keys)


def absent_sentence(plan: ImportPlan) -> str:
    """People of the register who are not in the file: told, never touched."""
    if not plan.people.absent:
        return ""
    said = f"户籍册里有 {plan.people.absent:,} 人不在这份表中，导入不会动他们"
    elsewhere = plan.absent_elsewhere
    return f"{said}；其中 {elsewhere:,} 人住在表中没有的村" if elsewhere else said


def _text(doubt: Doubt) -> str:
    return f"{doubt.row} {doubt.column} {doubt.value} {doubt.problem}".lower()


def _doubt_columns() -> list[Column]:
    return [
        Column("row", "行", lambda d: str(d.row), 64, align=Align.RIGHT, raw=lambda d: d.row),
        Column("column", "列", lambda d: d.column, 150, raw=lambda d: d.column),
        Column("value", "表中的值", lambda d: d.value, 200, raw=lambda d: d.value),
        Column("problem", "问题与处理", lambda d: d.problem, 400, raw=lambda d: d.code, stretch=True),
    ]


def _change_columns() -> list[Column]:
    return [
        Column("row", "行", lambda c: str(c.change.row), 64, align=Align.RIGHT),
        Column("number", "户编号", lambda c: c.change.number, 120),
        Column("name", "姓名", lambda c: c.change.name, 96),
        Column("field", "字段", lambda c: c.title, 180),
        Column("before", "现在的值", lambda c: c.before or "（空）", 220),
        Column("after", "导入后的值", lambda c: c.after or "（空）", 240, stretch=True),
    ]


def _absent_columns() -> list[Column]:
    return [
        Column("number", "户编号", lambda p: p.number, 120),
        Column("name", "姓名", lambda p: p.name, 96),
        Column("id_number", "证件号码", lambda p: masking.id_number(p.id_number), 190),
        Column("place", "村组", lambda p: p.place, 200, stretch=True),
    ]
