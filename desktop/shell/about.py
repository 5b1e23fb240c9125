"""About: which version, what is new in it, and the licences of its parts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QTabWidget, QTextBrowser, QWidget

import desktop
from desktop.shell.app import NAME
from desktop.widgets.parts import GRID, button, column, label, row


class About(QDialog):
    """`changes` is the text of CHANGES.md, `licences` title and text of each part that ships with the program."""

    def __init__(self, changes: str, licences: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"关于{NAME}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 480)
        news = QTextBrowser()
        news.setMarkdown(_calm(changes))
        news.document().setDocumentMargin(2 * GRID)
        tabs = QTabWidget()
        tabs.addTab(news, "更新说明")
        tabs.addTab(_read_only("\n\n".join(f"{name}\n{text}" for name, text in licences.items())), "许可")
        version = label(f"版本 {desktop.__version__}（{desktop.BUILT}）", "quiet-text", selectable=True)
        head = column(label(NAME, "title"), version, gap=4)
        close = button("关闭", self.accept, role="primary")
        self.setLayout(column(head, GRID, tabs, row(None, close), edge=3 * GRID))


def _calm(changes: str) -> str:
    """Without the file's title, and with versions in bold: headings of a web page shout in a small dialog."""
    lines = [line for line in changes.splitlines() if not line.startswith("# ")]
    return "\n".join(f"**{line[3:]}**" if line.startswith("## ") else line for line in lines)


def _read_only(text: str) -> QPlainTextEdit:
    shown = QPlainTextEdit(text)
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    return shown
