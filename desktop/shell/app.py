"""The application object: scaling, fonts, Qt's own words in Chinese, the theme."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.core import resources
from desktop.shell import theme
from desktop.shell.qt_words import MissingWords

NAME = "一牌一册"


def make_app(arguments: Sequence[str] = (), percent: int = 100) -> QApplication:
    """The one application of this process, dressed and speaking Chinese."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else _new(arguments)
    app.setApplicationName("yipaiyice")
    app.setApplicationDisplayName(NAME)
    app.setWindowIcon(QIcon(str(resources.path("app.svg"))))
    speak_chinese(app)
    theme.apply(app, percent)
    return app


def _new(arguments: Sequence[str]) -> QApplication:
    # 125 and 150 % stay 125 and 150 %: rounding them would clip Chinese text.
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    return QApplication([sys.argv[0], *arguments])


def speak_chinese(app: QObject) -> bool:
    """Load Qt's own Chinese words (取消, 打印…). False when the file is not there."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    if app.property("speaks_chinese"):
        return True
    QApplication.installTranslator(MissingWords(app))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    is_loaded = translator.load("qtbase_zh_CN", folder) and QApplication.installTranslator(translator)
    app.setProperty("speaks_chinese", is_loaded)
    return is_loaded
