"""Cover: lies over a form while it is being built; half a form would only flicker."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.widgets.parts import column, label, row, timer

_PATIENCE = 500  # milliseconds: what is there sooner needs no word


class Cover(QFrame):
    """`over` that part of the page; on a slow PC it says after half a second what is going on."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.said = label("正在打开…", "quiet-text")
        self.setLayout(column(None, row(None, self.said, None), None, None))
        self._patience = timer(self, _PATIENCE, self.said.show, once=True)
        self.hide()

    def over(self, place: QRect) -> None:
        if self.isHidden():
            self.said.hide()
            self._patience.start()
        self.setGeometry(place)
        self.show()
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._patience.stop()
