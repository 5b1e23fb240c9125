"""The commands `backup` and `restore`."""

from argparse import Namespace
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from desktop import start
from desktop.cli_text import say
from desktop.core import crypto, keys, masking
from desktop.core.clock import BEIJING
from desktop.core.db import database, recovery_keys, restore, second_place, shelf
from desktop.core.db.database import Database
from desktop.core.db.restore import Loss
from desktop.core.db.shelf import Backup
from desktop.core.errors import Trouble
from desktop.core.paths import Paths
from desktop.features.office import api as office

Result = dict[str, Any]
_SHOWN = 20
# Data of which no backup can be made any more is kept as it lies, and gives way too.
_NO_BACKUP = (*restore.DAMAGED, "backup.bad", "backup.failed")


def run_backup(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        made = running.db.backup("manual")
        copied = None
        if given.to:
            second_place.choose(running.db.paths, given.to)
            copied = second_place.copy_latest(
                running.db.paths, running.db.node.node_id, running.db.clock.now()
            )
            if copied is None:
                raise Trouble("第二个地方现在不在", "请插上U盘或连上共享文件夹", code="second.absent")
    say(f"已备份，并检查过与数据一致：{made}")
    if copied:
        say(f"第二份已拷到：{copied}")
    return {"path": str(made), "second": str(copied or "")}


def run_restore(given: Namespace, password: str) -> Result:
    backup = shelf.read(given.backup)
    if backup is None:
        raise Trouble("这不是本程序做的备份", "请选 backups 文件夹里的 .db 文件", code="restore.no_backup")
    paths = Paths(given.dir)
    with start.held(given.dir):
        key, new_keys = _key(given, paths, backup, password)
        lost = _about_to_lose(paths, key, backup, given)
        if not given.dry_run:
            note = office.restored_by(given.user, backup.made_at)
            restore.take_place(paths, key, backup, new_keys=new_keys, note=note)
    about_loss(lost)
    say("没有恢复，只看了会丢失什么。" if given.dry_run else "已恢复，并核对过与备份一致。")
    return {
        "backup": backup.path.name,
        "made_at": backup.made_at.isoformat(),
        "lost_actions": len(lost.actions),
        "lost_entries": lost.entries,
        "received": lost.received,
        "restored": not given.dry_run,
    }


def about_loss(lost: Loss) -> None:
    if not lost.actions:
        say("备份之后本机没有做过别的操作。")
        return
    say(f"备份之后做过的 {len(lost.actions)} 项操作（{lost.entries} 条变更）不在其中：")
    for action in lost.actions[:_SHOWN]:
        say(
            f"  {action.at.astimezone(BEIJING):%m-%d %H:%M}  {masking.digits(action.name)}  {action.entries} 条"
        )
    if len(lost.actions) > _SHOWN:
        say(f"  还有 {len(lost.actions) - _SHOWN} 项")


def _key(given: Namespace, paths: Paths, backup: Backup, password: str) -> tuple[bytes, bytes | None]:
    """By the password; on a PC that has no office yet by the code from the safe. Then there is a new key file too, for
    which the password becomes the new one."""
    if not given.recovery_code_file:
        key = keys.open_with_password(paths.keys, given.user, password)
        office.refuse_first(paths.keys, given.user)
        return key, None
    try:
        code = given.recovery_code_file.read_text(encoding="utf-8-sig").strip()
        if given.dry_run:
            return recovery_keys.open_key(backup.path.parent, paths.keys, code), None
        given.dir.mkdir(parents=True, exist_ok=True)
        return recovery_keys.new_keys(
            backup.path.parent, paths.keys, code, given.user, password, crypto.FOR_OFFICES
        )
    except OSError as cause:
        raise Trouble(
            "恢复码文件读不出来，或数据文件夹建不起来", "请检查路径", code="restore.files"
        ) from cause


def _about_to_lose(paths: Paths, key: bytes, backup: Backup, given: Namespace) -> Loss:
    """What the present data has and the backup has not; for a real restore the present data is backed up first."""
    if not paths.database.exists():
        return Loss()
    lost = Loss()
    try:
        with database.told(), closing(database.open_database(paths, key)) as db:
            _require(db, given.user)
            lost = _loss(db, backup)
            if not given.dry_run:
                db.backup("restore")
            return lost
    except Trouble as trouble:
        if trouble.code not in _NO_BACKUP:
            raise
    if not given.dry_run:
        restore.keep_damaged(paths, datetime.now(UTC))
    return lost


def _loss(db: Database, backup: Backup) -> Loss:
    held = db.engine.raw_connection()
    try:
        return restore.loss(held.driver_connection, backup, db.key, db.paths)
    finally:
        held.close()


def _require(db: Database, login: str) -> None:
    """Raises Refused for a user who may not restore."""
    with db.reader(office.SYSTEM) as reader:
        actor = office.actor_of(reader, login) or office.SYSTEM
    with db.reader(actor) as reader:
        reader.require("backup.restore")
