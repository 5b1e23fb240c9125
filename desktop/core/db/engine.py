"""Opening the SQLCipher file: key, pragmas, and which transaction a connection begins."""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from desktop.core.db.base import json_text
from desktop.core.errors import Trouble

CACHE_KIBIBYTES = 64 * 1024
BULK_KIBIBYTES = 192 * 1024

# Of what is no int, float or str the driver asks three times in vain how to adapt it: a microsecond a value, half the
# time of a bulk insert. An adapter that gives the value back is found at once.
driver.register_adapter(bytes, bytes)
driver.register_adapter(bool, int)
driver.register_adapter(type(None), {}.get)


def open_engine(path: Path, key: bytes) -> Engine:
    """An engine on the encrypted file. The key is raw (32 bytes): a second derivation would cost half a second."""

    def connect() -> Any:
        try:
            return _connect(path, key)
        except driver.DatabaseError as cause:
            raise _trouble(cause) from cause

    engine = create_engine(
        "sqlite+pysqlite://",
        hide_parameters=True,  # what was typed never enters an error message
        module=driver,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        json_serializer=json_text,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _as_before)
    return engine


def _connect(path: Path, key: bytes) -> Any:
    connection = driver.connect(str(path), isolation_level=None, check_same_thread=False, timeout=5)
    try:
        run = connection.execute
        run("PRAGMA cipher_log_level=NONE")  # a wrong key otherwise talks on standard error
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        run("SELECT count(*) FROM sqlite_master")  # here a wrong key fails
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=FULL")
        run("PRAGMA foreign_keys=ON")
        run("PRAGMA temp_store=MEMORY")
        run(
            "PRAGMA secure_delete=FAST"
        )  # zero what is deleted inside a page that is written anyway (scrub.py)
        run("PRAGMA trusted_schema=OFF")
        run("PRAGMA recursive_triggers=ON")  # else INSERT OR REPLACE deletes a row past the guards
        run(f"PRAGMA cache_size=-{CACHE_KIBIBYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def more_memory(connection: Any) -> None:
    """For one bulk action: pages that leave memory before the commit are encrypted twice and read again."""
    connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_KIBIBYTES}")


def _as_before(connection: Any, record: Any) -> None:
    if connection is not None:
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIBIBYTES}")


def _begin(connection: Any) -> None:
    writing = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _trouble(cause: Exception) -> Trouble:
    said = str(cause)
    if "not a database" in said:
        return Trouble("数据库打不开：钥匙不对，或文件已损坏", "请用最近的备份恢复", code="db.wrong_key")
    if "malformed" in said:  # "database disk image is malformed": before the disk is blamed
        return Trouble("数据库已损坏", "请用最近的备份恢复", code="db.damaged")
    if "unable to open" in said:
        return Trouble("数据库文件打不开", "请检查数据文件夹是否还在、是否可写", code="db.unreachable")
    if "disk" in said or "full" in said:
        return Trouble("磁盘已满或读写出错", "请腾出空间后再试", code="db.disk")
    return Trouble("数据库正被占用", "请稍等片刻再试一次", code="db.busy")
