"""A database of every released version opens and becomes what the models say."""

import re
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from desktop import selftest
from desktop.core import resources
from desktop.core.db.base import Base
from desktop.features import catalog
from desktop.features.office import api as office

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = sorted(path.name for path in resources.path("released").iterdir())
SHADOW = ("search", "search_data", "search_idx", "search_content", "search_docsize", "search_config")


def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    return not (kind == "table" and name in SHADOW)


def test_every_version_of_the_release_notes_is_there() -> None:
    told = re.findall(
        r"^## (\S+) ", (ROOT / "packaging/CHANGES.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(told) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_it_opens_and_has_the_tables_of_today(version: str, tmp_path: Path) -> None:
    """Before the first release, after an edit of migration 0001: `.venv/bin/python packaging/make_released.py`."""
    assert catalog.TABLES
    kept = tmp_path / "office"
    shutil.copytree(resources.path(f"released/{version}"), kept)
    db, _ = office.log_in(kept, *selftest.RELEASED_LOGIN)
    try:
        with db.engine.connect() as connection:
            options = {"compare_type": True, "include_object": is_ours}
            context = MigrationContext.configure(connection, opts=options)
            assert list(compare_metadata(context, Base.metadata)) == []
    finally:
        db.close()
