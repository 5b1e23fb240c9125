"""系统 → 代码与标准: standards, working days and the code lists, to change at the county, to look at below."""

from collections.abc import Callable
from functools import partial
from typing import cast

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget

from desktop.core.changes import Changes
from desktop.features.office import api as office
from desktop.features.standards import rules
from desktop.features.standards.model import LIST_NAMES
from desktop.features.standards.ui.codes_page import CodesPage
from desktop.features.standards.ui.days_page import DaysPage
from desktop.features.standards.ui.lines_page import LinesPage
from desktop.features.standards.ui.page import Page
from desktop.widgets.desk import Desk
from desktop.widgets.fields import ComboField
from desktop.widgets.later import Later
from desktop.widgets.parts import GRID, column, label, row

TABLES = ("code_edit", "standard", "special_day")
LINES, DAYS, CODES = "lines", "days", "codes"
_PAGES: dict[str, Callable[..., Page]] = {LINES: LinesPage, DAYS: DaysPage, CODES: CodesPage}
_MAY = "这里的规定随数据包发到下级，下级读入后照此执行。"
_NO_RIGHT = "您没有修改的权限；要增改请找本单位的系统管理员或县级管理。"


class StandardsPanel(QFrame):
    """What is to be seen is chosen at the top; each part is a page with its list and its form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.why = self._reason()
        self.may_change = self.why == _MAY
        lists = [(name, f"代码表 · {title}") for name, title in LIST_NAMES.items()]
        self.choice = ComboField([(LINES, "各年标准"), (DAYS, "工作日"), *lists])
        self.choice.setMinimumWidth(260)
        self.stack = QStackedWidget()
        self._pages = {name: Later(partial(make, desk, may=self.may_change)) for name, make in _PAGES.items()}
        for page in self._pages.values():
            self.stack.addWidget(page)
        head = row(label("看哪一张"), self.choice, label(self.why, "quiet-text", wrap=True), gap=2 * GRID)
        head.setStretch(2, 1)
        box = column(head, self.stack, edge=GRID)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.setFocusProxy(self.choice)
        self.choice.changed.connect(self.show_chosen)
        desk.runner.changed.connect(self._on_changed)

    def _reason(self) -> str:
        with self._desk.reader() as reader:
            own = office.office(reader)
        if not rules.may_lay_down(own.level):
            return f"{rules.BELOW}。"
        return _MAY if rules.RIGHT in self._desk.actor.rights else _NO_RIGHT

    @property
    def _place(self) -> Later:
        return self._pages.get(str(self.choice.value()), self._pages[CODES])

    @property
    def page(self) -> Page:
        """What is shown."""
        return cast(Page, self._place.part())

    def show_chosen(self) -> None:
        self.stack.setCurrentWidget(self._place)
        if isinstance(self.page, CodesPage):
            self.page.show_list(str(self.choice.value()))
            return
        self.page.read()
        self.page.table.select_row(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_chosen()

    def _on_changed(self, changes: Changes, sender: object) -> None:
        """Also after 撤销, and when a bundle brought something."""
        if sender is not self.page and changes.touch(*TABLES) and self.isVisible():
            self.page.read()
