"""The left menu: places with what waits there, Alt+digit, and only icons with small words in narrow windows."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.colours import PRIMARY, SECONDARY, Tone
from desktop.widgets.icons import picture
from desktop.widgets.parts import GRID, column, label, line, scaled, set_look

WIDE, NARROW = 176, 96


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the menu. `group` draws a hairline above the first place of a new group."""

    name: str
    title: str
    icon: str
    group: int = 0


class Menu(QFrame):
    """`chosen` gives the name of the place that was clicked or called by Alt+digit."""

    chosen = Signal(str)

    def __init__(self, places: list[Place]) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self.places = places
        self.buttons = {place.name: PlaceButton(place, number) for number, place in enumerate(places, 1)}
        self.setLayout(self._lay_out())
        self.fold(False)

    def _lay_out(self) -> QVBoxLayout:
        box = column(gap=0)
        box.setContentsMargins(0, GRID, 0, GRID)
        group = 0
        for place in self.places:
            if place.group != group:
                box.addSpacing(GRID)
                box.addWidget(line())
                box.addSpacing(GRID)
                group = place.group
            box.addWidget(self.buttons[place.name])
            self.buttons[place.name].clicked.connect(lambda _on=False, name=place.name: self._choose(name))
        box.addStretch(1)
        return box

    def claim_keys(self, window: QWidget) -> None:
        """Alt+1 to Alt+9 and Alt+0 for the first ten places."""
        for number, place in enumerate(self.places[:10], 1):
            keys = QShortcut(QKeySequence(f"Alt+{number % 10}"), window)
            keys.activated.connect(lambda name=place.name: self._choose(name))

    def mark(self, name: str) -> None:
        """Show that this place is open."""
        for one, button in self.buttons.items():
            button.mark(one == name)

    def set_count(self, name: str, count: int | str, tone: Tone = Tone.QUIET) -> None:
        """What waits at that place: a number, a short sign such as ●, or nothing (0)."""
        self.buttons[name].set_count("" if not count else f"{count}", tone)

    def fold(self, is_narrow: bool) -> None:
        self.setFixedWidth(scaled(NARROW if is_narrow else WIDE))
        for button in self.buttons.values():
            button.fold(is_narrow)

    def _choose(self, name: str) -> None:
        # A clicked button checks itself; what is marked is what the window really opened.
        self.buttons[name].setChecked(self.buttons[name].is_marked)
        self.chosen.emit(name)


class PlaceButton(QPushButton):
    """Icon, word, count: beside each other, or under each other when folded."""

    def __init__(self, place: Place, number: int) -> None:
        super().__init__()
        self.place, self.is_marked = place, False
        self.setProperty("role", "place")
        self.setCheckable(True)
        self.setAutoDefault(False)
        keys = f"（Alt+{number % 10}）" if number <= 10 else ""
        self.setToolTip(f"{place.title}{keys}")
        self.setAccessibleName(place.title)
        self._icon, self._word, self._count = QLabel(), label(place.title), label("", "chip")
        for part in (self._icon, self._word, self._count):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._count.hide()
        self._grid = QGridLayout(self)
        self.mark(False)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._grid.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def mark(self, is_marked: bool) -> None:
        self.is_marked = is_marked
        self.setChecked(is_marked)
        ratio = self.devicePixelRatioF()
        drawn = picture(self.place.icon, round(20 * ratio), PRIMARY if is_marked else SECONDARY)
        drawn.setDevicePixelRatio(ratio)
        self._icon.setPixmap(drawn)

    def set_count(self, text: str, tone: Tone) -> None:
        self._count.setText(text)
        self._count.setVisible(bool(text))
        set_look(self._count, "tone", tone.value)
        self.setAccessibleName(f"{self.place.title} {text}".strip())

    def fold(self, is_narrow: bool) -> None:
        for part in (self._icon, self._word, self._count):
            self._grid.removeWidget(part)
        set_look(self._word, "role", "secondary" if is_narrow else "")
        for place in (0, 2):
            self._grid.setColumnMinimumWidth(place, 34 if is_narrow else 0)
        if is_narrow:
            self._fold()
        else:
            self._unfold()
        self.updateGeometry()

    def _fold(self) -> None:
        self._grid.setContentsMargins(0, 6, 3, 6)
        self._grid.setVerticalSpacing(2)
        self._grid.setHorizontalSpacing(0)
        self._set_stretch(1, 0, 1)
        self._grid.addWidget(self._icon, 0, 1, Qt.AlignmentFlag.AlignCenter)
        self._grid.addWidget(self._count, 0, 2, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._word, 1, 0, 1, 3, Qt.AlignmentFlag.AlignCenter)

    def _unfold(self) -> None:
        self._grid.setContentsMargins(13, 10, 12, 10)
        self._grid.setVerticalSpacing(0)
        self._grid.setHorizontalSpacing(12)
        self._set_stretch(0, 1, 0)
        self._grid.addWidget(self._icon, 0, 0)
        self._grid.addWidget(self._word, 0, 1)
        self._grid.addWidget(self._count, 0, 2)

    def _set_stretch(self, *stretches: int) -> None:
        for place, stretch in enumerate(stretches):
            self._grid.setColumnStretch(place, stretch)
