"""What a workbook would do: recognised, counts, new villages, columns left alone, and every doubtful cell."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from desktop.features.register.actions import ReadWorkbook
from desktop.features.register.import_plan import Counts, ImportPlan
from desktop.features.register.sheet_model import Doubt, Recognised
from desktop.widgets.columns import Align, Column
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, card, column, label, row, set_look

_HEADINGS = ("", "新增", "有变化", "没有变化", "本次表中没有")
_MOST_VILLAGES = 12


class ImportView(QWidget):
    """`show_read` fills it."""

    def __init__(self) -> None:
        super().__init__()
        self._doubts: list[Doubt] = []
        self._read_again: Callable[[], Any] | None = None
        self.recognised, self.columns = label("", wrap=True), label("", "secondary", wrap=True)
        self.villages, self.left_out = label("", wrap=True), label("", wrap=True)
        self.counts: dict[str, QLabel] = {}
        self.filter = FilterBar("按列、值或问题筛选")
        self.table = PagedTable(_columns(), name="register.doubts")
        self.table.say_empty("没有存疑的单元格", "每一格都读懂了")
        self._stale, self._stale_text = self._band()
        box = column(self._stale, self._summary())
        box.addWidget(self._doubt_card(), 1)
        self.setLayout(box)
        self.filter.filtered.connect(lambda _text: self._filter())
        self.filter.down.connect(self.table.setFocus)
        self.filter.claim_keys(self)

    def _band(self) -> tuple[QFrame, QLabel]:
        text = label("", wrap=True)
        self.again_button = button("重新读取", self._again)
        band = QFrame()
        band.setLayout(row(text, None, self.again_button, edge=GRID))
        set_look(band, "role", "band-warning")
        band.hide()
        return band, text

    def _summary(self) -> QWidget:
        self.what = label("", "heading")
        numbers = card(self.what, self._numbers(), None)
        words = card(
            label("认出了什么", "heading"), self.recognised, self.columns, self.villages, self.left_out, None
        )
        both = QWidget()
        box = row(words, numbers, gap=2 * GRID)
        box.setStretch(0, 3)
        box.setStretch(1, 2)
        both.setLayout(box)
        return both

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        for place, text in enumerate(_HEADINGS):
            grid.addWidget(label(text, "secondary"), 0, place)
        for line, (title, what) in enumerate((("户", "households"), ("人", "people")), 1):
            grid.addWidget(label(title, "strong"), line, 0)
            for place, name in enumerate(("new", "changed", "unchanged", "absent"), 1):
                number = self.counts[f"{what}.{name}"] = label("0", "heading")
                grid.addWidget(number, line, place)
        self.absent = label("", "secondary", wrap=True)
        grid.addWidget(self.absent, 3, 0, 1, len(_HEADINGS))
        grid.setColumnStretch(len(_HEADINGS), 1)
        return grid

    def _doubt_card(self) -> QWidget:
        self.doubt_title, self.kinds = label("", "heading"), label("", "secondary", wrap=True)
        top = row(self.doubt_title, None, self.filter, gap=2 * GRID)
        holder = QWidget()
        holder.setLayout(column(top, self.kinds, self.table))
        return holder

    def show_read(self, found: ReadWorkbook) -> None:
        self._stale.hide()
        self._show_recognised(found.recognised)
        self._show_plan(found.plan)
        self._doubts = list(found.plan.doubts)
        self.filter.set_text("")
        self._filter()

    def take_focus(self) -> None:
        self.table.setFocus()

    def say_stale(self, sentence: str, again: Callable[[], Any]) -> None:
        self._read_again = again
        self._stale_text.setText(sentence)
        self._stale.show()

    def _again(self) -> None:
        if self._read_again is not None:
            self._read_again()

    def _show_recognised(self, found: Recognised) -> None:
        said = f"{found.layout.value}，工作表“{found.sheet.name}”，表头在第 {found.heading_row} 行，"
        self.recognised.setText(f"{said}认出 {len(found.columns)} 列，下面有 {found.rows:,} 行")
        left = [(found.unknown, "不认得、不会收入的列"), (found.twice, "重复、只取第一次的列")]
        lines = [f"{words}：{'、'.join(h for _, h in cells)}" for cells, words in left if cells]
        self.columns.setText("\n".join(lines))
        self.columns.setVisible(bool(lines))

    def _show_plan(self, plan: ImportPlan) -> None:
        for what, counts in (("households", plan.households), ("people", plan.people)):
            self._show_counts(what, counts)
        named = "、".join(p.name for p in plan.new_villages[:_MOST_VILLAGES])
        more = f"等 {len(plan.new_villages)} 个" if len(plan.new_villages) > _MOST_VILLAGES else ""
        self.villages.setText(f"本单位还没有这些村，导入时一并新建：{named}{more}")
        self.villages.setVisible(bool(plan.new_villages))
        self.left_out.setText(f"有 {len(plan.left_out):,} 行不属于本单位或没有写明村，不会导入，见下面的列表")
        self.left_out.setVisible(bool(plan.left_out))
        set_look(self.left_out, "role", "warning")
        self.absent.setText(_absent(plan))
        self.what.setText(_heading(plan))

    def _show_counts(self, what: str, counts: Counts) -> None:
        for name in ("new", "changed", "unchanged", "absent"):
            self.counts[f"{what}.{name}"].setText(f"{getattr(counts, name):,}")

    def _filter(self) -> None:
        words = self.filter.text.lower().split()
        found = [d for d in self._doubts if all(w in _text(d) for w in words)]
        self.table.set_lines(found)
        count = len(self._doubts)
        self.doubt_title.setText(f"存疑的单元格 {count:,} 处" if count else "存疑的单元格")
        often = Counter(d.column for d in self._doubts if d.column).most_common(6)
        self.kinds.setText("　".join(f"{name} {n:,}" for name, n in often))
        self.kinds.setVisible(bool(often))
        self.table.say_totals(f"筛选出 {len(found):,} 处" if words else "")


def _columns() -> list[Column]:
    return [
        Column("row", "行", lambda d: str(d.row), 64, align=Align.RIGHT, raw=lambda d: d.row),
        Column("column", "列", lambda d: d.column, 150, raw=lambda d: d.column),
        Column("value", "表中的值", lambda d: d.value, 200, raw=lambda d: d.value),
        Column("problem", "问题与处理", lambda d: d.problem, 400, raw=lambda d: d.code, stretch=True),
    ]


def _text(doubt: Doubt) -> str:
    return f"{doubt.row} {doubt.column} {doubt.value} {doubt.problem}".lower()


def _heading(plan: ImportPlan) -> str:
    if not plan.is_empty:
        return "导入后会怎样"
    # Nothing to take in is good news only when the rows were looked at.
    return "没有能导入的行" if plan.left_out and not plan.people.unchanged else "与户籍册一致，没有要导入的"


def _absent(plan: ImportPlan) -> str:
    """People of the register who are not in the file: told, never touched."""
    if not plan.people.absent:
        return ""
    said = f"户籍册里有 {plan.people.absent:,} 人不在这份表中，导入不会动他们"
    elsewhere = plan.absent_elsewhere
    return f"{said}；其中 {elsewhere:,} 人住在表中没有的村" if elsewhere else said
