"""What a workbook would do: recognised, counts, new villages, columns left alone, and the lists of what to look at."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QTabWidget, QWidget

from desktop.features.register.actions import ReadWorkbook
from desktop.features.register.import_plan import Counts, ImportPlan
from desktop.features.register.sheet_model import Recognised
from desktop.features.register.ui.import_lists import (
    AbsentList,
    ChangeList,
    DoubtList,
    PlanList,
    absent_sentence,
)
from desktop.widgets.desk import Desk
from desktop.widgets.parts import GRID, button, card, column, label, row, set_look, shortcut

_HEADINGS = ("", "新增", "有变化", "没有变化", "本次表中没有")
_MOST_VILLAGES = 12
_LINK_EDGE = 5


class ImportView(QWidget):
    """`show_read` fills it. `opened` gives a household that the clerk wants to see."""

    opened = Signal(bytes)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._read_again: Callable[[], Any] | None = None
        self.recognised, self.columns = label("", wrap=True), label("", "secondary", wrap=True)
        self.villages, self.left_out = label("", wrap=True), label("", wrap=True)
        self.counts: dict[str, QLabel | QPushButton] = {}
        self.doubts, self.changes, self.absent = DoubtList(desk), ChangeList(desk), AbsentList(desk)
        self._stale, self._stale_text = self._band()
        box = column(self._stale, self._summary())
        box.addWidget(self._lists(), 1)
        self.setLayout(box)
        shortcut(self, "Ctrl+PgDown", lambda: self._turn(1))
        shortcut(self, "Ctrl+PgUp", lambda: self._turn(-1))

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
            heading = label(text, "secondary")
            heading.setContentsMargins(_LINK_EDGE if place else 0, 0, 0, 0)
            grid.addWidget(heading, 0, place)
        for line, (title, what) in enumerate((("户", "households"), ("人", "people")), 1):
            grid.addWidget(label(title, "strong"), line, 0)
            for place, name in enumerate(("new", "changed", "unchanged", "absent"), 1):
                number = self.counts[f"{what}.{name}"] = self._number(name)
                grid.addWidget(
                    number, line, place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                )
        self.not_here = label("", "secondary", wrap=True)
        grid.addWidget(self.not_here, 3, 0, 1, len(_HEADINGS) + 1)
        grid.setColumnStretch(len(_HEADINGS), 1)
        return grid

    def _number(self, name: str) -> QLabel | QPushButton:
        """A count; where a list stands behind it, it leads there."""
        target = {"changed": self.changes, "absent": self.absent}.get(name)
        if target is None:
            made_label = label("0", "heading")
            made_label.setContentsMargins(_LINK_EDGE, 0, 0, 0)  # in line with the counts that are links
            return made_label
        made = button("0", lambda: self.look_at(target), role="link")
        made.setToolTip("看是哪些")
        return made

    def _lists(self) -> QTabWidget:
        self.tabs = QTabWidget()
        for title, part in (("存疑", self.doubts), ("有变化", self.changes), ("不在表中", self.absent)):
            self.tabs.addTab(part, title)
            part.counted.connect(partial(self._name_tab, part, title))
            part.opened.connect(self.opened)
        return self.tabs

    def _name_tab(self, part: PlanList, title: str, count: int) -> None:
        self.tabs.setTabText(self.tabs.indexOf(part), f"{title} {count:,}")

    def look_at(self, part: PlanList) -> None:
        self.tabs.setCurrentWidget(part)
        part.part().setFocus()

    def _turn(self, by: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
        self.take_focus()

    def show_read(self, found: ReadWorkbook) -> None:
        self._stale.hide()
        self._show_recognised(found.recognised)
        self._show_plan(found.plan)
        for part in (self.doubts, self.changes, self.absent):
            part.show_plan(found.plan)
        self.tabs.setCurrentWidget(
            self.doubts if found.plan.doubts or not self.changes.total else self.changes
        )

    def take_focus(self) -> None:
        shown = self.tabs.currentWidget()
        if isinstance(shown, PlanList):
            shown.part().setFocus()

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
        self.not_here.setText(absent_sentence(plan))
        self.what.setText(_heading(plan))

    def _show_counts(self, what: str, counts: Counts) -> None:
        for name in ("new", "changed", "unchanged", "absent"):
            count = getattr(counts, name)
            self.counts[f"{what}.{name}"].setText(f"{count:,}")
            self.counts[f"{what}.{name}"].setEnabled(bool(count) or name not in ("changed", "absent"))


def _heading(plan: ImportPlan) -> str:
    if not plan.is_empty:
        return "导入后会怎样"
    # Nothing to take in is good news only when the rows were looked at.
    return "没有能导入的行" if plan.left_out and not plan.people.unchanged else "与户籍册一致，没有要导入的"
