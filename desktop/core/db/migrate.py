"""Brings a database up to this program's version, and refuses one that a newer program made."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from desktop.core.db import backup
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


def bring_up(engine: Engine, paths: Paths, key: bytes) -> None:
    """Nothing for a present database; backup and steps for an older one; Trouble for a newer, unknown or
    half-made one."""
    found = version(engine)
    if found == newest():
        return
    if found is None:
        raise Trouble(
            "办公室还没有建完（建立时被中断），里面还没有数据",
            "请清空这个文件夹，再建立一次办公室",
            code="db.unfinished",
        )
    known = [s.revision for s in ScriptDirectory.from_config(config()).walk_revisions()]
    if found not in known:
        raise Trouble(
            f"这份数据由更新版本的程序建立（数据版本 {found}）",
            f"请安装较新的程序后再打开；本程序只认到 {newest()}",
            code="db.newer",
        )
    backup.make(engine, paths, key, "migration")
    to_newest(engine)
