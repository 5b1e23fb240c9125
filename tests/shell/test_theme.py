"""The look: enough contrast, our font, Qt's own words in Chinese, no window that flashes up."""

import re
from collections.abc import Callable

import pytest
from PySide6.QtGui import QFontInfo, QRawFont
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.core import resources
from desktop.shell import theme
from desktop.widgets import colours
from desktop.widgets.colours import INK, PALE, Tone, contrast
from desktop.widgets.empty import Empty
from desktop.widgets.fields import TextField
from desktop.widgets.filter_bar import FilterBar
from desktop.widgets.form import Form
from desktop.widgets.icons import icon
from desktop.widgets.screen import Screen

INKS = ["TEXT", "SECONDARY", "PRIMARY", "DONE", "ATTENTION", "OVERDUE"]
# In a selected row states are chips on their own ground; plain text there is one of these.
PLACES = [(ink, ground) for ink in INKS for ground in ("GROUND", "SURFACE")]
PLACES += [(ink, "PRIMARY_PALE") for ink in ("TEXT", "SECONDARY", "PRIMARY")]


@pytest.mark.parametrize(("ink", "ground"), PLACES)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("tone", list(Tone))
def test_the_words_of_chips_can_be_read(tone: Tone) -> None:
    assert contrast(INK[tone], PALE[tone]) >= 4.5


def test_contrast_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_shipped_font_is_in_use(qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family() == "Noto Sans SC"
    assert qapp.font().pointSizeF() == 10.5


@pytest.mark.parametrize("char", ["张", "䶮", "𬱖", "𠀀", "𪚥"])
def test_the_window_has_a_glyph_for_rare_names(qapp: QApplication, char: str) -> None:
    fonts = [QRawFont(str(resources.path(file)), 14) for file in theme.FONT_FILES]
    assert any(font.supportsCharacter(ord(char)) for font in fonts)
    assert qapp.font().families() == ["Noto Sans SC", "HanaMinB"]


@pytest.mark.parametrize("percent", [90, 100, 130])
def test_no_text_is_too_small(percent: int) -> None:
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)pt", theme.sheet(percent))]
    assert min(sizes) >= 9 * percent / 100
    assert "{" not in re.sub(r"[^{}]*\{[^{}]*\}", "", theme.sheet(percent))


def test_qt_speaks_chinese(qtbot: QtBot) -> None:
    standard = QMessageBox.StandardButton
    box = QMessageBox(QMessageBox.Icon.NoIcon, "", "", standard.Cancel | standard.Ok | standard.Save)
    qtbot.addWidget(box)
    words = [box.button(one).text() for one in (standard.Cancel, standard.Ok, standard.Save)]
    assert [re.sub(r"\(&\w\)|&", "", word) for word in words] == ["取消", "确定", "保存"]
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    assert "取消" in buttons.buttons()[0].text()


def test_every_icon_can_be_drawn_in_our_grey() -> None:
    names = [path.stem for path in resources.path("icons").glob("*.svg")]
    assert len(names) > 30
    for name in names:
        assert colours.SECONDARY in resources.text(f"icons/{name}.svg")
        assert not icon(name).isNull()


def make_form() -> QWidget:
    form = Form()
    form.add("head", "户主", TextField(), required=True, hint="按户口本填写")
    form.set_values({})
    return form


@pytest.mark.parametrize(
    "make", [make_form, lambda: Empty("空", "提示", "导入"), FilterBar, lambda: Screen("页")]
)
def test_nothing_shows_itself_while_it_is_being_made(qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    qtbot.addWidget(part := make())
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == []
    assert not part.isVisible()


def test_a_field_is_as_high_as_its_text_needs_at_every_size(qtbot: QtBot, qapp: QApplication) -> None:
    for percent in (100, 130, 150):
        theme.apply(qapp, percent)
        field = TextField()
        qtbot.addWidget(field)
        field.ensurePolished()
        assert field.minimumHeight() >= field.fontMetrics().height() + 8
    theme.apply(qapp)
