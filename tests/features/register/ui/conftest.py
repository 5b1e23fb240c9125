"""Screens of the register are tested in the program's own look, on a real encrypted office."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.shell.app import make_app
from desktop.widgets.desk import Desk
from tests.features.register.ui.screens_maker import make_desk


@pytest.fixture
def desk(township: tuple[Database, Actor], tmp_path: Path, qapp: QApplication) -> Desk:
    make_app()
    return make_desk(*township, tmp_path)
