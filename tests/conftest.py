"""Fixtures for the whole tree."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from tests.office_maker import make_office


@pytest.fixture
def township(tmp_path: Path) -> Iterator[tuple[Database, Actor]]:
    db, actor = make_office(tmp_path)
    yield db, actor
    db.close()
