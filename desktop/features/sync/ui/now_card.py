"""The upper half of the exchange screen: the sentence about now, where, and the two large buttons."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.features.sync.ui import words
from desktop.features.sync.ui.survey import Survey
from desktop.widgets.colours import SECONDARY, SURFACE
from desktop.widgets.icons import icon
from desktop.widgets.parts import GRID, button, card, column, label, row, set_shown


class NowCard(QWidget):
    """Says what can be done; the screen does it."""

    place_chosen = Signal(int)
    folder_wanted = Signal()
    look_wanted = Signal()
    write_wanted = Signal()
    read_wanted = Signal()

    def __init__(self, can_write: bool, can_read: bool) -> None:
        super().__init__()
        self._can_write, self._can_read = can_write, can_read
        self._survey, self._is_busy = Survey(), False
        self.large, self.hint = label("正在查看…", "large", wrap=True), label("", "quiet-text", wrap=True)
        self.warning = label("", wrap=True)
        self.warning_card = card(self.warning, edge=GRID + 4)
        self.warning_card.setProperty("role", "band-refusal")
        self.warning_card.hide()
        self.places = QComboBox()
        self.places.setAccessibleName("U盘或文件夹")
        self.places.activated.connect(self.place_chosen)
        self.folder_button = button("选文件夹…", self.folder_wanted.emit, name="folder", keys="Ctrl+O")
        self.look_button = button("重新查看", self.look_wanted.emit, name="search", keys="F5")
        self.write_button = _large_button("写出上报包", self.write_wanted.emit, "Ctrl+U")
        self.read_button = _large_button("读入", self.read_wanted.emit, "Ctrl+I")
        self.write_said, self.read_said = label("", "", wrap=True), label("", "", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        tools = column(self.places, row(self.folder_button, self.look_button), None)
        head = row(column(self.large, self.hint, gap=4), tools, gap=2 * GRID)
        head.setStretch(0, 1)
        two = row(
            _with_words(self.write_button, self.write_said),
            _with_words(self.read_button, self.read_said),
            gap=2 * GRID,
        )
        two.setStretch(0, 1)
        two.setStretch(1, 1)
        self.setLayout(column(self.warning_card, card(head), two, gap=GRID))

    def show_survey(self, survey: Survey) -> None:
        self._survey = survey
        what, to_do = survey.warning
        self.warning.setText(f"{what}。{to_do}。")
        set_shown(self.warning_card, bool(what))
        sentence, hint = words.headline(survey.place, survey.found, survey.outlook.is_pending)
        self.large.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.places.clear()
        for one in survey.places:
            self.places.addItem(f"{one.title}（{one.path}）")
        if survey.place is not None:
            self.places.setCurrentIndex(survey.places.index(survey.place))
        self.places.setVisible(len(survey.places) > 1)
        self.write_said.setText(
            words.to_write(survey.outlook, survey.has_below) if self._can_write else "您没有写出数据包的权限"
        )
        self.read_said.setText(self._about_reading())
        self._refresh()

    def _about_reading(self) -> str:
        if not self._can_read:
            return "您没有读入数据包的权限"
        return words.to_read(self._survey.found) if self._survey.place else "插上U盘后，这里说明可以读入什么"

    def set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._refresh()

    def _refresh(self) -> None:
        found, place = self._survey.found, self._survey.place
        is_ready = not self._is_busy and place is not None
        self.read_button.setEnabled(is_ready and self._can_read and bool(found.fresh or found.known))
        can_write = place is not None and place.can_write and bool(self._survey.outlook.parent)
        self.write_button.setEnabled(is_ready and can_write and self._can_write)
        _mark_first(self.read_button, bool(found.fresh), "import")
        _mark_first(self.write_button, not found.fresh and self.write_button.isEnabled(), "export")
        for part in (self.places, self.folder_button, self.look_button):
            part.setEnabled(not self._is_busy)

    def take_focus(self) -> None:
        """To the button that is due, else to where a folder is chosen."""
        due = [b for b in (self.read_button, self.write_button) if b.isDefault() and b.isEnabled()]
        (due or [self.folder_button])[0].setFocus()


def _large_button(text: str, call: object, keys: str) -> QPushButton:
    made = button(text, call, role="big", keys=keys)  # type: ignore[arg-type]
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def _with_words(part: QPushButton, said: QLabel) -> QFrame:
    box = row(part, said, gap=2 * GRID)
    box.setStretch(1, 1)
    return card(box)


def _mark_first(part: QPushButton, is_first: bool, picture: str) -> None:
    """The theme fills the default button: one primary button a page."""
    part.setDefault(is_first)
    is_filled = is_first and part.isEnabled()
    part.setIcon(icon(picture, SURFACE if is_filled else SECONDARY))
