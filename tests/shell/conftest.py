"""The frame is tested in its own look and language."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.shell.app import make_app

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's offscreen platform warns at every window; a real desktop does not."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> QApplication:
    return make_app()
