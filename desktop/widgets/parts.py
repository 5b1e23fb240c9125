"""The small parts that every page is made of, so that all of them look and behave alike."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.widgets.colours import SURFACE
from desktop.widgets.icons import icon

GRID = 8
# Points of the text at 100 %.
BASE = 10.5


class _Button(QPushButton):
    """Enter presses it as Space does; autoDefault would do that too, but take Enter from the fields of a dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not is_enter or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()


def button(
    text: str,
    call: Callable[..., Any] | None = None,
    *,
    name: str = "",
    role: str = "",
    keys: str = "",
) -> QPushButton:
    """A push button; `name` is its icon, `role` "primary" (one a page), "link" or "quiet"."""
    made = _Button(text)
    made.setProperty("role", role)
    made.setAutoDefault(False)
    if name:
        made.setIcon(icon(name, SURFACE, SURFACE) if role == "primary" else icon(name))
    if keys:
        # A button's own shortcut clicks a tenth of a second later: what is typed meanwhile would be lost.
        QShortcut(QKeySequence(keys), made).activated.connect(made.click)
        made.setToolTip(f"{text}（{keys}）")
    if call is not None:
        # The checked flag of the signal is nobody's business.
        made.clicked.connect(lambda _checked=False: call())
    return made


def label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label; `role` is one of title, heading, secondary, strong, large, refusal, warning, done."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(
            made.textInteractionFlags() | Qt.TextInteractionFlag.TextSelectableByMouse
        )
    return made


def timer(owner: QObject, milliseconds: int, call: Callable[[], Any], *, once: bool = False) -> QTimer:
    """A timer that belongs to `owner`, not yet running."""
    made = QTimer(owner)
    made.setInterval(milliseconds)
    made.setSingleShot(once)
    made.timeout.connect(call)
    return made


def shortcut(owner: QWidget, keys: str, call: Callable[[], Any]) -> QShortcut:
    """Keys that work while the focus is in `owner` or in something inside it."""
    made = QShortcut(QKeySequence(keys), owner)
    made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.activated.connect(call)
    return made


def row(*parts: QWidget | QLayout | int | None, gap: int = GRID, edge: int = 0) -> QHBoxLayout:
    """Parts from left to right: a number is a gap, None takes what space is left."""
    return _fill(QHBoxLayout(), parts, gap, edge)


def column(*parts: QWidget | QLayout | int | None, gap: int = GRID, edge: int = 0) -> QVBoxLayout:
    """The same from top to bottom."""
    return _fill(QVBoxLayout(), parts, gap, edge)


def card(*parts: QWidget | QLayout | int | None, gap: int = GRID, edge: int = 2 * GRID) -> QFrame:
    """A white surface with a hairline around its parts."""
    made = QFrame()
    made.setProperty("role", "card")
    made.setLayout(column(*parts, gap=gap, edge=edge))
    return made


def scaled(pixels: int) -> int:
    """A width at 100 % as it is with the text size that was chosen: what holds words must grow with them."""
    return round(pixels * max(1.0, QApplication.font().pointSizeF() / BASE))


def side_by_side(left: QWidget, right: QWidget) -> QSplitter:
    """Two parts with a handle between them."""
    made = Split(Qt.Orientation.Horizontal)
    made.addWidget(left)
    made.addWidget(right)
    return made


class Split(QSplitter):
    """Parts with a handle between them. Until it is shown it asks nobody for a size.

    To tell its size a part is dressed, and what is moved after that is dressed again: a page took five times as long
    to build.
    """

    def __init__(self, way: Qt.Orientation) -> None:
        super().__init__(way)
        self._wanted: list[int] = []
        self._held: list[QWidget] = []
        self._is_dressed = False
        self.setChildrenCollapsible(False)
        self.setHandleWidth(GRID)

    def addWidget(self, part: QWidget) -> None:
        if not part.isHidden() or not part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            part.hide()  # of what is hidden no splitter wants to know a size
            self._held.append(part)
        super().addWidget(part)
        if self._is_dressed:
            self._let_go()

    def _let_go(self) -> None:
        """The parts are as they were before: neither hidden nor shown by anybody."""
        for part in self._held:
            part.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
            part.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, False)
        self._held.clear()

    def setSizes(self, sizes: Sequence[int]) -> None:
        if self.isVisible():
            super().setSizes(sizes)
        else:
            self._wanted = list(sizes)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Polish:
            self._is_dressed = True
            self._let_go()
        if event.type() in _LAID_OUT and not self.isVisible():
            return True  # it looks again when it is shown
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._wanted:
            sizes, self._wanted = self._wanted, []
            super().setSizes(sizes)


def scrolling(inside: QWidget) -> QScrollArea:
    """A part that may be shorter than what stands in it, so that it never pushes the window over the screen's edge."""
    made = Area(inside)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


class Area(QScrollArea):
    """Scrolls up and down what stands in it, as narrow as that can be."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)

    def minimumSizeHint(self) -> QSize:
        found = super().minimumSizeHint()
        is_narrow = self.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        return found.expandedTo(QSize(self._inside.minimumSizeHint().width(), 0)) if is_narrow else found

    def event(self, event: QEvent) -> bool:
        # It would look how large everything inside is, which is dressed for that, each time that it is put into
        # something while the page is built; when it is shown it looks again.
        if event.type() in _LAID_OUT and not self.isVisible():
            return bool(QAbstractScrollArea.event(self, event))
        return super().event(event)


_LAID_OUT = (QEvent.Type.StyleChange, QEvent.Type.LayoutRequest)


def line() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("role", "line")
    made.setFixedHeight(1)
    return made


def set_look(part: QWidget, name: str, value: str) -> None:
    """Change a property that the style sheet looks at, and have it looked at again."""
    if part.property(name) != value:
        part.setProperty(name, value)
        part.style().unpolish(part)
        part.style().polish(part)


def set_shown(part: QWidget, is_shown: bool) -> None:
    """Show or hide a part of a page. What is not hidden is not shown again: that would dress it before its time."""
    if part.isHidden() == is_shown:
        part.setVisible(is_shown)


def empty_out(layout: QLayout) -> None:
    """Remove and delete everything in a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty_out(inner)


Box = TypeVar("Box", bound=QBoxLayout)


def _fill(box: Box, parts: tuple[QWidget | QLayout | int | None, ...], gap: int, edge: int) -> Box:
    box.setSpacing(gap)
    box.setContentsMargins(edge, edge, edge, edge)
    for part in parts:
        if part is None:
            box.addStretch(1)
        elif isinstance(part, int):
            box.addSpacing(part)
        elif isinstance(part, QWidget):
            box.addWidget(part)
        else:
            box.addLayout(part)
    return box
