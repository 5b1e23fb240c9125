"""The few dialogs there are: a sentence with what to do, and a question for what cannot be undone."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from desktop.core.errors import Refused, Trouble
from desktop.widgets.colours import ATTENTION, PRIMARY
from desktop.widgets.icons import picture

_WIDEST = 520


def sentence_of(error: Refused | Trouble) -> tuple[str, str]:
    """What to tell the clerk: what happened, and what to do."""
    if isinstance(error, Trouble):
        return _full(error.sentence), _full(error.what_to_do)
    return _full("；".join(p.sentence for p in error.problems)), ""


def tell(parent: QWidget, error: Refused | Trouble) -> QMessageBox:
    """Show it over `parent` without stopping the program."""
    what, to_do = sentence_of(error)
    box = QMessageBox(QMessageBox.Icon.NoIcon, "一牌一册", what, QMessageBox.StandardButton.Ok, parent)
    box.setIconPixmap(_sign(box, "warning", ATTENTION))
    box.setInformativeText(to_do)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _make_room(box)
    box.open()
    return box


def tell_alone(error: Refused | Trouble) -> None:
    """Show it before there is any window, and wait until it was read."""
    what, to_do = sentence_of(error)
    box = QMessageBox(QMessageBox.Icon.NoIcon, "一牌一册", what, QMessageBox.StandardButton.Ok)
    box.setInformativeText(to_do)
    box.setIconPixmap(_sign(box, "warning", ATTENTION))
    _make_room(box)
    box.exec()


def asked(parent: QWidget, question: str, consequence: str, do_it: str) -> bool:
    """Ask before something that cannot be undone; the safe answer is the default."""
    box = QMessageBox(
        QMessageBox.Icon.NoIcon, "一牌一册", question, QMessageBox.StandardButton.Cancel, parent
    )
    box.setInformativeText(consequence)
    box.setIconPixmap(_sign(box, "info", PRIMARY))
    yes = box.addButton(do_it, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    _make_room(box)
    box.exec()
    return box.clickedButton() is yes


def _make_room(box: QMessageBox) -> None:
    """Qt measures the sentence before it wears the shipped font, and would cut off its end."""
    said = box.findChild(QLabel, "qt_msgbox_label")
    if isinstance(said, QLabel):
        said.ensurePolished()
        said.setMinimumWidth(min(said.sizeHint().width(), _WIDEST))


def _sign(box: QMessageBox, name: str, colour: str) -> QPixmap:
    ratio = box.devicePixelRatioF()
    drawn = picture(name, round(32 * ratio), colour)
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _full(sentence: str) -> str:
    return sentence + "。" if sentence and sentence[-1] not in "。？…" else sentence
