"""Adding files, or saying something else of one: under which title of the file list, and a line about it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.features.attachments.model import TITLES
from desktop.widgets.fields import ComboField, TextField
from desktop.widgets.form_dialog import FormDialog


class AttachDialog(FormDialog):
    """`given` carries title and note. The title that was chosen last stands there."""

    given = Signal(str, str)
    _last: ClassVar[str] = TITLES[0]

    def __init__(self, what: str, said: str, over: QWidget, title: str = "", note: str = "") -> None:
        super().__init__(what, said, what, over)
        self.form.add("title", "类别", ComboField([(t, t) for t in TITLES]), wide=True, required=True)
        self.form.add("note", "说明", TextField("如：正面、2026年度", 200), wide=True)
        self.form.set_values({"title": title or AttachDialog._last, "note": note})
        self.form.focus_on("title")

    def accept(self) -> None:
        values: Mapping[str, Any] = self.form.values()
        AttachDialog._last = str(values["title"])
        self.given.emit(str(values["title"]), str(values["note"]))
        super().accept()
