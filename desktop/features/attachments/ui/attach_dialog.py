"""Adding files, or saying something else of one: under which title of the file list, and a line about it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.core.problems import Problem
from desktop.features.attachments.model import TITLES
from desktop.widgets.fields import ComboField, TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row, scaled


class AttachDialog(QDialog):
    """`given` carries title and note. The title that was chosen last stands there."""

    given = Signal(str, str)
    _last: ClassVar[str] = TITLES[0]

    def __init__(self, what: str, said: str, over: QWidget, title: str = "", note: str = "") -> None:
        super().__init__(over)
        self.setWindowTitle(what)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(scaled(520), scaled(300))
        self.form = Form()
        self.form.section()
        self.form.add("title", "类别", ComboField([(t, t) for t in TITLES]), wide=True, required=True)
        self.form.add("note", "说明", TextField("如：正面、2026年度", 200), wide=True)
        self.form.set_values({"title": title or AttachDialog._last, "note": note})
        self.form.save_wanted.connect(self.accept)
        go = button(what, self.accept, role="primary")
        go.setDefault(True)
        foot = row(None, button("取消", self.reject), go)
        self.setLayout(column(label(said, wrap=True), self.form, foot, gap=2 * GRID, edge=3 * GRID))
        self.form.focus_on("title")

    def show_problems(self, problems: list[Problem]) -> None:
        self.form.show_problems(problems)

    def accept(self) -> None:
        values: Mapping[str, Any] = self.form.values()
        AttachDialog._last = str(values["title"])
        self.given.emit(str(values["title"]), str(values["note"]))
        super().accept()
