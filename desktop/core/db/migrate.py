"""Brings a database up to this program's version, and refuses one that a newer program made."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from desktop.core.db import backup
from desktop.core.db.base import Base
from desktop.core.errors import Trouble
from desktop.core.paths import Paths


def config() -> Config:
    """Alembic's configuration in code: there is no alembic.ini, and the folder is data in the frozen program."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def newest() -> str:
    head = ScriptDirectory.from_config(config()).get_current_head()
    if head is None:
        raise RuntimeError("no migrations found")
    return head


def version(engine: Engine) -> str | None:
    """The revision of this database; None when it has no tables yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def to_newest(engine: Engine, target: str = "head") -> None:
    """Run the missing steps, each in a transaction of its own, with foreign keys off as SQLite's batch mode needs."""
    made = config()
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            made.attributes["connection"] = connection.execution_options(write=True)
            command.upgrade(made, target)
        finally:
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def refuse_newer(found: str) -> None:
    """Raise Trouble for a version that this program does not know."""
    known = [s.revision for s in ScriptDirectory.from_config(config()).walk_revisions()]
    if found not in known:
        raise Trouble(
            f"这份数据由更新版本的程序建立（数据版本 {found}）",
            f"请安装较新的程序后再打开；本程序只认到 {newest()}",
            code="db.newer",
        )


def bring_up(engine: Engine, paths: Paths, key: bytes) -> None:
    """Nothing for a present database; backup and steps for an older one; Trouble for a newer, unknown or
    half-made one."""
    found = version(engine)
    if found == newest():
        _refuse_other_layout(engine)
        return
    if found is None:
        raise Trouble(
            "办公室还没有建完（建立时被中断），里面还没有数据",
            "请清空这个文件夹，再建立一次办公室",
            code="db.unfinished",
        )
    refuse_newer(found)
    backup.make(engine, paths, key, "migration")
    to_newest(engine)


_COLUMNS = """
    SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'
"""


def _refuse_other_layout(engine: Engine) -> None:
    """A build between two releases may have made other tables under the same number: a sentence, not a crash later."""
    with engine.connect() as connection:
        there = {(table, column) for table, column in connection.exec_driver_sql(_COLUMNS)}
    wanted = {
        (table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns
    }
    if not wanted <= there:
        raise Trouble(
            "这份数据是由另一个版本的程序建立的，本程序打不开",
            "请用建立它的那个版本打开；要重新开始，请换一个文件夹另建",
            code="db.other_layout",
        )
