"""练习: the sample office in a window that nobody can take for the real one, and back to the login afterwards."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.core.jobs import Tell
from desktop.shell.assemble import Opened, open_window, show_whole
from desktop.widgets import say
from desktop.widgets.colours import ATTENTION, SURFACE
from desktop.widgets.parts import GRID, button, label, row
from desktop.widgets.progress import watch
from desktop.widgets.runner import Runner

OpenPractice = Callable[[Path, Tell], tuple[Database, Actor]]
TITLE = "练习办公室"
_WORDS = "练习办公室：人物都是虚构的，可以放心试。这里做的一切都与真正的数据无关。"


class PracticeRoom(QObject):
    """One stay in the practice office. `shown` and `left` tell the program when to take its login away and back."""

    shown = Signal()
    left = Signal()
    crashed = Signal(object)

    def __init__(self, root: Path, open_practice: OpenPractice) -> None:
        super().__init__()
        self._root, self._open = root, open_practice
        self._runner = Runner(_no_unit, parent=self)
        self._runner.crashed.connect(self.crashed)
        self.opened: Opened | None = None

    def enter(self, over: QWidget) -> None:
        """Making it takes some seconds the first time."""
        task = self._runner.job(
            self, self._open, self._root, done=self._show, trouble=lambda error: say.tell(over, error)
        )
        watch(task, over, "正在准备练习办公室")

    def _show(self, found: tuple[Database, Actor]) -> None:
        self.opened = open_window(*found)
        self.opened.care.can_restore = False  # its data is made anew, not restored
        window = self.opened.window
        window.setWindowTitle(f"【练习】{window.windowTitle()}")
        content = window.centralWidget()
        if content is not None and isinstance(box := content.layout(), QVBoxLayout):
            box.insertWidget(0, _band(window.close))
        window.user_action("结束练习", window.close)
        window.closing.connect(self._leave)
        self.opened.desk.runner.crashed.connect(self.crashed)
        show_whole(window)
        self.shown.emit()

    def _leave(self) -> None:
        self.left.emit()  # first the login: with no window left the program would end
        self.close()

    def close(self) -> None:
        self._runner.close()
        if self.opened is not None:
            self.opened.close()
            self.opened.window.deleteLater()
            self.opened = None


def _band(end: Callable[[], Any]) -> QFrame:
    """Across the whole window, in a colour that the real office has nowhere."""
    made = QFrame()
    made.setObjectName("practice")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setStyleSheet(
        f"#practice {{ background: {ATTENTION}; }} #practice QLabel {{ color: {SURFACE}; background: transparent; }}"
    )
    words = label(_WORDS, "strong")
    box = row(words, None, button("结束练习", end))
    box.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
    made.setLayout(box)
    return made


def _no_unit() -> Any:
    raise RuntimeError("there is no office yet")
