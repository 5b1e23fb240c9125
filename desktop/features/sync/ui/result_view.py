"""What the last writing or reading came to, in large words, with one line a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.errors import Refused, Trouble
from desktop.features.sync.model import Taken, Written
from desktop.features.sync.overview import ReadResult
from desktop.features.sync.ui import words
from desktop.widgets.colours import ATTENTION, DONE, OVERDUE, TEXT, Tone
from desktop.widgets.columns import Align, Column
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row
from desktop.widgets.say import sentence_of

OUT = "可以拔出U盘"
KEPT = "已写好"


@dataclass(frozen=True, slots=True)
class Line:
    file: str
    peer: str
    outcome: str
    tone: Tone
    entries: int
    said: str


COLUMNS = (
    Column("outcome", "结果", lambda x: x.outcome, 130, tone=lambda x: x.tone, raw=lambda x: x.outcome),
    Column("peer", "单位", lambda x: x.peer, 140, raw=lambda x: x.peer),
    Column(
        "entries", "条数", lambda x: f"{x.entries:,}" if x.entries else "", 90,
        align=Align.RIGHT, raw=lambda x: x.entries,
    ),
    Column("said", "说明", lambda x: x.said, 380, stretch=True),
    Column("file", "文件", lambda x: x.file, 150, raw=lambda x: x.file),
)  # fmt: skip


class ResultView(QWidget):
    """`copies_wanted` carries the whole second copies that the clerk wants read, `receipt_wanted` what was written or read."""

    copies_wanted = Signal(object)
    receipt_wanted = Signal(object)

    def __init__(self, table_names: Mapping[str, str]) -> None:
        super().__init__()
        self._names, self._copies = table_names, tuple[Path, ...]()
        self.large, self.said = label("", "large"), label("", "strong", wrap=True)
        self.hint = label("", "quiet-text", wrap=True)
        self.copy_button = button("读完好的第二份", self._on_copy, name="copy")
        self.receipt_button = button("打印回执…", self._on_receipt, name="print", keys="Ctrl+P")
        self._done: list[Written] | ReadResult | None = None
        self.table = PagedTable(COLUMNS, name="sync.result")
        head = row(
            column(self.large, self.said, self.hint, gap=4),
            self.copy_button,
            self.receipt_button,
            gap=2 * GRID,
        )
        head.setStretch(0, 1)
        self.setLayout(column(head, self.table, gap=GRID))
        self.clear()

    def clear(self) -> None:
        self._show("", "", TEXT, [])

    def show_written(self, written: list[Written], is_stick: bool) -> None:
        lines = [
            Line(
                _short(w.path),
                w.recipient,
                "已写出",
                Tone.DONE,
                w.entries,
                f"{words.size(w.size)}，已读回核对",
            )
            for w in written
        ]
        self._show(OUT if is_stick else KEPT, words.about_written(written), DONE, lines)
        self._offer_receipt(written)

    def show_taken(self, result: ReadResult, is_stick: bool) -> None:
        lines = [self._line(t) for t in result.taken]
        large = OUT if is_stick else "读完了"
        self._show(large, words.about_taken(result.taken), DONE, lines)
        self._offer_receipt(result if result.taken else None)
        if result.copies:
            self._copies = result.copies
            self.hint.setText("损坏的文件在U盘上还有第二份，是完好的。读第二份前请不要拔U盘。")
            self.hint.show()
            self.copy_button.show()
            if is_stick:
                self._say_large("请先别拔U盘", ATTENTION)

    def show_error(self, error: Refused | Trouble, large: str) -> None:
        what, to_do = sentence_of(error)
        self._show(large, what, OVERDUE, [], to_do)

    def show_stopped(self, said: str) -> None:
        self._show("已停下", said, TEXT, [])

    def _line(self, taken: Taken) -> Line:
        outcome, tone = words.OUTCOMES[taken.outcome]
        said = words.about_file(taken, self._names)
        return Line(_short(taken.path), taken.sender, outcome, tone, taken.entries, said)

    def _show(self, large: str, said: str, colour: str, lines: list[Line], hint: str = "") -> None:
        self._copies = ()
        self._offer_receipt(None)
        self.copy_button.hide()
        self._say_large(large, colour)
        self.said.setText(said)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.table.setVisible(bool(lines))
        self.table.set_lines(lines)

    def _say_large(self, large: str, colour: str) -> None:
        self.large.setText(large)
        self.large.setStyleSheet(f"color: {colour};")

    def _offer_receipt(self, done: list[Written] | ReadResult | None) -> None:
        self._done = done
        self.receipt_button.setVisible(done is not None)

    def _on_receipt(self) -> None:
        self.receipt_wanted.emit(self._done)

    def _on_copy(self) -> None:
        self.copies_wanted.emit(self._copies)


def _short(path: Path) -> str:
    """Enough of a bundle's long name to tell two apart."""
    return f"{path.stem[:8]}…" if len(path.stem) > 12 else path.name
