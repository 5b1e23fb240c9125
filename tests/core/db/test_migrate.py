"""The migrations make exactly the tables of the models; a database of a newer program is refused untouched."""

import hashlib
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData

from desktop.core.crypto import random_key
from desktop.core.db import database, restore
from desktop.core.db.base import Base
from desktop.core.db.database import Database, writing
from desktop.core.db.engine import open_engine
from desktop.core.db.unit import Actor
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features import catalog
from tests.office_maker import add_household

Office = tuple[Database, Actor]
SHADOW = ("search", "search_data", "search_idx", "search_content", "search_docsize", "search_config")


def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    return not (kind == "table" and name in SHADOW)


def drift(db: Database, metadata: MetaData) -> list[object]:
    options = {"compare_type": True, "include_object": is_ours}
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_newest_version_is_what_the_models_say(township: Office) -> None:
    assert catalog.TABLES
    assert drift(township[0], Base.metadata) == []


def test_a_drift_would_be_seen(township: Office) -> None:
    with writing(township[0].engine) as connection:
        connection.exec_driver_sql("ALTER TABLE visit ADD COLUMN other TEXT")
        connection.exec_driver_sql("DROP INDEX ix_visit_day")
    assert len(drift(township[0], Base.metadata)) == 2


def test_foreign_keys_hold_after_migrating(township: Office) -> None:
    with township[0].engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_a_present_database_is_opened_without_a_backup(township: Office) -> None:
    db, _ = township
    again = database.open_database(db.paths, db.key, db.clock)
    again.close()
    assert not db.paths.backups.exists()


def test_a_newer_database_is_refused_and_untouched(township: Office, tmp_path: Path) -> None:
    db, actor = township
    add_household(db, actor, "何小满")
    with writing(db.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    kept = Paths(tmp_path / "copy")
    kept.root.mkdir()
    shutil.copy(db.paths.database, kept.database)
    before = hashlib.sha256(kept.database.read_bytes()).digest()
    with pytest.raises(Trouble) as caught:
        database.open_database(kept, db.key)
    assert caught.value.code == "db.newer"
    assert "9999" in caught.value.sentence
    assert hashlib.sha256(kept.database.read_bytes()).digest() == before
    assert not kept.backups.exists()


@pytest.mark.parametrize("change", ["DROP TABLE number_prefix", "ALTER TABLE visit DROP COLUMN solution"])
def test_other_tables_under_the_same_number_are_refused_in_a_sentence(township: Office, change: str) -> None:
    """The sample office of a build between two releases."""
    db, _ = township
    with writing(db.engine) as connection:
        for (trigger,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql(change)
    with pytest.raises(Trouble) as caught:
        database.open_database(db.paths, db.key)
    assert caught.value.code == "db.other_layout"


def test_a_wrong_key_opens_nothing(township: Office) -> None:
    db, _ = township
    with pytest.raises(Trouble) as caught:
        database.open_database(db.paths, random_key())
    assert caught.value.code == "db.wrong_key"


def test_a_missing_database_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        database.open_database(Paths(tmp_path), random_key())
    assert caught.value.code == "db.missing"
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_may_not_be_opened_is_not_given_up_for_a_backup(tmp_path: Path) -> None:
    """Another account's file, or a disk that lets nothing be made beside it: the data is whole."""
    paths = Paths(tmp_path)
    paths.database.mkdir()
    with pytest.raises(Trouble) as caught:
        database.open_database(paths, random_key())
    assert caught.value.code == "db.unreachable"
    assert caught.value.code not in restore.DAMAGED


def test_a_database_without_tables_is_no_newer_one(tmp_path: Path) -> None:
    """What a kill while the office was being made leaves behind."""
    key, paths = random_key(), Paths(tmp_path)
    open_engine(paths.database, key).connect().close()
    with pytest.raises(Trouble) as caught:
        database.open_database(paths, key)
    assert caught.value.code == "db.unfinished"
