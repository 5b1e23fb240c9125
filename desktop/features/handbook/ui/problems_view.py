"""The list of what will not come out on paper: characters without a glyph, households that could not be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.features.handbook.actions import Missing, Printed
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row

# One character may stand in every household of a county; whoever mends it mends it once.
_MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    number: str
    to_do: str
    character: str = ""
    code: str = ""


COLUMNS = (
    Column("what", "问题", lambda x: x.what, 110, tone=lambda _x: Tone.ATTENTION, raw=lambda x: x.what),
    Column("character", "字", lambda x: x.character, 56, align=Align.CENTRE),
    Column("code", "编码", lambda x: x.code, 100, raw=lambda x: x.code),
    Column("number", "户编号", lambda x: x.number, 140, raw=lambda x: x.number),
    Column("to_do", "怎么办", lambda x: x.to_do, 260, stretch=True),
)


class ProblemsView(QWidget):
    """`opened` carries a household's number; `go_on` says to draw in spite of the list, or to look at the file."""

    opened = Signal(str)
    go_on = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.said = label("", "strong", wrap=True)
        self.hint = label("", "quiet-text", wrap=True)
        self.go_button = button("", self.go_on.emit, role="primary")
        self.table = PagedTable(COLUMNS, name="handbook.problems")
        self.table.opened.connect(lambda _key: self.opened.emit(self.table.line.number))
        band = QFrame()
        band.setProperty("role", "band-warning")
        head = row(column(self.said, self.hint, gap=4), self.go_button, gap=2 * GRID)
        head.setStretch(0, 1)
        head.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        band.setLayout(head)
        self.setLayout(column(band, self.table))

    def show_missing(self, missing: Iterable[Missing]) -> None:
        """Before anything is drawn."""
        lines = _missing_lines(missing)
        households = len({line.number for line in lines})
        characters = len({line.character for line in lines})
        self.said.setText(f"还没有排版：有 {characters} 个字字库里没有，涉及 {households:,} 户")
        self.hint.setText(
            "排出来这些字的位置是空白，可以手写补上；也可以按回车打开这一户，先改用通行的写法。"
        )
        self.go_button.setText("空着，继续排版")
        self._show(lines)

    def show_printed(self, printed: Printed) -> None:
        """After drawing: what stayed blank, and who is not in the file."""
        failed = [
            Line(
                "没有排成",
                number,
                f"文件里没有这一户。请打开核对后重新排版；仍不行请告诉技术人员（{reason}）",
            )
            for number, reason in printed.failed
        ]
        self.said.setText(f"缺字 {len(printed.missing)} 个，没有排成 {len(printed.failed)} 户")
        self.hint.setText("其余各户都已排好。按回车打开这一户。")
        self.go_button.setText("看排好的文件")
        self._show([*failed, *_missing_lines(printed.missing)])

    def _show(self, lines: list[Line]) -> None:
        shown = lines[:_MOST_SHOWN]
        self.table.set_lines(shown)
        more = f"，只列出前 {_MOST_SHOWN:,} 条" if len(lines) > len(shown) else ""
        self.table.say_totals(f"共 {len(lines):,} 条{more}")
        if shown:
            self.table.select_row(0)


def _missing_lines(missing: Iterable[Missing]) -> list[Line]:
    return [
        Line("字库里没有", number, "印出来是空白，请手写补上，或改用通行的写法", m.character, m.code)
        for m in missing
        for number in m.households
    ]
