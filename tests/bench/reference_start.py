"""The yardstick of the start: a script that imports the libraries of the program and shows one empty window.

    python tests/bench/reference_start.py

Prints the seconds from the script's first line to the first painted window, as JSON. Not to be touched after it was
committed.
"""

import time

START = time.perf_counter()

import json  # noqa: E402

import alembic.command  # noqa: E402, F401
import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: E402, F401
import msgspec  # noqa: E402, F401
import pypdfium2  # noqa: E402, F401
import pyrage  # noqa: E402, F401
import python_calamine  # noqa: E402, F401
import reportlab.pdfgen.canvas  # noqa: E402, F401
import sqlalchemy.orm  # noqa: E402, F401
import sqlcipher3.dbapi2  # noqa: E402, F401
import uharfbuzz  # noqa: E402, F401
import xlsxwriter  # noqa: E402, F401
import zstandard  # noqa: E402, F401
from PySide6 import QtPrintSupport, QtSvg  # noqa: E402, F401
from PySide6.QtGui import QPaintEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget  # noqa: E402


class Page(QWidget):
    """Tells when it was painted for the first time."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        print(json.dumps({"seconds": time.perf_counter() - START}))
        QApplication.quit()


def main() -> None:
    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(Page())
    window.resize(1366, 768)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
