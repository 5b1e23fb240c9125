"""What can be chosen on this PC, straight from the declared options."""

from typing import Any

from PySide6.QtWidgets import QFrame

from desktop.core.errors import Trouble
from desktop.core.settings import Option
from desktop.widgets.desk import Desk
from desktop.widgets.fields import CheckField, ComboField
from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row, shortcut


class SettingsPanel(QFrame):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.form = Form()
        self.form.section("这台电脑上的设置")
        for option, value in desk.settings.chosen():
            field = self.form.add(option.key, "" if option.default is False else option.title, _field(option))
            field.set_value(value)
        self.form.save_wanted.connect(self.save)
        self.save_button = button("保存设置", self.save, name="save")
        self.save_button.setToolTip("保存设置（Ctrl+S）")
        hint = label("文字大小在下次打开程序时起作用。", "secondary")
        # Right under the fields: at the foot of a high page nobody would look for it.
        self.form.add_below(hint, row(self.save_button, None))
        self.setLayout(column(self.form, edge=GRID))
        shortcut(self, "Ctrl+S", self.save)

    def save(self) -> None:
        settings = self._desk.settings
        try:
            for option, _ in list(settings.chosen()):
                settings.put(option, self.form.values()[option.key])
        except Trouble as trouble:
            self._desk.navigator.say(str(trouble))
            return
        self.form.mark_saved()
        self._desk.navigator.say("设置已保存")


def _field(option: Option[Any]) -> Any:
    """A list for what has choices, a box for yes and no."""
    if isinstance(option.default, bool):
        return CheckField(option.title)
    return ComboField([(choice, f"{choice}") for choice in option.choices])
