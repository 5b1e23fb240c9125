"""The crash page: calm words, a code to read over the telephone, and what helps the people who mend it."""

import platform
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

import desktop
from desktop.core import log
from desktop.widgets.parts import GRID, button, column, label, row


class CrashPage(QDialog):
    """Does not stop the program: the clerk may go on, or leave in an orderly way."""

    def __init__(self, error: BaseException, logs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._logs = logs
        self.code = log.bug(error)
        self.details = details(error, self.code)
        self.setWindowTitle("程序出了一点问题")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._lay_out()

    def _lay_out(self) -> None:
        what = label("程序遇到了一个没有料到的问题，刚才这一步没有完成。已经保存的内容都还在。", wrap=True)
        to_do = label("可以继续使用。如果再次出现，请打电话给技术人员，念出下面这个代码：", wrap=True)
        code = label(self.code, "large", selectable=True)
        code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        note = label("详情里没有姓名、证件号码和电话，可以放心转发。", "secondary", wrap=True)
        shown = QPlainTextEdit(self.details)
        shown.setReadOnly(True)
        shown.setFixedHeight(120)
        self.copy_button = button("复制详情", self.copy, name="copy")
        self.folder_button = button("打开日志文件夹", self.open_logs, name="folder")
        self.leave_button = button("退出程序", self._leave)
        self.go_on_button = button("继续使用", self.accept, role="primary")
        self.go_on_button.setDefault(True)
        foot = row(self.copy_button, self.folder_button, None, self.leave_button, self.go_on_button)
        self.setLayout(column(what, to_do, GRID, code, GRID, shown, note, GRID, foot, edge=3 * GRID))

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details)
        self.copy_button.setText("已复制")

    def open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs)))

    def _leave(self) -> None:
        self.accept()
        QApplication.closeAllWindows()


def details(error: BaseException, code: str) -> str:
    """What helps to mend it. No message of an error, no folder of this PC: nothing personal."""
    return "\n".join(
        [
            f"一牌一册 {desktop.__version__}　{code}",
            f"{platform.system()} {platform.release()}　Python {platform.python_version()}　Qt {PySide6.__version__}",
            log.where(error),
        ]
    )


class CrashWatch(QObject):
    """Catches what nobody caught, on all threads, and shows one page at a time."""

    _caught = Signal(object)

    def __init__(self, logs: Path, parent_of: Callable[[], QWidget | None] = lambda: None) -> None:
        super().__init__()
        self._logs, self._parent_of = logs, parent_of
        self.page: CrashPage | None = None
        self._caught.connect(self.show_page, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._on_uncaught
        threading.excepthook = lambda given: self._caught.emit(given.exc_value)

    def uninstall(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def show_page(self, error: BaseException) -> None:
        """Also for `Runner.crashed`. A second bug while the page is open only goes to the log."""
        if self.page is not None:
            log.bug(error)
            return
        self.page = CrashPage(error, self._logs, self._parent_of())
        self.page.finished.connect(self._forget)
        self.page.open()

    def _forget(self) -> None:
        self.page = None

    def _on_uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            QApplication.closeAllWindows()
        else:
            self._caught.emit(error)
