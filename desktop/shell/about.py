"""About: which version and how old, what is new in it, and the licences of its parts."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QTabWidget, QTextBrowser, QWidget

import desktop
from desktop.core import resources
from desktop.core.clock import SystemClock, day_of
from desktop.shell.app import NAME
from desktop.widgets.parts import GRID, button, column, label, row


class About(QDialog):
    """`changes` is the text of CHANGES.md, `licences` title and text of each part that ships with the program."""

    def __init__(
        self,
        changes: str,
        licences: dict[str, str],
        parent: QWidget | None = None,
        *,
        day: date | None = None,
    ) -> None:
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
        told = f"版本 {desktop.__version__}（{desktop.BUILT}{_age(day or day_of(SystemClock().now()))}）"
        self.version = label(told, "quiet-text", selectable=True)
        head = column(label(NAME, "title"), self.version, gap=4)
        close = button("关闭", self.accept, role="primary")
        self.setLayout(column(head, GRID, tabs, row(None, close), edge=3 * GRID))


def _age(day: date) -> str:
    """Nobody looks for updates here: an update comes on the stick, when somebody asks for one."""
    months = (day - date.fromisoformat(desktop.BUILT)).days // 30
    if months < 1:
        return ""
    if months < 12:
        return f"，已有 {months} 个月"
    return f"，已有 {months // 12} 年多，请向上级要一份较新的程序"


def _calm(changes: str) -> str:
    """Without the file's title, and with versions in bold: headings of a web page shout in a small dialog."""
    lines = [line for line in changes.splitlines() if not line.startswith("# ")]
    return "\n".join(f"**{line[3:]}**" if line.startswith("## ") else line for line in lines)


def _read_only(text: str) -> QPlainTextEdit:
    shown = QPlainTextEdit(text)
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    return shown


def licences() -> dict[str, str]:
    """The licence of each part that ships with the program."""
    found = sorted(resources.document("licences").glob("*.txt"))
    return {f.stem: f.read_text(encoding="utf-8", errors="replace") for f in found}
