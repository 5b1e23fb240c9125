"""Fixtures for the whole tree."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# A server has no screen; on a desk the tests may use the real one.
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from desktop.core.db.database import Database
    from desktop.core.db.unit import Actor


@pytest.fixture
def township(tmp_path: Path) -> Iterator[tuple["Database", "Actor"]]:
    """A new township office and its clerk."""
    # Here, so that a test of the floor does not import the whole program.
    from tests.office_maker import make_office

    db, actor = make_office(tmp_path)
    yield db, actor
    db.close()
