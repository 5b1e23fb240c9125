"""What a clerk's hands and eyes do: typing Chinese, answering dialogs, reading a list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

_MOST_TRIES = 20


@contextmanager
def answering(kind: type[Any], answer: Callable[[Any], Any]) -> Iterator[None]:
    """While the program stands in a dialog of that kind and waits, answer it. Fails when none came."""
    tries: list[int] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind) and dialog.isVisible():
            tries.append(len(tries))
            if len(tries) > _MOST_TRIES:
                dialog.reject()
            else:
                answer(dialog)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(100)  # a dialog for files needs a moment until it takes the name
    try:
        yield
    finally:
        timer.stop()
    assert 0 < len(tries) <= _MOST_TRIES, f"{kind.__name__}: answered {len(tries)} times"


def compose(widget: QWidget, text: str) -> None:
    """As an input method gives it: first shown as being composed, then committed."""
    QApplication.sendEvent(widget, QInputMethodEvent("pin", []))
    committed = QInputMethodEvent()
    committed.setCommitString(text)
    QApplication.sendEvent(widget, committed)


def lines(view: QTableView) -> list[list[str]]:
    """What stands in the rows of a list, in the order of its columns."""
    model, header = view.model(), view.horizontalHeader()
    places = [header.logicalIndex(i) for i in range(header.count())]
    shown = [p for p in places if not header.isSectionHidden(p)]
    return [[str(model.index(r, c).data() or "") for c in shown] for r in range(model.rowCount())]
