"""Widgets are tested in the program's own look and language."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop.shell.app import make_app


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> QApplication:
    return make_app()
