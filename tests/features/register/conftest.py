"""An office that has read the sample's layout 1, made once; each test gets a copy of its folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.clock import FixedClock
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office
from desktop.sample import people, workbooks
from tests.features.register.lists import read_in
from tests.office_maker import NOON, make_office


@pytest.fixture(scope="session")
def layout1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "layout1.xlsx"
    workbooks.write_layout1(path, people.township())
    return path


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory, layout1: Path) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    db, actor = make_office(folder)
    read_in((db, actor), layout1)
    db.close()
    return folder / "township"


@pytest.fixture
def filled(tmp_path: Path, filled_folder: Path) -> Iterator[tuple[Database, Actor]]:
    """The township with the sample's 759 households."""
    shutil.copytree(filled_folder, tmp_path / "filled")
    db, actor = office.log_in(tmp_path / "filled", "admin", "pw", clock=FixedClock(NOON))
    yield db, actor
    db.close()
