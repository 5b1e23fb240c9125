"""Fixtures for the whole tree."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# A server has no screen; on a desk the tests may use the real one.
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# This PC's secret (core/machine.py): the tests are a PC of their own, and leave nothing in the home folder.
_STATE = tempfile.mkdtemp(prefix="state-")
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)
os.environ["XDG_STATE_HOME"] = os.environ["PROGRAMDATA"] = _STATE

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
