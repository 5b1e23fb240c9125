"""The window in its own look and language."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop.shell.app import make_app


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    return make_app()
