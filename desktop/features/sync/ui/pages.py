"""The pages under the two large buttons: result, what came and went, what disagrees, what exists only here, and the rest."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.core.changes import Changes
from desktop.features.sync.telling import Describe
from desktop.features.sync.ui.below_tab import BelowTab
from desktop.features.sync.ui.disagree_tab import DisagreeTab
from desktop.features.sync.ui.enrol_panel import EnrolPanel
from desktop.features.sync.ui.erased_list import ErasedList
from desktop.features.sync.ui.keys_card import KeysCard
from desktop.features.sync.ui.lists import HereList, PastList
from desktop.features.sync.ui.notices_tab import NoticesList
from desktop.features.sync.ui.result_view import ResultView
from desktop.features.sync.ui.survey import Survey
from desktop.widgets.desk import Desk
from desktop.widgets.later import Later
from desktop.widgets.parts import GRID, column, scrolling

RESULT, PAST, DISAGREE, HERE, BELOW, NOTICES, ERASED, ENROL = range(8)
_List = PastList | HereList | NoticesList
_TITLES = ("结果", "收到和写出的", "两地不同", "仅在本机", "下级单位", "未采纳", "依法删除", "入网")


class Pages(QTabWidget):
    """Pages that have nothing to say stay out of sight: 结果 before the first, 下级单位 without any, 未采纳 when all was taken,
    依法删除 where nothing was."""

    write_below_wanted = Signal(str)
    copies_wanted = Signal(object)
    receipt_wanted = Signal(object)

    def __init__(self, desk: Desk, table_names: Mapping[str, str], describe: Sequence[Describe]) -> None:
        super().__init__()
        rights = desk.actor.rights
        self._keep, self._found = desk.keep, Survey()
        self._result = Later(lambda: self._make_result(table_names))
        self._past, self._here, self._notices = (
            Later(partial(self._make_list, kind)) for kind in (PastList, HereList, NoticesList)
        )
        self._erased = Later(lambda: self._make_erased(table_names))
        self._is_below_ready = False
        self._disagree = Later(lambda: self._make_disagree(desk, table_names, describe))
        self._below = Later(lambda: self._make_below(desk))
        self.enrolment, self.keys_card = EnrolPanel("bundle.enrol" in rights), KeysCard(desk)
        enrolling = QWidget()
        enrolling.setLayout(column(self.enrolment, self.keys_card, None, gap=GRID))
        parts: tuple[QWidget, ...] = (
            self._result, self._past, self._disagree, self._here, self._below, self._notices, self._erased, scrolling(enrolling),
        )  # fmt: skip
        for part, title in zip(parts, _TITLES, strict=True):
            (self.enrolment if title == "入网" else part).setContentsMargins(0, GRID, 0, 0)
            self.addTab(part, title)
        for hidden in (RESULT, BELOW, NOTICES, ERASED):
            self.setTabVisible(hidden, False)

    @property
    def result(self) -> ResultView:
        """What the last writing or reading came to; made when there is something to show."""
        made = self._result.part()
        if not isinstance(made, ResultView):
            raise TypeError(type(made).__name__)
        return made

    def _make_result(self, table_names: Mapping[str, str]) -> ResultView:
        made = ResultView(table_names)
        self._keep.columns(made.table)
        made.copies_wanted.connect(self.copies_wanted)
        made.receipt_wanted.connect(self.receipt_wanted)
        return made

    @property
    def past(self) -> QWidget:
        return self._past.part()

    @property
    def here(self) -> QWidget:
        return self._here.part()

    def _make_list(self, kind: type[_List]) -> _List:
        made = kind()
        self._keep.columns(made)
        self._fill(made)
        return made

    def _fill(self, made: QWidget | None) -> None:
        if isinstance(made, PastList | HereList):
            made.show_outlook(self._found.outlook)
        elif isinstance(made, NoticesList):
            made.show_notices(list(self._found.notices))

    def _make_erased(self, table_names: Mapping[str, str]) -> ErasedList:
        made = ErasedList(table_names)
        self._keep.columns(made)
        made.show_lines(self._found.erased)
        return made

    def _make_disagree(
        self, desk: Desk, table_names: Mapping[str, str], describe: Sequence[Describe]
    ) -> DisagreeTab:
        made = DisagreeTab(desk, describe, table_names)
        made.counted.connect(lambda count: self._count(DISAGREE, count))
        return made

    def _make_below(self, desk: Desk) -> BelowTab:
        made = BelowTab(desk)
        made.set_ready(self._is_below_ready)
        made.write_wanted.connect(self.write_below_wanted)
        return made

    def set_below_ready(self, is_ready: bool) -> None:
        self._is_below_ready = is_ready
        if isinstance(made := self._below.made, BelowTab):
            made.set_ready(is_ready)

    def turn_to(self, page: str) -> None:
        """What 今日 and other pages lead to: "disagree", "enrol"."""
        if page == "disagree":
            self.setCurrentIndex(DISAGREE)
            self._disagree.part().setFocus()
        elif page == "enrol":
            self.setCurrentIndex(ENROL)

    def show_survey(self, found: Survey) -> None:
        self._found = found
        for part in (self._past, self._here, self._notices):
            self._fill(part.made)
        self.keys_card.show_outlook(found.outlook)
        self.enrolment.show_state(found.outlook, found.found, found.place is not None)
        self._count(HERE, found.outlook.only_here)
        self._count(DISAGREE, found.disagreements)
        self._count(NOTICES, len(found.notices))
        self._count(ERASED, len(found.erased))
        asking = found.found.unanswered
        self.setTabText(ENROL, f"入网（{asking} 份申请）" if asking else "入网")
        self.setTabVisible(BELOW, found.has_below or self.currentIndex() == BELOW)
        self.setTabVisible(NOTICES, bool(found.notices))
        self.setTabVisible(ERASED, bool(found.erased))
        if isinstance(erased := self._erased.made, ErasedList):
            erased.show_lines(found.erased)
        if isinstance(made := self._below.made, BelowTab):
            made.refresh()

    def show_result(self) -> None:
        self.setTabVisible(RESULT, True)
        self.setCurrentIndex(RESULT)
        if self.result.table.isVisible():
            self.result.table.setFocus()

    def on_changed(self, changes: Changes, sender: object) -> None:
        if isinstance(made := self._disagree.made, DisagreeTab):
            made.on_changed(changes, sender)

    def _count(self, page: int, count: int) -> None:
        self.setTabText(page, f"{_TITLES[page]} {count:,}" if count else _TITLES[page])
