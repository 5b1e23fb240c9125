"""One disagreement: the answers side by side with who, when and where, and a line for another one."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.core.errors import Refused
from desktop.features.office import api as office
from desktop.features.sync.conflicts import Claim
from desktop.features.sync.telling import Case
from desktop.features.sync.ui import words
from desktop.widgets.fields import TextField
from desktop.widgets.parts import GRID, button, card, column, empty_out, label, row
from desktop.widgets.say import sentence_of


class CaseView(QScrollArea):
    """`chosen` carries the claim that is taken, `typed_in` a value that was typed; `open_wanted` the whole thing."""

    chosen = Signal(object)
    typed_in = Signal(object)
    open_wanted = Signal(object)

    def __init__(self, can_settle: bool) -> None:
        super().__init__()
        self._can_settle = can_settle
        self._cards = QVBoxLayout()
        self._cards.setContentsMargins(GRID, 0, 0, 0)
        self.typed, self.refusal = TextField(most=500), label("", "refusal", wrap=True)
        self.uses: list[QPushButton] = []
        inside = QWidget()
        inside.setLayout(self._cards)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inside)

    def show_case(self, case: Case | None) -> None:
        empty_out(self._cards)
        self.uses = []
        self.setVisible(case is not None)
        if case is None:
            return
        self._cards.addWidget(self._head(case))
        for claim in case.conflict.claims:
            self._cards.addWidget(self._claim(case, claim))
        if case.told.read is not None and self._can_settle:
            self._cards.addWidget(self._typing(case))
        self._cards.addStretch(1)

    def refuse(self, refused: Refused) -> None:
        self.refusal.setText("".join(sentence_of(refused)))
        self.refusal.show()

    def focus_first(self) -> None:
        if self.uses:
            self.uses[0].setFocus()

    def _head(self, case: Case) -> QFrame:
        told = case.told
        said = f"现在显示“{told.show(case.conflict.shown) or '空'}”。选定之前几种说法都留着。"
        if not self._can_settle:
            said += "您没有修改户籍册的权限，请由经办人选定。"
        texts = column(
            label(f"{told.who}　{told.what}", "heading", wrap=True),
            label(said, "secondary", wrap=True),
            gap=4,
        )
        go = button("看这一户", partial(self.open_wanted.emit, case), role="quiet")
        go.setVisible(bool(told.screen))
        return _line(texts, go)

    def _claim(self, case: Case, claim: Claim) -> QFrame:
        use = button("用这个", partial(self.chosen.emit, claim))
        use.setEnabled(self._can_settle)
        use.setAccessibleName(f"用{claim.office}的说法")
        self.uses.append(use)
        texts = column(
            label(words.about_claim(case, claim), "strong", wrap=True, selectable=True),
            label(words.about_author(claim, _level(claim)), "secondary", wrap=True),
            gap=4,
        )
        return _line(texts, use)

    def _typing(self, case: Case) -> QFrame:
        self.typed, self.refusal = TextField(most=500), label("", "refusal", wrap=True)
        self.typed.setPlaceholderText(f"都不对时，在这里填正确的{case.told.what}")
        self.typed.setAccessibleName(f"另填{case.told.what}")
        self.refusal.hide()
        take = button("用填的", partial(self._take, case))
        self.typed.returnPressed.connect(take.click)
        return _line(column(self.typed, self.refusal, gap=4), take)

    def _take(self, case: Case) -> None:
        try:
            value: Any = case.told.read(self.typed.text()) if case.told.read else None
        except Refused as refused:
            self.refuse(refused)
        else:
            self.typed_in.emit(value)


def _line(texts: QVBoxLayout, part: QWidget) -> QFrame:
    """Texts at the left, a button at the right."""
    line = row(texts, part, gap=2 * GRID)
    line.setStretch(0, 1)
    return card(line, edge=GRID + GRID // 2)


def _level(claim: Claim) -> str:
    known = {level.value: title for level, title in office.LEVEL_NAMES.items()}
    return known.get(claim.level, "")
