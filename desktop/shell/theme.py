"""The look: fonts, palette and the style sheet, built from the colours by role."""

import re
from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop.core import resources
from desktop.widgets import colours as c
from desktop.widgets.parts import BASE

# The second has the characters of rare names that the first lacks (Extension B and on).
FONT_FILES = ("fonts/NotoSansSC-Regular.ttf", "fonts/HanaMinB.ttf")
SMALL, HEADING, TITLE, LARGE = 9.0, 11.5, 14.0, 22.0


def apply(app: QApplication, percent: int = 100) -> None:
    """Dress the application; `percent` is the text size chosen in the settings."""
    app.setStyle("Fusion")
    app.setFont(font(percent))
    app.setPalette(palette())
    app.setStyleSheet(sheet(percent))


def font(percent: int = 100) -> QFont:
    """The shipped fonts, so that every PC looks the same and no rare name shows a box."""
    made = QFont()
    made.setFamilies([family for file in FONT_FILES for family in _families(file)])
    made.setPointSizeF(BASE * percent / 100)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def _families(file: str) -> list[str]:
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(resources.path(file))))


def palette() -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: c.GROUND,
        role.WindowText: c.TEXT,
        role.Base: c.SURFACE,
        role.AlternateBase: c.SURFACE,
        role.Text: c.TEXT,
        role.Button: c.SURFACE,
        role.ButtonText: c.TEXT,
        role.Highlight: c.PRIMARY,
        role.HighlightedText: c.SURFACE,
        role.Link: c.PRIMARY,
        role.PlaceholderText: c.SECONDARY,
        role.ToolTipBase: c.TEXT,
        role.ToolTipText: c.SURFACE,
    }
    made = QPalette()
    for one, colour in colours.items():
        made.setColor(one, QColor(colour))
    for one in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor("#8A93A1"))
    return made


def sheet(percent: int = 100) -> str:
    """The style sheet. Sizes of text are points, so that they follow the screen's scale."""

    def pt(size: float) -> str:
        return f"font-size: {size * percent / 100:g}pt;"

    texts = _texts(pt(SMALL), pt(HEADING), pt(TITLE), pt(LARGE))
    whole = "\n".join([_own_fonts(pt(BASE)), texts, _BUTTONS, _FIELDS, _TABLES, _FRAME])
    # Heights that hold a line of text grow with it.
    whole = re.sub(
        r"min-height: (2\d)px", lambda m: f"min-height: {round(int(m[1]) * percent / 100)}px", whole
    )
    return whole.replace("{icons}", resources.path("icons").as_posix())


def _own_fonts(base: str) -> str:
    """Windows gives lists, menus and messages fonts of its own, whatever the application's font is."""
    families = ", ".join(f'"{family}"' for file in FONT_FILES for family in _families(file))
    return (
        f"QAbstractItemView, QHeaderView, QMenu, QMessageBox, QToolTip {{ font-family: {families}; {base} }}"
    )


def _texts(small: str, heading: str, title: str, large: str) -> str:
    return f"""
QWidget {{ color: {c.TEXT}; }}
QMainWindow, QDialog, *[role="ground"] {{ background: {c.GROUND}; }}
QLabel {{ background: transparent; }}
*[role="title"] {{ {title} font-weight: 700; }}
*[role="heading"] {{ {heading} font-weight: 700; }}
*[role="large"] {{ {large} font-weight: 700; }}
*[role="strong"] {{ font-weight: 700; }}
*[role="secondary"] {{ {small} color: {c.SECONDARY}; }}
*[role="quiet-text"] {{ color: {c.SECONDARY}; }}
*[role="warning"] {{ {small} color: {c.ATTENTION}; }}
*[role="refusal"] {{ {small} color: {c.OVERDUE}; }}
*[role="done"] {{ color: {c.DONE}; }}
*[role="card"] {{ background: {c.SURFACE}; border: 1px solid {c.LINE}; border-radius: 4px; }}
*[role="line"] {{ background: {c.LINE}; border: none; }}
*[role="band-refusal"] {{ background: {c.OVERDUE_PALE}; border: 1px solid #E7B9B5; border-radius: 4px; }}
*[role="band-warning"] {{ background: {c.ATTENTION_PALE}; border: 1px solid #E5CDA3; border-radius: 4px; }}
*[role="chip"] {{ {small} border-radius: 9px; padding: 1px 8px; }}
*[role="chip"][tone="quiet"] {{ background: {c.QUIET_PALE}; color: {c.SECONDARY}; }}
*[role="chip"][tone="primary"] {{ background: {c.PRIMARY_PALE}; color: {c.PRIMARY}; }}
*[role="chip"][tone="done"] {{ background: {c.DONE_PALE}; color: {c.DONE}; }}
*[role="chip"][tone="attention"] {{ background: {c.ATTENTION_PALE}; color: {c.ATTENTION}; }}
*[role="chip"][tone="overdue"] {{ background: {c.OVERDUE_PALE}; color: {c.OVERDUE}; }}
QMessageBox QLabel#qt_msgbox_label, QMessageBox QLabel#qt_msgbox_informativelabel {{ min-width: 320px; }}
QToolTip {{ {small} background: {c.TEXT}; color: {c.SURFACE}; border: none; padding: 4px 8px; }}
"""


_BUTTONS = f"""
QPushButton {{ background: {c.SURFACE}; border: 1px solid #B9C0CA; border-radius: 4px;
  padding: 5px 14px; min-height: 20px; outline: none; }}
QPushButton:hover {{ background: #F0F3F7; border-color: {c.EDGE}; }}
QPushButton:pressed {{ background: #E4E8EE; }}
QPushButton:focus {{ border: 2px solid {c.PRIMARY}; padding: 4px 13px; }}
QPushButton:disabled {{ background: {c.GROUND}; color: #8A93A1; border-color: {c.LINE}; }}
QPushButton[role="primary"], QPushButton:default {{ background: {c.PRIMARY}; color: {c.SURFACE};
  border: 1px solid {c.PRIMARY}; font-weight: 700; }}
QPushButton[role="primary"]:hover, QPushButton:default:hover {{ background: {c.PRIMARY_DARK}; }}
QPushButton[role="primary"]:focus, QPushButton:default:focus {{ border: 2px solid #0F3557; padding: 4px 13px; }}
QPushButton[role="primary"]:disabled {{ background: #A9BDD2; border-color: #A9BDD2; color: {c.SURFACE}; }}
QPushButton[role="quiet"] {{ background: transparent; border: 1px solid transparent; padding: 5px 8px; }}
QPushButton[role="quiet"]:hover {{ background: #E9EDF2; }}
QPushButton[role="quiet"]:focus {{ border: 2px solid {c.PRIMARY}; padding: 4px 7px; }}
QPushButton[role="quiet"]:disabled {{ background: transparent; }}
QPushButton[role="link"] {{ background: transparent; border: 1px solid transparent; color: {c.PRIMARY};
  padding: 2px 4px; text-align: left; }}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus {{ border: 1px solid {c.PRIMARY}; border-radius: 4px; }}
QPushButton[role="link"]:disabled {{ background: transparent; color: {c.SECONDARY}; border-color: transparent; }}
QPushButton[role="big"] {{ padding: 15px 24px; font-weight: 700; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; }}
QMenu {{ background: {c.SURFACE}; border: 1px solid #B9C0CA; padding: 4px 0; }}
QMenu::item {{ padding: 6px 24px; }}
QMenu::item:selected {{ background: {c.PRIMARY_PALE}; color: {c.TEXT}; }}
QMenu::item:disabled {{ color: #8A93A1; }}
QMenu::separator {{ height: 1px; background: {c.LINE}; margin: 4px 0; }}
QProgressBar {{ background: {c.QUIET_PALE}; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }}
QProgressBar::chunk {{ background: {c.PRIMARY}; border-radius: 4px; }}
"""

_FIELDS = f"""
QLineEdit, QPlainTextEdit, QComboBox {{ background: {c.SURFACE};
  border: 1px solid {c.EDGE}; border-radius: 4px; padding: 4px 8px;
  selection-background-color: {c.PRIMARY}; selection-color: {c.SURFACE};
  placeholder-text-color: {c.SECONDARY}; }}
QLineEdit, QComboBox {{ min-height: 20px; }}
QComboBox {{ combobox-popup: 0; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{
  border: 2px solid {c.PRIMARY}; padding: 3px 7px; }}
QLineEdit[weight="warning"], QPlainTextEdit[weight="warning"], QComboBox[weight="warning"] {{
  border: 1px solid {c.ATTENTION}; background: #FFFCF5; }}
QLineEdit[weight="refusal"], QPlainTextEdit[weight="refusal"], QComboBox[weight="refusal"] {{
  border: 1px solid {c.OVERDUE}; background: #FFFAFA; }}
QLineEdit[weight="warning"]:focus, QPlainTextEdit[weight="warning"]:focus,
QComboBox[weight="warning"]:focus {{ border: 2px solid {c.ATTENTION}; }}
QLineEdit[weight="refusal"]:focus, QPlainTextEdit[weight="refusal"]:focus,
QComboBox[weight="refusal"]:focus {{ border: 2px solid {c.OVERDUE}; }}
QLineEdit:read-only, QPlainTextEdit:read-only, QLineEdit:disabled, QPlainTextEdit:disabled,
QComboBox:disabled {{ background: {c.GROUND}; border-color: {c.LINE};
  color: {c.SECONDARY}; }}
QComboBox::drop-down {{ width: 24px; border: none; }}
QComboBox::down-arrow {{ image: url("{{icons}}/down.svg"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {c.SURFACE}; border: 1px solid #B9C0CA; outline: none;
  selection-background-color: {c.PRIMARY_PALE}; selection-color: {c.TEXT}; }}
QListWidget[role="choices"] {{ background: {c.SURFACE}; border: 1px solid {c.EDGE}; outline: none; padding: 2px; }}
QListWidget[role="choices"]::item {{ padding: 5px 8px; }}
QListWidget[role="choices"]::item:selected {{ background: {c.PRIMARY_PALE}; color: {c.TEXT}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: #B9C0CA; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.EDGE}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""

_TABLES = f"""
QTableView, QListView, QTreeView {{ background: {c.SURFACE}; border: 1px solid {c.LINE}; outline: none;
  gridline-color: {c.LINE}; }}
QTableView:focus, QTreeView:focus {{ border-color: {c.PRIMARY}; }}
QTableView::item {{ border-bottom: 1px solid {c.LINE}; padding: 0 8px; }}
QTableView::item:hover {{ background: #F4F7FA; }}
QTableView::item:selected {{ background: {c.PRIMARY_PALE}; color: {c.TEXT}; }}
QTreeView::item {{ min-height: 28px; }}
QTreeView::item:selected, QListView::item:selected {{ background: {c.PRIMARY_PALE}; color: {c.TEXT}; }}
QHeaderView {{ background: {c.SURFACE}; border: none; }}
QHeaderView::section {{ background: {c.SURFACE}; color: {c.SECONDARY}; border: none;
  border-bottom: 1px solid #B9C0CA; padding: 6px 11px; font-weight: 700; }}
QTableCornerButton::section {{ background: {c.SURFACE}; border: none; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.LINE}; top: -1px; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{ padding: 8px 16px; color: {c.SECONDARY}; border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {c.TEXT}; }}
QTabBar::tab:selected {{ color: {c.PRIMARY}; border-bottom: 2px solid {c.PRIMARY}; font-weight: 700; }}
QTabBar::tab:focus {{ background: {c.PRIMARY_PALE}; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {c.LINE}; }}
"""

_FRAME = f"""
*[role="band"] {{ background: {c.SURFACE}; border: none; border-bottom: 1px solid {c.LINE}; }}
*[role="side"] {{ background: {c.SURFACE}; border: none; border-right: 1px solid {c.LINE}; }}
*[role="foot"] {{ background: {c.SURFACE}; border: none; border-top: 1px solid {c.LINE}; }}
*[role="place"] {{ background: transparent; border: none; border-left: 3px solid transparent;
  border-radius: 0; text-align: left; padding: 0; }}
*[role="place"]:hover {{ background: #F0F3F7; }}
*[role="place"]:focus {{ background: {c.PRIMARY_PALE}; border: none; border-left: 3px solid {c.EDGE}; padding: 0; }}
*[role="place"]:checked {{ background: {c.PRIMARY_PALE}; border-left: 3px solid {c.PRIMARY}; }}
*[role="toast"] {{ background: {c.TEXT}; border-radius: 4px; }}
*[role="toast"] QLabel {{ color: {c.SURFACE}; }}
*[role="toast"] QPushButton {{ background: transparent; color: #A9CDF2; border: none; font-weight: 700;
  padding: 2px 8px; }}
*[role="toast"] QPushButton:hover, *[role="toast"] QPushButton:focus {{ text-decoration: underline; }}
*[role="paper"] {{ background: #D6DAE0; border: none; }}
"""
