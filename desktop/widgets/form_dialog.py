"""FormDialog: a short form over the page, with what it is about, 取消, and the deed under Enter."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.widgets.form import Form
from desktop.widgets.parts import GRID, button, column, label, row, scaled


class FormDialog(QDialog):
    """Whoever inherits adds its fields to `form`. The dialog is gone when it was answered or not."""

    def __init__(self, title: str, said: str, deed: str, over: QWidget) -> None:
        super().__init__(over)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(scaled(480), scaled(330))
        self.form = Form()
        self.form.section()
        self.form.save_wanted.connect(self.accept)
        self.deed = button(deed, self.accept, role="primary")
        self.deed.setDefault(True)
        foot = row(None, button("取消", self.reject), self.deed)
        self.setLayout(
            column(label(said, "secondary", wrap=True), self.form, foot, gap=2 * GRID, edge=2 * GRID)
        )
